"""What the loop of training asks of a system."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Protocol, final

import torch
from torch import Tensor, nn

from learners.data.examples import Batch


@final
@dataclass(frozen=True, slots=True)
class Adam:
    """Settings of an optimiser (D. Kingma, J. Ba, "Adam", ICLR 2015)."""

    rate: float
    beta1: float = 0.9
    beta2: float = 0.999


@final
@dataclass(frozen=True, slots=True)
class Loss:
    """What is made small, and what one would like to read beside it. Without a total nothing is moved."""

    total: Tensor | None
    shown: Mapping[str, Tensor]


class Phase(Protocol):
    """One kind of update of a step: an autoencoder has one, a GAN one for each side."""

    @property
    def name(self) -> str:
        """Under which its loss is written down."""
        ...

    @property
    def net(self) -> nn.Module:
        """The part of the system whose weights it moves."""
        ...

    @property
    def adam(self) -> Adam:
        """How it moves them."""
        ...

    @property
    def times(self) -> int:
        """How often it is done in a step."""
        ...

    def loss(self, batch: Batch, draws: torch.Generator) -> Loss:
        """What the update makes smaller, of a batch; `draws` is on the batch's device."""
        ...


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
