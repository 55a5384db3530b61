"""The field of a packed assembly at the nodes of a lattice, block by block.

Leaves that cannot be lowest are left out, first for groups of 4³ blocks and then for each block, by the bound on their
slopes: the values are those of all leaves. Values have 32 bits; places are taken relative to each leaf in 64 bits, so
that the error is `ROUNDING` of a leaf's reach and distance wherever the assembly stands.
"""

from __future__ import annotations

from typing import Final

import numpy as np

from shapelang.arrays import AnyArray, Float32
from shapelang.fields.blocks import BLOCK, BlockSamples
from shapelang.fields.kernels.arguments import Blocks, Lists, Offsets
from shapelang.fields.limits import refuse_values
from shapelang.fields.lists import candidates, tape_of
from shapelang.fields.packed import Packed
from shapelang.representations.levelset import Lattice
from shapelang.threads import in_threads

_GROUP: Final = 4
"""Blocks along an edge of a group."""


def field_on_grid(packed: Packed, lattice: Lattice) -> Float32[np.ndarray, "x y z"]:
    """The field at every node of the lattice; +inf without leaves.

    Raises UsageError for more than MOST_VALUES nodes, or a lattice that is not finite.
    """
    refuse_values(lattice, lattice.size)
    if packed.count == 0 or lattice.size == 0:
        return np.full(lattice.counts, np.inf, np.float32)
    from shapelang.fields.kernels.blocks import fill_grid

    out = np.zeros(lattice.counts, np.float32)
    extent = (BLOCK - 1) * lattice.pitch
    blocks, lists = _listed(packed, lattice, _all_blocks(lattice), extent)
    tape, points = tape_of(packed), _offsets(lattice.pitch, BLOCK)

    def work(first: int, last: int) -> None:
        fill_grid(tape, lists, (first, last), blocks, points, packed.depth, out)

    in_threads(work, len(lists.blocks) - 1)
    return out


def field_on_blocks(packed: Packed, lattice: Lattice, blocks: AnyArray) -> BlockSamples:
    """The field at the nodes of blocks of 8³ cells; +inf without leaves.

    Block (i, j, k) of `blocks` (m, 3) begins at node (8 i, 8 j, 8 k) of the lattice, and may reach beyond its counts.
    Raises UsageError for more than MOST_VALUES nodes, or a lattice that is not finite.
    """
    nodes = BLOCK + 1
    shape = (len(blocks), nodes, nodes, nodes)
    refuse_values(lattice, len(blocks) * nodes * nodes * nodes)
    if packed.count == 0 or len(blocks) == 0:
        return np.full(shape, np.inf, np.float32)
    from shapelang.fields.kernels.blocks import fill_blocks

    order = _grouped(blocks)
    out = np.zeros((len(blocks), nodes * nodes * nodes), np.float32)
    made, lists = _listed(packed, lattice, np.ascontiguousarray(blocks[order], np.int64), BLOCK * lattice.pitch)
    tape, points = tape_of(packed), _offsets(lattice.pitch, nodes)

    def work(first: int, last: int) -> None:
        fill_blocks(tape, lists, (first, last), made, order, points, packed.depth, out)

    in_threads(work, len(lists.blocks) - 1)
    return out.reshape(shape)


def _all_blocks(lattice: Lattice) -> AnyArray:
    """(m, 3) every block of a lattice, group after group."""
    axes = [np.arange(-(-count // BLOCK)) for count in lattice.counts]
    index = np.stack(np.meshgrid(*axes, indexing="ij"), axis=-1).reshape(-1, 3)
    return np.ascontiguousarray(index[_grouped(index)])


def _grouped(index: AnyArray) -> AnyArray:
    """The order in which blocks of one group follow one another."""
    groups = index // _GROUP
    return np.lexsort((groups[:, 2], groups[:, 1], groups[:, 0]))


def _listed(packed: Packed, lattice: Lattice, index: AnyArray, extent: float) -> tuple[Blocks, Lists]:
    """The blocks in their order with the groups that they form, for nodes that span `extent` along an edge."""
    low, size = np.array(lattice.low), BLOCK * lattice.pitch
    groups = index // _GROUP
    ends = np.flatnonzero((groups[1:] != groups[:-1]).any(axis=1)) + 1
    starts = np.concatenate([[0], ends])
    first = np.minimum.reduceat(index, starts, axis=0) * size + low
    last = np.maximum.reduceat(index, starts, axis=0) * size + low + extent
    half = (last - first) * 0.5
    places, radii = (first + last) * 0.5, np.sqrt((half * half).sum(axis=1))
    lists, leaves, slack = candidates(packed, places, radii)
    radius = extent * 0.5 * float(np.sqrt(3.0))
    change = (packed.lipschitz[leaves] * radius + slack).astype(np.float32)
    blocks = Blocks(lattice.low, size, extent * 0.5, index)
    return blocks, Lists(np.concatenate([starts, [len(index)]]), lists, leaves, change)


def _offsets(pitch: float, nodes: int) -> Offsets:
    """The nodes of a block from its middle, z fastest, and more of the last up to whole vectors."""
    line = (np.arange(nodes) - (nodes - 1) * 0.5) * pitch
    places = np.stack(np.meshgrid(line, line, line, indexing="ij")).reshape(3, -1).astype(np.float32)
    x, y, z = np.pad(places, ((0, 0), (0, -places.shape[1] % 16)), mode="edge")
    return np.ascontiguousarray(x), np.ascontiguousarray(y), np.ascontiguousarray(z)
