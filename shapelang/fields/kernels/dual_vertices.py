"""Compiled: the vertices of a dual surface, one for each patch of a cell. Import inside functions.

Lengths are in cells, from the low corner of the cell.
"""

# pyright: reportUntypedFunctionDecorator=false

from __future__ import annotations

from typing import Any, Final, TypeAlias

import numpy as np

from shapelang.arrays import AnyArray
from shapelang.fields.kernels.compiled import called, compiled, inlined
from shapelang.fields.kernels.dual_arguments import Cells, Edges, Sides, Signs, Vertices
from shapelang.fields.kernels.dual_quadric import middle, sharp_vertex

Place: TypeAlias = tuple[Any, Any]
"""The number of a block and a cell in it, 64 i + 8 j + k."""

CREASE: Final = 0.9
"""Normals of crossings further apart than this cosine (26°), with none between them, lie on two sides of a crease."""

SMOOTH: Final = 0.97
"""Where the mean of unit normals is longer than the root of this, no two of at most 12 are so far apart."""


@called
def owner(near: AnyArray, b: int, cell: int, edge: int) -> Place:
    """The block and the cell that own an edge of a cell: the cell at its low corner. near: see `Cells`."""
    axis, r = edge >> 2, edge & 3
    # Bit 0 of r is on axis + 1, bit 1 on axis + 2, cyclically.
    u, v = r & 1, r >> 1
    x = 0 if axis == 0 else (v if axis == 1 else u)
    y = 0 if axis == 1 else (u if axis == 0 else v)
    z = 0 if axis == 2 else (v if axis == 0 else u)
    i, j, k = (cell >> 6) + x, (cell >> 3 & 7) + y, (cell & 7) + z
    return near[b, (i >> 3) | (j >> 3) << 1 | (k >> 3) << 2], (i & 7) << 6 | (j & 7) << 3 | k & 7


@called
def edge_number(signs: Signs, cells: Cells, b: int, cell: int, edge: int) -> Any:
    """The number of a crossed edge."""
    a, low = owner(cells.near, b, cell, edge)
    case = int(signs.cases[a, low >> 6, low >> 3 & 7, low & 7])
    number = cells.first_edge[a] + cells.edge_at[a, low]
    if edge >= 4:
        number += (case ^ case >> 1) & 1
    if edge >= 8:
        number += (case ^ case >> 2) & 1
    return number


@inlined
def number_edges(signs: Signs, cells: Cells, row: AnyArray, b: int, cell: int, numbers: AnyArray) -> None:
    """Writes the numbers of a cell's crossed edges into numbers (12,); row (12,): their patches."""
    for edge in range(12):
        if row[edge] >= 0:
            numbers[edge] = edge_number(signs, cells, b, cell, edge)


@called
def gather(row: AnyArray, patch: int, numbers: AnyArray, along: AnyArray, normals: AnyArray, planes: AnyArray) -> int:
    """The crossings of a patch as rows (x, y, z, normal) of `planes`; returns how many."""
    count = 0
    for edge in range(12):
        if row[edge] != patch:
            continue
        axis, r = edge >> 2, edge & 3
        e = numbers[edge]
        planes[count, axis] = along[e]
        planes[count, (axis + 1) % 3] = r & 1
        planes[count, (axis + 2) % 3] = r >> 1
        for c in range(3):
            planes[count, 3 + c] = normals[e, c]
        count += 1
    return count


@called
def flat(planes: AnyArray, count: int) -> bool:
    """Whether normals are so near to one another that no crease can be among them."""
    x, y, z = 0.0, 0.0, 0.0
    for n in range(count):
        x, y, z = x + planes[n, 3], y + planes[n, 4], z + planes[n, 5]
    return x * x + y * y + z * z > SMOOTH * count * count


@called
def sides(planes: AnyArray, count: int, side: AnyArray) -> int:
    """Writes the side of the creases that each crossing is on, by its normal; returns how many sides there are.

    Single linkage: a chain of normals with steps below the limit is one side, as on a curved surface.
    """
    for n in range(count):
        side[n] = n
    for n in range(count):
        for m in range(n):
            dot = planes[n, 3] * planes[m, 3] + planes[n, 4] * planes[m, 4] + planes[n, 5] * planes[m, 5]
            if dot > CREASE and side[n] != side[m]:
                low, high = min(side[n], side[m]), max(side[n], side[m])
                for k in range(count):
                    if side[k] == high:
                        side[k] = low
    found = 0
    for n in range(count):
        if side[n] == n:
            for k in range(n, count):
                if side[k] == n:
                    side[k] = found
            found += 1
    return found


