"""The closed surface of a field sampled on blocks of a grid, by dual marching cubes with creases.

Nielson, "Dual marching cubes", 2004: each patch of a cell's surface gets a vertex, each crossed edge of the grid two
triangles. Every edge of the mesh has two faces, whatever the samples are (`shapelang.fields.dual_table` says why).
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from itertools import product
from typing import Final, final

import numpy as np

from shapelang.arrays import AnyArray
from shapelang.diagnostics import ShapelangError
from shapelang.fields.blocks import BLOCK, SampledBlocks, index_of
from shapelang.fields.dual_creases import Slopes, creases_of, pull_creases
from shapelang.fields.dual_table import dual_table
from shapelang.fields.kernels.dual_arguments import Cells, Edges, Sides, Signs, Vertices
from shapelang.geometry.mesh import Mesh
from shapelang.representations.levelset import Lattice
from shapelang.threads import in_threads

_ROUNDS: Final = 16
"""Steps along an edge at most: where Newton's method fails, bisection is at 1e-5 of a cell by then."""

_LOOSE: Final = 0.05
"""A crossing on a smooth surface is good enough when it moved by less, in cells: the rest is its square."""

_STRICT: Final = 1e-5
"""A crossing beside a crease, whose normal depends on the side that it is on."""


class SurfaceError(ShapelangError):
    """A field that has no surface: none in the grid, or samples that are not numbers."""


@final
@dataclass(frozen=True, slots=True, eq=False)
class Classified:
    """Blocks sewn and closed at the grid's border, with the case (m, 8, 8, 8) uint8 of each cell.

    mixed, crossed (m,): how many cells of a block the surface passes, and how many crossed edges they own.
    """

    blocks: SampledBlocks
    cases: AnyArray
    mixed: AnyArray
    crossed: AnyArray

    @property
    def signs(self) -> Signs:
        """What the kernels see of it."""
        return Signs(self.cases, self.blocks.places, self.blocks.index)


@final
@dataclass(frozen=True, slots=True, eq=False)
class Crossings:
    """The mixed cells and the crossed edges, block after block."""

    cells: Cells
    edges: Edges


