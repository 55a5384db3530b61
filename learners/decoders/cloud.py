"""A code becomes points on a surface, and these a skin where solids are asked for."""

from __future__ import annotations

from dataclasses import dataclass
from typing import final

import torch
from torch import nn

from learners.bounds import Axes, Cells, Count, Width
from learners.objectives.chamfer import EXACT
from learners.tensors import Codes, Points, Values


@final
@dataclass(frozen=True, slots=True)
class CloudDecoder:
    """Two hidden layers, then all numbers of all points at once (P. Achlioptas et al., ICML 2018, section 3).

    resolution: of the grids that it learned from; the skin of its points is as thick as two of their cells.
    """

    axes: Axes
    resolution: Cells
    code: Width
    points: Count
    width: Width


@final
class CloudDecoderNet(nn.Module):
    """Codes to points."""

    def __init__(self, config: CloudDecoder) -> None:
        super().__init__()
        self.axes = config.axes
        self.reach = 2.0 / config.resolution
        self.layers = nn.Sequential(
            nn.Linear(config.code, config.width), nn.ReLU(),
            nn.Linear(config.width, config.width), nn.ReLU(),
            nn.Linear(config.width, config.points * config.axes),
        )  # fmt: skip

    def cloud(self, codes: Codes) -> Points:
        """(b, points, d), in the cube from -1 to 1 where the net has learned that."""
        return self.layers(codes).reshape(len(codes), -1, self.axes)

    def forward(self, codes: Codes, points: Points) -> Values:
        """(b, n): ½ at a cell's width from the nearest point of the cloud, 1 at it, 0 from twice as far on."""
        # By differences: products lose what is left between points that are near each other.
        apart = torch.cdist(points.float(), self.cloud(codes).float(), compute_mode=EXACT).amin(dim=2)
        return (1.0 - apart / (2.0 * self.reach)).clamp_min(0.0)
