"""Implicit decoders: occupancy at any point, from a code.

IM-NET (Z. Chen, H. Zhang, "Learning Implicit Fields for Generative Shape Modeling", CVPR 2019). The weights on the
code are applied once a shape and those on the point once a point; the sum is that of one layer on [code, point].
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise
from math import sqrt
from typing import Final, final

import torch
from torch import Tensor, nn
from torch.nn import functional

from learners.bounds import Axes, Divisor, Width
from learners.layers import LEAK
from learners.tensors import Codes, Points, Values

_ORIGINAL: Final = (2048, 1024, 512, 256, 128)
_IMPROVED: Final = (1024, 1024, 1024, 512, 256, 128)
BEYOND: Final = 0.01
"""Slope of the improved decoder's last layer below 0 and above 1."""

_QUICK: Final = 10.0
"""What a layer of the original decoder adds is a parameter times this: it moves as many times faster than weights. Most
of space is empty, so that what is decoded has to fall everywhere at first, and what is quickest brings it down: of slow
biases the mean of all codes, 2.3 deviations off the prior of variational autoencoders, which drew hardly anything. The
improved decoder gains nothing by it (docs/learners.md).
"""

_TINY: Final = 1e-5
"""Deviation of the first weights of the layer that ends a decoder."""

_SPREAD: Final = 9.0
"""Deviation of the first layer's weights on a point, whose numbers are within 1: rectifiers bend at nine planes or so
along each axis, where all would bend about the middle. Of 1, 3, 6, 9 and 12 tried (docs/learners.md)."""


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
    """A linear layer on [hidden, code, point], each part with weights of its own; hidden is 0 wide in the first.

    Its first weights keep the size of what passes (He et al., "Delving Deep into Rectifiers", ICCV 2015). quick: how
    much faster its bias moves than weights do.
    """

    def __init__(self, hidden: int, code: int, axes: int, after: int, quick: float = 1.0) -> None:
        super().__init__()
        self.quick = quick
        kept = sqrt(2.0 / (hidden + code))
        self.on_hidden = nn.Parameter(torch.randn(after, hidden) * kept)
        self.on_code = nn.Parameter(torch.randn(after, code) * kept)
        self.on_point = nn.Parameter(torch.randn(after, axes) * (kept if hidden else _SPREAD))
        self.shift = nn.Parameter(torch.zeros(after))

    @property
    def bias(self) -> Tensor:
        """(after,) what is added."""
        return self.quick * self.shift

    def forward(self, hidden: Tensor | None, codes: Codes, points: Points) -> Tensor:
        """(b, n, after); hidden (b, n, h) or None for the first layer."""
        once = functional.linear(codes, self.on_code, self.bias)[:, None]
        seen = functional.linear(points, self.on_point) + once
        return seen if hidden is None else functional.linear(hidden, self.on_hidden).add_(seen)


@final
class QuickLinear(nn.Module):
    """The layer that ends the original decoder: tiny first weights, as `_last` has them, and a quick bias."""

    def __init__(self, before: int) -> None:
        super().__init__()
        self.weight = nn.Parameter(torch.randn(1, before) * _TINY)
        self.shift = nn.Parameter(torch.zeros(1))

    def forward(self, values: Tensor) -> Tensor:
        """(…, 1) from (…, before)."""
        return functional.linear(values, self.weight, _QUICK * self.shift)


@final
class OriginalImplicitNet(nn.Module):
    """Codes and points to occupancy."""

    def __init__(self, config: OriginalImplicitDecoder) -> None:
        super().__init__()
        widths = tuple(width // config.narrowed for width in _ORIGINAL)
        self.layers = nn.ModuleList(
            Conditioned(before, config.code, config.axes, after, _QUICK) for before, after in pairwise((0, *widths))
        )
        self.last = QuickLinear(widths[-1])

    def forward(self, codes: Codes, points: Points) -> Values:
        """(b, n) in (0, 1)."""
        hidden: Tensor | None = None
        for layer in self.layers:
            hidden = functional.leaky_relu_(layer(hidden, codes, points), LEAK)
        assert hidden is not None, "there are layers"
        return torch.sigmoid(self.last(hidden)[..., 0])


@final
class ImprovedImplicitNet(nn.Module):
    """Codes and points to occupancy."""

    def __init__(self, config: ImprovedImplicitDecoder) -> None:
        super().__init__()
        widths = tuple(width // config.narrowed for width in _IMPROVED)
        self.first = Conditioned(0, config.code, config.axes, widths[0])
        self.layers = nn.ModuleList(_kept(nn.Linear(before, after)) for before, after in pairwise(widths))
        self.last = _last(widths[-1])

    def forward(self, codes: Codes, points: Points) -> Values:
        """(b, n), within a hundredth of its excess of [0, 1]."""
        hidden = functional.leaky_relu(self.first(None, codes, points), LEAK)
        for layer in self.layers:
            hidden = functional.leaky_relu(layer(hidden), LEAK)
        value = self.last(hidden)[..., 0]
        return torch.maximum(torch.minimum(value, value * BEYOND + (1.0 - BEYOND)), value * BEYOND)


def _kept(layer: nn.Linear) -> nn.Linear:
    """The layer with first weights that keep the size of what passes. torch's own lose half of it with each layer, and
    what differs between two points is nothing beside the biases after six.
    """
    nn.init.kaiming_normal_(layer.weight, LEAK)
    nn.init.zeros_(layer.bias)
    return layer


def _last(before: int) -> nn.Linear:
    """The layer that ends the improved decoder: tiny first weights about the middle, as in the authors' code, so that
    the clip leaves every first value a slope.
    """
    layer = nn.Linear(before, 1)
    nn.init.normal_(layer.weight, std=_TINY)
    nn.init.constant_(layer.bias, 0.5)
    return layer
