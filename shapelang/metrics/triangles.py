"""A bare set of triangles: what every metric compares."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import final

import numpy as np

from shapelang.arrays import Float64, Int64
from shapelang.geometry.mesh import Mesh

Points = Float64[np.ndarray, "n 3"]
Faces = Int64[np.ndarray, "f 3"]


@final
@dataclass(frozen=True, slots=True, eq=False)
class Triangles:
    """positions: (v, 3) float64 · faces: (f, 3) int64. Nothing is promised: holes, soups, inverted windings."""

    positions: Points
    faces: Faces

    @property
    def corners(self) -> Float64[np.ndarray, "f 3 3"]:
        """(f, 3, 3): triangle, corner, coordinate."""
        return self.positions[self.faces]

    @property
    def bounds(self) -> tuple[Float64[np.ndarray, "3"], Float64[np.ndarray, "3"]]:
        """Lowest and highest coordinates of all corners."""
        met = np.zeros(len(self.positions), np.bool_)
        met[self.faces] = True
        used = self.positions[met]
        return used.min(axis=0), used.max(axis=0)

    @property
    def diagonal(self) -> float:
        """Length of the diagonal of the bounds."""
        low, high = self.bounds
        return float(np.sqrt(((high - low) ** 2).sum()))


def triangles(positions: object, faces: object) -> Triangles:
    """Triangles from anything array-like."""
    return Triangles(
        np.ascontiguousarray(np.asarray(positions, np.float64).reshape(-1, 3)),
        np.ascontiguousarray(np.asarray(faces, np.int64).reshape(-1, 3)),
    )


def welded_surface(mesh: Mesh) -> Triangles:
    """A mesh over the points of its surface, so that it is closed by its indices whatever the rounding did."""
    point, first = np.unique(mesh.weld, return_index=True)
    number = np.zeros(int(point.max(initial=-1)) + 1, np.int64)
    number[point] = np.arange(len(point))
    return triangles(mesh.positions[first], number[mesh.welded_faces])


def joined(parts: Iterable[Triangles]) -> Triangles:
    """Several sets as one."""
    positions: list[Points] = []
    faces: list[Faces] = []
    offset = 0
    for part in parts:
        positions.append(part.positions)
        faces.append(part.faces + offset)
        offset += len(part.positions)
    if not positions:
        return triangles([], [])
    return Triangles(np.concatenate(positions), np.concatenate(faces))


def face_areas(mesh: Triangles) -> Float64[np.ndarray, " f"]:
    """(f,) areas."""
    return 0.5 * np.sqrt((cross_products(mesh) ** 2).sum(axis=1))


def cross_products(mesh: Triangles) -> Float64[np.ndarray, "f 3"]:
    """(f, 3) normals with the length of twice the area."""
    corners = mesh.corners
    return np.cross(corners[:, 1] - corners[:, 0], corners[:, 2] - corners[:, 0])
