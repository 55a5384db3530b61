"""An encoder of grids of any size: convolutions of 4^d that halve it until few are left, then one linear layer."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise
from typing import Final, final

from torch import Tensor, nn

from learners.layers import LEAK, convolution, laid_out
from learners.tensors import Codes

FEW: Final = 4
"""Cells along each axis at which halving ends."""


@final
@dataclass(frozen=True, slots=True)
class HalvingEncoder:
    """axes: 2 or 3. channels: of the grid. resolution: its cells along a side. width: channels of the first layer."""

    axes: int
    channels: int
    resolution: int
    code: int
    width: int


@final
class HalvingEncoderNet(nn.Module):
    """Grids (b, channels, *cells) to codes (b, code)."""

    def __init__(self, config: HalvingEncoder) -> None:
        super().__init__()
        left, halvings = config.resolution, 0
        while left > FEW:
            left, halvings = left // 2, halvings + 1
        channels = [config.channels, *(config.width << k for k in range(halvings))]
        layers: list[nn.Module] = []
        for before, after in pairwise(channels):
            layers += [convolution(config.axes, before, after), nn.LeakyReLU(LEAK)]
        self.features = nn.Sequential(*layers)
        self.code = nn.Linear(channels[-1] * left**config.axes, config.code)

    def forward(self, grids: Tensor) -> Codes:
        """(b, code), unbounded."""
        features: Tensor = self.features(laid_out(grids) if grids.dim() == 5 else grids)
        return self.code(features.flatten(1))
