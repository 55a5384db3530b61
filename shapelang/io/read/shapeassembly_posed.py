"""A cuboid of ShapeAssembly as far as attachments have posed it."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TypeAlias, final

import numpy as np

from shapelang.io.read.shapeassembly_text import Point

Vector: TypeAlias = np.ndarray
"""(3,)"""

Matrix: TypeAlias = np.ndarray
"""(3, 3)"""


@final
@dataclass(slots=True, eq=False)
class Posed:
    """A cuboid as far as it is posed: `frame` has its axes as columns. `meets`: its points, and where each shall be.

    What is `fixed` is the bounding box, which nothing moves.
    """

    size: Vector
    aligned: bool
    fixed: bool = False
    centre: Vector = field(default_factory=lambda: np.zeros(3))
    frame: Matrix = field(default_factory=lambda: np.eye(3))
    meets: list[tuple[Point, Vector]] = field(default_factory=list[tuple[Point, Vector]])

    def at(self, point: Point) -> Vector:
        """Where a point of it is."""
        return self.centre + self.frame @ ((np.array(point) - 0.5) * self.size)

    def rates(self, point: Point) -> Matrix:
        """How a point moves from the centre as each extent grows by 1, as columns."""
        return self.frame * (np.array(point) - 0.5)

    def held(self) -> None:
        """Move it so that its first attachment is met."""
        point, place = self.meets[0]
        self.centre = self.centre + (place - self.at(point))
