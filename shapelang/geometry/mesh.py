"""Triangle meshes with analytic normals and UVs, and the corners welded by construction."""

from __future__ import annotations

from dataclasses import dataclass
from typing import final

import numpy as np

from shapelang.arrays import AnyArray, FaceArray, FaceVectorArray, NormalArray, PointArray, UvArray, WeldArray


@final
@dataclass(frozen=True, slots=True, eq=False)
class Mesh:
    """A triangle mesh in metres; counter-clockwise seen from outside, normals outward.

    A corner where normals or UVs jump is several vertices at one place; `weld` says which are the same point of the
    surface, so that closedness is a question of indices and never of rounding.

    positions: (v, 3) float64 · faces: (f, 3) int32 · normals: (v, 3) float64, unit length · uvs: (v, 2) float64, metres
    along the surface where it unrolls (so that a tiling texture has one scale) · weld: (v,) int32, a vertex's point.
    """

    positions: PointArray
    faces: FaceArray
    normals: NormalArray
    uvs: UvArray
    weld: WeldArray

    @property
    def welded_faces(self) -> FaceArray:
        """(f, 3) faces over points of the surface instead of vertices."""
        return self.weld[self.faces].astype(np.int32)


def face_vectors(positions: PointArray, faces: AnyArray) -> FaceVectorArray:
    """(f, 3) along each face's normal, twice its area long; sums written out, so the bits are the same everywhere."""
    a, b, c = (positions[faces[:, k]] for k in range(3))
    u, v = b - a, c - a
    return np.stack([u[:, i] * v[:, j] - u[:, j] * v[:, i] for i, j in ((1, 2), (2, 0), (0, 1))], axis=1)
