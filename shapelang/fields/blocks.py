"""The blocks of cells in which a lattice is worked on."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, TypeAlias, final

import numpy as np

from shapelang.arrays import Float32, Int32, Int64

BLOCK: Final = 8
"""Cells along a block's edge; the kernels' shifts and masks say the same."""

BlockSamples: TypeAlias = Float32[np.ndarray, "m 9 9 9"]
BlockPlaces: TypeAlias = Int32[np.ndarray, "m 3"]
BlockIndex: TypeAlias = Int32[np.ndarray, "bx by bz"]
AxisCounts: TypeAlias = Int64[np.ndarray, "3"]


@final
@dataclass(frozen=True, slots=True, eq=False)
class SampledBlocks:
    """Samples at the nodes of blocks of 8³ cells at their places, in lexicographic order.

    index: the number of the block at a place, −1 where the surface cannot be. `cells` along each axis; the last blocks
    may reach beyond them.
    """

    samples: BlockSamples
    places: BlockPlaces
    index: BlockIndex
    cells: AxisCounts


def index_of(places: BlockPlaces, cells: AxisCounts) -> BlockIndex:
    """The index of `SampledBlocks`."""
    index = np.full(-(-cells // BLOCK), -1, np.int32)
    index[places[:, 0], places[:, 1], places[:, 2]] = np.arange(len(places), dtype=np.int32)
    return index
