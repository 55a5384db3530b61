"""DCGAN on pictures, and on solids 3D-GAN: a generator against a discriminator, both normed over the batch.

A. Radford, L. Metz, S. Chintala, "Unsupervised representation learning with deep convolutional generative adversarial
networks", ICLR 2016. J. Wu et al., "Learning a probabilistic latent space of object shapes via 3D
generative-adversarial modeling", NeurIPS 2016: the same along three axes, a discriminator that learns far more slowly
and rests while it is right too often.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import final

import torch
from torch import Tensor, nn
from torch.nn import functional

from learners.bounds import Share
from learners.critics.convolutional import ConvolutionalCritic, ConvolutionalCriticNet
from learners.data.examples import Batch
from learners.decoders.batch_normed import BatchNormedDecoder, BatchNormedDecoderNet
from learners.decoders.decoder import refuse_unfit
from learners.systems.system import Adam, Loss, Phase
from learners.tensors import Codes


@final
@dataclass(frozen=True, slots=True)
class Adversarial:
    """A generator of grids against a discriminator.

    rests: the share of a batch, real and made, above which the discriminator is right too often and is not moved; 1
    for never. noise: deviation of what is added to each cell that the discriminator sees, real or made, so that cells
    of exactly 0 and 1 do not tell the real ones by themselves (M. Arjovsky, L. Bottou, "Towards principled methods for
    training GANs", ICLR 2017).
    """

    generator: BatchNormedDecoder
    discriminator: ConvolutionalCritic
    generator_adam: Adam
    discriminator_adam: Adam
    rests: Share = 1.0
    noise: Share = 0.0

    def __post_init__(self) -> None:
        refuse_unfit(self.generator, self.discriminator.axes, self.discriminator.resolution)


@final
class AdversarialNet(nn.Module):
    """Generator and discriminator."""

    def __init__(self, config: Adversarial) -> None:
        super().__init__()
        self.numbers = config.generator.code
        self.generator = BatchNormedDecoderNet(config.generator)
        self.discriminator = ConvolutionalCriticNet(config.discriminator)

    def drawn(self, count: int, draws: torch.Generator) -> Codes:
        """(count, c) from the prior."""
        return torch.randn(count, self.numbers, generator=draws, device=draws.device)

    def made(self, count: int, draws: torch.Generator) -> Tensor:
        """(count, *cells) grids of codes from the prior."""
        return self.generator.grid(self.drawn(count, draws))


@final
class AdversarialSystem:
    """A GAN in training."""

    def __init__(self, config: Adversarial) -> None:
        self.config = config
        self.net = AdversarialNet(config)
        self.phases: tuple[Phase, ...] = (
            Phase("discriminator", self.net.discriminator, config.discriminator_adam, self._discriminator),
            Phase("generator", self.net.generator, config.generator_adam, self._generator),
        )

    def _discriminator(self, batch: Batch, draws: torch.Generator) -> Loss:
        with torch.no_grad():
            made = self.net.made(len(batch.grids), draws)
        real, fake = (self._seen(grids, draws) for grids in (batch.grids.float(), made))
        right = 0.5 * ((real > 0.0).float().mean() + (fake < 0.0).float().mean())
        # −log σ(x) for the real ones and −log(1 − σ(x)) for the made ones, without the rounding of either.
        error = functional.softplus(-real).mean() + functional.softplus(fake).mean()
        rests = float(right) > self.config.rests
        return Loss(None if rests else error, {"error": error, "right": right})

    def _generator(self, batch: Batch, draws: torch.Generator) -> Loss:
        error = functional.softplus(-self._seen(self.net.made(len(batch.grids), draws), draws)).mean()
        return Loss(error, {"error": error})

    def _seen(self, grids: Tensor, draws: torch.Generator) -> Tensor:
        """(b,) logits of grids under noise."""
        noise = torch.randn(grids.shape, generator=draws, device=grids.device)
        return self.net.discriminator(grids + self.config.noise * noise).float()
