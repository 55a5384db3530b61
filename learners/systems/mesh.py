"""Coloured meshes learned from pictures alone, through a renderer without gradients.

D. Rezende et al., "Unsupervised Learning of 3D Structure from Images", NIPS 2016, section 3.6, with T = 1: latents
become the bumps of 162 vertices; where the camera stands is inferred from the picture. What is drawn of a mesh that
is a little off tells by REINFORCE which way to go. That finds no camera that is far away: the net also sees its own
meshes turned at random, and says how they were turned (the sleep phase of G. Hinton et al., "The wake-sleep algorithm
for unsupervised neural networks", Science 268, 1995).
"""

from __future__ import annotations

from dataclasses import dataclass
from math import log
from typing import final

import torch
from torch import Tensor, nn

from learners.bounds import Cells, Deviation, Times, Weight, Width
from learners.data.examples import Batch
from learners.encoders.halving import HalvingEncoder, HalvingEncoderNet
from learners.layers import LEAK
from learners.names import Known
from learners.objectives.densities import divergence, drawn_from
from learners.projections.black_box import Parameters, Pictures, picture_reward, reinforced, standardised
from learners.projections.faceted import TURN, VERTICES, Drawing, FacetedRenderer, Frames, frames, orthonormal
from learners.spatial import rotations
from learners.systems.sequential.net import bounded
from learners.systems.system import Adam, Loss, Phase
from learners.tensors import Codes
from shapelang.diagnostics import UsageError


@final
@dataclass(frozen=True, slots=True)
class MeshFromPictures:
    """known: nothing, or another picture of the same solid (1-view).

    code, width: of the encoder of pictures. samples: meshes drawn of each picture (at least 2), whose numbers deviate
    by off_bump and off_turn. latent_cost: of a nat of the latents, where a reward's deviation is 1.
    dreams: weight of the squared error of turns that are known.
    """

    resolution: Cells
    known: Known
    latents: Width
    code: Width
    width: Width
    hidden: Width
    samples: Times
    off_bump: Deviation
    off_turn: Deviation
    latent_cost: Weight
    dreams: Weight
    adam: Adam
    drawing: Drawing = Drawing.RASTER

    def __post_init__(self) -> None:
        if self.known not in (Known.NOTHING, Known.ONE_VIEW):
            raise UsageError(f"a mesh is learned with nothing known or with one view, not with {self.known.value}")
        if self.samples < 2:
            raise UsageError("a sample is held against the others of its picture: at least 2 are needed")


@final
class MeshNet(nn.Module):
    """Pictures to latents and cameras; latents, and what is known, to bumps."""

    def __init__(self, config: MeshFromPictures) -> None:
        super().__init__()
        self.config = config
        self.encoder = self._encoder()
        self.sight = nn.Sequential(nn.LeakyReLU(LEAK), nn.Linear(config.code, config.hidden), nn.LeakyReLU(LEAK))
        self.turn = nn.Linear(config.hidden, TURN)
        told = config.known is Known.ONE_VIEW
        self.context = self._encoder() if told else None
        self.told = config.code if told else 0
        self.posterior = nn.Linear(config.hidden + self.told, 2 * config.latents)
        self.writer = nn.Sequential(
            nn.Linear(config.latents + self.told, config.hidden),
            nn.LeakyReLU(LEAK),
            nn.Linear(config.hidden, config.hidden),
            nn.LeakyReLU(LEAK),
            nn.Linear(config.hidden, VERTICES),
        )

    def _encoder(self) -> HalvingEncoderNet:
        config = self.config
        return HalvingEncoderNet(HalvingEncoder(2, 3, config.resolution, config.code, config.width))

    def known(self, pictures: Pictures) -> Codes:
        """(b, told) of the pictures that are known; (b, 0) where none is."""
        return pictures.new_zeros(len(pictures), 0) if self.context is None else self.context(pictures)

    def seen(self, pictures: Pictures) -> tuple[Codes, Frames]:
        """What is seen (b, hidden), and from where."""
        seen = self.sight(self.encoder(pictures))
        return seen, orthonormal(self.turn(seen).float())

    def inferred(self, seen: Codes, known: Codes) -> tuple[Codes, Codes]:
        """(b, latents) mean and log-variance of the posterior."""
        mean, raw = self.posterior(torch.cat([seen, known], dim=1)).float().chunk(2, dim=1)
        return mean, bounded(raw)

    def bumps(self, latents: Codes, known: Codes) -> Codes:
        """(b, 162)."""
        return self.writer(torch.cat([latents, known], dim=1)).float()

    def mesh(self, pictures: Pictures, known: Pictures) -> Parameters:
        """(b, 168) the likeliest mesh of pictures (b, 3, h, w), turned as each is seen."""
        seen, turn = self.seen(pictures)
        told = self.known(known)
        return torch.cat([self.bumps(self.inferred(seen, told)[0], told), turn], dim=1)

    def drawn(self, count: int, draws: torch.Generator) -> Codes:
        """(count, latents) from the prior."""
        return torch.randn(count, self.config.latents, generator=draws, device=draws.device)


