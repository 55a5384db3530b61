"""Settings that are known to work, by a system's name."""

from __future__ import annotations

from typing import Final, assert_never

from learners.decoders.convolutional import ConvolutionalDecoder
from learners.decoders.decoder import Decoder
from learners.decoders.implicit import ImprovedImplicitDecoder, OriginalImplicitDecoder
from learners.encoders.convolutional import ConvolutionalEncoder
from learners.names import Named, Size
from learners.systems.autoencoder import Autoencoder
from learners.systems.system import Adam

_WIDTH: Final = 32
_CODE: Final = 256
_POINTS: Final = {2: 1024, 3: 4096}


def recipe(name: Named, size: Size, axes: int, resolution: int) -> Autoencoder:
    """The settings of a system for grids of so many axes and cells along each.

    Raises ValueError where the grid cannot be halved to 4 cells.
    """
    narrowed = 1 if size is Size.FULL else 4
    code = _CODE if size is Size.FULL else _CODE // 2
    width = _WIDTH // narrowed
    # IM-NET trains with 5e-5; what is narrower takes larger steps.
    rate = 5e-5 if size is Size.FULL else 5e-4
    encoder = ConvolutionalEncoder(axes, resolution, code, width)
    return Autoencoder(encoder, _decoder(name, narrowed, encoder), _POINTS[axes], Adam(rate, 0.5))


def _decoder(name: Named, narrowed: int, encoder: ConvolutionalEncoder) -> Decoder:
    match name:
        case Named.CNN_AE:
            return ConvolutionalDecoder(encoder.axes, encoder.resolution, encoder.code, encoder.width)
        case Named.IM_AE:
            return ImprovedImplicitDecoder(encoder.axes, encoder.code, narrowed)
        case Named.IM_AE_ORIGINAL:
            return OriginalImplicitDecoder(encoder.axes, encoder.code, narrowed)
        case _:
            assert_never(name)