@called
def smooth_vertex(planes: AnyArray, count: int, out: AnyArray) -> None:
    """Half way from the mean of the crossings to the mean of their planes, along the mean normal.

    On a quadric surface the mean lies as far on one side as the planes on the other: the vertex is off by the third
    power of the cell only.
    """
    middle(planes, count, out)
    x, y, z = 0.0, 0.0, 0.0
    for n in range(count):
        x, y, z = x + planes[n, 3], y + planes[n, 4], z + planes[n, 5]
    above, weight = 0.0, 0.0
    for n in range(count):
        slant = planes[n, 3] * x + planes[n, 4] * y + planes[n, 5] * z
        height = 0.0
        for c in range(3):
            height += planes[n, 3 + c] * (planes[n, c] - out[c])
        above += slant * height
        weight += slant * slant
    if weight > 0.0:
        step = 0.5 * above / weight
        out[0], out[1], out[2] = out[0] + step * x, out[1] + step * y, out[2] + step * z


@called
def middle_of(
    planes: AnyArray, count: int, side: AnyArray, wanted: int, place: AnyArray, cell: int, out: AnyArray, at: int
) -> None:  # fmt: skip
    """The mean of the crossings on one side, in cells from the grid's low corner, into row `at` of `out`."""
    total = 0
    for n in range(count):
        if side[n] == wanted:
            total += 1
            for c in range(3):
                out[at, c] += planes[n, c]
    for c in range(3):
        out[at, c] = out[at, c] / total + 8 * place[c] + (cell >> (6 - 3 * c) & 7)


@called
def mean_normal(planes: AnyArray, count: int, side: AnyArray, wanted: int, out: AnyArray, at: int) -> None:
    """The unit mean of the normals on one side, into row `at` of `out`."""
    x, y, z = 0.0, 0.0, 0.0
    for n in range(count):
        if side[n] == wanted:
            x, y, z = x + planes[n, 3], y + planes[n, 4], z + planes[n, 5]
    length = np.sqrt(x * x + y * y + z * z)
    if length > 1e-6:
        out[at, 0], out[at, 1], out[at, 2] = x / length, y / length, z / length
    else:
        out[at, 0], out[at, 1], out[at, 2] = planes[0, 3], planes[0, 4], planes[0, 5]


@compiled
def beside_creases(
    signs: Signs, cells: Cells, edges: Edges, patch: AnyArray, start: int, stop: int, out: AnyArray
) -> None:  # fmt: skip
    """Marks in `out` (e,) the crossed edges of all patches whose normals are not near to one another.

    patch: see `DualTable`.
    """
    planes, numbers = np.zeros((12, 6)), np.zeros(12, np.int64)
    along, normals = edges.along, edges.normals
    for b in range(start, stop):
        for n in range(cells.first[b], cells.first[b + 1]):
            row = patch[cells.rows[n]]
            number_edges(signs, cells, row, b, cells.inside[n], numbers)
            for which in range(cells.first_point[n + 1] - cells.first_point[n]):
                count = gather(row, which, numbers, along, normals, planes)
                if not flat(planes, count):
                    for edge in range(12):
                        if row[edge] == which:
                            out[numbers[edge]] = True


