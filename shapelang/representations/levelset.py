"""The zero surface of a field on a grid, closed and oriented by construction: marching tetrahedra.

Doi, Koide, "An efficient method of triangulating equi-valued surfaces by using tetrahedral cells", IEICE Trans. E74
(1991), on Kuhn's six tetrahedra of a cube, whose faces agree from cube to cube: no case is ambiguous, so every edge of
the result has two faces. Only + − × ÷ and comparisons: the same bytes everywhere.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from itertools import permutations
from typing import Final, TypeAlias, final

import numpy as np

from shapelang.arrays import AnyArray, EdgeArray, FaceArray, GridArray, IndexArray, IndexTriples, PointArray, ValueArray
from shapelang.geometry.pose import Vec3

FieldFunction: TypeAlias = Callable[[Vec3], ValueArray]
"""Values, negative inside, at points given as three columns."""

_BLOCK: Final = 1 << 15
"""Points of a field evaluated at once: the columns stay in the cache."""

_REFINEMENTS: Final = 5
"""Steps of false position along a crossed edge, after the linear one."""


@final
@dataclass(frozen=True, slots=True)
class Lattice:
    """`counts` nodes along x, y, z from `low`, `pitch` metres apart."""

    low: tuple[float, float, float]
    pitch: float
    counts: tuple[int, int, int]

    def points(self, nodes: IndexArray) -> Vec3:
        """The places of nodes, numbered with z fastest."""
        (_, ny, nz), (x, y, z), h = self.counts, self.low, self.pitch
        return (x + h * (nodes // (ny * nz)), y + h * (nodes // nz % ny), z + h * (nodes % nz))

    @property
    def size(self) -> int:
        """How many nodes there are."""
        return self.counts[0] * self.counts[1] * self.counts[2]


def lattice_values(field: FieldFunction, lattice: Lattice) -> GridArray:
    """The field at every node."""
    values = np.zeros(lattice.size)
    for start in range(0, lattice.size, _BLOCK):
        nodes = np.arange(start, min(start + _BLOCK, lattice.size))
        values[start : start + _BLOCK] = field(lattice.points(nodes))
    return values.reshape(lattice.counts)


def border_is_outside(values: GridArray) -> bool:
    """Whether the surface stays off the border of the lattice, without which it would be open."""
    faces = (values[0], values[-1], values[:, 0], values[:, -1], values[:, :, 0], values[:, :, -1])
    return all(bool((face >= 0.0).all()) for face in faces)


def level_set(field: FieldFunction, lattice: Lattice, values: GridArray) -> tuple[PointArray, FaceArray]:
    """The surface of `values < 0`, with the vertices brought onto the zero of `field` along their edges.

    The border must be outside (`border_is_outside`). Returns positions (v, 3) and faces (f, 3), counter-clockwise seen
    from outside, no vertex twice.
    """
    keys = np.concatenate([_triangles(corners, values) for corners in _TETRAHEDRA])
    edges, faces = np.unique(keys, return_inverse=True)
    return _crossings(field, lattice, values.reshape(-1), edges), faces.reshape(-1, 3).astype(np.int32)


def _triangles(corners: tuple[int, int, int, int], values: GridArray) -> IndexTriples:
    """The triangles in one of the six tetrahedra of all cubes, as keys of crossed edges (`node · 8 + direction`)."""
    _, ny, nz = values.shape
    steps = [(corner & 1) * ny * nz + (corner >> 1 & 1) * nz + (corner >> 2) for corner in corners]
    inside = values < 0.0
    code = np.zeros(tuple(n - 1 for n in values.shape), np.uint8)
    for bit, corner in enumerate(corners):
        code |= _shifted(inside, corner).astype(np.uint8) << bit
    cubes = np.flatnonzero((code != 0) & (code != 15))
    codes = code.reshape(-1)[cubes]
    nodes = (cubes // ((ny - 1) * (nz - 1)) * ny + cubes // (nz - 1) % (ny - 1)) * nz + cubes % (nz - 1)
    found = [np.zeros((0, 3), np.int64)]
    for case, triangles in enumerate(_CASES):
        chosen = nodes[codes == case]
        for triangle in triangles:
            ends = [sorted((corners[i], corners[j])) for i, j in triangle]
            low = [steps[corners.index(a)] for a, _ in ends]
            found.append(np.stack([(chosen + s) * 8 + (a ^ b) for s, (a, b) in zip(low, ends, strict=True)], axis=1))
    return np.concatenate(found)


def _shifted(grid: AnyArray, corner: int) -> AnyArray:
    """The values at one corner of every cube."""
    return grid[tuple(slice(1, None) if corner >> axis & 1 else slice(None, -1) for axis in range(3))]


def _crossings(field: FieldFunction, lattice: Lattice, values: ValueArray, edges: EdgeArray) -> PointArray:
    """Where the field is zero on each edge, by false position (the Illinois rule) from its two ends."""
    _, ny, nz = lattice.counts
    start, direction = edges // 8, edges % 8
    along = [(direction >> axis & 1).astype(np.float64) * lattice.pitch for axis in range(3)]
    step = (direction & 1) * ny * nz + (direction >> 1 & 1) * nz + (direction >> 2)
    x, y, z = lattice.points(start)
    a, b = np.zeros(len(edges)), np.ones(len(edges))
    fa, fb = values[start], values[start + step]
    t, moved = fa / (fa - fb), np.zeros(len(edges), np.int8)
    for _ in range(_REFINEMENTS):
        value = field((x + t * along[0], y + t * along[1], z + t * along[2]))
        first = (value < 0.0) == (fa < 0.0)
        a, b = np.where(first, t, a), np.where(first, b, t)
        # The end that stayed twice counts half, or it would never move.
        fa = np.where(first, value, np.where(moved == 2, fa * 0.5, fa))
        fb = np.where(first, np.where(moved == 1, fb * 0.5, fb), value)
        moved = np.where(first, 1, 2)
        t = a + (b - a) * (fa / (fa - fb))
    return np.stack([x + t * along[0], y + t * along[1], z + t * along[2]], axis=1)


def _even(order: tuple[int, ...]) -> bool:
    swaps = sum(order[i] > order[j] for i in range(len(order)) for j in range(i + 1, len(order)))
    return swaps % 2 == 0


def _tetrahedra() -> tuple[tuple[int, int, int, int], ...]:
    """Kuhn's tetrahedra: a path from corner 0 to corner 7 for every order of the axes; positively oriented."""
    found: list[tuple[int, int, int, int]] = []
    for order in permutations(range(3)):
        first, second = 1 << order[0], 1 << order[0] | 1 << order[1]
        found.append((0, first, second, 7) if _even(order) else (0, second, first, 7))
    return tuple(found)


Triangle: TypeAlias = tuple[tuple[int, int], tuple[int, int], tuple[int, int]]


def _cases() -> tuple[tuple[Triangle, ...], ...]:
    """For every set of inside corners (bit k for corner k), the triangles as crossed edges of the tetrahedron."""
    table: list[tuple[Triangle, ...]] = []
    for case in range(16):
        inside = [k for k in range(4) if case >> k & 1]
        order = next(p for p in permutations(range(4)) if _even(p) and set(p[: len(inside)]) == set(inside))
        i, j, k, m = order
        match len(inside):
            case 1:
                table.append((((i, j), (i, k), (i, m)),))
            case 2:
                table.append((((i, k), (i, m), (j, m)), ((i, k), (j, m), (j, k))))
            case 3:
                table.append((((m, i), (m, j), (m, k)),))
            case _:
                table.append(())
    return tuple(table)


_TETRAHEDRA: Final = _tetrahedra()
_CASES: Final = _cases()
