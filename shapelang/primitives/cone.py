"""The cone and its frustum."""

from __future__ import annotations

from typing import ClassVar, final

from shapelang.frozen import frozen
from shapelang.geometry.mesh import Mesh
from shapelang.geometry.pose import Real, Vec3
from shapelang.numbers import Numbers
from shapelang.primitives.circle import PI
from shapelang.primitives.extents import HEIGHT, RADIUS, told
from shapelang.primitives.limits import LARGEST, SMALLEST, length, refuse, within
from shapelang.primitives.protocol import EXACT, FieldClass, Refusal, Slot
from shapelang.primitives.revolve import revolved, straight
from shapelang.primitives.rounds import radial


@final
@frozen
class Cone:
    """A cone along +Y: `radius` at the foot, `top_radius` at the head."""

    radius: Real
    height: Real
    top_radius: Real = 0.0

    kind: ClassVar[str] = "cone"
    doc: ClassVar[str] = "a cone along +Y, cut off where `top_radius` is above 0"
    slots: ClassVar[tuple[Slot, ...]] = (
        told(RADIUS, "radius at the foot, metres"),
        HEIGHT,
        Slot("top_radius", "number", "radius at the head, metres", default=0.0, low=0.0, metres=True),
    )

    def size(self, n: Numbers) -> Vec3:
        """Twice the larger radius across."""
        across = n.maximum(self.radius, self.top_radius) * 2.0
        return (across, self.height, across)

    def refusals(self, n: Numbers) -> tuple[Refusal, ...]:
        """Foot and height above 0, head not below 0."""
        del n
        top = self.top_radius
        head = within("top_radius", top, 0.0, LARGEST)
        thin = refuse((top > 0.0) & (top < SMALLEST), f"top_radius must be 0 or at least {SMALLEST:g} m")
        return (*length("radius", self.radius), *length("height", self.height), *head, *thin)

    def volume(self) -> float:
        """π h (a² + a b + b²) / 3."""
        a, b = self.radius, self.top_radius
        return PI * self.height * (a * a + a * b + b * b) / 3.0

    def mesh(self, segments: int) -> Mesh:
        """A foot, a side, and a head unless it is a point."""
        a, b, y = self.radius, self.top_radius, self.height * 0.5
        bands = [straight(0.0, -y, a, -y), straight(a, -y, b, y)]
        return revolved([*bands, straight(b, y, 0.0, y)] if b > 0.0 else bands, segments)

    def field(self, n: Numbers, x: Real, y: Real, z: Real) -> Real:
        """Exact distance (Quilez, "3D distance functions": capped cone)."""
        q, h, a, b = radial(n, x, z), self.height * 0.5, self.radius, self.top_radius
        cap_x = q - n.minimum(q, n.where(y < 0.0, a, b))
        cap_y = n.absolute(y) - h
        k1x, k1y = b, h
        k2x, k2y = b - a, 2.0 * h
        t = ((k1x - q) * k2x + (k1y - y) * k2y) / (k2x * k2x + k2y * k2y)
        t = n.minimum(n.maximum(t, 0.0), 1.0)
        side_x, side_y = q - k1x + k2x * t, y - k1y + k2y * t
        inside = (side_x < 0.0) & (cap_y < 0.0)
        cap = cap_x * cap_x + cap_y * cap_y
        side = side_x * side_x + side_y * side_y
        return n.where(inside, -1.0, 1.0) * n.sqrt(n.minimum(cap, side))

    def field_class(self) -> FieldClass:
        """Exact."""
        return EXACT

    def mirror_symmetric(self) -> tuple[bool, bool, bool]:
        """Across the axis; top and bottom differ."""
        return (True, bool(self.radius == self.top_radius), True)
