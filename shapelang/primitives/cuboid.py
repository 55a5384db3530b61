"""The cuboid."""

from __future__ import annotations

from functools import lru_cache
from typing import ClassVar, TypeAlias, final

import numpy as np
from numpy.typing import NDArray

from shapelang.arrays import RealArray, read_only
from shapelang.frozen import frozen
from shapelang.geometry.mesh import Mesh
from shapelang.geometry.pose import Real, Vec3
from shapelang.numbers import Numbers
from shapelang.primitives.extents import DEPTH, HEIGHT, WIDTH, Boxed
from shapelang.primitives.protocol import EXACT, FieldClass, Slot

Indices: TypeAlias = NDArray[np.int32]


@final
@frozen
class Cuboid(Boxed):
    """A box with its faces across the axes."""

    width: Real
    height: Real
    depth: Real

    kind: ClassVar[str] = "cuboid"
    doc: ClassVar[str] = "a box with its faces across the axes"
    slots: ClassVar[tuple[Slot, ...]] = (WIDTH, HEIGHT, DEPTH)

    def volume(self) -> float:
        """w·h·d."""
        return self.width * self.height * self.depth

    def mesh(self, segments: int) -> Mesh:
        """Six faces of two triangles each."""
        del segments
        corners, faces, normals, uvs, axes, weld = _unit()
        size = np.array((self.width, self.height, self.depth))
        return Mesh(corners * size, faces, normals, uvs * size[axes], weld)

    def field(self, n: Numbers, x: Real, y: Real, z: Real) -> Real:
        """Exact distance."""
        return box_distance(n, (self.width, self.height, self.depth), x, y, z)

    def field_class(self) -> FieldClass:
        """Exact."""
        return EXACT

    def mirror_symmetric(self) -> tuple[bool, bool, bool]:
        """In all three planes."""
        return (True, True, True)


def box_distance(n: Numbers, size: Vec3, x: Real, y: Real, z: Real) -> Real:
    """Exact signed distance to the box of a size about the origin (Quilez, "3D distance functions": box)."""
    a, b, c = n.absolute(x) - size[0] * 0.5, n.absolute(y) - size[1] * 0.5, n.absolute(z) - size[2] * 0.5
    p, q, r = n.maximum(a, 0.0), n.maximum(b, 0.0), n.maximum(c, 0.0)
    return n.sqrt(p * p + q * q + r * r) + n.minimum(n.maximum(a, n.maximum(b, c)), 0.0)


@lru_cache(maxsize=1)
def _unit() -> tuple[RealArray, Indices, RealArray, RealArray, NDArray[np.int64], Indices]:
    """The cube of edge 1: corners, faces, normals, uvs in [0, 1], the two axes of each uv, weld."""
    corners = np.zeros((6, 4, 3))
    normals = np.zeros((6, 4, 3))
    axes = np.zeros((6, 4, 2), dtype=np.int64)
    faces = np.zeros((6, 2, 3), dtype=np.int32)
    quad = np.array(((-0.5, -0.5), (0.5, -0.5), (0.5, 0.5), (-0.5, 0.5)))
    # `turned`: u × v points against the axis.
    for k, (axis, u, v, turned) in enumerate(((0, 2, 1, True), (1, 0, 2, True), (2, 0, 1, False))):
        for high in (False, True):
            side = 2 * k + high
            corners[side, :, axis] = 0.5 if high else -0.5
            corners[side, :, u], corners[side, :, v] = quad[:, 0], quad[:, 1]
            normals[side, :, axis] = 1.0 if high else -1.0
            axes[side] = u, v
            faces[side] = ((0, 2, 1), (0, 3, 2)) if high == turned else ((0, 1, 2), (0, 2, 3))
            faces[side] += 4 * side
    corner = corners.reshape(-1, 3)
    weld = (corner[:, 0] > 0) * 4 + (corner[:, 1] > 0) * 2 + (corner[:, 2] > 0) * 1
    found = (
        corner, faces.reshape(-1, 3), normals.reshape(-1, 3), np.tile(quad + 0.5, (6, 1)), axes.reshape(-1, 2),
        weld.astype(np.int32),
    )  # fmt: skip
    read_only(*found)
    return found
