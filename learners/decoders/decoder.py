"""Which decoders there are, and what all of them do."""

from __future__ import annotations

from typing import TypeAlias, assert_never

from learners.decoders.convolutional import ConvolutionalDecoder, ConvolutionalDecoderNet
from learners.decoders.implicit import (
    ImprovedImplicitDecoder,
    ImprovedImplicitNet,
    OriginalImplicitDecoder,
    OriginalImplicitNet,
)

Decoder: TypeAlias = ConvolutionalDecoder | OriginalImplicitDecoder | ImprovedImplicitDecoder
DecoderNet: TypeAlias = ConvolutionalDecoderNet | OriginalImplicitNet | ImprovedImplicitNet
"""Each takes codes (b, c) and points (b, n, d) to occupancy (b, n)."""


def decoder_net(config: Decoder) -> DecoderNet:
    """The net of a decoder, with fresh weights."""
    match config:
        case ConvolutionalDecoder():
            return ConvolutionalDecoderNet(config)
        case OriginalImplicitDecoder():
            return OriginalImplicitNet(config)
        case ImprovedImplicitDecoder():
            return ImprovedImplicitNet(config)
        case _:
            assert_never(config)
