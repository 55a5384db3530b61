"""The sphere."""

from __future__ import annotations

from typing import ClassVar, final

from shapelang.frozen import frozen
from shapelang.geometry.mesh import Mesh
from shapelang.geometry.pose import Real, Vec3
from shapelang.numbers import Numbers
from shapelang.primitives.circle import PI
from shapelang.primitives.ellipsoid import ellipsoid_mesh
from shapelang.primitives.extents import RADIUS
from shapelang.primitives.limits import length
from shapelang.primitives.protocol import EXACT, FieldClass, Refusal, Slot


@final
@frozen
class Sphere:
    """A ball."""

    radius: Real

    kind: ClassVar[str] = "sphere"
    doc: ClassVar[str] = "a ball"
    slots: ClassVar[tuple[Slot, ...]] = (RADIUS,)

    def size(self, n: Numbers) -> Vec3:
        """2r each way."""
        del n
        across = self.radius * 2.0
        return (across, across, across)

    def refusals(self, n: Numbers) -> tuple[Refusal, ...]:
        """A radius above 0."""
        del n
        return length("radius", self.radius)

    def volume(self) -> float:
        """4/3 π r³."""
        return 4.0 / 3.0 * PI * self.radius * self.radius * self.radius

    def mesh(self, segments: int) -> Mesh:
        """Rings of latitude."""
        across = self.radius * 2.0
        return ellipsoid_mesh(across, across, across, segments)

    def field(self, n: Numbers, x: Real, y: Real, z: Real) -> Real:
        """Exact distance."""
        return n.sqrt(x * x + y * y + z * z) - self.radius

    def field_class(self) -> FieldClass:
        """Exact."""
        return EXACT

    def mirror_symmetric(self) -> tuple[bool, bool, bool]:
        """In all three planes."""
        return (True, True, True)
