"""Implicit decoders: occupancy at any point, from a code.

IM-NET (Z. Chen, H. Zhang, "Learning Implicit Fields for Generative Shape Modeling", CVPR 2019). The weights on the
code are applied once a shape and those on the point once a point; the sum is that of one layer on [code, point].
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise
from typing import Final, final

import torch
from torch import Tensor, nn
from torch.nn import functional

from learners.bounds import Axes, Divisor, Width
from learners.layers import LEAK
from learners.tensors import Codes, Points, Values

_ORIGINAL: Final = (2048, 1024, 512, 256, 128)
_IMPROVED: Final = (1024, 1024, 1024, 512, 256, 128)
_BEYOND: Final = 0.01
"""Slope of the improved decoder's last layer below 0 and above 1."""


@final
@dataclass(frozen=True, slots=True)
class OriginalImplicitDecoder:
    """The decoder as published: code and point enter every layer but the last; a sigmoid ends it.

    axes: of the points. code: numbers of the code. narrowed: widths 2048-1024-512-256-128 are divided by it.
    """

    axes: Axes
    code: Width
    narrowed: Divisor = 1


@final
@dataclass(frozen=True, slots=True)
class ImprovedImplicitDecoder:
    """The decoder of the authors' improved code: code and point enter the first layer; a leaky clip to [0, 1] ends it.

    axes: of the points. code: numbers of the code. narrowed: widths 1024-1024-1024-512-256-128 are divided by it.
    """

    axes: Axes
    code: Width
    narrowed: Divisor = 1


@final
class Conditioned(nn.Module):
    """A linear layer on [hidden, code, point], each part with weights of its own; hidden is 0 wide in the first."""

    def __init__(self, hidden: int, code: int, axes: int, after: int) -> None:
        super().__init__()
        whole = nn.Linear(hidden + code + axes, after)
        # Initialised as the one layer that they are.
        on_hidden, on_code, on_point = whole.weight.detach().split([hidden, code, axes], dim=1)
        self.on_hidden = nn.Parameter(on_hidden.clone())
        self.on_code = nn.Parameter(on_code.clone())
        self.on_point = nn.Parameter(on_point.clone())
        self.bias = nn.Parameter(whole.bias.detach().clone())

    def forward(self, hidden: Tensor | None, codes: Codes, points: Points) -> Tensor:
        """(b, n, after); hidden (b, n, h) or None for the first layer."""
        once = functional.linear(codes, self.on_code, self.bias)[:, None]
        seen = functional.linear(points, self.on_point) + once
        return seen if hidden is None else seen + functional.linear(hidden, self.on_hidden)


@final
class OriginalImplicitNet(nn.Module):
    """Codes and points to occupancy."""

    def __init__(self, config: OriginalImplicitDecoder) -> None:
        super().__init__()
        widths = tuple(width // config.narrowed for width in _ORIGINAL)
        self.layers = nn.ModuleList(
            Conditioned(before, config.code, config.axes, after) for before, after in pairwise((0, *widths))
        )
        self.last = nn.Linear(widths[-1], 1)

    def forward(self, codes: Codes, points: Points) -> Values:
        """(b, n) in (0, 1)."""
        hidden: Tensor | None = None
        for layer in self.layers:
            hidden = functional.leaky_relu(layer(hidden, codes, points), LEAK)
        assert hidden is not None, "there are layers"
        return torch.sigmoid(self.last(hidden)[..., 0])


@final
class ImprovedImplicitNet(nn.Module):
    """Codes and points to occupancy."""

    def __init__(self, config: ImprovedImplicitDecoder) -> None:
        super().__init__()
        widths = tuple(width // config.narrowed for width in _IMPROVED)
        self.first = Conditioned(0, config.code, config.axes, widths[0])
        self.layers = nn.ModuleList(nn.Linear(before, after) for before, after in pairwise(widths))
        self.last = nn.Linear(widths[-1], 1)
        # As in the authors' code: tiny weights about the middle, so that the clip leaves every first value a slope.
        nn.init.normal_(self.last.weight, std=1e-5)
        nn.init.constant_(self.last.bias, 0.5)

    def forward(self, codes: Codes, points: Points) -> Values:
        """(b, n), within a hundredth of its excess of [0, 1]."""
        hidden = functional.leaky_relu(self.first(None, codes, points), LEAK)
        for layer in self.layers:
            hidden = functional.leaky_relu(layer(hidden), LEAK)
        value = self.last(hidden)[..., 0]
        return torch.maximum(torch.minimum(value, value * _BEYOND + (1.0 - _BEYOND)), value * _BEYOND)
