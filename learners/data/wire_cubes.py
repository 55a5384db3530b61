"""Wire-frame cubes as L. Necker drew them (1832): what one camera sees of their lines has two readings.

The cube of D. Rezende et al., NIPS 2016, section 3, is turned in any way; here it stands on a floor that is seen from
above or from below, as in the drawing. A cube that is mirrored along the line of sight is the other reading: its lines
are seen at the same places, and it is as likely to be drawn.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import cos, radians, sin
from typing import Final, final

import torch
from torch import Tensor

from learners.bounds import Cells, Seed
from learners.chance import generator
from learners.data.examples import ENDLESS
from learners.data.motion import uniform
from learners.tensors import Grids, Indices

TEST: Final = 500
"""Volumes of the test set, which no seed changes."""

_HALF: Final = 0.5
"""Half of an edge, where the cube of the volume goes from -1 to 1."""
_WIRE: Final = 1.5
"""Thickness of an edge in cells."""
_LEAST: Final = 20.0
_MOST: Final = 40.0
"""Degrees of the floor against the line of sight."""


@final
@dataclass(frozen=True, slots=True)
class WireCubes:
    """Cubes that are drawn when they are asked for. seed: of those to learn from."""

    resolution: Cells
    seed: Seed


@final
@dataclass(frozen=True, slots=True)
class WireCubeVolumes:
    """Volumes of one series of draws."""

    series: str
    seed: int
    count: int
    resolution: int

    @property
    def axes(self) -> int:
        """Volumes have three: x (the line of sight), y (up), z."""
        return 3

    @property
    def classes(self) -> int:
        """One."""
        return 1

    def __len__(self) -> int:
        return self.count

    def grids(self, indices: Indices) -> Grids:
        """(b, r, r, r)."""
        return torch.stack([self._volume(index) for index in indices.tolist()])

    def labels(self, indices: Indices) -> Indices:
        """All 0."""
        return torch.zeros_like(indices)

    def _volume(self, index: int) -> Tensor:
        about, tilt, side = uniform(generator(self.seed, "wire cubes", self.series, index), 3)
        degrees = _LEAST + (_MOST - _LEAST) * tilt
        return wire_cube(90.0 * about - 45.0, degrees if side < 0.5 else -degrees, self.resolution)


def wire_cube_volumes(config: WireCubes, held_out: bool) -> WireCubeVolumes:
    """Those to learn from, which do not end, or the test set."""
    series, seed, count = ("test", 0, TEST) if held_out else ("training", config.seed, ENDLESS)
    return WireCubeVolumes(series, seed, count, config.resolution)


def wire_cube(yaw: float, pitch: float, resolution: int) -> Tensor:
    """(r, r, r) the edges of a cube in the middle: turned by degrees about y, and then about z."""
    places = (torch.arange(resolution, dtype=torch.float64) + 0.5) * (2.0 / resolution) - 1.0
    x, y, z = torch.meshgrid(places, places, places, indexing="ij")
    c, s = cos(radians(pitch)), sin(radians(pitch))
    x, y = c * x + s * y, c * y - s * x
    c, s = cos(radians(yaw)), sin(radians(yaw))
    x, z = c * x - s * z, s * x + c * z
    thick = _WIRE / resolution
    away = torch.stack([x, y, z]).abs()
    near = (away - _HALF).abs() <= thick
    return (near.sum(dim=0) >= 2) & (away <= _HALF + thick).all(dim=0)
