"""A decoder to volumes of any size: few cells that transposed convolutions of 4³ double, cut to what is wanted."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise
from typing import Final, final

from torch import Tensor, nn

from learners.layers import LEAK, laid_out, transposed
from learners.tensors import Codes

FEW: Final = 4
"""Cells along each axis that doubling starts from, or fewer."""


@final
@dataclass(frozen=True, slots=True)
class DoublingDecoder:
    """resolution: of the volume. width: channels of the last layer but one; they double towards the code.

    refined: whether a convolution of 3³ follows each doubling.
    """

    code: int
    resolution: int
    width: int
    refined: bool = False


@final
class DoublingDecoderNet(nn.Module):
    """Codes (b, code) to log-odds (b, *cells)."""

    def __init__(self, config: DoublingDecoder) -> None:
        super().__init__()
        sides = [config.resolution]
        while sides[0] > FEW:
            sides.insert(0, -(-sides[0] // 2))
        doublings = len(sides) - 1
        channels = [config.width << k for k in range(doublings)][::-1]
        self.sides = sides
        self.first = nn.Linear(config.code, channels[0] * sides[0] ** 3)
        self.shape = (channels[0], *(sides[0],) * 3)
        self.doublings = nn.ModuleList(
            _doubling(before, after, config.refined) for before, after in pairwise([*channels, 1])
        )

    def forward(self, codes: Codes) -> Tensor:
        """(b, x, y, z)."""
        values: Tensor = self.first(codes).unflatten(1, self.shape)
        for layer, side in zip(self.doublings, self.sides[1:], strict=True):
            values = layer(laid_out(nn.functional.leaky_relu(values, LEAK)))[:, :, :side, :side, :side]
        return values[:, 0]


def _doubling(before: int, after: int, refined: bool) -> nn.Module:
    if not refined:
        return transposed(3, before, after)
    return nn.Sequential(transposed(3, before, before), nn.LeakyReLU(LEAK), nn.Conv3d(before, after, 3, padding=1))
