"""Compiled: which cells the surface passes through, and where it crosses their edges. Import inside functions.

Blocks of 8³ cells hold 9³ samples; `index` (bx, by, bz) int32 gives a block's number or −1, `places` (m, 3) its place.
Each call does its own range of blocks, so that threads may share the work and the result not depend on them.
"""

# pyright: reportUntypedFunctionDecorator=false

from __future__ import annotations

import numpy as np

from shapelang.arrays import AnyArray
from shapelang.fields.kernels.compiled import called, compiled
from shapelang.fields.kernels.dual_arguments import Cells, Edges, Signs


@called
def block_at(index: AnyArray, x: int, y: int, z: int) -> int:
    """The number of the block at a place, −1 where there is none."""
    if x < 0 or y < 0 or z < 0 or x >= index.shape[0] or y >= index.shape[1] or z >= index.shape[2]:
        return -1
    return index[x, y, z]


@compiled
def passed(values: AnyArray, start: int, stop: int, out: AnyArray) -> None:
    """Marks in `out` (bx, by, bz), counted with z fastest, the blocks of a grid (x, y, z) that its surface passes.

    They have nodes inside, and nodes outside or on the border of the grid.
    """
    nx, ny, nz = values.shape
    for b in range(start, stop):
        x, y, z = b // (out.shape[1] * out.shape[2]), b // out.shape[2] % out.shape[1], b % out.shape[2]
        last_x, last_y, last_z = min(8 * x + 9, nx), min(8 * y + 9, ny), min(8 * z + 9, nz)
        inside, outside = False, x * y * z == 0 or last_x == nx or last_y == ny or last_z == nz
        for i in range(8 * x, last_x):
            for j in range(8 * y, last_y):
                for k in range(8 * z, last_z):
                    inside |= values[i, j, k] < 0.0
                    outside |= values[i, j, k] >= 0.0
            if inside and outside:
                break
        out[x, y, z] = inside and outside


@compiled
def cut(values: AnyArray, places: AnyArray, start: int, stop: int, samples: AnyArray) -> None:
    """The samples of blocks of a grid (x, y, z); those beyond it stay what they are."""
    nx, ny, nz = values.shape
    for b in range(start, stop):
        x, y, z = 8 * places[b, 0], 8 * places[b, 1], 8 * places[b, 2]
        for i in range(min(9, nx - x)):
            for j in range(min(9, ny - y)):
                for k in range(min(9, nz - z)):
                    samples[b, i, j, k] = values[x + i, y + j, z + k]


@compiled
def close_border(samples: AnyArray, places: AnyArray, cells: AnyArray, start: int, stop: int) -> None:
    """Samples on the border of the grid become at least 0, which is outside; those beyond it become 1."""
    for b in range(start, stop):
        x, y, z = 8 * places[b, 0], 8 * places[b, 1], 8 * places[b, 2]
        if 0 < x < cells[0] - 8 and 0 < y < cells[1] - 8 and 0 < z < cells[2] - 8:
            continue
        for i in range(9):
            for j in range(9):
                for k in range(9):
                    if x + i > cells[0] or y + j > cells[1] or z + k > cells[2]:
                        samples[b, i, j, k] = 1.0
                    elif (x + i) % cells[0] == 0 or (y + j) % cells[1] == 0 or (z + k) % cells[2] == 0:
                        samples[b, i, j, k] = max(samples[b, i, j, k], np.float32(0.0))


@compiled
def sew(samples: AnyArray, places: AnyArray, index: AnyArray, start: int, stop: int) -> None:
    """Nodes that several blocks share take the value of the first block, so that no rounding can part them.

    The lowest place is copied last, and never changes such a node itself: threads do not disturb each other.
    """
    for b in range(start, stop):
        x, y, z = places[b, 0], places[b, 1], places[b, 2]
        for dx in range(1, -2, -1):
            for dy in range(1, -2, -1):
                for dz in range(1, -2, -1):
                    if 9 * dx + 3 * dy + dz >= 0:
                        continue
                    a = block_at(index, x + dx, y + dy, z + dz)
                    if a < 0:
                        continue
                    for i in range(8 if dx > 0 else 0, 1 if dx < 0 else 9):
                        for j in range(8 if dy > 0 else 0, 1 if dy < 0 else 9):
                            for k in range(8 if dz > 0 else 0, 1 if dz < 0 else 9):
                                samples[b, i, j, k] = samples[a, i - 8 * dx, j - 8 * dy, k - 8 * dz]


