"""The ends that a written program clamps a part's numbers to, so that it stays on what it hangs on, in one example.

Scoring tells numbers by these, as the text does: an example that it would move is not explained by it.
"""

from __future__ import annotations

from collections.abc import Sequence
from math import inf
from typing import TypeAlias

from grammars.learning.shapes.bodies import Item, Row
from grammars.learning.shapes.describing import ANYWHERE
from grammars.learning.shapes.frames import extent_of, own_extent
from grammars.learning.shapes.model import Clamped, LearnedPart

Ends: TypeAlias = tuple[float, float]


def ends_of_place(part: LearnedPart, axis: int, item: Item, support: Item | None) -> Ends:
    """Metres: of a coordinate of a part along an axis, from the items that the part and its support are."""
    hold = part.holds[axis]
    if support is None or not isinstance(hold, Clamped):
        return ANYWHERE
    middle, half = extent_of(support, axis, hold.both)
    beyond = 0.5 * own_extent(item, axis) if hold.own else hold.beyond
    return (0.0 if hold.both else middle - half - beyond), middle + half + beyond


def ends_of_span(part: LearnedPart, axis: int, item: Item, support: Item | None) -> Ends:
    """Metres: of the span of a row along an axis, from the items that the part and its support are."""
    if support is None or not part.reaching[axis]:
        return ANYWHERE
    return -inf, _longest(item, support, axis, part.anchor[axis])


def reaching(
    items: Sequence[Item], supports: Sequence[Item], anchor: tuple[float, float, float], most: float
) -> tuple[bool, bool, bool]:
    """Along which axes rows stand on their supports from the first to the last, but for so much at most, in metres."""

    def reaches(item: Item, support: Item, axis: int) -> bool:
        if not isinstance(item.repeats, Row) or item.repeats.span[axis] <= 0.0:
            return False
        return float(item.repeats.span[axis]) <= _longest(item, support, axis, anchor[axis]) + most

    both = list(zip(items, supports, strict=True))
    x, y, z = (
        anchor[axis] in (-1.0, 0.0, 1.0) and all(reaches(item, support, axis) for item, support in both)
        for axis in range(3)
    )
    return x, y, z


def _longest(row: Item, support: Item, axis: int, anchor: float) -> float:
    """The longest span of a row that is kept on its support by its middle (0), or by one of its ends (-1 or 1)."""
    off = float(row.centre[axis] - support.centre[axis]) + 0.5 * anchor * float(row.size[axis])
    half = 0.5 * float(support.size[axis])
    return half + anchor * off if anchor else 2.0 * (half - abs(off))
