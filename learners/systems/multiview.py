"""Volumes learned from pictures alone: three depth views are known, ten from random cameras are to be drawn.

D. Rezende et al., "Unsupervised Learning of 3D Structure from Images", NIPS 2016, section 3.5: a sequential model whose
canvas has several channels and is seen through a learned projection. That all ten pictures come from one canvas, and
that the known views fix its frame, is what makes the canvas a shape.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import log, pi
from typing import TypeAlias, final

import torch
from jaxtyping import Float
from torch import Tensor, nn

from learners.bounds import Times, Width
from learners.data.examples import Batch
from learners.data.views import Depths, turned_views
from learners.encoders.halving import HalvingEncoder, HalvingEncoderNet
from learners.objectives.densities import Nats, divergence
from learners.projections.learned import LearnedProjection, LearnedProjectionNet
from learners.spatial import Volumes, affine, rotations
from learners.systems.sequential.config import ViewContext, Writer
from learners.systems.sequential.contexts import ContextNet
from learners.systems.sequential.net import bounded
from learners.systems.sequential.writer import WriterNet
from learners.systems.system import Adam, Loss, Phase
from learners.tensors import Codes

Turns: TypeAlias = Float[Tensor, "b k 3 3"]


@final
@dataclass(frozen=True, slots=True)
class Multiview:
    """targets: pictures to be drawn of each shape. code, width: of the encoder of these. projected: its width."""

    writer: Writer
    context: ViewContext
    targets: Times
    code: Width
    width: Width
    projected: Width
    adam: Adam


@final
class MultiviewNet(nn.Module):
    """Canvases from known views, and pictures of them from any camera."""

    def __init__(self, config: Multiview) -> None:
        super().__init__()
        self.config = config
        writer, side = config.writer, config.writer.resolution
        self.context = ContextNet(config.context, side)
        self.writer = WriterNet(writer, self.context.size)
        self.pictures = HalvingEncoderNet(HalvingEncoder(2, 1, side, config.code, config.width))
        self.seen = nn.Sequential(nn.Linear(config.code + 9, config.code), nn.LeakyReLU())
        self.posterior = nn.Linear(config.code + writer.hidden + self.context.size, 2 * writer.latents)
        self.projection = LearnedProjectionNet(LearnedProjection(writer.features, side, config.projected))
        self.log_variance = nn.Parameter(torch.tensor(-2.0))

    def drawn(self, canvas: Volumes, turns: Turns) -> Depths:
        """(b, k, r, r) pictures of canvases."""
        batch, count = turns.shape[:2]
        cameras = affine(turns.flatten(0, 1), turns.new_zeros(batch * count, 3))
        return self.projection(canvas.repeat_interleave(count, dim=0), cameras).unflatten(0, (batch, count))

    def inferred(self, context: Codes, seen: Codes, draws: torch.Generator) -> tuple[Volumes, Nats]:
        """Canvases (b, f, r, r, r) from latents drawn from the posterior, and Σ KL in nats."""
        hidden, canvas = self.writer.begun(len(context))
        divergences = canvas.new_zeros(len(context))
        for _ in range(self.config.writer.steps):
            found = self.posterior(torch.cat([seen, hidden[0], context], dim=1)).float()
            mean, raw = found.chunk(2, dim=1)
            noise = torch.randn(mean.shape, generator=draws, device=mean.device)
            latents = mean + (0.5 * bounded(raw)).exp() * noise
            divergences = divergences + divergence(mean, bounded(raw))
            hidden, canvas = self.writer.written(hidden, canvas, latents, context)
        return canvas, divergences

    def generated(self, context: Codes, draws: torch.Generator) -> Volumes:
        """Canvases from latents of the prior."""
        hidden, canvas = self.writer.begun(len(context))
        for _ in range(self.config.writer.steps):
            latents = torch.randn(len(context), self.config.writer.latents, generator=draws, device=context.device)
            hidden, canvas = self.writer.written(hidden, canvas, latents, context)
        return canvas

    def imagined(self, batch: Batch, turns: Turns, draws: torch.Generator) -> Depths:
        """(b, k, r, r) what the cameras may see of volumes of which the known views are told, by draws of the prior."""
        return self.drawn(self.generated(self.context(batch), draws), turns)

    def looked_at(self, views: Depths, turns: Turns) -> Codes:
        """(b, code) of the pictures to be drawn and their cameras, whatever their order."""
        # Nothing is 0, so that what is seen is what moves the code.
        codes = self.pictures(1.0 - views.flatten(0, 1)[:, None]).unflatten(0, views.shape[:2])
        return self.seen(torch.cat([codes, turns.flatten(2)], dim=2)).mean(dim=1)


def random_turns(batch: int, count: int, draws: torch.Generator, device: torch.device) -> Turns:
    """Rotations, uniform over all."""
    return rotations(torch.randn(batch * count, 4, generator=draws, device=device)).unflatten(0, (batch, count))


@final
class MultiviewSystem:
    """One phase: the bound of the pictures."""

    def __init__(self, config: Multiview) -> None:
        self.config = config
        self.net = MultiviewNet(config)
        self.phases: tuple[Phase, ...] = (Phase("pictures", self.net, config.adam, self._pictures),)

    def _pictures(self, batch: Batch, draws: torch.Generator) -> Loss:
        """In nats for all pictures of a shape: normal errors of one variance that is learned."""
        turns = random_turns(len(batch.grids), self.config.targets, draws, batch.grids.device)
        views = turned_views(batch.grids, turns)
        canvas, divergences = self.net.inferred(self.net.context(batch), self.net.looked_at(views, turns), draws)
        squares = (self.net.drawn(canvas, turns) - views).square()
        log_variance = bounded(self.net.log_variance)
        nats = 0.5 * (squares * (-log_variance).exp() + log_variance + log(2.0 * pi)).flatten(1).sum(dim=1)
        error = squares.mean().sqrt()
        divergence_mean = divergences.mean()
        return Loss(nats.mean(), {"divergence": divergence_mean, "rmse": error}, eased=divergence_mean)
