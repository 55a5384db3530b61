"""Assemblies as grids of occupancy, each filling its cube."""

from __future__ import annotations

from typing import Final

import numpy as np
import torch
from torch import Tensor

from learners.tensors import Grids
from shapelang.arrays import OccupancyArray
from shapelang.assembly.assembly import Assembly
from shapelang.representations.voxels import voxelise

EMPTY: Final = 2
"""Cells that stay empty beyond the longest side together, so that the surface never meets the border."""


def solid_grid(assembly: Assembly, resolution: int) -> OccupancyArray | None:
    """(r, r, r) the cells whose centres are inside, axes x, y (up), z.

    The shape stands in the middle of the cube, within half a cell, and its longest side takes r - 2 cells. None where
    no centre is inside: for what is thinner than a cell everywhere.
    """
    found = voxelise(assembly, resolution - EMPTY).occupied
    if not found.any():
        return None
    grid = np.zeros((resolution,) * 3, np.bool_)
    x, y, z = ((resolution - side) // 2 for side in found.shape)
    grid[x : x + found.shape[0], y : y + found.shape[1], z : z + found.shape[2]] = found
    return grid


def overlap(one: Grids, other: Grids) -> Tensor:
    """(b,) solid IoU of grids (b, *cells), cells in both over cells in either; 1 for two empty ones."""
    both, either = ((found.flatten(1)).sum(dim=1) for found in (one & other, one | other))
    return torch.where(either == 0, 1.0, both / either.clamp(min=1))
