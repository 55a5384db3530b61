"""Which decoders there are, and what all of them do."""

from __future__ import annotations

from typing import Final, TypeAlias, assert_never

import torch
from torch import Tensor

from learners.data.points import cell_centres
from learners.decoders.batch_normed import BatchNormedDecoder, BatchNormedDecoderNet
from learners.decoders.convolutional import ConvolutionalDecoder, ConvolutionalDecoderNet
from learners.decoders.implicit import (
    ImprovedImplicitDecoder,
    ImprovedImplicitNet,
    OriginalImplicitDecoder,
    OriginalImplicitNet,
)
from learners.encoders.convolutional import cells_told
from learners.tensors import Codes
from shapelang.diagnostics import UsageError

Decoder: TypeAlias = ConvolutionalDecoder | OriginalImplicitDecoder | ImprovedImplicitDecoder
Probable: TypeAlias = ConvolutionalDecoder | OriginalImplicitDecoder
"""Decoders that a sigmoid ends: what they give is the probability that a cell is inside."""
DecoderNet: TypeAlias = ConvolutionalDecoderNet | BatchNormedDecoderNet | OriginalImplicitNet | ImprovedImplicitNet
"""Each takes codes (b, c) and points (b, n, d) to occupancy (b, n); implicit ones take (1, n, d) for all codes."""

ROWS: Final = 4096
"""Points of all shapes together that a net which sees each by itself decodes at once without slopes: what its layers
give stays in the processor's cache. Of 1,024 to 16,384 tried (docs/learners.md)."""


def refuse_unfit(config: Decoder | BatchNormedDecoder, axes: int, resolution: int, code: int | None = None) -> None:
    """Raises UsageError for a decoder of other grids than those, or of other codes."""
    match config:
        case ConvolutionalDecoder() | BatchNormedDecoder():
            found = (config.axes, config.resolution)
        case OriginalImplicitDecoder() | ImprovedImplicitDecoder():
            found = (config.axes, resolution)
        case _:
            assert_never(config)
    if found != (axes, resolution):
        raise UsageError(
            f"the decoder makes {cells_told(*found)}, and what it learns with sees {cells_told(axes, resolution)}"
        )
    if code is not None and config.code != code:
        raise UsageError(f"the decoder takes codes of {config.code} numbers, and those here have {code}")


def decoder_net(config: Decoder | BatchNormedDecoder) -> DecoderNet:
    """The net of a decoder, with fresh weights."""
    match config:
        case ConvolutionalDecoder():
            return ConvolutionalDecoderNet(config)
        case BatchNormedDecoder():
            return BatchNormedDecoderNet(config)
        case OriginalImplicitDecoder():
            return OriginalImplicitNet(config)
        case ImprovedImplicitDecoder():
            return ImprovedImplicitNet(config)
        case _:
            assert_never(config)


def whole_grids(net: DecoderNet, codes: Codes, cells: tuple[int, ...]) -> Tensor:
    """(b, *cells) occupancy at the centres of all cells. cells: of the grid that was learned from."""
    match net:
        case ConvolutionalDecoderNet() | BatchNormedDecoderNet():
            return net.grid(codes)
        case OriginalImplicitNet() | ImprovedImplicitNet():
            centres = cell_centres(cells, codes.device)[None]
            # With slopes all that the layers give is kept, and pieces would not be in the cache on the way back.
            whole = torch.is_grad_enabled() or codes.device.type != "cpu"
            pieces = (centres,) if whole else centres.split(max(1, ROWS // max(1, len(codes))), dim=1)
            return torch.cat([net(codes, some) for some in pieces], dim=1).reshape(-1, *cells)
        case _:
            assert_never(net)
