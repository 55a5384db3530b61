"""Programs made to exhaust a machine end in a typed error. `python -m tests.fuzz.bombs` measures time and memory."""

from __future__ import annotations

import pytest

from tests.fuzz.bombs import BOMBS, ending

SLOW = {
    "a thousand differences",
    "hopeless require",
    "hopeless nest",
    "many parts",
    "doubling by shared parts",
    "binary recursion",
    "splits in splits",
    "mirrors in mirrors",
    "six loops",
    "nested loops",
    "wide choose",
}
"""Those that take seconds until their fuel ends: only measured."""


@pytest.mark.parametrize("name", [name for name in BOMBS if name not in SLOW])
def test_bomb(name: str) -> None:
    """Not by a crash, a hang or a result."""
    assert ending(name)
