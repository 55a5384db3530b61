"""Both halves: latents inferred from a volume, and volumes from latents."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, TypeAlias, final

import torch
from jaxtyping import Float
from torch import Tensor, nn

from learners.data.examples import Batch
from learners.objectives.densities import Nats, divergence, drawn_from, gaussian, standard_gaussian
from learners.systems.sequential.config import Sequential
from learners.systems.sequential.contexts import ContextNet
from learners.systems.sequential.reads import read_net
from learners.systems.sequential.writer import Hidden, WriterNet
from learners.tensors import Codes

WIDEST: Final = 6.0
"""Log-variances of the posterior are kept within ± this, smoothly."""

_SURE: Final = -4.0
"""The posterior's log-variances when training begins, before they are bounded: what is drawn differs by the volume
then, and not by noise alone. Without, latents of six steps say nothing for 100 updates (docs/sequential.md)."""
_APART: Final = 3.0
"""First weights of the posterior's means are torch's times this, to the same end."""

LogOdds: TypeAlias = Float[Tensor, "b x y z"]


@final
@dataclass(frozen=True, slots=True)
class Inferred:
    """A pass through both halves.

    log_odds: of the cells of a volume written from the latents that were drawn. divergence: Σ KL(q(zₜ | z₁…ₜ₋₁, x) ‖
    p(zₜ)) in nats. log_ratio: log p(z) − log q(z | x) of the latents that were drawn.
    """

    log_odds: LogOdds
    divergence: Nats
    log_ratio: Nats


@final
class SequentialNet(nn.Module):
    """The sequential model."""

    def __init__(self, config: Sequential) -> None:
        super().__init__()
        self.config = config
        writer = config.writer
        self.context = ContextNet(config.context, writer.resolution)
        self.writer = WriterNet(writer, self.context.size)
        self.read = read_net(config.read, writer)
        self.posterior = nn.Sequential(
            nn.Linear(config.read.code + writer.hidden + self.context.size, writer.hidden),
            nn.LeakyReLU(),
            told := nn.Linear(writer.hidden, 2 * writer.latents),
        )
        with torch.no_grad():
            told.weight[: writer.latents] *= _APART
            told.bias[writer.latents :] = _SURE
            # Latents of the prior move what the state's gates see by 1.
            self.writer.state.weight_ih[:, : writer.latents].normal_(std=writer.latents**-0.5)

    def inferred(self, batch: Batch, draws: torch.Generator) -> Inferred:
        """Latents drawn from the posterior of a batch, and the volumes that they write."""
        context = self.context(batch)
        volumes = batch.grids[:, None].float()
        once = self.read.once(volumes)
        hidden, canvas = self.writer.begun(len(volumes))
        divergences, log_ratio = volumes.new_zeros(len(volumes)), volumes.new_zeros(len(volumes))
        for _ in range(self.config.writer.steps):
            seen = self.read(volumes, canvas, once, hidden[0])
            mean, log_variance = self._posterior(seen, hidden, context)
            latents = drawn_from(mean, log_variance, draws)
            divergences = divergences + divergence(mean, log_variance)
            log_ratio = log_ratio + standard_gaussian(latents) - gaussian(latents, mean, log_variance)
            hidden, canvas = self.writer.written(hidden, canvas, latents, context)
        return Inferred(canvas[:, 0], divergences, log_ratio)

    def generated(self, context: Codes, draws: torch.Generator) -> LogOdds:
        """Volumes from latents of the prior, one for each row of what is known (b, size)."""
        return self.written(self.drawn(len(context), draws), context)

    def drawn(self, count: int, draws: torch.Generator) -> Codes:
        """(count, T · latents) of all steps, from the prior."""
        writer = self.config.writer
        return torch.randn(count, writer.steps * writer.latents, generator=draws, device=draws.device)

    def written(self, codes: Codes, context: Codes) -> LogOdds:
        """The volumes of the latents of all steps (b, T · latents)."""
        hidden, canvas = self.writer.begun(len(codes))
        for latents in codes.split(self.config.writer.latents, dim=1):
            hidden, canvas = self.writer.written(hidden, canvas, latents, context)
        return canvas[:, 0]

    def grid(self, codes: Codes) -> Tensor:
        """(b, x, y, z) probabilities of the cells. codes: (b, T · latents + size), with what is known behind."""
        latents, context = codes.split([codes.shape[1] - self.context.size, self.context.size], dim=1)
        return self.written(latents, context).float().sigmoid()

    def codes(self, batch: Batch) -> Codes:
        """(b, T · latents + size) the posterior's mean at each step, with what is known behind."""
        context = self.context(batch)
        volumes = batch.grids[:, None].float()
        once = self.read.once(volumes)
        hidden, canvas = self.writer.begun(len(volumes))
        means: list[Codes] = []
        for _ in range(self.config.writer.steps):
            means.append(self._posterior(self.read(volumes, canvas, once, hidden[0]), hidden, context)[0])
            hidden, canvas = self.writer.written(hidden, canvas, means[-1], context)
        return torch.cat([*means, context], dim=1)

    def _posterior(self, seen: Codes, hidden: Hidden, context: Codes) -> tuple[Codes, Codes]:
        """Mean and log-variance."""
        found = self.posterior(torch.cat([seen, hidden[0], context], dim=1)).float()
        mean, raw = found.chunk(2, dim=1)
        return mean, bounded(raw)


def bounded(raw: Codes) -> Codes:
    """Log-variances from any numbers."""
    return WIDEST * torch.tanh(raw / WIDEST)
