"""Renderers without gradients in the loop: REINFORCE with the other samples as its baseline.

R. Williams, Machine Learning 8, 1992; baselines as A. Mnih, D. Rezende, "Variational inference for Monte Carlo
objectives", ICML 2016. A shape's parameters are drawn from a normal distribution about what the net says, and
∇ E[r] = E[(r − b) ∇ log p], whatever the reward r is made by, where b does not depend on the sample.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final, Protocol, TypeAlias, final

import torch
from jaxtyping import Float
from torch import Tensor

from learners.objectives.densities import gaussian

Parameters: TypeAlias = Float[Tensor, "b p"]
Pictures: TypeAlias = Float[Tensor, "b 3 h w"]
"""Red, green, blue from 0 to 1; rows from the top."""
Rewards: TypeAlias = Float[Tensor, " b"]


class Renderer(Protocol):
    """What draws shapes of parameters. Nothing is asked of its gradients."""

    def rendered(self, parameters: Parameters) -> Pictures:
        """A picture of each, on the device of the parameters."""
        ...


NARROWEST: Final = 1e-6
"""A deviation of rewards that is less is taken for this."""


@final
@dataclass(frozen=True, slots=True)
class Reinforced:
    """surrogate: a number whose gradient is an unbiased estimate of that of the expected reward, summed over the batch,
    where a sample's reward does not depend on the others (`standardised` ones do). rewards: (b,) the mean of each
    example's samples.
    """

    surrogate: Tensor
    rewards: Rewards


def reinforced(
    mean: Parameters,
    log_variance: Parameters,
    reward: Callable[[Parameters], Rewards],
    samples: int,
    draws: torch.Generator,
) -> Reinforced:
    """Of parameters drawn `samples` times (at least 2) about the mean of each example.

    reward: of (samples · b) parameters, those of one sample of all examples in a row, without gradients.
    """
    if samples < 2:
        raise ValueError("a sample's baseline is the mean of the others: at least 2 samples are needed")
    batch = len(mean)
    noise = torch.randn((samples, *mean.shape), generator=draws, device=mean.device)
    drawn = (mean + (0.5 * log_variance).exp() * noise).detach().flatten(0, 1)
    with torch.no_grad():
        rewards = reward(drawn).reshape(samples, batch)
    others = (rewards.sum(dim=0) - rewards) / (samples - 1)
    density = gaussian(drawn, mean.repeat(samples, 1), log_variance.repeat(samples, 1)).reshape(samples, batch)
    return Reinforced(((rewards - others) * density).mean(dim=0).sum(), rewards.mean(dim=0))


def standardised(reward: Callable[[Parameters], Rewards], samples: int) -> Callable[[Parameters], Rewards]:
    """The reward, divided by the deviation of each example's samples, so that all examples are heard alike.

    An example's slopes keep their way; their length no longer says how wrong it is. 0 where all samples are alike.
    """

    def scaled(parameters: Parameters) -> Rewards:
        rewards = reward(parameters).unflatten(0, (samples, -1))
        spread = rewards.std(dim=0, correction=0).clamp_min(NARROWEST)
        return (rewards / spread).flatten()

    return scaled


def picture_reward(renderer: Renderer, targets: Pictures, deviation: float) -> Callable[[Parameters], Rewards]:
    """log p(picture | parameters) in nats but for a constant: independent normal errors of one deviation."""

    def reward(parameters: Parameters) -> Rewards:
        off = renderer.rendered(parameters).unflatten(0, (-1, len(targets))) - targets
        return -0.5 * (torch.linalg.vector_norm(off, dim=(2, 3, 4)) / deviation).square().flatten()

    return reward
