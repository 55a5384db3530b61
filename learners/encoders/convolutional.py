"""The convolutional encoder of IM-NET: a grid of occupancy becomes a code."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise
from math import log2
from typing import Final, final

from torch import Tensor, nn

from learners.bounds import Axes, Cells, Width
from learners.layers import LEAK, convolution, instance_norm, laid_out
from learners.tensors import Codes, Grids
from shapelang.diagnostics import UsageError

SMALLEST: Final = 4
"""Cells along each axis where the convolutions end and the code is read."""


@final
@dataclass(frozen=True, slots=True)
class ConvolutionalEncoder:
    """Convolutions of 4^d with stride 2 down to 4^d cells, then one that sees them all.

    axes: 2 or 3. resolution: of the grid, 4 times a power of two. code: numbers of the code. width: channels of the
    first convolution, which double with each (IM-NET: 32 at 64 cells, which gives 32, 64, 128, 256).
    """

    axes: Axes
    resolution: Cells
    code: Width
    width: Width = 32

    def __post_init__(self) -> None:
        channels_of(self.resolution, self.width)


@final
class ConvolutionalEncoderNet(nn.Module):
    """Grids to codes."""

    def __init__(self, config: ConvolutionalEncoder) -> None:
        super().__init__()
        layers: list[nn.Module] = []
        channels = [1, *channels_of(config.resolution, config.width)]
        for before, after in pairwise(channels):
            layers += [convolution(config.axes, before, after), instance_norm(config.axes, after), nn.LeakyReLU(LEAK)]
        self.features = nn.Sequential(*layers)
        self.code = nn.Linear(channels[-1] * SMALLEST**config.axes, config.code)

    def forward(self, grids: Grids) -> Codes:
        """(b, c) codes, unbounded."""
        features: Tensor = grids[:, None].float()
        for layer in self.features:
            features = layer(laid_out(features) if isinstance(layer, nn.Conv3d) else features)
        return self.code(features.flatten(1))


def cells_told(axes: int, resolution: int) -> str:
    """A grid, as messages call it."""
    return f"{resolution}{'²' if axes == 2 else '³'} cells"


def channels_of(resolution: int, width: int) -> tuple[int, ...]:
    """Channels after each halving of the grid down to 4 cells along an axis.

    Raises UsageError where halving does not end at 4.
    """
    halvings = round(log2(resolution / SMALLEST))
    if halvings < 1 or SMALLEST << halvings != resolution:
        raise UsageError(f"a grid of {resolution} cells along an axis cannot be halved to 4, as these convolutions do")
    return tuple(width << k for k in range(halvings))
