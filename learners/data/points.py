"""Points of a grid to learn an implicit field from, those near the surface first."""

from __future__ import annotations

from math import prod

import torch
from torch import Tensor
from torch.nn import functional

from learners.tensors import Grids, Points, Values


def sampled_points(grids: Grids, count: int, draws: torch.Generator) -> tuple[Points, Values]:
    """`count` different cells of each grid: their centres, and 1 for those inside, 0 for those outside.

    Cells next to one of the other side come first, and the rest is drawn evenly from the others, as IM-NET samples
    its training points (Z. Chen, H. Zhang, CVPR 2019, section 3.1). With `count` cells or fewer all are given, in the
    order of the grid. draws: on the device of the grids.
    """
    cells = prod(grids.shape[1:])
    inside = grids.flatten(1).float()
    if count >= cells:
        return cell_centres(grids.shape[1:], grids.device).expand(len(grids), -1, -1), inside
    order = torch.rand(len(grids), cells, generator=draws, device=grids.device)
    chosen = torch.topk(order + near_surface(grids).flatten(1).float(), count, dim=1, sorted=False).indices
    return cell_centres(grids.shape[1:], grids.device)[chosen], inside.gather(1, chosen)


def pooled(grids: Grids, cells: int) -> Grids:
    """The same shapes on a coarser grid of so many cells along each axis, by which theirs can be divided.

    Inside is what has a fine cell inside, as IM-NET makes its coarse grids, so that what is thin is not lost.
    """
    times, axes = grids.shape[1] // cells, grids.dim() - 1
    split = grids.reshape(len(grids), *(cells, times) * axes)
    return split.amax(dim=tuple(range(2, 2 * axes + 1, 2)))


def near_surface(grids: Grids) -> Grids:
    """Cells of which one of the 3^d around is on the other side."""
    values = grids[:, None].float()
    match grids.dim() - 1:
        case 2:
            pool = functional.max_pool2d
        case 3:
            pool = functional.max_pool3d
        case axes:
            raise ValueError(f"grids have 2 or 3 axes, not {axes}")
    highest, lowest = pool(values, 3, 1, 1), -pool(-values, 3, 1, 1)
    return (highest > lowest)[:, 0]


def cell_centres(cells: tuple[int, ...] | torch.Size, device: torch.device | str = "cpu") -> Tensor:
    """(n, d) centres of a grid's cells in [-1, 1], in the order of the flattened grid."""
    sides = [(torch.arange(side, device=device, dtype=torch.float32) + 0.5) * (2.0 / side) - 1.0 for side in cells]
    return torch.stack(torch.meshgrid(*sides, indexing="ij"), dim=-1).reshape(-1, len(sides))
