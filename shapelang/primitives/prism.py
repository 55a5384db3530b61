"""Prisms: a regular or given polygon extruded along +Y."""

from __future__ import annotations

from functools import lru_cache
from typing import ClassVar, TypeAlias, final

import numpy as np
from numpy.typing import NDArray

from shapelang.arrays import read_only
from shapelang.elementary import sincosd
from shapelang.frozen import frozen
from shapelang.geometry.mesh import Mesh
from shapelang.geometry.pose import Real, Vec3
from shapelang.numbers import FLOAT, Numbers
from shapelang.primitives.extents import HEIGHT
from shapelang.primitives.limits import SMALLEST, length, refuse, spaced
from shapelang.primitives.polygon import MOST_POINTS, Point, bounds, crossing, distance, signed_area, triangles
from shapelang.primitives.protocol import EXACT, FieldClass, Refusal, Slot
from shapelang.primitives.rounds import rectangle

Indices: TypeAlias = NDArray[np.int64]


@final
@frozen
class Prism:
    """A polygon extruded along +Y.

    Either `sides` and `radius` (a regular polygon, its corners at `radius`, one face to the front), or `points`: the
    corners (x, z) of a simple polygon seen from above, in either direction, moved so that the box is centred.
    """

    height: Real
    sides: int = 0
    radius: Real = 0.0
    points: tuple[Point, ...] = ()

    kind: ClassVar[str] = "prism"
    doc: ClassVar[str] = "a regular polygon, or one given by its corners (x, z), extruded along +Y"
    slots: ClassVar[tuple[Slot, ...]] = (
        HEIGHT,
        Slot("sides", "int", "number of corners of a regular polygon", default=0, low=3, high=MOST_POINTS),
        Slot("radius", "number", "distance of its corners from the axis, metres", default=0.0, low=0.0, low_open=True),
        Slot("points", "points", "corners (x, z) in metres, instead of sides and radius", optional=True),
    )

    def outline(self, n: Numbers) -> tuple[Point, ...]:
        """The corners (x, z), as written or of the regular polygon, centred on their box."""
        if not self.points:
            return tuple((x * self.radius, z * self.radius) for x, z in _regular(self.sides)[0])
        (a, b), (p, q) = bounds(n, self.points)
        x, z = (a + p) * 0.5, (b + q) * 0.5
        return tuple((u - x, v - z) for u, v in self.points)

    def size(self, n: Numbers) -> Vec3:
        """The polygon's extents and the height."""
        if not self.points:
            across, along = _regular(self.sides)[1]
            return (across * self.radius, self.height, along * self.radius)
        (a, b), (p, q) = bounds(n, self.points)
        return (p - a, self.height, q - b)

    def refusals(self, n: Numbers) -> tuple[Refusal, ...]:
        """A simple polygon with an area, given one way or the other."""
        found = length("height", self.height)
        if bool(self.points) == bool(self.sides):
            return (*found, (True, "a prism has either sides and radius, or points"))
        if self.points:
            return (*found, *_refuse_points(n, self.points))
        count = refuse(not 3 <= self.sides <= MOST_POINTS, f"sides must lie in [3, {MOST_POINTS}]")
        return (*found, *count, *length("radius", self.radius))

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
        return EXACT

    def mirror_symmetric(self) -> tuple[bool, bool, bool]:
        """Top and bottom; left and right, front and back when the set of corners says so."""
        corners = set(self.outline(FLOAT))
        return (
            corners == {(-x, z) for x, z in corners},
            True,
            corners == {(x, -z) for x, z in corners},
        )


@lru_cache(maxsize=64)
def _regular(sides: int) -> tuple[tuple[Point, ...], Point]:
    """Corners at distance 1 from the axis, one edge to the front, then centred on their box; and its extents."""
    turns = [sincosd(FLOAT, 90.0 - 360.0 * (k + 0.5) / sides) for k in range(sides)]
    corners = [(c, s) for s, c in turns]
    (a, b), (p, q) = bounds(FLOAT, corners)
    x, z = (a + p) * 0.5, (b + q) * 0.5
    return tuple((u - x, v - z) for u, v in corners), (p - a, q - b)


def _refuse_points(n: Numbers, points: tuple[Point, ...]) -> tuple[Refusal, ...]:
    if not 3 <= len(points) <= MOST_POINTS:
        return ((True, f"a polygon has 3 to {MOST_POINTS} points"),)
    found = spaced(n, (*points, points[0]))
    flat = refuse(n.absolute(signed_area(points)) < SMALLEST * SMALLEST, "the polygon has no area")
    return (*found, *flat, *refuse(crossing(n, points), "the polygon's edges cross or touch"))


def extruded(corners: tuple[Point, ...], height: float) -> Mesh:
    """The prism over corners (x, z) that go counter-clockwise in the (x, z) plane: two caps, then the sides."""
    count = len(corners)
    ring = np.array(corners)
    edge = np.concatenate([ring[1:], ring[:1]]) - ring
    size = np.sqrt(edge[:, 0] * edge[:, 0] + edge[:, 1] * edge[:, 1])
    flat = np.array(triangles(corners))
    faces, weld, which, top = _extrusion(count)
    y = np.where(top, height * 0.5, -height * 0.5)
    positions = np.stack([ring[which, 0], y, ring[which, 1]], axis=1)
    normals = np.zeros((6 * count, 3))
    normals[:count, 1], normals[count : 2 * count, 1] = -1.0, 1.0
    normals[2 * count :, 0] = (edge[:, 1] / size).repeat(4)
    normals[2 * count :, 2] = (-edge[:, 0] / size).repeat(4)
    along = np.concatenate([[0.0], np.cumsum(size)])
    across = np.stack([along[:-1], along[:-1], along[1:], along[1:]], axis=1).reshape(-1)
    uvs = np.concatenate([ring, ring * (1.0, -1.0), np.stack([across, y[2 * count :]], axis=1)])
    return Mesh(positions, np.concatenate([flat, flat[:, ::-1] + count, faces]).astype(np.int32), normals, uvs, weld)


@lru_cache(maxsize=64)
def _extrusion(count: int) -> tuple[Indices, NDArray[np.int32], Indices, NDArray[np.bool_]]:
    """Faces of the sides, weld, each vertex's corner of the polygon, and whether it lies on top.

    Each side has its own four vertices: bottom and top of its start, then of its end.
    """
    corners = np.arange(count)
    after = (corners + 1) % count
    which = np.concatenate([corners, corners, np.stack([corners, corners, after, after], axis=1).reshape(-1)])
    top = np.concatenate([corners < 0, corners >= 0, np.arange(4 * count) % 2 == 1])
    start = 2 * count + 4 * corners
    faces = np.concatenate(
        [np.stack([start, start + 1, start + 2], axis=1), np.stack([start + 2, start + 1, start + 3], axis=1)]
    )
    found = faces, (which + count * top).astype(np.int32), which, top
    read_only(*found)
    return found
