"""Axis-aligned boxes, generic over the number."""

from __future__ import annotations

from typing import final

from shapelang.frozen import frozen
from shapelang.geometry.pose import Real, Vec3


@final
@frozen
class Box:
    """The closed box from `low` to `high`, metres."""

    low: Vec3
    high: Vec3

    @property
    def size(self) -> Vec3:
        """Full extents in x, y, z."""
        (a, b, c), (x, y, z) = self.low, self.high
        return (x - a, y - b, z - c)

    @property
    def centre(self) -> Vec3:
        """The middle."""
        (a, b, c), (x, y, z) = self.low, self.high
        return ((a + x) * 0.5, (b + y) * 0.5, (c + z) * 0.5)

    def point(self, u: Real, v: Real, w: Real) -> Vec3:
        """The point at (u, v, w), each in [-1, 1] from low to high."""
        (x, y, z), (a, b, c) = self.centre, self.size
        return (x + u * (a * 0.5), y + v * (b * 0.5), z + w * (c * 0.5))


def centred(size: Vec3) -> Box:
    """The box of a size about the origin."""
    x, y, z = size
    return Box((x * -0.5, y * -0.5, z * -0.5), (x * 0.5, y * 0.5, z * 0.5))
