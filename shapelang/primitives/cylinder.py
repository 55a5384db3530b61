"""The cylinder."""

from __future__ import annotations

from typing import ClassVar, final

from shapelang.frozen import frozen
from shapelang.geometry.mesh import Mesh
from shapelang.geometry.pose import Real, Vec3
from shapelang.numbers import Numbers
from shapelang.primitives.circle import PI
from shapelang.primitives.extents import HEIGHT, RADIUS
from shapelang.primitives.limits import length
from shapelang.primitives.protocol import EXACT, FieldClass, Refusal, Slot
from shapelang.primitives.revolve import revolved, straight
from shapelang.primitives.rounds import radial, rectangle


@final
@frozen
class Cylinder:
    """A round column along +Y with flat ends."""

    radius: Real
    height: Real

    kind: ClassVar[str] = "cylinder"
    doc: ClassVar[str] = "a round column along +Y with flat ends"
    slots: ClassVar[tuple[Slot, ...]] = (RADIUS, HEIGHT)

    def size(self, n: Numbers) -> Vec3:
        """(2r, h, 2r)."""
        del n
        across = self.radius * 2.0
        return (across, self.height, across)

    def refusals(self, n: Numbers) -> tuple[Refusal, ...]:
        """Radius and height above 0."""
        del n
        return (*length("radius", self.radius), *length("height", self.height))

    def volume(self) -> float:
        """π r² h."""
        return PI * self.radius * self.radius * self.height

    def mesh(self, segments: int) -> Mesh:
        """Two caps and a side."""
        r, y = self.radius, self.height * 0.5
        return revolved([straight(0.0, -y, r, -y), straight(r, -y, r, y), straight(r, y, 0.0, y)], segments)

    def field(self, n: Numbers, x: Real, y: Real, z: Real) -> Real:
        """Exact distance."""
        return rectangle(n, radial(n, x, z) - self.radius, n.absolute(y) - self.height * 0.5)

    def field_class(self) -> FieldClass:
        """Exact."""
        return EXACT

    def mirror_symmetric(self) -> tuple[bool, bool, bool]:
        """In all three planes."""
        return (True, True, True)
