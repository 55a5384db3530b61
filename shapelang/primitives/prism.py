"""Prisms: a regular or given polygon extruded along +Y, with a taper up to a point."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from typing import ClassVar, Final, final

from shapelang.elementary import sincosd
from shapelang.frozen import frozen
from shapelang.geometry.mesh import Mesh
from shapelang.geometry.pose import Real, Vec3
from shapelang.numbers import FLOAT, Numbers, either
from shapelang.primitives.extents import HEIGHT
from shapelang.primitives.limits import SMALLEST, length, refuse, spaced, within
from shapelang.primitives.polygon import MOST_POINTS, Point, bounds, centroid, crossing, distance, signed_area
from shapelang.primitives.prism_mesh import extruded, tapered
from shapelang.primitives.protocol import BOUND, EXACT, FieldClass, Refusal, Slot
from shapelang.primitives.rounds import rectangle

LEAST_SCALE: Final = 1e-6
"""Of the section at a point, where it would be divided by 0."""

LEAST_TAPER: Final = 0.001
"""Below it a prism ends in a point."""

_MOST_TAPER: Final = 1000.0


@final
@frozen
class Prism:
    """A polygon extruded along +Y.

    Either `sides` and `radius` (a regular polygon, its corners at `radius`, one face to the front), or `points`: the
    corners (x, z) of a simple polygon seen from above, in either direction, moved so that the box is centred. The
    polygon is that of the foot; at the top it is `taper` times as large, about the middle of its area.
    """

    height: Real
    sides: int = 0
    radius: Real = 0.0
    points: tuple[Point, ...] = ()
    taper: Real = 1.0

    kind: ClassVar[str] = "prism"
    doc: ClassVar[str] = "a regular polygon, or one given by its corners (x, z), extruded along +Y; tapered, to a point"
    slots: ClassVar[tuple[Slot, ...]] = (
        HEIGHT,
        Slot("sides", "int", "number of corners of a regular polygon", default=0, low=3, high=MOST_POINTS),
        Slot(
            "radius",
            "number",
            "distance of its corners from the axis, metres",
            default=0.0,
            low=0.0,
            low_open=True,
            metres=True,
        ),
        Slot("points", "points", "corners (x, z) in metres, instead of sides and radius", optional=True),
        Slot("taper", "number", "size of the top as a share of the foot's; 0: a point", 1.0, low=0.0, high=_MOST_TAPER),
    )

    def outline(self, n: Numbers) -> tuple[Point, ...]:
        """The corners (x, z), as written or of the regular polygon, centred on their box."""
        if not self.points:
            return tuple((x * self.radius, z * self.radius) for x, z in _regular(self.sides)[0])
        (a, b), (p, q) = bounds(n, self.points)
        x, z = (a + p) * 0.5, (b + q) * 0.5
        return tuple((u - x, v - z) for u, v in self.points)

    def section(self, n: Numbers) -> tuple[tuple[Point, ...], Point]:
        """The corners of the foot about the middle of its area, and where that is when the whole is centred."""
        outline = self.outline(n)
        x, z = centroid(outline) if self.points else _regular(self.sides)[2]
        if not self.points:
            x, z = x * self.radius, z * self.radius
        larger = n.maximum(self.taper, 1.0)
        return tuple((u - x, v - z) for u, v in outline), (x * larger, z * larger)

    def size(self, n: Numbers) -> Vec3:
        """The extents of the larger end and the height."""
        larger = n.maximum(self.taper, 1.0)
        if not self.points:
            across, along = _regular(self.sides)[1]
            return (across * self.radius * larger, self.height, along * self.radius * larger)
        (a, b), (p, q) = bounds(n, self.points)
        return ((p - a) * larger, self.height, (q - b) * larger)

    def refusals(self, n: Numbers) -> tuple[Refusal, ...]:
        """A simple polygon with an area, given one way or the other."""
        found = (*length("height", self.height), *_refuse_taper(self.taper))
        if bool(self.points) == bool(self.sides):
            return (*found, (True, "a prism has either sides and radius, or points"))
        if self.points:
            return (*found, *_refuse_points(n, self.points))
        count = refuse(not 3 <= self.sides <= MOST_POINTS, f"sides must lie in [3, {MOST_POINTS}]")
        return (*found, *count, *length("radius", self.radius))

    def volume(self) -> float:
        """Area times height, times (1 + t + t²) / 3 of a taper t."""
        t = self.taper
        return abs(signed_area(self.outline(FLOAT))) * self.height * (1.0 + t + t * t) / 3.0

    def mesh(self, segments: int) -> Mesh:
        """Two caps, or one below a point, and a flat side for each edge."""
        del segments
        # Seen from above, z points down: a polygon that is counter-clockwise in (x, z) is clockwise from +Y.
        corners = self.outline(FLOAT)
        if signed_area(corners) < 0:
            corners = corners[::-1]
        if self.taper == 1.0:
            return extruded(corners, self.height)
        about, hub = self.section(FLOAT)
        return tapered(about if signed_area(about) > 0 else about[::-1], hub, self.height, self.taper)

    def field(self, n: Numbers, x: Real, y: Real, z: Real) -> Real:
        """Exact distance of the polygon, extruded; a bound of slope 1 when it is tapered."""
        straight = self.taper == 1.0
        return either(n, straight, lambda: self._straight(n, x, y, z), lambda: self._tapered(n, x, y, z))

    def _straight(self, n: Numbers, x: Real, y: Real, z: Real) -> Real:
        return rectangle(n, distance(n, self.outline(n), x, z), n.absolute(y) - self.height * 0.5)

    def _tapered(self, n: Numbers, x: Real, y: Real, z: Real) -> Real:
        """The distance in the plane of the section; along y it changes by at most what the farthest corner moves."""
        (outline, (a, b)), rate = self.section(n), (self.taper - 1.0) / self.height
        up = n.minimum(n.maximum(y + self.height * 0.5, 0.0), self.height)
        scale = n.maximum(1.0 + rate * up, LEAST_SCALE)
        flat = distance(n, outline, (x - a) / scale, (z - b) / scale) * scale
        return n.maximum(flat / steepest(n, outline, rate), n.absolute(y) - self.height * 0.5)

    def field_class(self) -> FieldClass:
        """Exact, or a bound when tapered."""
        return EXACT if self.taper == 1.0 else BOUND

    def mirror_symmetric(self) -> tuple[bool, bool, bool]:
        """Top and bottom unless tapered; left and right, front and back when the set of corners says so."""
        corners = set(self.outline(FLOAT))
        return (
            corners == {(-x, z) for x, z in corners},
            bool(self.taper == 1.0),
            corners == {(x, -z) for x, z in corners},
        )


def steepest(n: Numbers, outline: Sequence[Point], rate: Real) -> Real:
    """Bounds the slope of scale · distance(polygon, point / scale) where the scale grows along y at a rate per metre.

    Along y the slope is rate · (distance − point · its gradient): of an edge its distance from the axis, of a corner at
    most that corner's.
    """
    far: Real = 0.0
    for x, z in outline:
        far = n.maximum(far, x * x + z * z)
    return n.sqrt(1.0 + rate * rate * far)


@lru_cache(maxsize=64)
def _regular(sides: int) -> tuple[tuple[Point, ...], Point, Point]:
    """Corners at distance 1 from the axis, one edge to the front, then centred on their box; its extents; and where the
    axis is then.
    """
    turns = [sincosd(FLOAT, 90.0 - 360.0 * (k + 0.5) / sides) for k in range(sides)]
    corners = [(c, s) for s, c in turns]
    (a, b), (p, q) = bounds(FLOAT, corners)
    x, z = (a + p) * 0.5, (b + q) * 0.5
    return tuple((u - x, v - z) for u, v in corners), (p - a, q - b), (-x, -z)


def _refuse_taper(taper: Real) -> tuple[Refusal, ...]:
    thin = refuse((taper > 0.0) & (taper < LEAST_TAPER), f"taper must be 0 or at least {LEAST_TAPER:g}")
    return (*within("taper", taper, 0.0, _MOST_TAPER), *thin)


def _refuse_points(n: Numbers, points: tuple[Point, ...]) -> tuple[Refusal, ...]:
    if not 3 <= len(points) <= MOST_POINTS:
        return ((True, f"a polygon has 3 to {MOST_POINTS} points"),)
    found = spaced(n, (*points, points[0]))
    flat = refuse(n.absolute(signed_area(points)) < SMALLEST * SMALLEST, "the polygon has no area")
    return (*found, *flat, *refuse(crossing(n, points), "the polygon's edges cross or touch"))
