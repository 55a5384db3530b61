"""Autoencoders: CNN-AE and IM-AE, which differ in the decoder alone."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import final

import torch
from torch import nn

from learners.bounds import Cells, Count
from learners.data.examples import Batch
from learners.data.points import pooled, sampled_points
from learners.decoders.convolutional import ConvolutionalDecoder
from learners.decoders.decoder import Decoder, decoder_net, refuse_unfit
from learners.decoders.squared_error import squared_error
from learners.encoders.convolutional import ConvolutionalEncoder, ConvolutionalEncoderNet
from learners.systems.system import Adam, Loss, Phase
from learners.tensors import Codes, Grids, Points, Values
from shapelang.diagnostics import UsageError


@final
@dataclass(frozen=True, slots=True)
class Stage:
    """Training until a step, which is not among its own, from so many points of a coarser grid."""

    cells: Cells
    points: Count
    until: Count


@final
@dataclass(frozen=True, slots=True)
class Progressive:
    """Coarse grids first, as IM-NET is trained (16³, 32³, 64³): what is decoded at any point goes on to finer ones.

    stages: in order. points: of the grid itself, after the last of them.
    """

    stages: tuple[Stage, ...]
    points: Count


@final
@dataclass(frozen=True, slots=True)
class Autoencoder:
    """A grid to a code and back, by the mean squared error at points.

    points: how many of each grid a step sees, those near the surface first; all with as many as the grid has cells. The
    encoder sees the grid whole, also while points are of coarser ones.
    """

    encoder: ConvolutionalEncoder
    decoder: Decoder
    points: Count | Progressive
    adam: Adam

    def __post_init__(self) -> None:
        encoder = self.encoder
        refuse_unfit(self.decoder, encoder.axes, encoder.resolution, encoder.code)
        if isinstance(self.points, Progressive):
            _refuse_stages(self.points.stages, encoder.resolution)
            if isinstance(self.decoder, ConvolutionalDecoder):
                raise UsageError(
                    "a convolutional decoder has the cells of its own grid, and no coarser ones to begin with"
                )


def _refuse_stages(stages: Sequence[Stage], resolution: int) -> None:
    """Raises UsageError unless cells and steps grow from stage to stage, and cells divide the grid."""
    sides, ends = [stage.cells for stage in stages], [stage.until for stage in stages]
    if any(resolution % side or side >= resolution for side in sides):
        raise UsageError(
            f"a coarser grid has a part of the {resolution} cells along a side, such as half, not {_told(sides)}"
        )
    if any(later <= sooner for row in (sides, ends) for sooner, later in pairwise(row)):
        raise UsageError(
            f"stages have more cells one after the other, and end later: cells {_told(sides)} until {_told(ends)}"
        )


def _told(numbers: Sequence[int]) -> str:
    return ", ".join(map(str, numbers))


@final
class AutoencoderNet(nn.Module):
    """Encoder and decoder."""

    def __init__(self, config: Autoencoder) -> None:
        super().__init__()
        self.encoder = ConvolutionalEncoderNet(config.encoder)
        self.decoder = decoder_net(config.decoder)

    def codes(self, grids: Grids) -> Codes:
        """(b, c)."""
        return self.encoder(grids)

    def occupancy(self, codes: Codes, points: Points) -> Values:
        """(b, n)."""
        return self.decoder(codes, points)


@final
class AutoencoderSystem:
    """An autoencoder in training."""

    def __init__(self, config: Autoencoder) -> None:
        self.config = config
        self.net = AutoencoderNet(config)
        self.phases: tuple[Phase, ...] = (Phase("reconstruction", self.net, config.adam, self._reconstruction),)

    def _reconstruction(self, batch: Batch, draws: torch.Generator) -> Loss:
        points, inside = _seen(self.config.points, batch, draws)
        error = squared_error(self.net.decoder, self.net.codes(batch.grids), points, inside)
        return Loss(error, {"mse": error})


def _seen(config: Count | Progressive, batch: Batch, draws: torch.Generator) -> tuple[Points, Values]:
    """The points that a step learns from."""
    match config:
        case Progressive():
            for stage in config.stages:
                if batch.step < stage.until:
                    return sampled_points(pooled(batch.grids, stage.cells), stage.points, draws)
            return sampled_points(batch.grids, config.points, draws)
        case _:
            return sampled_points(batch.grids, config, draws)