@compiled
def solve_smooth(
    signs: Signs, cells: Cells, edges: Edges, patch: AnyArray, out: Vertices, start: int, stop: int
) -> None:  # fmt: skip
    """The vertices of the cells of some blocks, each on one side; patch: see `DualTable`."""
    planes, numbers, side, vertex = np.zeros((12, 6)), np.zeros(12, np.int64), np.zeros(12, np.int64), np.zeros(3)
    along, normals, corners = edges.along, edges.normals, out.corners
    # Out of their tuples once, and no helper below: the loop would be an eighth slower.
    points, facing, places = out.points, out.facing, signs.places
    for b in range(start, stop):
        for n in range(cells.first[b], cells.first[b + 1]):
            row, cell, point = patch[cells.rows[n]], cells.inside[n], cells.first_point[n]
            for edge in range(12):
                if row[edge] >= 0:
                    e = edge_number(signs, cells, b, cell, edge)
                    numbers[edge] = e
                    corners[e, edge & 3] = point + row[edge]
            for at in range(point, cells.first_point[n + 1]):
                count = gather(row, at - point, numbers, along, normals, planes)
                smooth_vertex(planes, count, vertex)
                mean_normal(planes, count, side, 0, facing, at)
                points[at, 0] = 8 * places[b, 0] + (cell >> 6) + vertex[0]
                points[at, 1] = 8 * places[b, 1] + (cell >> 3 & 7) + vertex[1]
                points[at, 2] = 8 * places[b, 2] + (cell & 7) + vertex[2]


@compiled
def solve_creased(
    signs: Signs, cells: Cells, edges: Edges, patch: AnyArray, out: Vertices, start: int, stop: int
) -> None:  # fmt: skip
    """The same with vertices on creases, of whose sides the first has its normal here."""
    planes, numbers, side = np.zeros((12, 6)), np.zeros(12, np.int64), np.zeros(12, np.int64)
    along, normals, corners = edges.along, edges.normals, out.corners
    points, facing, extra, places = out.points, out.facing, out.extra, signs.places
    a, v, order, vertex = np.zeros((3, 3)), np.zeros((3, 3)), np.zeros(3, np.int64), np.zeros(3)
    for b in range(start, stop):
        for n in range(cells.first[b], cells.first[b + 1]):
            row, cell, point = patch[cells.rows[n]], cells.inside[n], cells.first_point[n]
            for edge in range(12):
                if row[edge] >= 0:
                    e = edge_number(signs, cells, b, cell, edge)
                    numbers[edge] = e
                    corners[e, edge & 3] = point + row[edge]
            for at in range(point, cells.first_point[n + 1]):
                count = gather(row, at - point, numbers, along, normals, planes)
                for k in range(count):
                    side[k] = 0
                many = 1
                if not flat(planes, count):
                    many = sides(planes, count, side)
                if many > 1:
                    sharp_vertex(planes, count, a, v, order, vertex)
                else:
                    smooth_vertex(planes, count, vertex)
                mean_normal(planes, count, side, 0, facing, at)
                extra[at] = many - 1
                points[at, 0] = 8 * places[b, 0] + (cell >> 6) + vertex[0]
                points[at, 1] = 8 * places[b, 1] + (cell >> 3 & 7) + vertex[1]
                points[at, 2] = 8 * places[b, 2] + (cell & 7) + vertex[2]


@compiled
def split(
    signs: Signs, cells: Cells, edges: Edges, patch: AnyArray, out: Sides, start: int, stop: int
) -> None:  # fmt: skip
    """The other sides of creases: fills `facing`, `middles` and `weld` of their vertices, from out.first[point] on.

    The edges of these sides get their new vertices in `corners`, which `solve_creased` filled. patch: see `DualTable`.
    """
    planes, numbers, side = np.zeros((12, 6)), np.zeros(12, np.int64), np.zeros(12, np.int64)
    along, normals, first = edges.along, edges.normals, out.first
    for b in range(start, stop):
        for n in range(cells.first[b], cells.first[b + 1]):
            if first[cells.first_point[n]] == first[cells.first_point[n + 1]]:
                continue
            row, cell, point = patch[cells.rows[n]], cells.inside[n], cells.first_point[n]
            number_edges(signs, cells, row, b, cell, numbers)
            for at in range(point, cells.first_point[n + 1]):
                new = first[at] - 1
                if first[at] == first[at + 1]:
                    continue
                count = gather(row, at - point, numbers, along, normals, planes)
                many = sides(planes, count, side)
                for k in range(many):
                    into = new + k if k > 0 else at
                    mean_normal(planes, count, side, k, out.facing, into)
                    middle_of(planes, count, side, k, signs.places[b], cell, out.middles, into)
                    out.weld[into] = at
                k = 0
                for edge in range(12):
                    if row[edge] == at - point:
                        if side[k] > 0:
                            out.corners[numbers[edge], edge & 3] = new + side[k]
                        k += 1
