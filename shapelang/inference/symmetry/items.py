"""A solid that may be one of several equal ones."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Final, final

import numpy as np

from shapelang.inference.solids.plain import Solid
from shapelang.inference.symmetry.likeness import Marks

PLAY: Final = 1.5
"""Times its own nearness: how far a copy may lie off, since both were fitted."""


@final
@dataclass(frozen=True, slots=True, eq=False)
class Item:
    """A solid with its marks."""

    solid: Solid
    marks: Marks


def with_centre(item: Item, centre: np.ndarray) -> Solid:
    """The solid moved so that its marks' centre comes to a point."""
    return replace(item.solid, centre=item.solid.centre + (centre - item.marks.centre))