def blocks_of_grid(values: AnyArray) -> SampledBlocks:
    """The blocks of samples (x, y, z) at the nodes of a grid that their surface passes.

    Raises SurfaceError for samples that are not numbers.
    """
    from shapelang.fields.kernels.dual_cells import cut, passed

    if np.isnan(values).any():
        raise SurfaceError("the field is not a number at some of the grid's nodes")
    cells = np.array(values.shape) - 1
    wanted = np.zeros(-(-cells // BLOCK), np.bool_)
    in_threads(lambda a, b: passed(values, a, b, wanted), wanted.size)
    places = np.argwhere(wanted).astype(np.int32)
    samples = np.zeros((len(places), BLOCK + 1, BLOCK + 1, BLOCK + 1), np.float32)
    in_threads(lambda a, b: cut(values, places, a, b, samples), len(places))
    return SampledBlocks(samples, places, index_of(places, cells), cells)


def classified(blocks: SampledBlocks) -> Classified:
    """Closes the border, sews the blocks together (both in place) and finds the cells on the surface.

    Raises SurfaceError for samples that are not numbers.
    """
    from shapelang.fields.kernels import dual_cells as kernels

    if np.isnan(blocks.samples).any():
        raise SurfaceError("the field is not a number at some of the grid's nodes")
    m, cells = len(blocks.places), blocks.cells
    in_threads(lambda a, b: kernels.close_border(blocks.samples, blocks.places, cells, a, b), m)
    in_threads(lambda a, b: kernels.sew(blocks.samples, blocks.places, blocks.index, a, b), m)
    cases, counts = np.zeros((m, 8, 8, 8), np.uint8), np.zeros((m, 2), np.int64)
    in_threads(lambda a, b: kernels.classify(blocks.samples, a, b, cases, counts), m)
    return Classified(blocks, cases, counts[:, 0], counts[:, 1])


def exits(found: Classified) -> AnyArray:
    """(n, 3) int32 places without a block into which the surface of a block passes: none if the culling was right."""
    wanted: list[AnyArray] = []
    index = found.blocks.index
    for axis, side in product(range(3), range(2)):
        mask = sum(1 << corner for corner in range(8) if corner >> axis & 1 == side)
        face = np.take(found.cases, 7 * side, axis=1 + axis) & np.uint8(mask)
        there = found.blocks.places[((face != 0) & (face != mask)).any(axis=(1, 2))].copy()
        there[:, axis] += 2 * side - 1
        there = there[((there >= 0) & (there < index.shape)).all(axis=1)]
        wanted.append(there[index[there[:, 0], there[:, 1], there[:, 2]] < 0])
    return np.unique(np.concatenate(wanted), axis=0)


def _around(blocks: SampledBlocks) -> AnyArray:
    """(m, 27) int32: the blocks at the places around each, 9 dx + 3 dy + dz + 13, −1 where there is none."""
    padded = np.pad(blocks.index, 1, constant_values=-1)
    x, y, z = (blocks.places[:, axis] + 1 for axis in range(3))
    return np.stack([padded[x + a, y + b, z + c] for a, b, c in product((-1, 0, 1), repeat=3)], axis=1)


_AHEAD: Final = tuple(9 * (c & 1) + 3 * (c >> 1 & 1) + (c >> 2) + 13 for c in range(8))
"""The columns of `_around` that lie ahead, with bit 0 of their place for x, bit 1 for y and bit 2 for z."""


def crossings(found: Classified, around: AnyArray) -> Crossings:
    """The mixed cells with their rows of the table, and the crossed edges with the linear crossing; normals are 0.

    Raises SurfaceError where there are none.
    """
    from shapelang.fields.kernels import dual_cells as kernels

    table, m = dual_table(), len(found.cases)
    first, first_edge = _offsets(found.mixed), _offsets(found.crossed)
    n, e = int(first[-1]), int(first_edge[-1])
    if e == 0:
        raise SurfaceError("the field has no surface in the grid")
    inside, rows, edge_at = np.zeros(n, np.int16), np.zeros(n, np.int16), np.zeros((m, 512), np.uint16)
    near = np.ascontiguousarray(around[:, _AHEAD])
    cells = Cells(near, first, inside, rows, np.zeros(n + 1, np.int64), first_edge, edge_at)
    in_threads(lambda a, b: kernels.list_cells(found.signs, table.tunnel, table.turned, a, b, cells), m)
    np.cumsum(table.count[rows], out=cells.first_point[1:])
    lows, axes, ends = np.zeros((e, 3), np.int32), np.zeros(e, np.int8), np.zeros((e, 2), np.float32)
    edges = Edges(lows, axes, ends, np.zeros(e), np.zeros((e, 3), np.float32))
    in_threads(lambda a, b: kernels.cross(found.blocks.samples, found.signs, cells, a, b, edges), m)
    return Crossings(cells, edges)


def _offsets(lengths: AnyArray) -> AnyArray:
    found = np.zeros(len(lengths) + 1, np.int64)
    np.cumsum(lengths, out=found[1:])
    return found


def normals_from_samples(found: Classified, around: AnyArray, on: Crossings) -> None:
    """Fills the normals at the crossings from differences of the samples."""
    from shapelang.fields.kernels import dual_edges as kernels

    in_threads(
        lambda a, b: kernels.slopes(found.blocks.samples, around, on.cells, a, b, on.edges), len(found.cases)
    )  # fmt: skip


def refine(found: Classified, on: Crossings, lattice: Lattice, slopes: Slopes) -> None:
    """Brings the crossings onto the field's zero and fills their normals with its gradients."""
    from shapelang.fields.kernels import dual_edges, dual_vertices

    count, patch = len(on.edges.axes), dual_table().patch
    bracket, capped, strict = np.zeros((count, 2)), np.zeros(count, np.bool_), np.zeros(count, np.bool_)
    bracket[:, 1] = 1.0
    in_threads(lambda a, b: dual_edges.cap(on.edges, found.blocks.cells, a, b, capped), count)
    chosen = np.flatnonzero(~capped)
    for turn in range(_ROUNDS):
        if len(chosen) == 0:
            return
        steps = _moved(on.edges, chosen, bracket, lattice, slopes)
        if turn == 0:
            in_threads(
                lambda a, b: dual_vertices.beside_creases(found.signs, on.cells, on.edges, patch, a, b, strict),
                len(found.cases),
            )
        chosen = chosen[steps > np.where(strict[chosen], _STRICT, _LOOSE)]


def _moved(edges: Edges, chosen: AnyArray, bracket: AnyArray, lattice: Lattice, slopes: Slopes) -> AnyArray:
    """One step of the chosen crossings towards the zero of the field, with normals; how far they went, in cells."""
    from shapelang.fields.kernels import dual_edges as kernels

    low, pitch, n = np.array(lattice.low), lattice.pitch, len(chosen)
    points, steps = np.zeros((n, 3)), np.zeros(n)
    in_threads(lambda a, b: kernels.places_on(chosen, edges, low, pitch, a, b, points), n)
    values, gradients = slopes(points)
    in_threads(lambda a, b: kernels.advance(chosen, values, gradients, bracket, pitch, a, b, edges, steps), n)
    return steps


def grid_surface(values: AnyArray, lattice: Lattice) -> Mesh:
    """The closed surface of samples (x, y, z) at the nodes of a lattice, negative inside; no creases.

    Samples below 0 on the border count as 0, so that a solid cut by the border is closed there. Raises SurfaceError for
    samples that are not numbers, or none below 0.
    """
    return smooth_mesh(classified(blocks_of_grid(values)), lattice)


def smooth_mesh(found: Classified, lattice: Lattice) -> Mesh:
    """The mesh of classified blocks by the samples alone: a vertex for each patch.

    Raises SurfaceError where the surface is empty.
    """
    from shapelang.fields.kernels.dual_vertices import solve_smooth

    around = _around(found.blocks)
    on = crossings(found, around)
    normals_from_samples(found, around, on)
    made = _vertices(on)
    in_threads(partial(solve_smooth, found.signs, on.cells, on.edges, dual_table().patch, made), len(found.cases))
    return _mesh(on, made, made.facing, np.arange(len(made.extra), dtype=np.int32), lattice)


def creased_mesh(found: Classified, lattice: Lattice, slopes: Slopes) -> Mesh:
    """The mesh of classified blocks by the field's slopes: on creases a vertex for each side.

    Raises SurfaceError where the surface is empty.
    """
    from shapelang.fields.kernels.dual_vertices import solve_creased

    on = crossings(found, _around(found.blocks))
    refine(found, on, lattice, slopes)
    made = _vertices(on)
    in_threads(partial(solve_creased, found.signs, on.cells, on.edges, dual_table().patch, made), len(found.cases))
    if not made.extra.any():
        return _mesh(on, made, made.facing, np.arange(len(made.extra), dtype=np.int32), lattice)
    sides = _parted(found, on, made)
    pull_creases(creases_of(made.extra, sides.first), sides.middles, lattice, slopes, made.points, sides.facing)
    return _mesh(on, made, sides.facing, sides.weld, lattice)


def _vertices(on: Crossings) -> Vertices:
    """Nothing yet, for each patch."""
    p, e = int(on.cells.first_point[-1]), len(on.edges.axes)
    return Vertices(np.zeros((p, 3)), np.zeros((p, 3)), np.zeros((e, 4), np.int32), np.zeros(p, np.int8))


def _parted(found: Classified, on: Crossings, made: Vertices) -> Sides:
    """The vertices with one for each side of creases."""
    from shapelang.fields.kernels.dual_vertices import split

    p = len(made.extra)
    first = _offsets(made.extra) + p
    more = int(first[-1]) - p
    facing = np.concatenate([made.facing, np.zeros((more, 3))])
    weld = np.concatenate([np.arange(p, dtype=np.int32), np.zeros(more, np.int32)])
    sides = Sides(first, facing, np.zeros_like(facing), weld, made.corners)
    in_threads(partial(split, found.signs, on.cells, on.edges, dual_table().patch, sides), len(found.cases))
    return sides


def _mesh(on: Crossings, made: Vertices, facing: AnyArray, weld: AnyArray, lattice: Lattice) -> Mesh:
    """Two triangles for each crossed edge; in metres. Its uvs are 0: a surface of any shape has no unrolling."""
    from shapelang.fields.kernels.dual_faces import triangles

    faces = np.zeros((2 * len(on.edges.axes), 3), np.int32)
    in_threads(lambda a, b: triangles(made.points, weld, on.edges, made.corners, a, b, faces), len(on.edges.axes))
    points = made.points * lattice.pitch
    points += np.array(lattice.low)
    places = points if len(weld) == len(points) else points[weld]
    return Mesh(places, faces, facing, np.zeros((len(weld), 2)), weld)
