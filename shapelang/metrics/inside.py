"""Inside and outside of triangles that need not be closed: |winding number| > 1/2.

Open meshes: the fast winding number of Barill, Dickson, Schmidt, Levin, Jacobson, "Fast Winding Numbers for Soups and
Clouds", SIGGRAPH 2018, as libigl has it. Closed ones: signed crossings along columns of cells, which is the same number
exactly and many times faster. Overlapping closed parts add up and inverted windings count by their absolute value.
"""

from __future__ import annotations

from typing import Final

import numpy as np
from jaxtyping import Bool, Float64

from shapelang.metrics.triangles import Points, Triangles

_NUDGE: Final = 1.2345e-7
"""Columns are moved by this part of a cell, so that none runs along an edge: modelled edges lie at round numbers."""


def winding_numbers(mesh: Triangles, points: Points) -> Float64[np.ndarray, " n"]:
    """(n,) generalised winding numbers at points; 1 inside a closed outward mesh, fractions at holes."""
    import igl

    if len(mesh.faces) == 0 or len(points) == 0:
        return np.zeros(len(points))
    found = igl.fast_winding_number(mesh.positions, mesh.faces, np.ascontiguousarray(points, np.float64))
    return np.nan_to_num(np.asarray(found, np.float64).reshape(-1), nan=0.0, posinf=0.0, neginf=0.0)


def inside(mesh: Triangles, points: Points) -> Bool[np.ndarray, " n"]:
    """(n,) whether |winding number| > 1/2."""
    return np.abs(winding_numbers(mesh, points)) > 0.5


def is_closed(mesh: Triangles) -> bool:
    """Whether every directed edge is matched by as many opposite ones, corners at equal positions being one point."""
    if len(mesh.faces) == 0:
        return False
    _, point = np.unique(mesh.positions, axis=0, return_inverse=True)
    faces = point.reshape(-1)[mesh.faces]
    start, end = faces.reshape(-1), np.roll(faces, -1, axis=1).reshape(-1)
    count = int(faces.max()) + 1
    low, high = np.minimum(start, end), np.maximum(start, end)
    _, edge = np.unique(low * count + high, return_inverse=True)
    balance = np.bincount(edge.reshape(-1), weights=np.sign(end - start))
    return bool((balance == 0).all())


def occupancy(
    mesh: Triangles, low: Float64[np.ndarray, "3"], high: Float64[np.ndarray, "3"], n: int
) -> Bool[np.ndarray, "n n n"]:
    """(n, n, n) whether the centre of each cell of the box from `low` to `high` is inside, indexed [x, y, z]."""
    if is_closed(mesh):
        return column_windings(mesh, low, high, n) != 0
    return inside(mesh, cell_centres(low, high, n)).reshape(n, n, n)


def cell_centres(low: Float64[np.ndarray, "3"], high: Float64[np.ndarray, "3"], n: int) -> Points:
    """(n³, 3) centres of the cells of a box, z fastest."""
    axes = [low[k] + (high[k] - low[k]) * (np.arange(n) + 0.5) / n for k in range(3)]
    return np.stack(np.meshgrid(*axes, indexing="ij"), axis=-1).reshape(-1, 3)


def column_windings(
    mesh: Triangles, low: Float64[np.ndarray, "3"], high: Float64[np.ndarray, "3"], n: int
) -> Float64[np.ndarray, "n n n"]:
    """(n, n, n) winding numbers of a closed mesh at cell centres, by signed crossings of the columns along y."""
    span = np.where(high > low, high - low, 1.0)
    corners = (mesh.corners - low) / span * n - 0.5 + np.array([_NUDGE, 0.0, _NUDGE])  # a centre is a whole number now
    x, y, z = corners[..., 0], corners[..., 1], corners[..., 2]
    face, i, k = _columns_under(x, z, n)
    area = (x[:, 1] - x[:, 0]) * (z[:, 2] - z[:, 0]) - (x[:, 2] - x[:, 0]) * (z[:, 1] - z[:, 0])
    weights = [
        (x[face, b] - i) * (z[face, c] - k) - (x[face, c] - i) * (z[face, b] - k) for b, c in ((1, 2), (2, 0), (0, 1))
    ]
    sign = np.sign(area[face])
    hit = (weights[0] * sign > 0) & (weights[1] * sign > 0) & (weights[2] * sign > 0)
    face, i, k, sign = face[hit], i[hit], k[hit], sign[hit]
    height = sum(w[hit] * y[face, c] for c, w in enumerate(weights)) / area[face]
    level = np.clip(np.ceil(height), 0, n).astype(np.int64)
    flat = (i * (n + 1) + level) * n + k
    steps = np.bincount(flat, weights=sign, minlength=n * (n + 1) * n).reshape(n, n + 1, n)
    return np.cumsum(steps[:, :n], axis=1)


def _columns_under(
    x: Float64[np.ndarray, "f 3"], z: Float64[np.ndarray, "f 3"], n: int
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Pairs (face, i, k): the columns whose centre lies in the box of a face's shadow."""
    first_i, last_i = np.clip(np.ceil(x.min(1)), 0, n), np.clip(np.floor(x.max(1)), -1, n - 1)
    first_k, last_k = np.clip(np.ceil(z.min(1)), 0, n), np.clip(np.floor(z.max(1)), -1, n - 1)
    wide = np.maximum(last_i - first_i + 1, 0).astype(np.int64)
    deep = np.maximum(last_k - first_k + 1, 0).astype(np.int64)
    count = wide * deep
    face = np.repeat(np.arange(len(x)), count)
    number = np.arange(len(face)) - np.repeat(np.cumsum(count) - count, count)
    i = first_i[face].astype(np.int64) + number // np.maximum(deep[face], 1)
    k = first_k[face].astype(np.int64) + number % np.maximum(deep[face], 1)
    return face, i, k
