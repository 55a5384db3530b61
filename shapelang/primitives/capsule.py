"""The capsule."""

from __future__ import annotations

from typing import ClassVar, final

import numpy as np

from shapelang.frozen import frozen
from shapelang.geometry.mesh import Mesh
from shapelang.geometry.pose import Real, Vec3
from shapelang.numbers import Numbers
from shapelang.primitives.circle import PI, circle
from shapelang.primitives.ellipsoid import ellipsoid_mesh
from shapelang.primitives.extents import HEIGHT, RADIUS, told
from shapelang.primitives.limits import at_least, length
from shapelang.primitives.protocol import EXACT, FieldClass, Refusal, Slot
from shapelang.primitives.revolve import Band, revolved

SHORT = 1e-6
"""A straight piece below this share of the radius would be lost in 32-bit floats."""


@final
@frozen
class Capsule:
    """A cylinder with half balls at its ends; `height` is the whole extent, caps included."""

    radius: Real
    height: Real

    kind: ClassVar[str] = "capsule"
    doc: ClassVar[str] = "a column along +Y with round ends; `height` includes them"
    slots: ClassVar[tuple[Slot, ...]] = (
        RADIUS,
        told(HEIGHT, "whole extent in y, metres: at least 2 · radius"),
    )

    def size(self, n: Numbers) -> Vec3:
        """(2r, h, 2r)."""
        del n
        across = self.radius * 2.0
        return (across, self.height, across)

    def refusals(self, n: Numbers) -> tuple[Refusal, ...]:
        """Room for both caps."""
        del n
        room = at_least("height", self.height, self.radius * 2.0, "twice the radius, for it includes both caps")
        return (*length("radius", self.radius), *length("height", self.height), *room)

    def volume(self) -> float:
        """π r² (h − 2r) + 4/3 π r³."""
        r = self.radius
        return PI * r * r * (self.height - 2.0 * r) + 4.0 / 3.0 * PI * r * r * r

    def mesh(self, segments: int) -> Mesh:
        """One smooth band from pole to pole; without a straight piece worth a ring of its own, a ball."""
        r, y = self.radius, self.height * 0.5 - self.radius
        if y < r * SHORT:
            return ellipsoid_mesh(r * 2.0, self.height, r * 2.0, segments)
        cos, sin = circle(max(2, segments // 4), 90.0)
        low = np.stack([sin, -cos], axis=1)
        normals = np.concatenate([low, np.stack([cos, sin], axis=1)])
        points = normals * r
        points[: len(low), 1] -= y
        points[len(low) :, 1] += y
        return revolved([Band(points, normals)], segments)

    def field(self, n: Numbers, x: Real, y: Real, z: Real) -> Real:
        """Exact distance: to the segment between the caps' centres."""
        half = self.height * 0.5 - self.radius
        v = y - n.minimum(n.maximum(y, -half), half)
        return n.sqrt(x * x + v * v + z * z) - self.radius

    def field_class(self) -> FieldClass:
        """Exact."""
        return EXACT

    def mirror_symmetric(self) -> tuple[bool, bool, bool]:
        """In all three planes."""
        return (True, True, True)