@final
class MeshSystem:
    """One phase: what pictures say of meshes, and what dreams say of cameras."""

    def __init__(self, config: MeshFromPictures) -> None:
        self.config = config
        self.net = MeshNet(config)
        self.renderer = FacetedRenderer(config.resolution, config.drawing)
        self.phases: tuple[Phase, ...] = (Phase("pictures", self.net, config.adam, self._pictures),)

    def _pictures(self, batch: Batch, draws: torch.Generator) -> Loss:
        config, (targets, others) = self.config, shuffled(batch, draws)
        seen, turn = self.net.seen(targets)
        known = self.net.known(others)
        mean, log_variance = self.net.inferred(seen, known)
        bumps = self.net.bumps(drawn_from(mean, log_variance, draws), known)
        parameters = torch.cat([bumps, turn], dim=1)
        reward = standardised(picture_reward(self.renderer, targets, 1.0), config.samples)
        found = reinforced(parameters, self._spread(parameters), reward, config.samples, draws)
        spent = divergence(mean, log_variance).mean()
        dreamt = self._dreamt(bumps.detach(), draws)
        total = -found.surrogate / len(targets) + config.latent_cost * spent + config.dreams * dreamt
        return Loss(total, {"divergence": spent, "dreams": dreamt, "rmse": rmse(self.renderer, parameters, targets)})

    def _spread(self, parameters: Parameters) -> Parameters:
        """Log-variances of what is drawn."""
        spread = torch.full_like(parameters, 2.0 * log(self.config.off_bump))
        spread[:, VERTICES:] = 2.0 * log(self.config.off_turn)
        return spread

    def _dreamt(self, bumps: Codes, draws: torch.Generator) -> Tensor:
        """Squared error of the turn that is seen of meshes of these bumps, turned at random, a mesh."""
        turned = frames(rotations(torch.randn(len(bumps), 4, generator=draws, device=bumps.device)))
        off = self.config.off_bump * torch.randn(bumps.shape, generator=draws, device=bumps.device)
        pictures = self.renderer.rendered(torch.cat([bumps + off, turned], dim=1))
        return (self.net.seen(pictures)[1] - turned).square().sum(dim=1).mean()


def shuffled(batch: Batch, draws: torch.Generator) -> tuple[Pictures, Pictures]:
    """(b, 3, h, w) twice: of the two pictures of each solid one to be drawn, and the other, which may be known."""
    assert batch.colours is not None, "the sets of this system have pictures in colour"
    first = torch.rand(len(batch.colours), generator=draws, device=batch.colours.device) < 0.5
    one, other = batch.colours[:, :2].unbind(1)
    which = first[:, None, None, None]
    return torch.where(which, one, other), torch.where(which, other, one)


def rmse(renderer: FacetedRenderer, parameters: Parameters, targets: Pictures) -> Tensor:
    """Root of the mean squared error of colours."""
    return (renderer.rendered(parameters) - targets).square().mean().sqrt()
