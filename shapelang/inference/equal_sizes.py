"""Solids that are equal but for rounding are written with the same numbers."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import astuple, replace
from typing import Final

import numpy as np

from shapelang.inference.kinds import Carved, Cuboid, Joined, Kind
from shapelang.inference.plain import Solid

_NEAR: Final = 1.6
"""Steps of the grid that numbers may differ by: both ends of a box are rounded."""


def equal_sizes(solids: Sequence[Solid], grid: float) -> list[Solid]:
    """The solids; of those that stand `apart`, equal ones have the numbers of the first."""
    seen: list[Kind] = []
    found: list[Solid] = []
    for solid in solids:
        kind = solid.kind
        if solid.apart and not isinstance(kind, Carved | Joined):
            same = (made for other in seen if (made := _as(kind, other, grid)) is not None)
            kind = next(same, None) or kind
            seen.append(kind)
        found.append(replace(solid, kind=kind))
    return found


def _as(kind: Kind, other: Kind, grid: float) -> Kind | None:
    """A kind with the numbers of another; None where they differ by more than rounding."""
    if type(kind) is not type(other):
        return None
    if isinstance(kind, Cuboid) and isinstance(other, Cuboid):
        order, rank = np.argsort(other.size, kind="stable"), np.argsort(np.argsort(kind.size, kind="stable"))
        x, y, z = (other.size[k] for k in order[rank].tolist())
        return Cuboid((x, y, z)) if _near((x, y, z), kind.size, grid) else None
    mine, theirs = (np.array([n for value in astuple(k) for n in np.ravel(value)]) for k in (kind, other))
    return other if len(mine) == len(theirs) and _near(mine, theirs, grid) else None


def _near(a: np.ndarray | Sequence[float], b: np.ndarray | Sequence[float], grid: float) -> bool:
    """Whether numbers differ by rounding: small ones are on a finer grid than the others."""
    one, other = np.array(a), np.array(b)
    bound = np.minimum(_NEAR * grid, np.maximum(0.02 * np.abs(other), 0.1 * grid))
    return bool((np.abs(one - other) <= bound).all())
