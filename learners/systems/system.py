"""What the loop of training asks of a system."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Final, Protocol, final

import torch
from torch import Tensor, nn

from learners.bounds import Decay, Rate
from learners.data.examples import Batch


@final
@dataclass(frozen=True, slots=True)
class Adam:
    """Settings of an optimiser (D. Kingma, J. Ba, "Adam", ICLR 2015)."""

    rate: Rate
    beta1: Decay = 0.9
    beta2: Decay = 0.999


EASING: Final = 100
"""Steps over which what is eased in comes in. Without, the sequential model's latents say nothing for 150 to 200 steps
(docs/sequential.md)."""


@final
@dataclass(frozen=True, slots=True)
class Loss:
    """What is made small, and what one would like to read beside it. Without a total nothing is moved.

    eased: a part that is to count for little when training begins, besides the total.
    """

    total: Tensor | None
    shown: Mapping[str, Tensor]
    eased: Tensor | None = None

    def at(self, step: int) -> Tensor | None:
        """All of it at a step: what is eased in counts from 0 at the first on, evenly, wholly from `EASING` on.

        S. Bowman et al., "Generating sentences from a continuous space", CoNLL 2016, has it so of a divergence.
        """
        if self.total is None or self.eased is None:
            return self.total
        return self.total + min(1.0, step / EASING) * self.eased


@final
@dataclass(frozen=True, slots=True)
class Phase:
    """One kind of update of a step: an autoencoder has one, a GAN one for each side.

    name: under which its loss is written down. net: the part of the system whose weights it moves; adam: how.
    loss: what it makes smaller, of a batch and draws on the batch's device. times: how often it is done in a step.
    """

    name: str
    net: nn.Module
    adam: Adam
    loss: Callable[[Batch, torch.Generator], Loss]
    times: int = 1


class System(Protocol):
    """What can be trained."""

    @property
    def net(self) -> nn.Module:
        """All weights, by name."""
        ...

    @property
    def phases(self) -> tuple[Phase, ...]:
        """The updates of a step, in order."""
        ...
