"""Variational autoencoders, with a convolutional decoder or an implicit one.

D. Kingma, M. Welling, "Auto-encoding variational Bayes", ICLR 2014.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import log, prod
from typing import final

import torch
from torch import nn

from learners.bounds import Count
from learners.data.examples import Batch
from learners.data.points import cell_centres
from learners.decoders.decoder import Probable, decoder_net, refuse_unfit
from learners.encoders.convolutional import ConvolutionalEncoder, ConvolutionalEncoderNet
from learners.objectives.densities import Nats, bernoulli, divergence, drawn_from, gaussian, standard_gaussian
from learners.systems.system import Adam, Loss, Phase
from learners.tensors import Codes, Grids, Points, Values
from shapelang.diagnostics import UsageError


@final
@dataclass(frozen=True, slots=True)
class VariationalAutoencoder:
    """Cells are independent given a code, codes are standard normal before anything is seen; the bound is in nats.

    encoder: to mean and log-variance, twice as many numbers as the decoder's code has. points: cells of each grid that
    a step sees, drawn evenly and counted for the others; all of them with as many as there are.
    """

    encoder: ConvolutionalEncoder
    decoder: Probable
    points: Count
    adam: Adam

    def __post_init__(self) -> None:
        refuse_unfit(self.decoder, self.encoder.axes, self.encoder.resolution)
        if self.encoder.code != 2 * self.decoder.code:
            raise UsageError(f"{self.encoder.code} numbers are no mean and variance of {self.decoder.code}")


@final
class VariationalNet(nn.Module):
    """Encoder and decoder."""

    def __init__(self, config: VariationalAutoencoder) -> None:
        super().__init__()
        self.numbers = config.decoder.code
        self.encoder = ConvolutionalEncoderNet(config.encoder)
        self.decoder = decoder_net(config.decoder)

    def posterior(self, grids: Grids) -> tuple[Codes, Codes]:
        """Mean and log-variance, (b, c) each."""
        mean, log_variance = self.encoder(grids).float().split(self.numbers, dim=1)
        return mean, log_variance

    def codes(self, grids: Grids) -> Codes:
        """(b, c) the means."""
        return self.posterior(grids)[0]

    def drawn(self, count: int, draws: torch.Generator) -> Codes:
        """(count, c) from the prior."""
        return torch.randn(count, self.numbers, generator=draws, device=draws.device)

    def occupancy(self, codes: Codes, points: Points) -> Values:
        """(b, n)."""
        return self.decoder(codes, points)


@final
class VariationalSystem:
    """A variational autoencoder in training."""

    def __init__(self, config: VariationalAutoencoder) -> None:
        self.config = config
        self.net = VariationalNet(config)
        self.phases: tuple[Phase, ...] = (Phase("bound", self.net, config.adam, self._bound),)

    def _bound(self, batch: Batch, draws: torch.Generator) -> Loss:
        mean, log_variance = self.net.posterior(batch.grids)
        codes = drawn_from(mean, log_variance, draws)
        points, inside, share = even_points(batch.grids, self.config.points, draws)
        misses = -bernoulli(inside, self.net.occupancy(codes, points).float()) / share
        spent = divergence(mean, log_variance)
        total = (misses + spent).mean()
        return Loss(total, {"nats": total, "divergence": spent.mean()})


def even_points(grids: Grids, count: int, draws: torch.Generator) -> tuple[Points, Values, float]:
    """`count` different cells of the batch's grids, drawn evenly, the same of each; and their share of all."""
    cells, inside = prod(grids.shape[1:]), grids.flatten(1).float()
    centres = cell_centres(grids.shape[1:], grids.device)
    if count >= cells:
        return centres.expand(len(grids), -1, -1), inside, 1.0
    chosen = torch.randperm(cells, generator=draws, device=grids.device)[:count]
    return centres[chosen].expand(len(grids), -1, -1), inside[:, chosen], count / cells


@torch.no_grad()
def importance_bound(net: VariationalNet, grids: Grids, draws: torch.Generator, samples: int) -> Nats:
    """(b,) −log p of the grids from above, in nats: the mean of `samples` weights is within the logarithm.

    Y. Burda et al., "Importance weighted autoencoders", 2016, equation 8. With one sample it is the negative ELBO, on
    average; more are tighter.
    """
    mean, log_variance = net.posterior(grids)
    points, inside, _ = even_points(grids, prod(grids.shape[1:]), draws)
    weights: list[Nats] = []
    for _ in range(samples):
        codes = drawn_from(mean, log_variance, draws)
        joint = bernoulli(inside, net.occupancy(codes, points).float()) + standard_gaussian(codes)
        weights.append(joint - gaussian(codes, mean, log_variance))
    return log(samples) - torch.stack(weights).logsumexp(dim=0)
