"""WGAN-GP on grids, with a convolutional generator or an implicit one.

I. Gulrajani et al., "Improved training of Wasserstein GANs", NeurIPS 2017.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import final

import torch
from torch import Tensor, nn

from learners.bounds import Count, Times, Weight
from learners.critics.convolutional import ConvolutionalCritic, ConvolutionalCriticNet, Norm
from learners.data.examples import Batch
from learners.decoders.decoder import Probable, decoder_net, refuse_unfit, whole_grids
from learners.decoders.drawn_cells import by_drawn_cells
from learners.decoders.implicit import OriginalImplicitDecoder, OriginalImplicitNet
from learners.objectives.penalty import gradient_penalty
from learners.systems.system import Adam, Loss, Phase
from learners.tensors import Codes
from shapelang.diagnostics import UsageError


@final
@dataclass(frozen=True, slots=True)
class WassersteinGan:
    """A generator of grids against a critic whose slope is held at 1.

    updates: of the critic for each of the generator. penalty: λ, what a slope that is off by 1 costs. cells: of each
    grid, drawn for the slopes of an implicit generator; None for all.
    """

    generator: Probable
    critic: ConvolutionalCritic
    adam: Adam
    updates: Times = 5
    penalty: Weight = 10.0
    cells: Count | None = None

    def __post_init__(self) -> None:
        refuse_unfit(self.generator, self.critic.axes, self.critic.resolution)
        if self.critic.norm is not Norm.NONE:
            raise UsageError("a gradient penalty is of each example by itself: the critic has no norm over the batch")
        if self.cells is not None and not isinstance(self.generator, OriginalImplicitDecoder):
            raise UsageError("cells are drawn of implicit generators alone; this one makes all of them at once")


@final
class WassersteinNet(nn.Module):
    """Generator and critic."""

    def __init__(self, config: WassersteinGan) -> None:
        super().__init__()
        self.numbers = config.generator.code
        self.cells = (config.critic.resolution,) * config.critic.axes
        self.generator = decoder_net(config.generator)
        self.critic = ConvolutionalCriticNet(config.critic)

    def drawn(self, count: int, draws: torch.Generator) -> Codes:
        """(count, c) from the prior."""
        return torch.randn(count, self.numbers, generator=draws, device=draws.device)

    def made(self, count: int, draws: torch.Generator) -> Tensor:
        """(count, *cells) grids of codes from the prior."""
        return whole_grids(self.generator, self.drawn(count, draws), self.cells).float()


@final
class WassersteinSystem:
    """A WGAN-GP in training."""

    def __init__(self, config: WassersteinGan) -> None:
        self.config = config
        self.net = WassersteinNet(config)
        self.phases: tuple[Phase, ...] = (
            Phase("critic", self.net.critic, config.adam, self._critic, config.updates),
            Phase("generator", self.net.generator, config.adam, self._generator),
        )

    def _critic(self, batch: Batch, draws: torch.Generator) -> Loss:
        critic, real = self.net.critic, batch.grids.float()
        with torch.no_grad():
            made = self.net.made(len(real), draws)
        apart = critic(real).mean() - critic(made).mean()
        penalty = gradient_penalty(critic, real, made, draws)
        return Loss(self.config.penalty * penalty - apart, {"apart": apart, "penalty": penalty})

    def _generator(self, batch: Batch, draws: torch.Generator) -> Loss:
        net, generator = self.net, self.net.generator
        codes = net.drawn(len(batch.grids), draws)
        if self.config.cells is None:
            height = net.critic(whole_grids(generator, codes, net.cells).float()).mean()
            return Loss(-height, {"height": height})
        assert isinstance(generator, OriginalImplicitNet), "the configuration refuses others"
        with torch.no_grad():
            made = whole_grids(generator, codes, net.cells).float()
        height = net.critic(made.requires_grad_()).mean()
        (slopes,) = torch.autograd.grad(height, made)
        raised = by_drawn_cells(generator, codes, made.detach(), slopes, self.config.cells, draws)
        return Loss(-raised, {"height": height})
