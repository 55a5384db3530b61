"""The closed surface of a packed field: coarse-to-fine by intervals, with creases where the field has them."""

from __future__ import annotations

from itertools import product
from typing import Final

import numpy as np

from shapelang.arrays import AnyArray
from shapelang.assembly.assembly import Assembly
from shapelang.diagnostics import UsageError
from shapelang.fields.at import value_and_gradient_at
from shapelang.fields.blocks import BLOCK, SampledBlocks, index_of
from shapelang.fields.dual import Classified, SurfaceError, classified, creased_mesh, exits, smooth_mesh
from shapelang.fields.grid import field_on_blocks
from shapelang.fields.interval import interval
from shapelang.fields.limits import refuse_cells
from shapelang.fields.packed import Packed, pack
from shapelang.geometry.mesh import Mesh
from shapelang.representations.levelset import Lattice

MOST_BLOCKS: Final = 1 << 17
"""Blocks that the surface may pass: some 20 million triangles, which take 3.5 GB to make."""

_COARSE: Final = 16
"""Boxes along each side in one step of the search for what the solid fills."""

_CHILDREN: Final[AnyArray] = np.array(tuple(product((0, 1), repeat=3)), np.int64)


def field_surface(packed: Packed, grid: Lattice | int) -> Mesh:
    """The surface where the field is zero: closed, oriented, every edge with two faces, wherever the grid lies.

    grid: a lattice, or the number of cells along the longest side of the solid's box, which `lattice_about` makes.
    A solid that the lattice's border cuts is closed there, in the border's plane. Vertices lie on the creases and
    corners of the field, where they have one normal for each side; normals are the field's gradients.

    Vertices lie on the zero of the field up to the third power of the cell on smooth surfaces, and on both sides of
    creases to a few parts in 10,000 of a cell where those can be told apart (normals 26° apart or more). Beside curved
    creases a sliver may lie folded over or have no area, two in 1,000 faces of a coarse rim, and parts thinner than a
    cell may be lost between the nodes. uvs are 0: a surface of any shape has no unrolling. Equal bits for
    any number of threads.
    Raises SurfaceError for a field without a surface in the grid, or that is not a number at a node; UsageError for a
    grid without cells, or above MOST_CELLS or MOST_BLOCKS.
    """
    lattice = _lattice(packed, grid)
    return creased_mesh(_sampled(packed, lattice), lattice, lambda points: value_and_gradient_at(packed, points))


def smooth_surface(packed: Packed, grid: Lattice | int) -> Mesh:
    """The same in less time and without creases: vertices are smooth, normals come from differences of the samples.

    Raises as `field_surface` does.
    """
    lattice = _lattice(packed, grid)
    return smooth_mesh(_sampled(packed, lattice), lattice)


def assembly_surface(assembly: Assembly, grid: Lattice | int) -> Mesh:
    """The outer surface of all leaves as one: see `field_surface`. What stands within others is gone, materials too.

    Raises as `field_surface` does, and UsageError for an assembly that has no kernel or too many parts (`pack`).
    """
    return field_surface(pack(tuple(assembly.leaves())), grid)


def lattice_about(packed: Packed, resolution: int) -> Lattice:
    """A lattice of `resolution` cells along the longest side of the solid's box, and a cell or two more at each end.

    The box is found by intervals: it holds the solid, and is at most about a hundredth of its side too large.
    Raises UsageError for a resolution below 1; SurfaceError where the field is positive everywhere.
    """
    if resolution < 1:
        raise UsageError(f"the resolution must be at least 1, not {resolution}")
    low, high = _box(packed)
    pitch = float((high - low).max()) / resolution
    cells = np.ceil((high - low) / pitch - 1e-6).astype(np.int64) + 2
    start = 0.5 * (low + high - pitch * cells)
    x, y, z = start.tolist()
    a, b, c = (cells + 1).tolist()
    return Lattice((x, y, z), pitch, (a, b, c))


def _lattice(packed: Packed, grid: Lattice | int) -> Lattice:
    """The lattice that is meant; refused where it, or the field, can have no surface."""
    if packed.count == 0:
        raise SurfaceError("a field without leaves has no surface")
    if not all(np.isfinite(numbers).all() for numbers in (packed.numbers, packed.frames, packed.reach)):
        raise SurfaceError("the field is made of numbers that are infinite or not numbers")
    lattice = lattice_about(packed, grid) if isinstance(grid, int) else grid
    refuse_cells(lattice)
    return lattice


def _box(packed: Packed) -> tuple[AnyArray, AnyArray]:
    """The corners of a box that holds all that is inside."""
    reach = packed.reach[:, None]
    low, high = (packed.centres - reach).min(axis=0), (packed.centres + reach).max(axis=0)
    steps = np.stack(np.meshgrid(*(np.arange(_COARSE),) * 3, indexing="ij"), axis=-1).reshape(-1, 3)
    for _ in range(3):
        size = (high - low) / _COARSE
        corner = low + steps * size
        kept = ~(interval(packed, corner, corner + size)[:, 0] > 0.0)
        if not kept.any():
            raise SurfaceError("the field is positive everywhere: nothing is inside")
        low, high = corner[kept].min(axis=0), corner[kept].max(axis=0) + size
    return low, high


def _sampled(packed: Packed, lattice: Lattice) -> Classified:
    """The blocks that the surface passes."""
    cells = np.array(lattice.counts) - 1
    places = _candidates(packed, lattice, cells)
    samples = field_on_blocks(packed, lattice, places)
    while True:
        found = classified(SampledBlocks(samples, places, index_of(places, cells), cells))
        more = exits(found)
        if len(more) == 0:
            return found
        # Bounds that rounding made too narrow by a hair: the surface itself says where it goes on.
        samples = np.concatenate([samples, field_on_blocks(packed, lattice, more)])
        places = np.concatenate([places, more])
        order = np.lexsort(places.T[::-1])
        samples, places = samples[order], places[order]


def _candidates(packed: Packed, lattice: Lattice, cells: AnyArray) -> AnyArray:
    """(m, 3) int32 places of the blocks whose interval contains 0, or that the border of the grid cuts from inside."""
    count = -(-cells // BLOCK)
    level = int(count.max() - 1).bit_length()
    places = np.zeros((1, 3), np.int64)
    while True:
        span = BLOCK << level
        low = np.minimum(places * span, cells)
        high = np.minimum(low + span, cells)
        corners = [np.array(lattice.low) + lattice.pitch * nodes for nodes in (low, high)]
        bounds = interval(packed, corners[0], corners[1])
        at_border = ((low == 0) | (high == cells)).any(axis=1)
        # Written so that a bound that is not a number keeps its block.
        places = places[~((bounds[:, 0] > 0.0) | ((bounds[:, 1] < 0.0) & ~at_border))]
        if len(places) > MOST_BLOCKS:
            raise UsageError(f"the surface passes more than {MOST_BLOCKS:,} blocks of {BLOCK}³ cells: a coarser grid")
        if level == 0:
            order = np.lexsort(places.T[::-1])
            return places[order].astype(np.int32)
        level -= 1
        places = (2 * places[:, None, :] + _CHILDREN).reshape(-1, 3)
        places = places[(places * (BLOCK << level) < cells).all(axis=1)]
