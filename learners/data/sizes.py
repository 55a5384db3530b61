"""How large the shapes of a set are in its cells: a mesh that a net is to read is brought to that."""

from __future__ import annotations

from typing import Final, assert_never

import torch

from learners.data.assembled import Assembled
from learners.data.categories import AssembledCategories
from learners.data.digit_volumes import DigitSolids
from learners.data.digits import Digits
from learners.data.pictured import PrimitivePictures
from learners.data.primitives import Primitives
from learners.data.sampled import Sampled
from learners.data.sets import Data, LetterA
from learners.data.solid_grids import EMPTY
from learners.data.streamed import Streamed
from learners.data.voxels import VoxelSet, voxel_grids
from learners.data.wire_cubes import WireCubes
from learners.tensors import Grids

_PRIMITIVE: Final = 11
"""Cells: half extents of 4 to 6, and digits of 14 of which some margins are empty."""
_CUBE: Final = 0.86
"""Of the cells along a side: the mean of the wire cubes of 32 cells, which take 24 to 30."""
_LOOKED_AT: Final = 200


def usual_size(data: Data, side: int) -> int:
    """Cells, of `side`, that the longest side of a shape takes: at most all but `EMPTY`.

    Raises UsageError where only the file of the set tells, and it is gone or changed.
    """
    match data:
        case Primitives() | DigitSolids():
            return _PRIMITIVE
        case WireCubes():
            return min(round(_CUBE * side), side - EMPTY)
        case VoxelSet():
            return min(_median_size(data), side - EMPTY)
        case LetterA() | PrimitivePictures() | Digits() | Sampled() | Streamed() | Assembled() | AssembledCategories():
            return side - EMPTY
        case _:
            assert_never(data)


def longest_sides(grids: Grids) -> torch.Tensor:
    """(b,) cells that each solid (b, r, r, r) takes along its longest side."""
    along = [grids.any(dim=rest) for rest in ((2, 3), (1, 3), (1, 2))]
    places = torch.arange(grids.shape[1])
    taken = [
        torch.where(some, places, -1).amax(1) - torch.where(some, places, len(places)).amin(1) + 1 for some in along
    ]
    return torch.stack(taken).amax(dim=0)


def _median_size(data: VoxelSet) -> int:
    solids = voxel_grids(data, held_out=False)
    step = -(-len(solids) // _LOOKED_AT)
    return int(longest_sides(solids.grids(torch.arange(0, len(solids), step))).median())
