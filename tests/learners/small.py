"""Small systems that train in milliseconds."""

from __future__ import annotations

from learners.data.sets import LetterA
from learners.decoders.convolutional import ConvolutionalDecoder
from learners.decoders.decoder import Decoder
from learners.decoders.implicit import ImprovedImplicitDecoder, OriginalImplicitDecoder
from learners.encoders.convolutional import ConvolutionalEncoder
from learners.systems.autoencoder import Autoencoder
from learners.systems.system import Adam
from learners.training.run import Run

CODE = 8
DECODERS: tuple[Decoder, ...] = (
    OriginalImplicitDecoder(2, CODE, 64),
    ImprovedImplicitDecoder(2, CODE, 64),
    ConvolutionalDecoder(2, 64, CODE, 2),
)


def run(decoder: Decoder = DECODERS[0], seed: int = 0) -> Run:
    """An autoencoder of the wandering letter, a few hundred weights wide."""
    encoder = ConvolutionalEncoder(2, 64, CODE, 2)
    return Run(Autoencoder(encoder, decoder, 256, Adam(1e-2, 0.5)), LetterA(), 4, seed)
