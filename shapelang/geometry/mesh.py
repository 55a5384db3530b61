"""Triangle meshes with analytic normals and UVs, and the corners welded by construction."""

from __future__ import annotations

from dataclasses import dataclass
from typing import final

import numpy as np

from shapelang.arrays import FaceArray, NormalArray, PointArray, UvArray, WeldArray


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
