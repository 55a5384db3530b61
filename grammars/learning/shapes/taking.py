"""Which alternative of a choice an example is told by."""

from __future__ import annotations

from collections.abc import Mapping
from math import log2
from typing import Final

from grammars.learning.shapes.bodies import Item
from grammars.learning.shapes.model import LearnedAlternative, LearnedChoice

_FURTHER: Final = 50.0
"""Bits of a part that is told by the escape, about: by it alternatives are compared."""

_LACKING: Final = 3.0
"""Bits of a part that is missing, about."""


def taken(choice: LearnedChoice, items: Mapping[int, Item]) -> int | None:
    """The alternative that tells in fewest bits which parts stand, from the items by part; None where none does."""
    bits = [_promised(alternative, items) for alternative in choice.alternatives]
    best = min(range(len(bits)), key=lambda k: bits[k])
    return best if bits[best] < (_LACKING if choice.none == 0.0 else -log2(choice.none)) else None


def _promised(alternative: LearnedAlternative, items: Mapping[int, Item]) -> float:
    """Bits of telling by an alternative what stands, about, besides those of telling it by the escape."""
    inner = [min((0.0, *(_promised(a, items) for a in choice.alternatives))) for choice in alternative.choices]
    there = len(alternative.numbers.intersection(items))
    own = (len(alternative.parts) - there) * _LACKING - there * _FURTHER
    return own + sum(inner) - log2(alternative.weight)
