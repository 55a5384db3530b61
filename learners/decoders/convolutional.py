"""The convolutional decoder: a code becomes a grid of occupancy, read between its cells where a point is asked for."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise
from typing import final

import torch
from torch import Tensor, nn

from learners.bounds import Axes, Cells, Width
from learners.decoders.grids import read_between
from learners.encoders.convolutional import SMALLEST, channels_of
from learners.layers import LEAK, instance_norm, transposed
from learners.tensors import Codes, Points, Values


@final
@dataclass(frozen=True, slots=True)
class ConvolutionalDecoder:
    """The encoder of the same numbers turned round: 4^d cells doubled until the grid is full, then a sigmoid."""

    axes: Axes
    resolution: Cells
    code: Width
    width: Width = 32

    def __post_init__(self) -> None:
        channels_of(self.resolution, self.width)


@final
class ConvolutionalDecoderNet(nn.Module):
    """Codes to grids, or codes and points to occupancy."""

    def __init__(self, config: ConvolutionalDecoder) -> None:
        super().__init__()
        channels = channels_of(config.resolution, config.width)[::-1]
        self.shape = (channels[0], *(SMALLEST,) * config.axes)
        self.start = nn.Linear(config.code, channels[0] * SMALLEST**config.axes)
        layers: list[nn.Module] = []
        for before, after in pairwise(channels):
            layers += [nn.LeakyReLU(LEAK), transposed(config.axes, before, after), instance_norm(config.axes, after)]
        self.layers = nn.Sequential(*layers, nn.LeakyReLU(LEAK), transposed(config.axes, channels[-1], 1))

    def grid(self, codes: Codes) -> Tensor:
        """(b, *cells) occupancy in (0, 1) at the centres of the cells."""
        values: Tensor = self.layers(self.start(codes).reshape(-1, *self.shape))
        return torch.sigmoid(values[:, 0].float())

    def forward(self, codes: Codes, points: Points) -> Values:
        """(b, n): see `read_between`."""
        return read_between(self.grid(codes), points)
