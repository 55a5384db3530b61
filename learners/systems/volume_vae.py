"""A variational autoencoder of binary volumes: the whole volume in one step, to hold the sequential model against."""

from __future__ import annotations

from dataclasses import dataclass
from typing import final

import torch
from torch import nn

from learners.data.examples import Batch
from learners.decoders.doubling import DoublingDecoder, DoublingDecoderNet
from learners.encoders.halving import HalvingEncoder, HalvingEncoderNet
from learners.layers import LEAK
from learners.objectives.densities import divergence, gaussian, standard_gaussian
from learners.systems.sequential.bound import bound_loss
from learners.systems.sequential.net import Inferred, bounded
from learners.systems.system import Adam, Loss, Phase


@final
@dataclass(frozen=True, slots=True)
class VolumeVae:
    """resolution: of the volumes. latents: numbers of the code. hidden: of one layer between code and decoder.

    width: channels of the encoder's first layer and of the decoder's last.
    """

    resolution: int
    latents: int
    hidden: int
    width: int
    adam: Adam


@final
class VolumeVaeNet(nn.Module):
    """Encoder and decoder (D. Kingma, M. Welling, "Auto-encoding variational Bayes", ICLR 2014)."""

    def __init__(self, config: VolumeVae) -> None:
        super().__init__()
        self.encoder = HalvingEncoderNet(HalvingEncoder(3, 1, config.resolution, 2 * config.latents, config.width))
        self.hidden = nn.Linear(config.latents, config.hidden)
        self.decoder = DoublingDecoderNet(DoublingDecoder(config.hidden, config.resolution, config.width))

    def inferred(self, batch: Batch, draws: torch.Generator) -> Inferred:
        """A code drawn from the posterior of each volume, and the volume that it gives."""
        found = self.encoder(batch.grids[:, None].float()).float()
        mean, raw = found.chunk(2, dim=1)
        log_variance = bounded(raw)
        noise = torch.randn(mean.shape, generator=draws, device=mean.device)
        codes = mean + (0.5 * log_variance).exp() * noise
        log_odds = self.decoder(nn.functional.leaky_relu(self.hidden(codes), LEAK))
        log_ratio = standard_gaussian(codes) - gaussian(codes, mean, log_variance)
        return Inferred(log_odds.float(), divergence(mean, log_variance), log_ratio)


@final
class VolumeVaeSystem:
    """One phase: the bound."""

    def __init__(self, config: VolumeVae) -> None:
        self.config = config
        self.net = VolumeVaeNet(config)
        self.phases: tuple[Phase, ...] = (_Bound(config, self.net),)


@final
@dataclass(frozen=True)
class _Bound:
    config: VolumeVae
    net: VolumeVaeNet
    name: str = "volumes"
    times: int = 1

    @property
    def adam(self) -> Adam:
        return self.config.adam

    def loss(self, batch: Batch, draws: torch.Generator) -> Loss:
        return bound_loss(self.net, batch, draws)
