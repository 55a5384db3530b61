"""What the compiled loops take: named tuples, which numba knows, of arrays and numbers."""

from __future__ import annotations

from typing import Any, NamedTuple, TypeAlias

from shapelang.arrays import AnyArray

Single: TypeAlias = Any
"""A number of 32 bits: of NumPy where Python runs, of the machine where it is compiled."""

Three: TypeAlias = tuple[float, float, float]
"""A place in the world, in 64 bits."""

Frame: TypeAlias = tuple[
    Single, Single, Single, Single, Single, Single, Single, Single, Single, Single, Single, Single
]  # fmt: skip
"""The rows of a turn and the point that the block's middle becomes, in 32 bits."""

Slope: TypeAlias = tuple[float, float, float, float]
"""A value and its gradient, in 64 bits."""

Offsets: TypeAlias = tuple[AnyArray, AnyArray, AnyArray]
"""Points (n,) each as differences from the middle of their block, in 32 bits."""


class Tape(NamedTuple):
    """The instructions of `Packed`; their numbers in 32 bits for blocks, in 64 for slopes."""

    codes: AnyArray
    frames: AnyArray
    starts: AnyArray
    numbers: AnyArray
    leaves: AnyArray


class Blocks(NamedTuple):
    """Blocks of a lattice: its low corner, a block's size and half its own extent in metres; their places (m, 3)."""

    low: Three
    size: float
    half: float
    places: AnyArray


class Lists(NamedTuple):
    """Groups of blocks that follow one another, and for each the leaves that may be lowest somewhere in it.

    Group g has the blocks from blocks[g] to blocks[g + 1], and the `leaves` from starts[g] to starts[g + 1]; `change`
    is by how much each one's field may differ within a block from its value in the middle.
    """

    blocks: AnyArray
    starts: AnyArray
    leaves: AnyArray
    change: AnyArray


class Group(NamedTuple):
    """One row of `Lists`."""

    first: int
    last: int
    leaves: AnyArray
    change: AnyArray
