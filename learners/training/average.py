"""The moving average of a net's weights, which generates better than the weights themselves."""

from __future__ import annotations

from collections.abc import Mapping
from typing import final

import torch
from torch import Tensor, nn


@final
class Average:
    """w ← d w + (1 − d) v of each weight v. Early on d is smaller, so that the first weights are soon forgotten.

    stays: d in the long run; after k steps it is at most (1 + k) / (10 + k). Whole numbers (counters of a norm) are
    taken over.
    """

    def __init__(self, net: nn.Module, stays: float) -> None:
        self.stays = stays
        self.tensors: dict[str, Tensor] = {name: value.detach().clone() for name, value in net.state_dict().items()}

    def put(self, tensors: Mapping[str, Tensor]) -> None:
        """Go on from an average that was kept."""
        for name, value in self.tensors.items():
            value.copy_(tensors[name])

    @torch.no_grad()
    def follow(self, net: nn.Module, step: int) -> None:
        """Take in the weights after a step; step: those behind."""
        stays = min(self.stays, (1 + step) / (10 + step))
        for name, value in net.state_dict().items():
            if value.is_floating_point():
                self.tensors[name].lerp_(value, 1.0 - stays)
            else:
                self.tensors[name].copy_(value)
