"""The blocks of cells in which a lattice is worked on."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, final

import numpy as np

from shapelang.arrays import AnyArray

BLOCK: Final = 8
"""Cells along a block's edge; the kernels' shifts and masks say the same."""


@final
@dataclass(frozen=True, slots=True, eq=False)
class SampledBlocks:
    """Samples (m, 9, 9, 9) float32 of blocks of 8³ cells at places (m, 3) int32, in lexicographic order.

    index (bx, by, bz) int32: the number of the block at a place, −1 where the surface cannot be. `cells` along each
    axis; the last blocks may reach beyond them.
    """

    samples: AnyArray
    places: AnyArray
    index: AnyArray
    cells: AnyArray


def index_of(places: AnyArray, cells: AnyArray) -> AnyArray:
    """The index of `SampledBlocks`."""
    index = np.full(-(-cells // BLOCK), -1, np.int32)
    index[places[:, 0], places[:, 1], places[:, 2]] = np.arange(len(places), dtype=np.int32)
    return index
