"""Slopes of an implicit generator's weights by some of the cells it makes.

What a critic's height changes by hangs on all cells of a grid, but those that are surely inside or outside have next to
no slope behind their sigmoid. Cells are drawn, the more often the more they weigh, and each stands for the others
(importance sampling): right in the mean over draws, at a fraction of the work.
"""

from __future__ import annotations

from typing import Final

import torch
from torch import Tensor

from learners.data.points import cell_centres
from learners.decoders.implicit import OriginalImplicitNet
from learners.tensors import Codes

EVENLY: Final = 0.1
"""Share of the draws that any cell is as likely in, so that none weighs more than ten times its slope."""
_LEAST: Final = 1e-30
"""A grid whose cells weigh less together has next to no slope; its cells are drawn evenly."""


def by_drawn_cells(
    net: OriginalImplicitNet, codes: Codes, made: Tensor, slopes: Tensor, count: int, draws: torch.Generator
) -> Tensor:
    """A scalar whose slopes in the weights are, in the mean over draws, those of Σ slopes · what the net makes.

    codes: (b, c), without slopes of their own; made: (b, *cells) what the net makes of them; slopes: (b, *cells) of a
    loss in `made`; count: cells drawn of each grid, one perhaps several times. The scalar's own value says nothing.
    """
    chances = cell_chances(made, slopes)
    cells = torch.multinomial(chances, count, replacement=True, generator=draws)
    shares = (slopes.flatten(1) / chances).gather(1, cells) / count
    return (shares * net(codes, cell_centres(made.shape[1:], made.device)[cells])).sum()


def cell_chances(made: Tensor, slopes: Tensor) -> Tensor:
    """(b, n) how likely each cell is to be drawn: as the slope in what goes into its sigmoid, and `EVENLY` besides."""
    values = made.flatten(1)
    weights = (slopes.flatten(1) * values * (1.0 - values)).abs()
    shares = weights / weights.sum(dim=1, keepdim=True).clamp_min(_LEAST)
    chances = (1.0 - EVENLY) * shares + EVENLY / values.shape[1]
    return chances / chances.sum(dim=1, keepdim=True)
