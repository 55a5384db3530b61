"""The cuboid."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import ClassVar, final

import numpy as np

from shapelang.geometry.mesh import Mesh
from shapelang.geometry.pose import Real, Vec3
from shapelang.numbers import Numbers
from shapelang.primitives.limits import length
from shapelang.primitives.protocol import FieldClass, Refusal, Slot


@final
@dataclass(frozen=True, slots=True)
class Cuboid:
    """A box with its faces across the axes."""

    width: Real
    height: Real
    depth: Real

    kind: ClassVar[str] = "cuboid"
    doc: ClassVar[str] = "a box with its faces across the axes"
    slots: ClassVar[tuple[Slot, ...]] = (
        Slot("width", "length", "extent in x, metres", low=0.0, low_open=True, axis="x"),
        Slot("height", "length", "extent in y, metres", low=0.0, low_open=True, axis="y"),
        Slot("depth", "length", "extent in z, metres", low=0.0, low_open=True, axis="z"),
    )

    def size(self, n: Numbers) -> Vec3:
        """Its extents."""
        del n
        return (self.width, self.height, self.depth)

    def refusals(self, n: Numbers) -> tuple[Refusal, ...]:
        """Every extent above 0."""
        del n
        return (*length("width", self.width), *length("height", self.height), *length("depth", self.depth))

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
        return FieldClass(True, 1.0)

    def mirror_symmetric(self) -> tuple[bool, bool, bool]:
        """In all three planes."""
        return (True, True, True)


def box_distance(n: Numbers, size: Vec3, x: Real, y: Real, z: Real) -> Real:
    """Exact signed distance to the box of a size about the origin (Quilez, "3D distance functions": box)."""
    a, b, c = n.absolute(x) - size[0] * 0.5, n.absolute(y) - size[1] * 0.5, n.absolute(z) - size[2] * 0.5
    p, q, r = n.maximum(a, 0.0), n.maximum(b, 0.0), n.maximum(c, 0.0)
    return n.sqrt(p * p + q * q + r * r) + n.minimum(n.maximum(a, n.maximum(b, c)), 0.0)


@lru_cache(maxsize=1)
def _unit() -> tuple[np.ndarray, ...]:
    """The cube of edge 1: corners, faces, normals, uvs in [0, 1], the two axes of each uv, weld."""
    corners: list[tuple[float, ...]] = []
    normals: list[tuple[float, ...]] = []
    uvs: list[tuple[float, float]] = []
    axes: list[tuple[int, int]] = []
    faces: list[tuple[int, int, int]] = []
    for axis, u, v in ((0, 2, 1), (1, 0, 2), (2, 0, 1)):
        for side in (-0.5, 0.5):
            start = len(corners)
            for a, b in ((-0.5, -0.5), (0.5, -0.5), (0.5, 0.5), (-0.5, 0.5)):
                point, normal = [0.0, 0.0, 0.0], [0.0, 0.0, 0.0]
                point[axis], point[u], point[v] = side, a, b
                normal[axis] = 2.0 * side
                corners.append(tuple(point))
                normals.append(tuple(normal))
                uvs.append((a + 0.5, b + 0.5))
                axes.append((u, v))
            ordered = np.cross(
                np.subtract(corners[start + 1], corners[start]), np.subtract(corners[start + 3], corners[start])
            )
            outward = ordered[axis] * side > 0
            quad = (0, 1, 2, 0, 2, 3) if outward else (0, 2, 1, 0, 3, 2)
            faces += [
                (start + quad[0], start + quad[1], start + quad[2]),
                (start + quad[3], start + quad[4], start + quad[5]),
            ]
    weld = [int((x > 0) * 4 + (y > 0) * 2 + (z > 0)) for x, y, z in corners]
    found = (
        np.array(corners), np.array(faces, dtype=np.int32), np.array(normals), np.array(uvs), np.array(axes),
        np.array(weld, dtype=np.int32),
    )  # fmt: skip
    for array in found:
        array.setflags(write=False)
    return found
