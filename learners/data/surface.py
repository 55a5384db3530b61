"""Points on the surface of a grid's cells: of each shape as many, even by area, always the same."""

from __future__ import annotations

from typing import Final

import torch
from torch import Tensor
from torch.nn import functional

from learners.data.points import cell_centres
from learners.tensors import Grids, Points

_STEPS: Final = (0.7548776662466927, 0.5698402909980532)
"""Of a sequence that fills a square evenly: powers of 1 / 1.3247…, the root of x³ = x + 1 (M. Roberts, "The
unreasonable effectiveness of quasirandom sequences", 2018)."""


def surface_points(grids: Grids, count: int) -> Points:
    """(b, count, d) points of [-1, 1] on the faces between cells inside and outside; beyond the grid is outside.

    Faces are taken at even steps of their order, side by side and cell by cell, so that no draw is needed and every
    part of the surface has its share. Grids without a cell have all points at 0.
    """
    return torch.cat([_points(grid[None], count) for grid in grids])


def _points(grids: Grids, count: int) -> Points:
    """Of one grid: the sum over its faces takes 24 bytes a cell."""
    axes = grids.dim() - 1
    faces = _faces(grids)
    known = faces.flatten(1).cumsum(1, dtype=torch.int32)
    total = known[:, -1:]
    steps = (torch.arange(count, device=grids.device, dtype=torch.float64) + 0.5) / count
    wanted = (steps * total).floor().int() + 1
    places = torch.searchsorted(known, wanted.clamp(max=total)).clamp(max=known.shape[1] - 1)
    side, cell = places // faces[0, 0].numel(), places % faces[0, 0].numel()
    sizes = torch.tensor([1.0 / length for length in grids.shape[1:]], device=grids.device)
    offset = functional.one_hot(side // 2, axes) * (2.0 * (side % 2) - 1.0)[..., None]
    along = 1 - offset.abs()
    points = cell_centres(grids.shape[1:], grids.device)[cell] + (offset + along * _spread(side // 2, axes)) * sizes
    return points * (total > 0)[..., None]


def _faces(grids: Grids) -> Tensor:
    """(b, 2 d, *cells) bool: for each axis the cells with a face on the lower side, then those on the upper one."""
    found: list[Tensor] = []
    axes = grids.dim() - 1
    for axis in range(1, axes + 1):
        # `pad` names sides from the last axis on, the lower one of each first.
        at = 2 * (axes - axis)
        around = functional.pad(grids, [*(0,) * at, 1, 1, *(0,) * (2 * axes - at - 2)])
        length = grids.shape[axis]
        found += [grids & ~around.narrow(axis, start, length) for start in (0, 2)]
    return torch.stack(found, dim=1)


def _spread(normal: Tensor, axes: int) -> Tensor:
    """(1, n, axes) places in faces in (-1, 1), so that no two points of a large face are one.

    normal: (1, n) the axis of each face. The others take the steps of the sequence in their order.
    """
    number = torch.arange(1, normal.shape[1] + 1, device=normal.device, dtype=torch.float64)
    filled = torch.stack([2.0 * ((number * step) % 1.0) - 1.0 for step in _STEPS], dim=1)
    axis = torch.arange(axes, device=normal.device)
    free = axis - (axis > normal[..., None]).long()
    # Along its normal a face has no extent: whatever stands there is not taken.
    return filled.gather(1, free[0].clamp(max=len(_STEPS) - 1)).float()[None]
