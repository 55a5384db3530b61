"""Points on triangles, uniform by area, the same on every machine."""

from __future__ import annotations

import numpy as np

from shapelang.arrays import Float64, Int64
from shapelang.metrics.triangles import Points, Triangles, face_areas


def uniforms(count: int, columns: int, seed: int) -> Float64[np.ndarray, "n c"]:
    """(count, columns) numbers in [0, 1) from the raw bits of the counter-based generator Philox."""
    bits = np.random.Philox(key=seed).random_raw(count * columns)
    return ((bits >> np.uint64(11)).astype(np.float64) * 2.0**-53).reshape(count, columns)


def surface_points(mesh: Triangles, count: int, seed: int = 0) -> Points:
    """(count, 3) points on the triangles, uniform by area; triangles without area get none."""
    return surface_samples(mesh, count, seed)[0]


def surface_samples(mesh: Triangles, count: int, seed: int = 0) -> tuple[Points, Int64[np.ndarray, " n"]]:
    """The same points, and (count,) the triangle that each lies on."""
    draws = uniforms(count, 3, seed)
    reach = np.cumsum(face_areas(mesh))
    if len(reach) == 0 or reach[-1] <= 0.0:
        return np.repeat(mesh.corners.reshape(-1, 3)[:1], count, axis=0), np.zeros(count, np.int64)
    face = np.minimum(np.searchsorted(reach, draws[:, 0] * reach[-1], side="right"), len(reach) - 1)
    # Uniform barycentric coordinates: Osada et al., "Shape Distributions", TOG 2002, equation 1.
    root, v = np.sqrt(draws[:, 1])[:, None], draws[:, 2][:, None]
    corners = mesh.corners[face]
    return (1 - root) * corners[:, 0] + root * (1 - v) * corners[:, 1] + root * v * corners[:, 2], face
