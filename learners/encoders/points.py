"""The point transformer: points on a shape's surface look at each other, and become a code."""

from __future__ import annotations

from dataclasses import dataclass
from typing import final

from torch import Tensor, nn

from learners.bounds import Axes, Cells, Count, Times, Width
from learners.data.surface import surface_points
from learners.tensors import Codes, Grids
from shapelang.diagnostics import UsageError


@final
@dataclass(frozen=True, slots=True)
class PointEncoder:
    """Blocks of attention between all points (A. Vaswani et al., "Attention is all you need", 2017), whose places are
    all that is known of them, then the largest of each number (C. Qi et al., "PointNet", CVPR 2017).

    axes, resolution: of the grids whose surface is seen. points: on each of them. width: numbers of a point. heads: of
    the attention; they share the width evenly.
    """

    axes: Axes
    resolution: Cells
    code: Width
    points: Count
    width: Width
    blocks: Times
    heads: Times

    def __post_init__(self) -> None:
        if self.width % self.heads:
            raise UsageError(f"{self.heads} heads cannot share {self.width} numbers of a point evenly")


@final
class PointEncoderNet(nn.Module):
    """Grids to codes, by points on their surface: which order these have changes nothing."""

    def __init__(self, config: PointEncoder) -> None:
        super().__init__()
        self.config = config
        width = config.width
        self.first = nn.Linear(config.axes, width)
        # Each block draws its own weights: `nn.TransformerEncoder` would give all those of the first.
        self.blocks = nn.Sequential(
            *(
                nn.TransformerEncoderLayer(width, config.heads, 2 * width, 0.0, batch_first=True, norm_first=True)
                for _ in range(config.blocks)
            )
        )
        self.code = nn.Linear(width, config.code)

    def forward(self, grids: Grids) -> Codes:
        """(b, c) codes, unbounded."""
        return self.read(surface_points(grids, self.config.points))

    def read(self, points: Tensor) -> Codes:
        """(b, c) of points (b, n, d)."""
        features: Tensor = self.blocks(self.first(points))
        return self.code(features.amax(dim=1))
