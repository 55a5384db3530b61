"""The lowest field of all leaves on blocks of lattice nodes, with the leaves that cannot be lowest left out.

Import inside functions only.
"""

# pyright: reportUntypedFunctionDecorator=false

from __future__ import annotations

import numpy as np

from shapelang.arrays import AnyArray
from shapelang.fields.kernels.arguments import Blocks, Group, Lists, Offsets, Single, Tape, Three
from shapelang.fields.kernels.compiled import called, inlined, relaxed
from shapelang.fields.kernels.elementary import HUGE, TWO, ZERO
from shapelang.fields.kernels.tape import lower_leaf


@relaxed
def leaf_values(tape: Tape, leaves: AnyArray, middle: Three, p: Offsets, stack: AnyArray) -> AnyArray:
    """(k, n) float32: the field of each of some leaves at points."""
    found = np.full((len(leaves), len(p[0])), HUGE)
    for k in range(len(leaves)):
        lower_leaf(tape, leaves[k], middle, p, stack, found[k])
    return found


@inlined
def place(blocks: Blocks, b: int) -> Three:
    """Where the middle of a block stands."""
    low, size, half = blocks.low, blocks.size, blocks.half
    return (
        low[0] + size * blocks.places[b, 0] + half,
        low[1] + size * blocks.places[b, 1] + half,
        low[2] + size * blocks.places[b, 2] + half,
    )


@called
def middles(blocks: Blocks, first: int, last: int) -> Offsets:
    """The middles of some blocks as offsets from that of the first; more of the last up to whole vectors."""
    count = (last - first + 15) // 16 * 16
    x, y, z = np.full(count, ZERO), np.full(count, ZERO), np.full(count, ZERO)
    origin = place(blocks, first)
    for k in range(count):
        here = place(blocks, min(first + k, last - 1))
        x[k], y[k], z[k] = here[0] - origin[0], here[1] - origin[1], here[2] - origin[2]
    return x, y, z


@called
def lower_bounds(tape: Tape, group: Group, blocks: Blocks, stack: AnyArray) -> AnyArray:
    """(m, k) float32: below which value each candidate's field does not fall in each block of a group."""
    p = middles(blocks, group.first, group.last)
    found = np.full((group.last - group.first, len(group.leaves)), HUGE)
    values = np.full(len(p[0]), HUGE)
    for k in range(len(group.leaves)):
        values[:] = HUGE
        lower_leaf(tape, group.leaves[k], place(blocks, group.first), p, stack, values)
        for b in range(len(found)):
            found[b, k] = values[b] - group.change[k]
    return found


@called
def greatest(values: AnyArray, lane: AnyArray) -> Single:
    """The greatest of whole vectors of values; in `lane` (16,), for a single maximum would not be vector code."""
    lane[:] = values[:16]
    for first in range(16, len(values), 16):
        for k in range(16):
            lane[k] = max(lane[k], values[first + k])
    return lane.max()


@called
def lowest(
    tape: Tape, group: Group, bounds: AnyArray, middle: Three, p: Offsets, stack: AnyArray, out: AnyArray
) -> None:
    """The lowest field in one block: leaf after leaf by lower bound, used up, until none can matter."""
    out[:] = HUGE
    lane = np.full(16, HUGE)
    peak = HUGE
    for k in range(len(bounds)):
        peak = min(peak, bounds[k] + TWO * group.change[k])
    while True:
        best, least = -1, peak
        for k in range(len(bounds)):
            if bounds[k] <= least:
                best, least = k, bounds[k]
        if best < 0:
            return
        bounds[best] = HUGE
        lower_leaf(tape, group.leaves[best], middle, p, stack, out)
        peak = min(peak, greatest(out, lane))


@inlined
def group_of(lists: Lists, g: int) -> Group:
    """One group with its candidates."""
    own = slice(lists.starts[g], lists.starts[g + 1])
    return Group(lists.blocks[g], lists.blocks[g + 1], lists.leaves[own], lists.change[own])


@relaxed
def fill_blocks(
    tape: Tape,
    lists: Lists,
    chosen: tuple[int, int],
    blocks: Blocks,
    rows: AnyArray,
    p: Offsets,
    depth: int,
    out: AnyArray,
) -> None:
    """The values of the blocks of some groups into their `rows` of `out`; points beyond a row's length are left out."""
    stack, values = np.full((depth, len(p[0])), HUGE), np.full(len(p[0]), HUGE)
    for g in range(chosen[0], chosen[1]):
        group = group_of(lists, g)
        bounds = lower_bounds(tape, group, blocks, stack)
        for b in range(group.first, group.last):
            lowest(tape, group, bounds[b - group.first], place(blocks, b), p, stack, values)
            out[rows[b]] = values[: out.shape[1]]


@relaxed
def fill_grid(
    tape: Tape, lists: Lists, chosen: tuple[int, int], blocks: Blocks, p: Offsets, depth: int, out: AnyArray
) -> None:
    """The 8³ values of the blocks of some groups to their places in the grid; what lies beyond it is left out."""
    stack, values = np.full((depth, len(p[0])), HUGE), np.full(len(p[0]), HUGE)
    for g in range(chosen[0], chosen[1]):
        group = group_of(lists, g)
        bounds = lower_bounds(tape, group, blocks, stack)
        for b in range(group.first, group.last):
            lowest(tape, group, bounds[b - group.first], place(blocks, b), p, stack, values)
            store(values, blocks.places[b, 0] * 8, blocks.places[b, 1] * 8, blocks.places[b, 2] * 8, out)


@called
def store(values: AnyArray, x: int, y: int, z: int, out: AnyArray) -> None:
    """A block of 8³ values to its place in a grid."""
    depth = min(8, out.shape[2] - z)
    for i in range(min(8, out.shape[0] - x)):
        for j in range(min(8, out.shape[1] - y)):
            if depth == 8:
                # A row of known length is one vector.
                for k in range(8):
                    out[x + i, y + j, z + k] = values[i * 64 + j * 8 + k]
            else:
                for k in range(depth):
                    out[x + i, y + j, z + k] = values[i * 64 + j * 8 + k]
