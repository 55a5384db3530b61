"""The autoencoder of point clouds: points on a surface to a code and back to points.

P. Achlioptas et al., "Learning representations and generative models for 3D point clouds", ICML 2018; a latent GAN on
it is their l-WGAN. The encoder is another: points look at each other.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import final

import torch
from torch import nn

from learners.data.examples import Batch
from learners.data.surface import surface_points
from learners.decoders.cloud import CloudDecoder, CloudDecoderNet
from learners.encoders.points import PointEncoder, PointEncoderNet
from learners.objectives.chamfer import chamfer
from learners.systems.system import Adam, Loss, Phase
from learners.tensors import Codes, Grids
from shapelang.diagnostics import UsageError


@final
@dataclass(frozen=True, slots=True)
class PointAutoencoder:
    """Points on the surface of a grid to a code and back, by Chamfer's distance."""

    encoder: PointEncoder
    decoder: CloudDecoder
    adam: Adam

    def __post_init__(self) -> None:
        sides = [(part.axes, part.resolution, part.code) for part in (self.encoder, self.decoder)]
        if sides[0] != sides[1]:
            raise UsageError("encoder and decoder are of other grids, or of codes with other numbers")


@final
class PointAutoencoderNet(nn.Module):
    """Encoder and decoder."""

    def __init__(self, config: PointAutoencoder) -> None:
        super().__init__()
        self.encoder = PointEncoderNet(config.encoder)
        self.decoder = CloudDecoderNet(config.decoder)

    def codes(self, grids: Grids) -> Codes:
        """(b, c)."""
        return self.encoder(grids)


@final
class PointAutoencoderSystem:
    """An autoencoder of points in training."""

    def __init__(self, config: PointAutoencoder) -> None:
        self.config = config
        self.net = PointAutoencoderNet(config)
        self.phases: tuple[Phase, ...] = (Phase("reconstruction", self.net, config.adam, self._reconstruction),)

    def _reconstruction(self, batch: Batch, draws: torch.Generator) -> Loss:
        del draws
        points = surface_points(batch.grids, self.config.encoder.points)
        distance = chamfer(self.net.decoder.cloud(self.net.encoder.read(points)), points).mean()
        return Loss(distance, {"chamfer": distance})
