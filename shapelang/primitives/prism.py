"""Prisms: a regular or given polygon extruded along +Y."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar, final

import numpy as np

from shapelang.elementary import sincosd
from shapelang.geometry.mesh import Mesh
from shapelang.geometry.pose import Real, Vec3
from shapelang.numbers import FLOAT, Numbers
from shapelang.primitives.limits import LARGEST, SMALLEST, length
from shapelang.primitives.polygon import Point, distance, signed_area, simple, triangles
from shapelang.primitives.protocol import FieldClass, Refusal, Slot
from shapelang.primitives.rounds import rectangle

MOST_POINTS = 1024


@final
@dataclass(frozen=True, slots=True)
class Prism:
    """A polygon extruded along +Y.

    Either `sides` and `radius` (a regular polygon, its corners at `radius`, one face to the front), or `points`: the
    corners (x, z) of a simple polygon seen from above, in either direction, moved so that the box is centred.
    """

    height: Real
    sides: int
    radius: Real
    points: tuple[Point, ...]

    kind: ClassVar[str] = "prism"
    doc: ClassVar[str] = "a regular polygon, or one given by its corners (x, z), extruded along +Y"
    slots: ClassVar[tuple[Slot, ...]] = (
        Slot("height", "length", "extent in y, metres", low=0.0, low_open=True, axis="y"),
        Slot("sides", "int", "corners of a regular polygon, 3 to 1024", default=0, low=3, high=MOST_POINTS),
        Slot("radius", "number", "distance of its corners from the axis, metres", default=0.0, low=0.0, low_open=True),
        Slot("points", "points", "corners (x, z) in metres, instead of sides and radius", optional=True),
    )

    def outline(self, n: Numbers) -> tuple[Point, ...]:
        """The corners (x, z), as written or of the regular polygon, centred on their box."""
        corners = self.points
        if not corners:
            turns = (sincosd(FLOAT, 90.0 - 360.0 * (k + 0.5) / self.sides) for k in range(self.sides))
            corners = tuple((c * self.radius, s * self.radius) for s, c in turns)
        (a, b), (p, q) = _bounds(n, corners)
        x, z = (a + p) * 0.5, (b + q) * 0.5
        return tuple((u - x, v - z) for u, v in corners)

    def size(self, n: Numbers) -> Vec3:
        """The polygon's extents and the height."""
        (a, b), (p, q) = _bounds(n, self.outline(n))
        return (p - a, self.height, q - b)

    def refusals(self, n: Numbers) -> tuple[Refusal, ...]:
        """A simple polygon with an area, given one way or the other."""
        found = length("height", self.height)
        if bool(self.points) == bool(self.sides):
            return (*found, (True, "a prism has either sides and radius, or points"))
        if not self.points:
            if not 3 <= self.sides <= MOST_POINTS:
                return (*found, (True, f"sides must lie in [3, {MOST_POINTS}]"))
            return (*found, *length("radius", self.radius))
        return (*found, *_refuse_points(n, self.points))

    def volume(self) -> float:
        """Area times height."""
        return abs(signed_area(self.outline(FLOAT))) * self.height

    def mesh(self, segments: int) -> Mesh:
        """Two caps, and a flat side for each edge."""
        del segments
        # Seen from above, z points down: a polygon that is counter-clockwise in (x, z) is clockwise from +Y.
        corners = self.outline(FLOAT)
        if signed_area(corners) < 0:
            corners = corners[::-1]
        return extruded(corners, self.height)

    def field(self, n: Numbers, x: Real, y: Real, z: Real) -> Real:
        """Exact distance: of the polygon, extruded."""
        return rectangle(n, distance(n, self.outline(n), x, z), n.absolute(y) - self.height * 0.5)

    def field_class(self) -> FieldClass:
        """Exact."""
        return FieldClass(True, 1.0)

    def mirror_symmetric(self) -> tuple[bool, bool, bool]:
        """Top and bottom; left and right, front and back when the set of corners says so."""
        corners = set(self.outline(FLOAT))
        return (
            corners == {(-x, z) for x, z in corners},
            True,
            corners == {(x, -z) for x, z in corners},
        )


def _bounds(n: Numbers, points: tuple[Point, ...]) -> tuple[Point, Point]:
    (a, b), (p, q) = points[0], points[0]
    for x, z in points[1:]:
        a, b, p, q = n.minimum(a, x), n.minimum(b, z), n.maximum(p, x), n.maximum(q, z)
    return (a, b), (p, q)


def _refuse_points(n: Numbers, points: tuple[Point, ...]) -> tuple[Refusal, ...]:
    if not 3 <= len(points) <= MOST_POINTS:
        return ((True, f"a polygon has 3 to {MOST_POINTS} points"),)
    for x, z in points:
        wild = (n.absolute(x) > LARGEST) | (n.absolute(z) > LARGEST) | (x != x) | (z != z)
        if wild is not False:
            return ((wild, f"points must lie within {LARGEST:g} m"),)
    flat = n.absolute(signed_area(points)) < SMALLEST * SMALLEST
    if flat is not False:
        return ((flat, "the polygon has no area"),)
    if not n.batched and not simple(points):
        return ((True, "the polygon's edges cross or touch"),)
    return ()


def extruded(corners: tuple[Point, ...], height: float) -> Mesh:
    """The prism over corners (x, z) that go counter-clockwise in the (x, z) plane."""
    count = len(corners)
    ring = np.array(corners)
    low, high = np.full(count, -height * 0.5), np.full(count, height * 0.5)
    bottom = np.stack([ring[:, 0], low, ring[:, 1]], axis=1)
    top = np.stack([ring[:, 0], high, ring[:, 1]], axis=1)
    flat = np.array(triangles(corners))
    after = np.roll(ring, -1, axis=0)
    edge = after - ring
    size = np.sqrt(edge[:, 0] * edge[:, 0] + edge[:, 1] * edge[:, 1])
    outward = np.stack([edge[:, 1] / size, np.zeros(count), -edge[:, 0] / size], axis=1)
    # Each side has its own four vertices: bottom and top of its start, then of its end.
    sides = np.stack([bottom, top, np.roll(bottom, -1, axis=0), np.roll(top, -1, axis=0)], axis=1).reshape(-1, 3)
    start = 2 * count + 4 * np.arange(count)
    quads = np.concatenate(
        [np.stack([start, start + 1, start + 2], axis=1), np.stack([start + 2, start + 1, start + 3], axis=1)]
    )
    along = np.concatenate([[0.0], np.cumsum(size)])
    side_uv = np.stack(
        [
            np.stack([along[:-1], low], 1),
            np.stack([along[:-1], high], 1),
            np.stack([along[1:], low], 1),
            np.stack([along[1:], high], 1),
        ],
        axis=1,
    ).reshape(-1, 2)
    numbers = np.arange(count)
    following = np.roll(numbers, -1)
    side_weld = np.stack([numbers, numbers + count, following, following + count], axis=1).reshape(-1)
    down, up = np.array((0.0, -1.0, 0.0)), np.array((0.0, 1.0, 0.0))
    return Mesh(
        np.concatenate([bottom, top, sides]),
        np.concatenate([flat, flat[:, ::-1] + count, quads]).astype(np.int32),
        np.concatenate([np.tile(down, (count, 1)), np.tile(up, (count, 1)), np.repeat(outward, 4, axis=0)]),
        np.concatenate([ring, ring * np.array((1.0, -1.0)), side_uv]),
        np.concatenate([numbers, numbers + count, side_weld]).astype(np.int32),
    )
