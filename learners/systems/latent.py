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
from torch.nn import functional

from learners.bounds import Times, Weight, Width
from learners.data.examples import Batch
from learners.layers import LEAK
from learners.objectives.penalty import gradient_penalty
from learners.systems.autoencoder import Autoencoder, AutoencoderNet
from learners.systems.context import ClassContext, NoContext
from learners.systems.point_autoencoder import PointAutoencoder, PointAutoencoderNet
from learners.systems.system import Adam, Loss, Phase
from learners.tensors import Codes, Grids, Indices
from shapelang.diagnostics import UsageError

NARROWEST: Final = 1e-3
"""Numbers of codes that differ by less are not drawn apart."""

Coder: TypeAlias = Autoencoder | PointAutoencoder
"""What makes codes of shapes, and shapes of codes."""
Prior: TypeAlias = NoContext | ClassContext
"""What generator and critic are told of a shape."""


@final
@dataclass(frozen=True, slots=True)
class LatentGan:
    """A generator of codes against a critic of codes.

    autoencoder: that of the run in `folder`, whose averaged weights have the digest `sha256`; what begins needs the
    folder, what goes on does not. noise: numbers that a code is made of. width: of two hidden layers on each side.
    prior: whether both sides are told the class (M. Mirza, S. Osindero, "Conditional Generative Adversarial Nets",
    2014).
    """

    autoencoder: Coder
    folder: str
    sha256: str
    noise: Width
    width: Width
    adam: Adam
    prior: Prior
    updates: Times = 5
    penalty: Weight = 10.0


@final
class LatentNet(nn.Module):
    """The autoencoder, and generator and critic on its codes brought to mean 0 and deviation 1, number by number."""

    middle: Tensor
    spread: Tensor
    often: Tensor
    """(classes,) the share of each in what was learned from, where the class is told."""
    kept: Codes | None = None
    """(n, c) the codes of all examples by their index, where they are known: what stands still is asked once."""

    def __init__(self, config: LatentGan) -> None:
        super().__init__()
        code = config.autoencoder.encoder.code
        self.noise = config.noise
        self.autoencoder = _coder(config.autoencoder).requires_grad_(False)
        self.register_buffer("middle", torch.zeros(code))
        self.register_buffer("spread", torch.ones(code))
        self.classes = _told(config.prior)
        if self.classes:
            self.register_buffer("often", torch.full((self.classes,), 1.0 / self.classes))
        self.generator = _layers(config.noise + self.classes, config.width, config.width, code)
        self.critic = _layers(code + self.classes, config.width, config.width, 1)

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

    def count_classes(self, labels: Indices) -> None:
        """Take from the classes (n,) of what is learned from how often each is drawn; nothing where none is told."""
        if self.classes:
            self.often.copy_(torch.bincount(labels, minlength=self.classes) / len(labels))

    def made(self, labels: Indices, draws: torch.Generator) -> Codes:
        """(b, c) codes as the critic sees them, of the prior. labels: the class of each, where it is told."""
        noise = torch.randn(len(labels), self.noise, generator=draws, device=draws.device)
        return self.generator(self.told(noise, labels)).float()

    def told(self, numbers: Codes, labels: Indices) -> Codes:
        """(b, c + classes) with the class of each behind it, where it is told."""
        if not self.classes:
            return numbers
        return torch.cat([numbers, functional.one_hot(labels, self.classes).to(numbers.dtype)], dim=1)

    def codes(self, grids: Grids) -> Codes:
        """(b, c) of the autoencoder."""
        return self.autoencoder.codes(grids)

    def drawn(self, count: int, draws: torch.Generator, label: int | None = None) -> Codes:
        """(count, c) of the autoencoder, as drawn from the prior.

        label: the class of all, where it is told; None for each as often as it was learned from. Raises UsageError for
        shares that are none.
        """
        return self.made(self._labels(count, draws, label), draws) * self.spread + self.middle

    def _labels(self, count: int, draws: torch.Generator, label: int | None) -> Indices:
        if label is None and self.classes:
            shares = self.often.clamp(0.0, 1.0)
            if not bool(shares.any()):
                raise UsageError("its weights say that it has learned from no class: the file is damaged")
            return torch.multinomial(shares, count, replacement=True, generator=draws)
        return torch.full((count,), label or 0, device=draws.device)


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
            made = self.net.made(batch.labels, draws)
        apart = self._heights(real, batch.labels).mean() - self._heights(made, batch.labels).mean()
        penalty = gradient_penalty(lambda codes: self._heights(codes, batch.labels), real, made, draws)
        return Loss(self.config.penalty * penalty - apart, {"apart": apart, "penalty": penalty})

    def _heights(self, codes: Codes, labels: Indices) -> Tensor:
        return self.net.critic(self.net.told(codes, labels))[:, 0]

    def _generator(self, batch: Batch, draws: torch.Generator) -> Loss:
        height = self._heights(self.net.made(batch.labels, draws), batch.labels).mean()
        return Loss(-height, {"height": height})


def _coder(config: Coder) -> AutoencoderNet | PointAutoencoderNet:
    match config:
        case Autoencoder():
            return AutoencoderNet(config)
        case PointAutoencoder():
            return PointAutoencoderNet(config)
        case _:
            assert_never(config)


def _told(prior: Prior) -> int:
    """Numbers that tell what is known."""
    match prior:
        case NoContext():
            return 0
        case ClassContext(classes=classes):
            return classes
        case _:
            assert_never(prior)


def _layers(*widths: int) -> nn.Sequential:
    layers: list[nn.Module] = []
    for before, after in pairwise(widths):
        layers += [nn.Linear(before, after), nn.LeakyReLU(LEAK)]
    return nn.Sequential(*layers[:-1])
