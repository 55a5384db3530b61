"""What is searched for can be written: the limits of a search are those of the language."""

from __future__ import annotations

from shapelang.inference.solids.bows import POINTED, SQUARE
from shapelang.primitives.table import PRIMITIVE_BY_KIND


def test_exponents_are_searched_within_what_programs_may_write() -> None:
    """A chair's leg was found with an exponent of 0.05, and the program that was written was none."""
    slots = {slot.name: slot for slot in PRIMITIVE_BY_KIND["superquadric"].slots}
    for name in ("e1", "e2"):
        assert slots[name].low == SQUARE
        assert slots[name].high == POINTED
