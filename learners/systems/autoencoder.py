"""Autoencoders: CNN-AE and IM-AE, which differ in the decoder alone."""

from __future__ import annotations

from dataclasses import dataclass
from typing import final

import torch
from torch import nn

from learners.bounds import Count
from learners.data.examples import Batch
from learners.data.points import sampled_points
from learners.decoders.decoder import Decoder, decoder_net, refuse_unfit
from learners.decoders.squared_error import squared_error
from learners.encoders.convolutional import ConvolutionalEncoder, ConvolutionalEncoderNet
from learners.systems.system import Adam, Loss, Phase
from learners.tensors import Codes, Grids, Points, Values


@final
@dataclass(frozen=True, slots=True)
class Autoencoder:
    """A grid to a code and back, by the mean squared error at points.

    points: how many of each grid a step sees, those near the surface first; all with as many as the grid has cells.
    """

    encoder: ConvolutionalEncoder
    decoder: Decoder
    points: Count
    adam: Adam

    def __post_init__(self) -> None:
        encoder = self.encoder
        refuse_unfit(self.decoder, encoder.axes, encoder.resolution, encoder.code)


@final
class AutoencoderNet(nn.Module):
    """Encoder and decoder."""

    def __init__(self, config: Autoencoder) -> None:
        super().__init__()
        self.encoder = ConvolutionalEncoderNet(config.encoder)
        self.decoder = decoder_net(config.decoder)

    def codes(self, grids: Grids) -> Codes:
        """(b, c)."""
        return self.encoder(grids)

    def occupancy(self, codes: Codes, points: Points) -> Values:
        """(b, n)."""
        return self.decoder(codes, points)


@final
class AutoencoderSystem:
    """An autoencoder in training."""

    def __init__(self, config: Autoencoder) -> None:
        self.config = config
        self.net = AutoencoderNet(config)
        self.phases: tuple[Phase, ...] = (Phase("reconstruction", self.net, config.adam, self._reconstruction),)

    def _reconstruction(self, batch: Batch, draws: torch.Generator) -> Loss:
        points, inside = sampled_points(batch.grids, self.config.points, draws)
        error = squared_error(self.net.decoder, self.net.codes(batch.grids), points, inside)
        return Loss(error, {"mse": error})
