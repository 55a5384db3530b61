"""Heights that reach the ground: of a part that always stands on it, its height follows from where it is placed."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import numpy as np

from grammars.learning.shapes.bodies import Item, Row
from grammars.learning.shapes.describing import Affine, Described
from grammars.learning.shapes.frames import height_to_ground, upright
from grammars.learning.shapes.precision import Precision

_EXACT: Final = 2.0
"""Bits of a height that reaches the ground."""

_MISSED: Final = 24.0
"""Bits of one that does not."""

_ASTRAY: Final = 0.15
"""Of the examples of what reaches the ground: where it does not, at most."""

_SHORT: Final = 0.2
"""Of a height: by how much it may be off what reaches the ground."""

_UPRIGHT: Final = 0.85
"""Cosine of the angle by which what reaches the ground may be turned."""


def grounded(anchor: tuple[float, float, float], items: Sequence[Item], precision: Precision) -> Described | None:
    """How far the heights of items are off what brings them to the ground from an anchor; None where not all are on it.

    The anchor is in [-1, 1] of each item's own box.
    """
    if anchor[1] < 0.0 or not all(map(_may_stand, items)):
        return None
    off = np.array([abs(item.size[1] - height_to_ground(item, anchor)) for item in items])
    # What is thin is no longer or shorter by much of itself.
    most = np.array([_SHORT * item.size[1] for item in items])
    exact = off <= np.minimum(precision.near, most)
    if (~exact).mean() > _ASTRAY:
        return None
    tolerance = max(min(precision.tolerance, float(most.min())), float(off[exact].max()))
    return Described(Affine(0.0), None, tolerance, precision.step, _EXACT + _MISSED * int((~exact).sum()))


def _may_stand(item: Item) -> bool:
    """Whether the height of an item is told, and leads upwards."""
    level = not isinstance(item.repeats, Row) or not (item.repeats.span[1] or item.turns.any())
    return item.boxed and item.body is None and level and upright(item) >= _UPRIGHT
