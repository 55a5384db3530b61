"""The sequential model in training."""

from __future__ import annotations

from typing import final

import torch

from learners.data.examples import Batch
from learners.systems.sequential.bound import bound_loss
from learners.systems.sequential.config import Sequential
from learners.systems.sequential.net import SequentialNet
from learners.systems.system import Loss, Phase


@final
class SequentialSystem:
    """One phase: the bound."""

    def __init__(self, config: Sequential) -> None:
        self.config = config
        self.net = SequentialNet(config)
        self.phases: tuple[Phase, ...] = (Phase("volumes", self.net, config.adam, self._bound),)

    def _bound(self, batch: Batch, draws: torch.Generator) -> Loss:
        return bound_loss(self.net, batch, draws)
