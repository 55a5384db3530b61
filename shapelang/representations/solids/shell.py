"""Operands as manifold3d takes them: in the frame of their solid, corners on a grid."""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, Final, final

import numpy as np

from shapelang.arrays import AnyArray
from shapelang.geometry.pose import IDENTITY, Pose, turned
from shapelang.primitives.protocol import Primitive
from shapelang.representations.solids.errors import SolidError
from shapelang.representations.solids.exported import checked
from shapelang.representations.solids.limits import check_size
from shapelang.representations.surface import geometry_mesh

if TYPE_CHECKING:
    from manifold3d import Manifold

_GRID: Final = 40
"""Bits below the reach: 9e-13 of it. manifold3d joins what is nearer than 1e-12 of it."""


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

    @property
    def reach(self) -> float:
        """The largest coordinate; 0 where nothing is."""
        return float(np.abs(self.rows[:, :3]).max(initial=0.0))

    def posed(self, pose: Pose) -> Shell:
        """In another frame, normals too."""
        if pose is IDENTITY:
            return self
        points, normals = tuple(self.rows[:, :3].T), tuple(self.rows[:, 3:].T)
        if pose.rotation is not None:
            normals = turned(pose.rotation, normals)
        faces = self.faces[:, ::-1].copy() if pose.mirrored else self.faces
        return Shell(np.stack([*pose.apply(points), *normals], axis=1), faces, self.one, self.other)

    def on_grid(self, finest: float) -> Manifold:
        """With its corners on a grid. Raises SolidError where it is open."""
        from manifold3d import Manifold, Mesh64

        if not len(self.faces):
            return Manifold()
        rows = self.rows.copy()
        rows[:, :3] = np.rint(rows[:, :3] / finest) * finest
        return checked(Manifold(Mesh64(rows, self.faces, self.one, self.other)), "operand")


def grid(reach: float) -> float:
    """A power of two, as fine as what manifold3d joins in a solid that reaches so far."""
    return math.ldexp(1.0, math.frexp(reach)[1] - _GRID)


@lru_cache(maxsize=256)
def primitive_shell(geometry: Primitive, segments: int) -> Shell:
    """A primitive in its own frame. Raises SolidError where it has no size, or one beyond the limits."""
    check_size(geometry)
    mesh = geometry_mesh(geometry, segments)
    if not np.isfinite(mesh.positions).all():
        raise SolidError("not-finite", "an operand has a corner that is not finite")
    _, first, owner = np.unique(mesh.weld, return_index=True, return_inverse=True)
    target = first[owner]
    rows = np.ascontiguousarray(np.column_stack([mesh.positions[target], mesh.normals]))
    moved = np.flatnonzero(target != np.arange(len(target)))
    return Shell(rows, mesh.faces.astype(np.uint64), moved.astype(np.uint64), target[moved].astype(np.uint64))


def solid_shell(manifold: Manifold) -> Shell:
    """What manifold3d made, to be an operand itself."""
    mesh = manifold.to_mesh64(0)
    rows = mesh.vert_properties if len(mesh.tri_verts) else np.zeros((0, 6))
    one, other = (np.array(k, np.uint64) for k in (mesh.merge_from_vert, mesh.merge_to_vert))
    return Shell(np.array(rows), np.array(mesh.tri_verts), one, other)
