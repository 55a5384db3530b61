"""Log-likelihoods of volumes in nats, bounded from below: by one sample of the latents, and by many."""

from __future__ import annotations

from math import log
from typing import Protocol

import torch
from torch import Tensor
from torch.nn import functional

from learners.data.examples import Batch
from learners.objectives.densities import Nats
from learners.systems.sequential.net import Inferred
from learners.systems.system import Loss
from learners.tensors import Grids


class Inferring(Protocol):
    """What has latents that are inferred from volumes."""

    def inferred(self, batch: Batch, draws: torch.Generator) -> Inferred:
        """One sample of the posterior of each volume."""
        ...


def log_likelihood(grids: Grids, log_odds: Tensor) -> Nats:
    """(b,) log p of independent cells."""
    wrong = functional.binary_cross_entropy_with_logits(log_odds.float(), grids.float(), reduction="none")
    return -wrong.flatten(1).sum(dim=1)


def evidence(found: Inferred, grids: Grids) -> Nats:
    """(b,) E log p(x | z) − KL, at most log p(x) on the mean (D. Kingma, M. Welling, 2014)."""
    return log_likelihood(grids, found.log_odds) - found.divergence


def bound_loss(net: Inferring, batch: Batch, draws: torch.Generator) -> Loss:
    """The negative bound of a batch in nats a volume, whose divergence is eased in."""
    found = net.inferred(batch, draws)
    unlikely, divergence = -log_likelihood(batch.grids, found.log_odds).mean(), found.divergence.mean()
    return Loss(unlikely, {"bound": unlikely + divergence, "divergence": divergence}, divergence)


@torch.no_grad()
def importance_weighted(net: Inferring, batch: Batch, samples: int, draws: torch.Generator) -> Nats:
    """(b,) log 1/K Σ p(x, zₖ) / q(zₖ | x), at most log p(x) on the mean and closer to it than `evidence`.

    Y. Burda, R. Grosse, R. Salakhutdinov, "Importance weighted autoencoders", ICLR 2016.
    """
    rows: list[Tensor] = []
    for _ in range(samples):
        found = net.inferred(batch, draws)
        rows.append(log_likelihood(batch.grids, found.log_odds) + found.log_ratio)
    return torch.stack(rows).logsumexp(dim=0) - log(samples)
