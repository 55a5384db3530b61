"""The connected pieces of a mesh, by the corners that its faces share."""

from __future__ import annotations

import numpy as np

from shapelang.arrays import Int64
from shapelang.metrics.connected import connected
from shapelang.metrics.triangles import Triangles


def piece_of(mesh: Triangles) -> Int64[np.ndarray, " f"]:
    """(f,) the number of the piece that each face belongs to, from 0."""
    a, b, c = mesh.faces.T
    corner = connected(len(mesh.positions), np.r_[a, a], np.r_[b, c])
    return np.unique(corner[a], return_inverse=True)[1].reshape(-1)
