"""A classifier of shapes that have classes: its features are what sets of shapes are compared by."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, final

import torch
from torch import Tensor, nn
from torch.nn import functional

from learners.bounds import Width
from learners.data.examples import Batch
from learners.encoders.convolutional import ConvolutionalEncoder, ConvolutionalEncoderNet
from learners.layers import LEAK
from learners.systems.system import Adam, Loss, Phase
from learners.tensors import Codes, Grids

SHIFT: Final = 2
"""Cells that an example is moved by at most, along each axis: a shape a little aside is of the same class."""


@final
@dataclass(frozen=True, slots=True)
class Classifier:
    """Features of a grid, rectified, then one layer to the logarithms of its classes' odds."""

    encoder: ConvolutionalEncoder
    classes: Width
    adam: Adam


@final
class ClassifierNet(nn.Module):
    """Grids to features and classes."""

    def __init__(self, config: Classifier) -> None:
        super().__init__()
        self.cells = (config.encoder.axes, config.encoder.resolution)
        self.encoder = ConvolutionalEncoderNet(config.encoder)
        self.last = nn.Linear(config.encoder.code, config.classes)

    def features(self, grids: Grids) -> Codes:
        """(b, c)."""
        return functional.leaky_relu(self.encoder(grids).float(), LEAK)

    def forward(self, grids: Grids) -> Tensor:
        """(b, classes) logits."""
        return self.last(self.features(grids))


@final
class ClassifierSystem:
    """A classifier in training."""

    def __init__(self, config: Classifier) -> None:
        self.config = config
        self.net = ClassifierNet(config)
        self.phases: tuple[Phase, ...] = (Phase("classes", self.net, config.adam, self._classes),)

    def _classes(self, batch: Batch, draws: torch.Generator) -> Loss:
        logits = self.net(shifted(batch.grids, draws))
        error = functional.cross_entropy(logits, batch.labels)
        return Loss(error, {"nats": error, "right": (logits.argmax(dim=1) == batch.labels).float().mean()})


def shifted(grids: Grids, draws: torch.Generator) -> Grids:
    """Each grid moved by up to SHIFT cells along each axis; what leaves is gone, what comes in is empty."""
    axes, sides = grids.dim() - 1, grids.shape[1:]
    padded = functional.pad(grids, (SHIFT, SHIFT) * axes)
    by = torch.randint(0, 2 * SHIFT + 1, (len(grids), axes), generator=draws, device=grids.device).tolist()
    moved = [
        whole[tuple(slice(first, first + side) for first, side in zip(start, sides, strict=True))]
        for whole, start in zip(padded, by, strict=True)
    ]
    return torch.stack(moved)
