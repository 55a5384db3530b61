"""Operands as manifold3d takes them: in the frame of their solid, corners on a grid."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, Final, final

import numpy as np

from shapelang.arrays import AnyArray
from shapelang.geometry.pose import Pose, turned
from shapelang.primitives.protocol import Primitive
from shapelang.representations.solids.errors import SolidError
from shapelang.representations.solids.exported import checked
from shapelang.representations.solids.planes import Planes, planes_of
from shapelang.representations.surface import geometry_mesh

if TYPE_CHECKING:
    from manifold3d import Manifold

_GRID: Final = 36
"""Bits below the reach: 1.5e-11 of it, well above the 1e-12 of it that manifold3d joins."""


@final
@dataclass(frozen=True, slots=True, eq=False)
class Shell:
    """A closed surface: rows (v, 6) of positions and normals, faces (f, 3), which rows are one point (`one[k]` is
    `other[k]`), and the planes of the faces.
    """

    rows: AnyArray
    faces: AnyArray
    one: AnyArray
    other: AnyArray
    planes: Planes

    @property
    def points(self) -> AnyArray:
        """(v, 3) the positions."""
        return self.rows[:, :3]

    def placed(self, pose: Pose, finest: float) -> Shell:
        """Posed, with its corners on a grid."""
        points, normals = tuple(self.rows[:, :3].T), tuple(self.rows[:, 3:].T)
        if pose.rotation is not None:
            normals = turned(pose.rotation, normals)
        rows = np.stack([*pose.apply(points), *normals], axis=1)
        rows[:, :3] = np.rint(rows[:, :3] / finest) * finest
        faces = self.faces[:, ::-1] if pose.mirrored else self.faces
        return Shell(rows, faces, self.one, self.other, self.planes.posed(pose))

    def corners(self, faces: AnyArray) -> AnyArray:
        """(n, 3, 3): the corners of some of the faces, of a mask (f,)."""
        return self.rows[self.faces[faces], :3]


@final
@dataclass(frozen=True, slots=True, eq=False)
class Placed:
    """An operand where it stands, and the surfaces that its own may lie on."""

    manifold: Manifold
    shells: tuple[Shell, ...]


def imported(shells: Sequence[Shell]) -> Placed:
    """Surfaces that are apart from each other, as one operand. Raises SolidError where one is open."""
    from manifold3d import Manifold, Mesh64

    starts = np.cumsum([0, *(len(shell.rows) for shell in shells[:-1])]).astype(np.uint64)
    together = list(zip(shells, starts, strict=True))
    rows = np.concatenate([shell.rows for shell in shells])
    faces = np.concatenate([shell.faces + start for shell, start in together])
    one = np.concatenate([shell.one + start for shell, start in together])
    other = np.concatenate([shell.other + start for shell, start in together])
    return Placed(checked(Manifold(Mesh64(rows, faces, one, other)), "operand"), tuple(shells))


def shell_of(manifold: Manifold) -> Shell:
    """The surface of what manifold3d made."""
    mesh = manifold.to_mesh64()
    rows, faces = mesh.vert_properties, mesh.tri_verts
    one, other = (np.asarray(numbers, np.uint64) for numbers in (mesh.merge_from_vert, mesh.merge_to_vert))
    return Shell(rows, faces, one, other, planes_of(rows[:, :3], faces.astype(np.int64)))


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
    one, other = moved.astype(np.uint64), target[moved].astype(np.uint64)
    return Shell(rows, mesh.faces.astype(np.uint64), one, other, planes_of(mesh.positions, mesh.faces))
