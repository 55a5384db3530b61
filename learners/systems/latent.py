"""Latent GANs: WGAN-GP on the codes of an autoencoder that stands still.

IM-GAN and CNN-GAN of Z. Chen, H. Zhang, "Learning Implicit Fields for Generative Shape Modeling", CVPR 2019, which
differ in the autoencoder; the idea, on points, is that of P. Achlioptas et al., "Learning representations and
generative models for 3D point clouds", ICML 2018.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise
from typing import Final, TypeAlias, assert_never, final

import torch
from torch import Tensor, nn

from learners.bounds import Times, Weight, Width
from learners.data.examples import Batch
from learners.layers import LEAK
from learners.objectives.penalty import gradient_penalty
from learners.systems.autoencoder import Autoencoder, AutoencoderNet
from learners.systems.point_autoencoder import PointAutoencoder, PointAutoencoderNet
from learners.systems.system import Adam, Loss, Phase
from learners.tensors import Codes, Grids

NARROWEST: Final = 1e-3
"""Numbers of codes that differ by less are not drawn apart."""

Coder: TypeAlias = Autoencoder | PointAutoencoder
"""What makes codes of shapes, and shapes of codes."""


@final
@dataclass(frozen=True, slots=True)
class LatentGan:
    """A generator of codes against a critic of codes.

    autoencoder: that of the run in `folder`, whose averaged weights have the digest `sha256`; what begins needs the
    folder, what goes on does not. noise: numbers that a code is made of. width: of two hidden layers on each side.
    """

    autoencoder: Coder
    folder: str
    sha256: str
    noise: Width
    width: Width
    adam: Adam
    updates: Times = 5
    penalty: Weight = 10.0


@final
class LatentNet(nn.Module):
    """The autoencoder, and generator and critic on its codes brought to mean 0 and deviation 1, number by number."""

    middle: Tensor
    spread: Tensor
    kept: Codes | None = None
    """(n, c) the codes of all examples by their index, where they are known: what stands still is asked once."""

    def __init__(self, config: LatentGan) -> None:
        super().__init__()
        code = config.autoencoder.encoder.code
        self.noise = config.noise
        self.autoencoder = _coder(config.autoencoder).requires_grad_(False)
        self.register_buffer("middle", torch.zeros(code))
        self.register_buffer("spread", torch.ones(code))
        self.generator = _layers(config.noise, config.width, config.width, code)
        self.critic = _layers(code, config.width, config.width, 1)

    def centre(self, codes: Codes) -> None:
        """Take the mean and deviation from codes (n, c) of what is learned from."""
        self.middle.copy_(codes.mean(dim=0))
        self.spread.copy_(codes.std(dim=0, correction=0).clamp_min(NARROWEST))

    @torch.no_grad()
    def centred(self, batch: Batch) -> Codes:
        """(b, c) codes as the critic sees them."""
        if self.kept is None or batch.indices is None:
            codes = self.autoencoder.codes(batch.grids).float()
        else:
            codes = self.kept[batch.indices.to(self.kept.device)]
        return (codes - self.middle) / self.spread

    def made(self, count: int, draws: torch.Generator) -> Codes:
        """(count, c) the same of the prior."""
        return self.generator(torch.randn(count, self.noise, generator=draws, device=draws.device)).float()

    def codes(self, grids: Grids) -> Codes:
        """(b, c) of the autoencoder."""
        return self.autoencoder.codes(grids)

    def drawn(self, count: int, draws: torch.Generator) -> Codes:
        """(count, c) of the autoencoder, as drawn from the prior."""
        return self.made(count, draws) * self.spread + self.middle


@final
class LatentSystem:
    """A latent GAN in training."""

    def __init__(self, config: LatentGan) -> None:
        self.config = config
        self.net = LatentNet(config)
        self.phases: tuple[Phase, ...] = (
            Phase("critic", self.net.critic, config.adam, self._critic, config.updates),
            Phase("generator", self.net.generator, config.adam, self._generator),
        )

    def _critic(self, batch: Batch, draws: torch.Generator) -> Loss:
        real = self.net.centred(batch)
        with torch.no_grad():
            made = self.net.made(len(real), draws)
        apart = self.net.critic(real).mean() - self.net.critic(made).mean()
        penalty = gradient_penalty(self._heights, real, made, draws)
        return Loss(self.config.penalty * penalty - apart, {"apart": apart, "penalty": penalty})

    def _heights(self, codes: Codes) -> Tensor:
        return self.net.critic(codes)[:, 0]

    def _generator(self, batch: Batch, draws: torch.Generator) -> Loss:
        height = self.net.critic(self.net.made(len(batch.grids), draws)).mean()
        return Loss(-height, {"height": height})


def _coder(config: Coder) -> AutoencoderNet | PointAutoencoderNet:
    match config:
        case Autoencoder():
            return AutoencoderNet(config)
        case PointAutoencoder():
            return PointAutoencoderNet(config)
        case _:
            assert_never(config)


def _layers(*widths: int) -> nn.Sequential:
    layers: list[nn.Module] = []
    for before, after in pairwise(widths):
        layers += [nn.Linear(before, after), nn.LeakyReLU(LEAK)]
    return nn.Sequential(*layers[:-1])
