"""Primitives as manifold3d takes them."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING

import numpy as np

from shapelang.primitives.protocol import Primitive
from shapelang.representations.solids.errors import SolidError
from shapelang.representations.solids.limits import check_size
from shapelang.representations.surface import geometry_mesh

if TYPE_CHECKING:
    from manifold3d import Manifold, Mesh64


def imported(geometry: Primitive, segments: int) -> Manifold:
    """A primitive in its own frame, normals in its properties. Raises SolidError where it has no size or is open."""
    from manifold3d import Error, Manifold

    made = Manifold(prepared(geometry, segments))
    if made.status() != Error.NoError:
        raise SolidError("not-closed", f"an operand is no closed solid: {made.status().name}")
    if made.is_empty():
        raise SolidError("no-size", f"an operand is too thin for its length: {geometry}")
    return made


@lru_cache(maxsize=256)
def prepared(geometry: Primitive, segments: int) -> Mesh64:
    """A primitive's mesh as manifold3d takes it: positions with normals, and which vertices are one point."""
    from manifold3d import Mesh64

    check_size(geometry)
    mesh = geometry_mesh(geometry, segments)
    if not np.isfinite(mesh.positions).all():
        raise SolidError("not-finite", "an operand has a corner that is not finite")
    _, first, owner = np.unique(mesh.weld, return_index=True, return_inverse=True)
    target = first[owner]
    rows = np.ascontiguousarray(np.column_stack([mesh.positions[target], mesh.normals]))
    moved = np.flatnonzero(target != np.arange(len(target)))
    return Mesh64(rows, mesh.faces.astype(np.uint64), moved.astype(np.uint64), target[moved].astype(np.uint64))
