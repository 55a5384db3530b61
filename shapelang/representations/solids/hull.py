"""Hulls of operands: manifold3d's where it is one, else the exact one."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np

from shapelang.arrays import PointArray
from shapelang.representations.solids.exact_hull import convex_hull, holds
from shapelang.representations.solids.exported import is_nothing

if TYPE_CHECKING:
    from manifold3d import Manifold

_CREASE: Final = 1.5
"""Facets of a circle: a hull has an edge where its faces turn by more than such an angle, up to `_SHARPEST`."""

_SHARPEST: Final = 50.0
"""Degrees."""

_FLAT: Final = 1e-5
"""Volume over area and extent, below which a hull is too flat for manifold3d's."""

_EXACT: Final = 4000
"""Corners that a hull is compared with, at most; of more, with its own. The exact one takes about 0.1 ms for each."""


def hull(operands: list[Manifold], segments: int) -> Manifold:
    """The hull with normals, smooth where a circle of so many segments turns."""
    return _hull(operands).calculate_normals(0, min(_CREASE * 360.0 / segments, _SHARPEST))


def _hull(operands: list[Manifold]) -> Manifold:
    """manifold3d's hull where it is one, else the exact one.

    Where corners lie nearly in one plane, manifold3d's now and then has dents or folds or lacks corners; and what is
    thinner than 1e-7 of its extent has no thickness there.
    """
    from manifold3d import Manifold, Mesh64

    operands = [operand for operand in operands if not is_nothing(operand)]
    if not operands:
        return Manifold()
    quick = Manifold.batch_hull(operands)
    mesh = quick.to_mesh64()
    found, faces = mesh.vert_properties[:, :3], mesh.tri_verts.astype(np.int64)
    few = sum(operand.num_vert() for operand in operands) <= _EXACT
    corners = np.concatenate([o.to_mesh64().vert_properties[:, :3] for o in operands]) if few else found
    flat = quick.volume() <= _FLAT * quick.surface_area() * _longest(found)
    if not flat and holds(found, faces, corners):
        return quick
    corners = np.unique(corners, axis=0)
    faces = convex_hull(corners)
    return Manifold(Mesh64(corners, faces.astype(np.uint64))) if len(faces) else Manifold()


def _longest(points: PointArray) -> float:
    """The longest side of the box of some points; 0 of none."""
    return float((points.max(axis=0) - points.min(axis=0)).max()) if len(points) else 0.0
