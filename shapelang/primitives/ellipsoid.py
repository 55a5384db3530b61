"""The ellipsoid."""

from __future__ import annotations

from functools import lru_cache
from typing import ClassVar, final

import numpy as np

from shapelang.frozen import frozen
from shapelang.geometry.mesh import Mesh
from shapelang.geometry.pose import Real
from shapelang.numbers import Numbers
from shapelang.primitives.circle import PI, circle
from shapelang.primitives.extents import DEPTH, HEIGHT, WIDTH, Boxed
from shapelang.primitives.protocol import BOUND, FieldClass, Slot
from shapelang.primitives.revolve import Band, revolved


@final
@frozen
class Ellipsoid(Boxed):
    """A ball stretched to a box."""

    width: Real
    height: Real
    depth: Real

    kind: ClassVar[str] = "ellipsoid"
    doc: ClassVar[str] = "a ball stretched to full extents"
    slots: ClassVar[tuple[Slot, ...]] = (WIDTH, HEIGHT, DEPTH)

    def volume(self) -> float:
        """π w h d / 6."""
        return PI * self.width * self.height * self.depth / 6.0

    def mesh(self, segments: int) -> Mesh:
        """Rings of latitude."""
        return ellipsoid_mesh(self.width, self.height, self.depth, segments)

    def field(self, n: Numbers, x: Real, y: Real, z: Real) -> Real:
        """A bound, (|p / r| − 1) · min r: |p / r| changes by at most |Δp| / min r, so the slope is ≤ 1."""
        a, b, c = self.width * 0.5, self.height * 0.5, self.depth * 0.5
        u, v, w = x / a, y / b, z / c
        return (n.sqrt(u * u + v * v + w * w) - 1.0) * n.minimum(a, n.minimum(b, c))

    def field_class(self) -> FieldClass:
        """A bound."""
        return BOUND

    def mirror_symmetric(self) -> tuple[bool, bool, bool]:
        """In all three planes."""
        return (True, True, True)


@lru_cache(maxsize=64)
def unit_ball(segments: int) -> Mesh:
    """The ball of diameter 1, with segments / 2 rings of latitude."""
    rings = max(2, segments // 2)
    cos, sin = circle(rings, 180.0)
    points = np.stack([sin, -cos], axis=1)
    return revolved([Band(points * 0.5, points)], segments)


def ellipsoid_mesh(width: float, height: float, depth: float, segments: int) -> Mesh:
    """A stretched ball; normals are divided by the stretch and made unit again."""
    ball = unit_ball(segments)
    size = np.array((width, height, depth))
    normals = ball.normals / size
    squares = normals * normals
    normals = normals / np.sqrt(squares[:, 0] + squares[:, 1] + squares[:, 2])[:, None]
    across = float(np.maximum(width, depth))
    uvs = ball.uvs * np.array((across, max(across, height)))
    return Mesh(ball.positions * size, ball.faces, normals, uvs, ball.weld)
