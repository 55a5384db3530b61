"""The squared error at very many points, in pieces that stay in the processor's cache."""

from __future__ import annotations

from typing import Any, Final, assert_never

import torch
from torch import Tensor, nn

from learners.decoders.batch_normed import BatchNormedDecoderNet
from learners.decoders.convolutional import ConvolutionalDecoderNet
from learners.decoders.decoder import DecoderNet
from learners.decoders.implicit import ImprovedImplicitNet, OriginalImplicitNet
from learners.decoders.improved_slopes import improved_error
from learners.tensors import Codes, Points, Values

PIECE: Final = 256
"""Points of each example at once. Of 64 to 1,024, tried on the CPU with 8 examples (docs/learners.md), none is much
better, and all are better than 4,096."""


def squared_error(
    decoder: DecoderNet, codes: Codes, points: Points, wanted: Values, piece: int | None = PIECE
) -> Tensor:
    """Mean of (what the decoder gives − wanted)² at points, with its slopes; a scalar.

    What a layer gives is 4 MB for a thousand points of 1,024 numbers: with all points at once every layer reads and
    writes the memory, forwards and backwards. Where a decoder treats each point by itself, a piece of them goes both
    ways before the next, on the CPU; slopes differ by the order of their sums alone. piece: None for all.
    """
    match decoder:
        case ConvolutionalDecoderNet() | BatchNormedDecoderNet():
            piece = None
        case OriginalImplicitNet() | ImprovedImplicitNet():
            pass
        case _:
            assert_never(decoder)
    if piece is None or not torch.is_grad_enabled() or points.device.type != "cpu":
        return ((decoder(codes, points).float() - wanted) ** 2).mean()
    if isinstance(decoder, ImprovedImplicitNet) and not torch.is_autocast_enabled("cpu"):
        return improved_error(decoder, codes, points, wanted, piece)
    weights = [weight for weight in decoder.parameters() if weight.requires_grad]
    return _InPieces.apply(decoder, points, wanted, piece, codes, *weights)  # pyright: ignore[reportReturnType]


class _InPieces(torch.autograd.Function):
    @staticmethod
    def forward(
        ctx: Any,
        decoder: nn.Module,
        points: Points,
        wanted: Values,
        piece: int,
        codes: Codes,
        *weights: Tensor,
    ) -> Tensor:
        own = codes.detach().requires_grad_()
        total = torch.zeros(())
        slopes: list[Tensor | None] = [None] * (1 + len(weights))
        device, precision = codes.device.type, torch.get_autocast_dtype(codes.device.type)
        for some, those in zip(points.split(piece, dim=1), wanted.split(piece, dim=1), strict=True):
            # Weights that autocast has cast are kept with their graph, which ends with the piece: so they are not kept.
            half = torch.autocast(device, precision, torch.is_autocast_enabled(device), cache_enabled=False)
            with torch.enable_grad(), half:
                error = ((decoder(own, some).float() - those) ** 2).sum() / wanted.numel()
                found = torch.autograd.grad(error, (own, *weights), allow_unused=True)
            total += error.detach()
            slopes = [more if slope is None else slope + more for slope, more in zip(slopes, found, strict=True)]
        ctx.save_for_backward(*slopes)
        return total

    @staticmethod
    def backward(ctx: Any, *above: Tensor) -> tuple[Tensor | None, ...]:
        return (None, None, None, None, *(slope if slope is None else above[0] * slope for slope in ctx.saved_tensors))
