"""Shapes that are turned and moved at random in a small volume, each draw known by its index.

Only what IEEE 754 rounds exactly (+ − × ÷, square root, comparison) stands between a draw and a cell, so that a set is
the same on every machine and its digest can be written down.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import sqrt
from typing import Final, TypeAlias, final

import torch
from torch import Tensor

SIDE: Final = 30
"""Cells along each axis of a volume."""
WANDERING: Final = 20.0
"""The centre is uniform over so many cells along each axis, in the middle of the volume."""

Row: TypeAlias = tuple[float, float, float]


@final
@dataclass(frozen=True, slots=True)
class Motion:
    """A rigid motion. rotation: rows of the matrix from the volume to the shape; centre: of the shape, in cells."""

    rotation: tuple[Row, Row, Row]
    centre: Row

    def local(self, side: int = SIDE) -> tuple[Tensor, Tensor, Tensor]:
        """Each (r, r, r): the centres of the volume's cells in the frame of the shape, in cells from its centre."""
        places = torch.arange(side, dtype=torch.float32) + 0.5
        x, y, z = (places - middle for middle in self.centre)
        u, v, w = (
            (row[0] * x)[:, None, None] + (row[1] * y)[None, :, None] + (row[2] * z)[None, None, :]
            for row in self.rotation
        )
        return u, v, w


def drawn_motion(draws: torch.Generator) -> Motion:
    """A rotation uniform over all rotations, and a centre uniform over `WANDERING` cells along each axis."""
    first = 0.5 * (SIDE - WANDERING)
    x, y, z = (first + WANDERING * number for number in uniform(draws, 3))
    return Motion(drawn_turn(draws), (x, y, z))


def uniform(draws: torch.Generator, count: int) -> list[float]:
    """So many numbers in [0, 1)."""
    return torch.rand(count, generator=draws, dtype=torch.float64).tolist()


def drawn_turn(draws: torch.Generator) -> tuple[Row, Row, Row]:
    """Rows of a rotation, uniform over all: from a point uniform on the sphere in four dimensions, a quaternion.

    G. Marsaglia, Ann. Math. Stat. 43, 1972.
    """
    a, b, inner = _in_disc(draws)
    p, q, outer = _in_disc(draws)
    scale = sqrt((1.0 - inner) / outer)
    c, d = p * scale, q * scale
    return (
        (1.0 - 2.0 * (c * c + d * d), 2.0 * (b * c - a * d), 2.0 * (b * d + a * c)),
        (2.0 * (b * c + a * d), 1.0 - 2.0 * (b * b + d * d), 2.0 * (c * d - a * b)),
        (2.0 * (b * d - a * c), 2.0 * (c * d + a * b), 1.0 - 2.0 * (b * b + c * c)),
    )


def _in_disc(draws: torch.Generator) -> tuple[float, float, float]:
    """A point uniform in the unit disc without its centre, and its squared distance from it."""
    while True:
        x, y = (2.0 * number - 1.0 for number in uniform(draws, 2))
        squared = x * x + y * y
        if 0.0 < squared < 1.0:
            return x, y, squared
