"""Parts that stand for several, of which every lane has one."""

from __future__ import annotations

from typing import Final

from grammars.conditioning.forms import Bools
from shapelang.assembly.part import Part

VARIANTS: Final = "(variants)"
"""The note of such a part, no name of the language: in which lanes each of its children is there."""


def variants_of(part: Part) -> tuple[Bools, ...] | None:
    """In which lanes each child of a part that stands for several is there; None of any other part."""
    return None if part.meta is None else part.meta.get(VARIANTS)
