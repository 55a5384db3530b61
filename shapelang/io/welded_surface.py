"""All leaves as one surface over its points: what formats without seams store, closed by index."""

from __future__ import annotations

from dataclasses import dataclass
from typing import final

import numpy as np

from shapelang.arrays import FaceArray, Float64, Int64
from shapelang.representations.surface import Flat


@final
@dataclass(frozen=True, slots=True, eq=False)
class WeldedSurface:
    """points: (p, 3) · faces: (f, 3) over points · of_vertex: (v,) the point of each vertex of the flat mesh."""

    points: Float64[np.ndarray, "p 3"]
    faces: FaceArray
    of_vertex: Int64[np.ndarray, " v"]


def welded_surface(flat: Flat) -> WeldedSurface:
    """Points in the order of their first vertices; −0 becomes 0."""
    _, first, of_vertex = np.unique(flat.weld, return_index=True, return_inverse=True)
    of_vertex = of_vertex.reshape(-1).astype(np.int64)
    return WeldedSurface(flat.positions[first] + 0.0, of_vertex[flat.faces].astype(np.int32), of_vertex)
