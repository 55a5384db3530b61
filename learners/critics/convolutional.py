"""The convolutional critic: a grid becomes one number."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum, unique
from itertools import pairwise
from typing import Final, assert_never, final

from torch import Tensor, nn

from learners.bounds import Axes, Cells, Width
from learners.encoders.convolutional import SMALLEST, channels_of
from learners.layers import batch_norm, convolution

LEAK: Final = 0.2
"""Slope of the rectifiers below 0, as in DCGAN."""


@unique
@final
class Norm(Enum):
    """What stands behind each convolution but the first."""

    NONE = "none"
    """For a gradient penalty, which is one of each example by itself."""
    BATCH = "batch"
    """As in DCGAN."""


@final
@dataclass(frozen=True, slots=True)
class ConvolutionalCritic:
    """Convolutions of 4^d with stride 2 down to 4^d cells, then one that sees them all.

    A. Radford, L. Metz, S. Chintala, "Unsupervised representation learning with DCGANs", 2016. axes: 2 or 3.
    resolution: of the grid, 4 times a power of two. width: channels of the first convolution, which double with each.
    """

    axes: Axes
    resolution: Cells
    width: Width
    norm: Norm

    def __post_init__(self) -> None:
        channels_of(self.resolution, self.width)


@final
class ConvolutionalCriticNet(nn.Module):
    """Grids of numbers in [0, 1] to how real they seem: a logit, or a height without bounds."""

    def __init__(self, config: ConvolutionalCritic) -> None:
        super().__init__()
        channels = channels_of(config.resolution, config.width)
        layers: list[nn.Module] = [convolution(config.axes, 1, channels[0]), nn.LeakyReLU(LEAK)]
        for before, after in pairwise(channels):
            layers.append(convolution(config.axes, before, after))
            layers += _normed(config, after)
            layers.append(nn.LeakyReLU(LEAK))
        self.features = nn.Sequential(*layers)
        self.last = nn.Linear(channels[-1] * SMALLEST**config.axes, 1)

    def forward(self, grids: Tensor) -> Tensor:
        """(b,) from (b, *cells)."""
        features: Tensor = self.features(grids[:, None])
        return self.last(features.flatten(1))[:, 0]


def _normed(config: ConvolutionalCritic, channels: int) -> list[nn.Module]:
    match config.norm:
        case Norm.NONE:
            return []
        case Norm.BATCH:
            return [batch_norm(config.axes, channels)]
        case _:
            assert_never(config.norm)
