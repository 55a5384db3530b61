"""The closed surface of oriented discs.

On which side of it a place lies is told by the winding number of the discs (Barill, Dickson, Schmidt, Levin, Jacobson,
"Fast Winding Numbers for Soups and Clouds", SIGGRAPH 2018), which closes holes and bears noise; how far away it is, by
the planes of the nearest points (Kolluri, "Provably good moving least squares", 2008). Their product on a grid is
meshed by the dual method of `fields`.
"""

from __future__ import annotations

from typing import Final

import numpy as np
from scipy.ndimage import binary_dilation, maximum_filter, minimum_filter
from scipy.spatial import KDTree

from shapelang.arrays import AnyArray, Float64
from shapelang.fields.dual import grid_surface
from shapelang.inference.input.surfels import FEW, Surfels
from shapelang.metrics.inside import winding_numbers
from shapelang.metrics.triangles import Points, Triangles, face_areas, triangles
from shapelang.representations.levelset import Lattice

CELLS: Final = (24, 128)
"""Fewest and most cells along the longest side."""

_CELL: Final = 0.9
"""Size of a cell in distances of neighbouring points."""

_COARSE: Final = 4
"""Cells of the grid in one of the coarse grid, that finds where the surface may be."""

_NEAREST: Final = 10
"""Points whose planes tell how far away the surface is."""

_CRUMB: Final = float(FEW)
"""Points that a closed piece of the surface stands for at least: with fewer it is chance where faces meet, as a plane
is laid through so many.
"""

_UNSURE: Final = 0.2
"""Where the winding number is this near to 1/2, the planes decide on the side."""


def reconstructed(surfels: Surfels) -> Triangles:
    """A closed mesh about what the discs enclose; raises SurfaceError where they enclose nothing."""
    lattice = _lattice(surfels)
    winding, near = _windings(surfels, lattice)
    values = np.clip(0.5 - winding, -0.5, 0.5) * lattice.pitch
    nodes = np.flatnonzero(near)
    places = np.stack(lattice.points(nodes), axis=-1)
    values.reshape(-1)[nodes] = _heights(surfels, places, winding.reshape(-1)[nodes], lattice.pitch)
    made = grid_surface(values.astype(np.float32), lattice)
    return _without_crumbs(triangles(made.positions, made.faces), surfels.spacing)


def _without_crumbs(made: Triangles, spacing: float) -> Triangles:
    """The closed pieces of a surface, cavities among them, that points are `spacing` apart on; the largest at least."""
    from scipy.sparse import coo_matrix
    from scipy.sparse.csgraph import connected_components

    count = len(made.positions)
    links = made.faces[:, [0, 1, 1, 2]].reshape(-1, 2)
    graph = coo_matrix((np.ones(len(links), np.bool_), (links[:, 0], links[:, 1])), (count, count))
    piece = connected_components(graph, directed=False)[1][made.faces[:, 0]]
    area = np.bincount(piece, face_areas(made))
    kept = area >= min(_CRUMB * spacing**2, float(area.max()))
    used, faces = np.unique(made.faces[kept[piece]], return_inverse=True)
    return triangles(made.positions[used], faces.reshape(-1, 3))


