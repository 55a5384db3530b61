"""Solids that go along an arc: bent bars, and arcs of tori."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, final

import numpy as np

SQUARE: Final = 0.1
POINTED: Final = 2.0
"""The least exponent of a superquadric that programs may write, of a square section, and the greatest."""


@final
@dataclass(frozen=True, slots=True)
class Bent:
    """A bar with a square section, of full extents before its y axis became an arc of `bend` degrees, not 0 and below
    180 on either side, that turns towards +X.
    """

    extents: tuple[float, float, float]
    bend: float

    @property
    def radius(self) -> float:
        """Of the arc; below 0 where it turns away from +X."""
        return self.extents[1] / float(np.radians(self.bend))

    @property
    def size(self) -> tuple[float, float, float]:
        """Full extents."""
        half, turn, around = 0.5 * self.extents[0], 0.5 * abs(np.radians(self.bend)), abs(self.radius)
        high = max(half, around - (around - half) * float(np.cos(turn)))
        reach = (around + half) * float(np.sin(min(turn, 0.5 * np.pi)))
        return (high + half, 2.0 * reach, self.extents[2])

    def straight(self, p: np.ndarray) -> np.ndarray:
        """(n, 3) where points of its frame were before the bend."""
        side, around = float(np.sign(self.bend)), abs(self.radius)
        x = around - side * p[:, 0] - 0.5 * (self.size[0] - self.extents[0])
        away, angle = np.hypot(x, p[:, 1]), np.arctan2(p[:, 1], x)
        return np.stack([side * (around - away), around * angle, p[:, 2]], axis=1)

    def inside(self, p: np.ndarray) -> np.ndarray:
        """(n,) whether points of its frame are inside."""
        return np.all(np.abs(self.straight(p)) <= 0.5 * np.array(self.extents), axis=1)


@final
@dataclass(frozen=True, slots=True)
class Bow:
    """An arc of a torus, of `arc` degrees below 360, symmetric about +X, or about -X where `side` is
    -1, with flat ends, its box about the origin.
    """

    radius: float
    tube: float
    arc: float
    side: float = 1.0

    @property
    def _span(self) -> tuple[float, float]:
        """Least and greatest x about the middle of the circle."""
        lean = float(np.cos(np.radians(0.5 * self.arc)))
        outer, inner = self.radius + self.tube, self.radius - self.tube
        return min(outer * lean, inner * lean), outer

    @property
    def hub(self) -> float:
        """Where the middle of the circle lies in x."""
        return -0.5 * self.side * sum(self._span)

    @property
    def size(self) -> tuple[float, float, float]:
        """Full extents."""
        low, high = self._span
        across = high * float(np.sin(np.radians(min(0.5 * self.arc, 90.0))))
        return (high - low, 2.0 * self.tube, 2.0 * across)

    def beyond(self, p: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """(n,) how far points of its frame are out of the whole torus, and ahead of the plane of the nearer end."""
        u, w = self.side * (p[:, 0] - self.hub), np.abs(p[:, 2])
        half = np.radians(0.5 * self.arc)
        ring = np.hypot(np.hypot(u, w) - self.radius, p[:, 1]) - self.tube
        turn = np.arctan2(w, u) - half
        return ring, np.hypot(u, w) * np.sin(np.clip(turn, -0.5 * np.pi, 0.5 * np.pi))

    def inside(self, p: np.ndarray) -> np.ndarray:
        """(n,) whether points of its frame are inside."""
        ring, ahead = self.beyond(p)
        return (ring <= 0.0) & (ahead <= 0.0)
