"""Inside and outside of triangles that need not be closed: |winding number| > 1/2.

Of scattered points: the fast winding number of Barill, Dickson, Schmidt, Levin, Jacobson, "Fast Winding Numbers for
Soups and Clouds", SIGGRAPH 2018, as libigl has it. Of lattices: signed crossings along columns, for closed meshes the
same number exactly and many times faster. Overlapping closed parts add up and inverted windings count by their absolute
value.
"""

from __future__ import annotations

from typing import Final

import numpy as np

from shapelang.arrays import Bool, Float64
from shapelang.metrics.columns import Axis, cast_columns, decide, few_windings
from shapelang.metrics.connected import connected
from shapelang.metrics.triangles import Points, Triangles

_FEW: Final = 1 << 23
"""Points times faces up to which no tree is built; where faces lie in no order, that is some 100 ms."""


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
    if len(mesh.faces) == 0:
        return np.zeros(0, np.bool_)
    keys, point = np.unique(mesh.positions, axis=0, return_inverse=True)
    faces = point.reshape(-1)[mesh.faces]
    start, end = faces.reshape(-1), np.roll(faces, -1, axis=1).reshape(-1)
    low, high = np.minimum(start, end), np.maximum(start, end)
    _, first, edge = np.unique(low * len(keys) + high, return_index=True, return_inverse=True)
    balance = np.bincount(edge.reshape(-1), weights=np.sign(end - start))
    piece = connected(len(keys), start, end)
    torn = np.zeros(len(keys), np.bool_)
    torn[piece[start[first[balance != 0]]]] = True
    return ~torn[piece[faces[:, 0]]]


def occupancy(mesh: Triangles, xs: Axis, ys: Axis, zs: Axis) -> Bool[np.ndarray, "x y z"]:
    """(x, y, z) whether the points of a lattice are inside, given by their ascending coordinates on each axis.

    Columns decide (`metrics.columns`), and the winding number where holes leave them undecided; without a tree while
    that is little work. A sheet thinner than the distance of two points is seen only where points lie within it.
    """
    counts = len(xs), len(ys), len(zs)
    if len(mesh.faces) == 0 or 0 in counts:
        return np.zeros(counts, np.bool_)
    lattice = tuple(np.ascontiguousarray(line, np.float64) for line in (xs, ys, zs))
    found = decide(cast_columns(mesh, (lattice[0], lattice[1], lattice[2])))
    if len(found.rest):
        at = np.unravel_index(found.rest, counts)
        points = np.stack([line[k] for line, k in zip(lattice, at, strict=True)], axis=-1)
        few = len(points) * len(mesh.faces) <= _FEW
        numbers = few_windings(mesh, points) if few else winding_numbers(mesh, points)
        found.inside.reshape(-1)[found.rest] = np.abs(numbers) > 0.5
    return found.inside


def centres(low: Float64[np.ndarray, "3"], high: Float64[np.ndarray, "3"], n: int) -> tuple[Axis, Axis, Axis]:
    """The coordinates of the centres of n³ equal cells of a box."""
    middles = (np.arange(n) + 0.5) / n
    x, y, z = (low[k] + (high[k] - low[k]) * middles for k in range(3))
    return x, y, z


def column_windings(mesh: Triangles, xs: Axis, ys: Axis, zs: Axis) -> Float64[np.ndarray, "x y z"]:
    """(x, y, z) winding numbers of a closed mesh at the points of a lattice, by signed crossings of columns along y."""
    columns = cast_columns(mesh, (xs, ys, zs))
    return np.cumsum(columns.grids[1], axis=1, dtype=np.float64)