@compiled
def classify(samples: AnyArray, start: int, stop: int, cases: AnyArray, counts: AnyArray) -> None:
    """Cases (m, 8, 8, 8) uint8 and, a row of `counts` (m, 2): how many cells are mixed, and the crossed edges they own.

    A cell owns the three edges at its low corner. Inside is below 0.
    """
    inside = np.zeros((9, 9, 9), np.uint8)
    for b in range(start, stop):
        for i in range(9):
            for j in range(9):
                for k in range(9):
                    inside[i, j, k] = samples[b, i, j, k] < 0.0
        mixed, crossed = 0, 0
        for i in range(8):
            for j in range(8):
                for k in range(8):
                    case = (
                        inside[i, j, k] | inside[i + 1, j, k] << 1 | inside[i, j + 1, k] << 2
                        | inside[i + 1, j + 1, k] << 3 | inside[i, j, k + 1] << 4 | inside[i + 1, j, k + 1] << 5
                        | inside[i, j + 1, k + 1] << 6 | inside[i + 1, j + 1, k + 1] << 7
                    )  # fmt: skip
                    cases[b, i, j, k] = case
                    mixed += case != 0 and case != 255
                    crossed += ((case ^ case >> 1) & 1) + ((case ^ case >> 2) & 1) + ((case ^ case >> 4) & 1)
        counts[b, 0], counts[b, 1] = mixed, crossed


@called
def neighbour_case(signs: Signs, b: int, cell: int, face: int) -> int:
    """The case of the cell behind a face 2·axis + side; 0 where there is none."""
    i, j, k = cell >> 6, cell >> 3 & 7, cell & 7
    step = 2 * (face & 1) - 1
    i, j, k = i + step * (face < 2), j + step * (2 <= face < 4), k + step * (face >= 4)
    if 0 <= i < 8 and 0 <= j < 8 and 0 <= k < 8:
        return signs.cases[b, i, j, k]
    place = signs.places[b]
    a = block_at(signs.blocks, place[0] + (i >> 3), place[1] + (j >> 3), place[2] + (k >> 3))
    return signs.cases[a, i & 7, j & 7, k & 7] if a >= 0 else 0


@compiled
def list_cells(signs: Signs, tunnel: AnyArray, turned: AnyArray, start: int, stop: int, cells: Cells) -> None:
    """Fills `inside`, `rows` and `edge_at` of the cells; tunnel, turned: see `DualTable`."""
    for b in range(start, stop):
        n, edges = cells.first[b], 0
        for i in range(8):
            for j in range(8):
                for k in range(8):
                    case = int(signs.cases[b, i, j, k])
                    cell = 64 * i + 8 * j + k
                    cells.edge_at[b, cell] = edges
                    if case == 0 or case == 255:
                        continue
                    row, face = case, tunnel[case]
                    if face >= 0 and tunnel[neighbour_case(signs, b, cell, face)] == face ^ 1:
                        row = turned[case]
                    cells.inside[n], cells.rows[n] = cell, row
                    n += 1
                    edges += ((case ^ case >> 1) & 1) + ((case ^ case >> 2) & 1) + ((case ^ case >> 4) & 1)


@compiled
def cross(samples: AnyArray, signs: Signs, cells: Cells, start: int, stop: int, edges: Edges) -> None:
    """Fills the edges but for their normals; the crossing is the linear one."""
    for b in range(start, stop):
        e, place = cells.first_edge[b], signs.places[b]
        for n in range(cells.first[b], cells.first[b + 1]):
            cell = cells.inside[n]
            i, j, k = cell >> 6, cell >> 3 & 7, cell & 7
            case = int(signs.cases[b, i, j, k])
            for axis in range(3):
                if (case ^ case >> (1 << axis)) & 1:
                    low = samples[b, i, j, k]
                    high = samples[b, i + (axis == 0), j + (axis == 1), k + (axis == 2)]
                    edges.ends[e, 0], edges.ends[e, 1] = low, high
                    # Differences of what is near in float32 are exact enough, those of infinite ends are not.
                    edges.along[e] = 1.0 / (1.0 - float(high) / float(low))
                    edges.axes[e] = axis + 4 * (case & 1)
                    at = edges.lows[e]
                    at[0], at[1], at[2] = 8 * place[0] + i, 8 * place[1] + j, 8 * place[2] + k
                    e += 1
