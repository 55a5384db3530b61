"""Operands as manifold3d takes them: in the frame of their solid, corners on a grid."""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, Final, final

import numpy as np

from shapelang.arrays import AnyArray
from shapelang.geometry.pose import Pose, turned
from shapelang.primitives.protocol import Primitive
from shapelang.representations.solids.errors import SolidError
from shapelang.representations.solids.exported import checked
from shapelang.representations.surface import geometry_mesh

if TYPE_CHECKING:
    from manifold3d import Manifold

_GRID: Final = 36
"""Bits below the reach: 1.5e-11 of it, well above the 1e-12 of it that manifold3d joins."""


@final
@dataclass(frozen=True, slots=True, eq=False)
class Placed:
    """An operand where it stands, and its triangles: points (v, 3), faces (f, 3)."""

    manifold: Manifold
    points: AnyArray
    faces: AnyArray


@final
@dataclass(frozen=True, slots=True, eq=False)
class Shell:
    """A closed surface: rows (v, 6) of positions and normals, faces (f, 3), and which rows are one point: `one[k]` is
    `other[k]`.
    """

    rows: AnyArray
    faces: AnyArray
    one: AnyArray
    other: AnyArray

    def placed(self, pose: Pose, finest: float) -> Placed:
        """Posed, with its corners on a grid. Raises SolidError where it is open."""
        from manifold3d import Manifold, Mesh64

        points, normals = tuple(self.rows[:, :3].T), tuple(self.rows[:, 3:].T)
        if pose.rotation is not None:
            normals = turned(pose.rotation, normals)
        on_grid = [np.rint(axis / finest) * finest for axis in pose.apply(points)]
        rows = np.stack([*on_grid, *normals], axis=1)
        faces = self.faces[:, ::-1].copy() if pose.mirrored else self.faces
        made = checked(Manifold(Mesh64(rows, faces, self.one, self.other)), "operand")
        return Placed(made, rows[:, :3], faces.astype(np.int64))


def placed(manifold: Manifold) -> Placed:
    """What manifold3d made, as an operand."""
    mesh = manifold.to_mesh64()
    return Placed(manifold, np.asarray(mesh.vert_properties)[:, :3], mesh.tri_verts.astype(np.int64))


def grid(reach: float) -> float:
    """A power of two, a little coarser than what manifold3d joins in a solid that reaches so far."""
    return math.ldexp(1.0, math.frexp(reach)[1] - _GRID)


@lru_cache(maxsize=256)
def primitive_shell(geometry: Primitive, segments: int) -> Shell:
    """A primitive in its own frame. Raises SolidError where a corner is not finite."""
    mesh = geometry_mesh(geometry, segments)
    if not np.isfinite(mesh.positions).all():
        raise SolidError("not-finite", "an operand has a corner that is not finite")
    _, first, owner = np.unique(mesh.weld, return_index=True, return_inverse=True)
    target = first[owner]
    rows = np.ascontiguousarray(np.column_stack([mesh.positions[target], mesh.normals]))
    moved = np.flatnonzero(target != np.arange(len(target)))
    return Shell(rows, mesh.faces.astype(np.uint64), moved.astype(np.uint64), target[moved].astype(np.uint64))
