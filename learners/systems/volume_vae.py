"""A variational autoencoder of binary volumes: the whole volume in one step, to hold the sequential model against."""

from __future__ import annotations

from dataclasses import dataclass
from typing import final

import torch
from torch import Tensor, nn

from learners.bounds import Cells, Width
from learners.data.examples import Batch
from learners.decoders.doubling import DoublingDecoder, DoublingDecoderNet
from learners.encoders.halving import HalvingEncoder, HalvingEncoderNet
from learners.layers import LEAK
from learners.objectives.densities import divergence, drawn_from, gaussian, standard_gaussian
from learners.systems.sequential.bound import bound_loss
from learners.systems.sequential.net import Inferred, bounded
from learners.systems.system import Adam, Loss, Phase
from learners.tensors import Codes, Grids


@final
@dataclass(frozen=True, slots=True)
class VolumeVae:
    """resolution: of the volumes. latents: numbers of the code. hidden: of one layer between code and decoder.

    width: channels of the encoder's first layer and of the decoder's last.
    """

    resolution: Cells
    latents: Width
    hidden: Width
    width: Width
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
        mean, log_variance = self.posterior(batch.grids)
        codes = drawn_from(mean, log_variance, draws)
        log_ratio = standard_gaussian(codes) - gaussian(codes, mean, log_variance)
        return Inferred(self.log_odds(codes), divergence(mean, log_variance), log_ratio)

    def posterior(self, grids: Grids) -> tuple[Codes, Codes]:
        """Mean and log-variance."""
        mean, raw = self.encoder(grids[:, None].float()).float().chunk(2, dim=1)
        return mean, bounded(raw)

    def log_odds(self, codes: Codes) -> Tensor:
        """(b, x, y, z)."""
        return self.decoder(nn.functional.leaky_relu(self.hidden(codes), LEAK)).float()

    def grid(self, codes: Codes) -> Tensor:
        """(b, x, y, z) probabilities of the cells."""
        return self.log_odds(codes).sigmoid()

    def codes(self, grids: Grids) -> Codes:
        """(b, latents) the posterior's means."""
        return self.posterior(grids)[0]

    def drawn(self, count: int, draws: torch.Generator) -> Codes:
        """(count, latents) from the prior."""
        return torch.randn(count, self.hidden.in_features, generator=draws, device=draws.device)


@final
class VolumeVaeSystem:
    """One phase: the bound."""

    def __init__(self, config: VolumeVae) -> None:
        self.config = config
        self.net = VolumeVaeNet(config)
        self.phases: tuple[Phase, ...] = (Phase("volumes", self.net, config.adam, self._bound),)

    def _bound(self, batch: Batch, draws: torch.Generator) -> Loss:
        return bound_loss(self.net, batch, draws)