def _lattice(surfels: Surfels) -> Lattice:
    low, high = surfels.points.min(axis=0), surfels.points.max(axis=0)
    longest = float((high - low).max())
    cells = int(np.clip(np.ceil(longest / (_CELL * surfels.spacing)), *CELLS))
    pitch = longest / cells
    # Two cells of air, and whole coarse cells.
    counts = -(-(np.ceil((high - low) / pitch).astype(np.int64) + 4) // _COARSE) * _COARSE
    x, y, z = (0.5 * (low + high - counts * pitch)).tolist()
    a, b, c = (counts + 1).tolist()
    return Lattice((x, y, z), pitch, (a, b, c))


def _windings(surfels: Surfels, lattice: Lattice) -> tuple[Float64[np.ndarray, "x y z"], AnyArray]:
    """Winding numbers at all nodes, exact where the surface may be; and the nodes that are near a point."""
    soup = _soup(surfels)
    grid = np.arange(lattice.size).reshape(lattice.counts)
    rough_nodes = grid[::_COARSE, ::_COARSE, ::_COARSE]
    rough = _numbers(soup, lattice, rough_nodes.reshape(-1)).reshape(rough_nodes.shape)
    places = np.floor((surfels.points - np.array(lattice.low)) / lattice.pitch).astype(np.int64)
    near = binary_dilation(_nodes_of(_marked(places, np.array(lattice.counts) - 1)), np.ones((3, 3, 3)))
    chosen = _marked(places // _COARSE, np.array(rough.shape) - 1) | _crossed(rough)
    fine = near | _nodes_of(np.kron(chosen, np.ones((_COARSE,) * 3, np.bool_)))
    winding = np.pad(np.kron(rough[:-1, :-1, :-1], np.ones((_COARSE,) * 3)), [(0, 1)] * 3, mode="edge")
    nodes = np.flatnonzero(fine)
    winding.reshape(-1)[nodes] = _numbers(soup, lattice, nodes)
    return winding, near


def _numbers(soup: Triangles, lattice: Lattice, nodes: AnyArray) -> AnyArray:
    return np.abs(winding_numbers(soup, np.stack(lattice.points(nodes), axis=-1)))


def _marked(places: AnyArray, cells: AnyArray) -> AnyArray:
    """Which cells hold a place."""
    marked = np.zeros(cells, np.bool_)
    marked[tuple(places.T)] = True
    return marked


def _crossed(rough: AnyArray) -> AnyArray:
    """Which cells have corners of both sides, or nearly."""
    low = minimum_filter(rough, 2, origin=-1)[:-1, :-1, :-1]
    high = maximum_filter(rough, 2, origin=-1)[:-1, :-1, :-1]
    return (low < 0.6) & (high > 0.4)


def _nodes_of(cells: AnyArray) -> AnyArray:
    """The nodes of chosen cells."""
    padded = np.pad(cells, 1)
    return maximum_filter(padded, 2)[1:, 1:, 1:]


def _soup(surfels: Surfels) -> Triangles:
    """A triangle of the area of each disc: dipoles, whose winding number stays bounded beside them."""
    normals = surfels.normals
    helper = np.where(np.abs(normals[:, :1]) < 0.6, [[1.0, 0.0, 0.0]], [[0.0, 1.0, 0.0]])
    u = np.cross(normals, helper)
    u /= np.sqrt((u * u).sum(axis=1, keepdims=True))
    v = np.cross(normals, u)
    radius = np.sqrt(surfels.areas * (4.0 / (3.0 * np.sqrt(3.0))))[:, None]
    turns = [(1.0, 0.0), (-0.5, np.sqrt(0.75)), (-0.5, -np.sqrt(0.75))]
    corners = np.stack([surfels.points + radius * (c * u + s * v) for c, s in turns], axis=1)
    return triangles(corners.reshape(-1, 3), np.arange(3 * len(normals)).reshape(-1, 3))


def _heights(surfels: Surfels, places: Points, winding: AnyArray, pitch: float) -> AnyArray:
    """Signed distances to the planes of the nearest points, their sign that of the winding number where it is sure."""
    count = min(_NEAREST, len(surfels.points))
    distances, near = KDTree(surfels.points).query(places, count, workers=-1)
    distances, near = distances.reshape(-1, count), near.reshape(-1, count)
    width = distances[:, :1] + 0.5 * surfels.spacing + surfels.height
    weights = np.exp(-((distances / width) ** 2))
    offset = places[:, None, :] - surfels.points[near]
    heights = np.einsum("nki,nki->nk", offset, surfels.normals[near])
    height = (weights * heights).sum(axis=1) / weights.sum(axis=1)
    sure = np.abs(winding - 0.5) > _UNSURE
    least = np.maximum(np.abs(height), 0.02 * pitch)
    return np.where(sure, np.where(winding > 0.5, -least, least), height)
