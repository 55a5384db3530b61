"""The learned projection: a volume of features seen by a camera becomes a picture.

D. Rezende et al., NIPS 2016, section 2.1 and figure 3: the volume is turned by a volumetric spatial transformer, passed
through volumetric convolutions, flattened along the line of sight, and passed through convolutions of the picture.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import final

import torch
from jaxtyping import Float
from torch import Tensor, nn

from learners.layers import LEAK, laid_out
from learners.spatial import Affine, Volumes, cube, resampled


@final
@dataclass(frozen=True, slots=True)
class LearnedProjection:
    """features: channels of the volume. resolution: its cells along a side, and the picture's. width: of the layers."""

    features: int
    resolution: int
    width: int


@final
class LearnedProjectionNet(nn.Module):
    """Volumes and cameras to pictures. A camera looks along x of the volume that its map brings before it."""

    def __init__(self, config: LearnedProjection) -> None:
        super().__init__()
        self.config = config
        self.before = nn.Sequential(
            nn.Conv3d(config.features, config.width, 3, padding=1), nn.LeakyReLU(LEAK), nn.Conv3d(config.width, 2, 1)
        )
        self.flat = nn.Sequential(
            nn.LeakyReLU(LEAK),
            nn.Conv2d(2 * config.resolution, 4 * config.width, 1),
            nn.LeakyReLU(LEAK),
            nn.Conv2d(4 * config.width, 1, 3, padding=1),
        )

    def forward(self, volumes: Volumes, cameras: Affine) -> Float[Tensor, "b r r"]:
        """(b, r, r) in (0, 1), rows along y and columns along z of the turned volume."""
        turned = resampled(volumes, cameras, cube(self.config.resolution))
        return torch.sigmoid(self.flat(self.before(laid_out(turned)).flatten(1, 2))[:, 0].float())
