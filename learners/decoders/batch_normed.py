"""The generator of DCGAN along two axes, and of 3D-GAN along three."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise
from typing import final

import torch
from torch import Tensor, nn

from learners.bounds import Axes, Cells, Width
from learners.decoders.grids import read_between
from learners.encoders.convolutional import SMALLEST, channels_of
from learners.layers import batch_norm, transposed
from learners.tensors import Codes, Points, Values


@final
@dataclass(frozen=True, slots=True)
class BatchNormedDecoder:
    """4^d cells doubled until the grid is full, each layer normed over the batch and rectified; a sigmoid ends it.

    A. Radford et al., "Unsupervised representation learning with DCGANs", 2016; J. Wu et al., "Learning a
    probabilistic latent space of object shapes via 3D generative-adversarial modeling", 2016, which has 512 channels
    at 4³ cells of 64³: a width of 64. width: channels of the last layer but one, which double towards the code.
    """

    axes: Axes
    resolution: Cells
    code: Width
    width: Width

    def __post_init__(self) -> None:
        channels_of(self.resolution, self.width)


@final
class BatchNormedDecoderNet(nn.Module):
    """Codes to grids, or codes and points to occupancy."""

    def __init__(self, config: BatchNormedDecoder) -> None:
        super().__init__()
        channels = channels_of(config.resolution, config.width)[::-1]
        self.shape = (channels[0], *(SMALLEST,) * config.axes)
        self.start = nn.Linear(config.code, channels[0] * SMALLEST**config.axes, bias=False)
        layers: list[nn.Module] = [batch_norm(config.axes, channels[0]), nn.ReLU()]
        for before, after in pairwise(channels):
            layers += [transposed(config.axes, before, after), batch_norm(config.axes, after), nn.ReLU()]
        self.layers = nn.Sequential(*layers, transposed(config.axes, channels[-1], 1))

    def grid(self, codes: Codes) -> Tensor:
        """(b, *cells) occupancy in (0, 1) at the centres of the cells."""
        values: Tensor = self.layers(self.start(codes).reshape(-1, *self.shape))
        return torch.sigmoid(values[:, 0].float())

    def forward(self, codes: Codes, points: Points) -> Values:
        """(b, n): see `read_between`."""
        return read_between(self.grid(codes), points)
