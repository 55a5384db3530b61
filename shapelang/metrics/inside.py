"""Inside and outside of triangles that need not be closed: |winding number| > 1/2.

Open meshes: the fast winding number of Barill, Dickson, Schmidt, Levin, Jacobson, "Fast Winding Numbers for Soups and
Clouds", SIGGRAPH 2018, as libigl has it. Closed ones: signed crossings along columns of cells, which is the same number
exactly and many times faster. Overlapping closed parts add up and inverted windings count by their absolute value.
"""

from __future__ import annotations

from typing import Final, TypeAlias

import numpy as np

from shapelang.arrays import Bool, Float64
from shapelang.metrics.triangles import Points, Triangles

_NUDGE: Final = (1.2345e-9, 0.7871e-9)
"""Columns are moved by these parts of the mesh's extents in x and z, so that none runs along an edge: modelled edges
lie at round numbers, and the diagonals of their quads at round slopes, which is why the two differ."""

Axis: TypeAlias = Float64[np.ndarray, " _"]


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
    return len(mesh.faces) > 0 and bool(closed_faces(mesh).all())


def closed_faces(mesh: Triangles) -> Bool[np.ndarray, " f"]:
    """(f,) whether a face belongs to a connected piece that is closed; equal positions are one point."""
    from scipy.sparse import coo_matrix
    from scipy.sparse.csgraph import connected_components

    if len(mesh.faces) == 0:
        return np.zeros(0, np.bool_)
    keys, point = np.unique(mesh.positions, axis=0, return_inverse=True)
    faces = point.reshape(-1)[mesh.faces]
    start, end = faces.reshape(-1), np.roll(faces, -1, axis=1).reshape(-1)
    low, high = np.minimum(start, end), np.maximum(start, end)
    _, first, edge = np.unique(low * len(keys) + high, return_index=True, return_inverse=True)
    balance = np.bincount(edge.reshape(-1), weights=np.sign(end - start))
    links = coo_matrix((np.ones(len(start)), (start, end)), shape=(len(keys), len(keys)))
    piece = connected_components(links, directed=False)[1]
    torn = np.zeros(len(keys), np.bool_)
    torn[piece[start[first[balance != 0]]]] = True
    return ~torn[piece[faces[:, 0]]]


def occupancy(mesh: Triangles, xs: Axis, ys: Axis, zs: Axis) -> Bool[np.ndarray, "x y z"]:
    """(x, y, z) whether the points of a lattice are inside, given by their ascending coordinates on each axis.

    Winding numbers add up: of the closed pieces they come from columns, of the others from the fast winding number.
    """
    closed = closed_faces(mesh)
    total = column_windings(Triangles(mesh.positions, mesh.faces[closed]), xs, ys, zs)
    if not closed.all():
        points = np.stack(np.meshgrid(xs, ys, zs, indexing="ij"), axis=-1).reshape(-1, 3)
        total += winding_numbers(Triangles(mesh.positions, mesh.faces[~closed]), points).reshape(total.shape)
    return np.abs(total) > 0.5


def centres(low: Float64[np.ndarray, "3"], high: Float64[np.ndarray, "3"], n: int) -> tuple[Axis, Axis, Axis]:
    """The coordinates of the centres of n³ equal cells of a box."""
    middles = (np.arange(n) + 0.5) / n
    x, y, z = (low[k] + (high[k] - low[k]) * middles for k in range(3))
    return x, y, z


def column_windings(mesh: Triangles, xs: Axis, ys: Axis, zs: Axis) -> Float64[np.ndarray, "x y z"]:
    """(x, y, z) winding numbers of a closed mesh at the points of a lattice, by signed crossings of columns along y."""
    corners = mesh.corners
    if len(corners) == 0:
        return np.zeros((len(xs), len(ys), len(zs)))
    x, y, z = corners[..., 0], corners[..., 1], corners[..., 2]
    across, along = xs + _NUDGE[0] * float(np.ptp(x)), zs + _NUDGE[1] * float(np.ptp(z))
    face, i, k = _columns_under(x, z, across, along)
    area = (x[:, 1] - x[:, 0]) * (z[:, 2] - z[:, 0]) - (x[:, 2] - x[:, 0]) * (z[:, 1] - z[:, 0])
    dx, dz = x[face] - across[i][:, None], z[face] - along[k][:, None]
    weights = [dx[:, b] * dz[:, c] - dx[:, c] * dz[:, b] for b, c in ((1, 2), (2, 0), (0, 1))]
    sign = np.sign(area[face])
    hit = (weights[0] * sign > 0) & (weights[1] * sign > 0) & (weights[2] * sign > 0)
    face, i, k, sign = face[hit], i[hit], k[hit], sign[hit]
    height = sum((w[hit] * y[face, c] for c, w in enumerate(weights)), np.zeros(len(face))) / area[face]
    level = np.searchsorted(ys, height)
    shape = (len(xs), len(ys) + 1, len(zs))
    flat = (i * shape[1] + level) * shape[2] + k
    steps = np.bincount(flat, weights=sign, minlength=shape[0] * shape[1] * shape[2]).reshape(shape)
    return np.cumsum(steps[:, :-1], axis=1, dtype=np.float64)


def _columns_under(
    x: Float64[np.ndarray, "f 3"], z: Float64[np.ndarray, "f 3"], xs: Axis, zs: Axis
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Triples (face, i, k): the columns that stand in the box of a face's shadow."""
    first_i, last_i = np.searchsorted(xs, x.min(1)), np.searchsorted(xs, x.max(1))
    first_k, last_k = np.searchsorted(zs, z.min(1)), np.searchsorted(zs, z.max(1))
    deep = last_k - first_k
    count = (last_i - first_i) * deep
    face = np.repeat(np.arange(len(x)), count)
    number = np.arange(len(face)) - np.repeat(np.cumsum(count) - count, count)
    width = np.maximum(deep[face], 1)
    return face, first_i[face] + number // width, first_k[face] + number % width
