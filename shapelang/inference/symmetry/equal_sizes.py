"""Boxes that are equal but for rounding are written with the same numbers."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Final

import numpy as np

from shapelang.inference.solids.kinds import Cuboid
from shapelang.inference.solids.plain import Solid

_NEAR: Final = 1.1
"""Steps of the grid that extents may differ by: both ends of a box are rounded."""


def equal_sizes(solids: Sequence[Solid], grid: float) -> list[Solid]:
    """The solids; of boxes that are a part each, equal ones have the extents of the first. Others are rounded alike."""
    seen: list[Cuboid] = []
    found: list[Solid] = []
    for solid in solids:
        kind = solid.kind
        if solid.part is not None and isinstance(kind, Cuboid):
            same = (made for other in seen if (made := _as(kind, other, grid)) is not None)
            kind = next(same, kind)
            seen.append(kind)
        found.append(replace(solid, kind=kind))
    return found


def _as(kind: Cuboid, other: Cuboid, grid: float) -> Cuboid | None:
    """A box with the extents of another, in its own order; None where they differ by more than rounding.

    Small extents are on a finer grid than the others.
    """
    order, rank = np.argsort(other.size, kind="stable"), np.argsort(np.argsort(kind.size, kind="stable"))
    x, y, z = (other.size[k] for k in order[rank].tolist())
    own = np.array(kind.size)
    bound = np.minimum(_NEAR * grid, np.maximum(0.02 * own, 0.1 * grid))
    return Cuboid((x, y, z)) if (np.abs(np.array((x, y, z)) - own) <= bound).all() else None
