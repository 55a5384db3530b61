"""What the inference net sees of a volume at each step."""

from __future__ import annotations

from typing import TypeAlias, assert_never, final

import torch
from torch import nn

from learners.encoders.halving import HalvingEncoder, HalvingEncoderNet
from learners.spatial import Volumes
from learners.systems.sequential.config import PatchRead, Read, WholeRead, Writer
from learners.systems.sequential.writer import PlaceNet
from learners.tensors import Codes


@final
class WholeReadNet(nn.Module):
    """Volume and canvas by convolutions."""

    def __init__(self, config: WholeRead, writer: Writer) -> None:
        super().__init__()
        self.encoder = HalvingEncoderNet(HalvingEncoder(3, 2, writer.resolution, config.code, config.width))

    def once(self, volumes: Volumes) -> Codes:
        """Nothing is read before the first step: (b, 0)."""
        return volumes.new_zeros(len(volumes), 0)

    def forward(self, volumes: Volumes, canvas: Volumes, once: Codes, state: Codes) -> Codes:
        """(b, code)."""
        del once, state
        return self.encoder(torch.cat([volumes, canvas.sigmoid()], dim=1))


@final
class PatchReadNet(nn.Module):
    """The volume whole, once; of volume and canvas a patch at a place that the state says."""

    def __init__(self, config: PatchRead, writer: Writer) -> None:
        super().__init__()
        self.patch = config.patch
        self.whole = HalvingEncoderNet(HalvingEncoder(3, 1, writer.resolution, config.code, config.width))
        self.place = PlaceNet(writer.hidden, writer.place)
        self.encoder = HalvingEncoderNet(HalvingEncoder(3, 2, config.patch, config.code, config.width))
        self.joined = nn.Linear(2 * config.code, config.code)

    def once(self, volumes: Volumes) -> Codes:
        """(b, code) of the volume."""
        return self.whole(volumes)

    def forward(self, volumes: Volumes, canvas: Volumes, once: Codes, state: Codes) -> Codes:
        """(b, code)."""
        both = torch.cat([volumes, canvas.sigmoid()], dim=1)
        # Slopes do not go from the place to the state: state, place, patch and latents are a loop, in which they grow
        # from step to step until training comes apart (docs/sequential.md).
        patch = self.encoder(self.place(both, state.detach(), self.patch))
        return self.joined(torch.cat([once, patch], dim=1))


ReadNet: TypeAlias = WholeReadNet | PatchReadNet


def read_net(config: Read, writer: Writer) -> ReadNet:
    """The net of a way to read, with fresh weights."""
    match config:
        case WholeRead():
            return WholeReadNet(config, writer)
        case PatchRead():
            return PatchReadNet(config, writer)
        case _:
            assert_never(config)
