"""The solids that parts are explained by, centred on their boxes, round ones and prisms along +Y."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, TypeAlias, final

import numpy as np

from shapelang.inference.solids.bows import Bent, Bow
from shapelang.primitives.polygon import centroid


@final
@dataclass(frozen=True, slots=True)
class Cuboid:
    """A box of full extents."""

    size: tuple[float, float, float]

    def inside(self, p: np.ndarray) -> np.ndarray:
        """(n,) whether points of its frame are inside."""
        return np.all(np.abs(p) <= 0.5 * np.array(self.size), axis=1)


@final
@dataclass(frozen=True, slots=True)
class Ellipsoid:
    """An ellipsoid of full extents."""

    size: tuple[float, float, float]

    def inside(self, p: np.ndarray) -> np.ndarray:
        """(n,) whether points of its frame are inside."""
        return ((p / (0.5 * np.array(self.size))) ** 2).sum(axis=1) <= 1.0


@final
@dataclass(frozen=True, slots=True)
class Cone:
    """A frustum: `radius` below, `top_radius` above; a cylinder when they are equal."""

    radius: float
    top_radius: float
    height: float

    @property
    def size(self) -> tuple[float, float, float]:
        """Full extents."""
        wide = 2.0 * max(self.radius, self.top_radius)
        return (wide, self.height, wide)

    def inside(self, p: np.ndarray) -> np.ndarray:
        """(n,) whether points of its frame are inside."""
        up = p[:, 1] / self.height + 0.5
        reach = self.radius + (self.top_radius - self.radius) * up
        return (np.abs(up - 0.5) <= 0.5) & (p[:, 0] ** 2 + p[:, 2] ** 2 <= reach**2)


@final
@dataclass(frozen=True, slots=True)
class Prism:
    """A polygon of points (x, z), box about the origin, extruded along y."""

    points: tuple[tuple[float, float], ...]
    height: float

    @property
    def size(self) -> tuple[float, float, float]:
        """Full extents."""
        wide, deep = np.ptp(np.array(self.points), axis=0)
        return (float(wide), self.height, float(deep))

    def inside(self, p: np.ndarray) -> np.ndarray:
        """(n,) whether points of its frame are inside."""
        return (np.abs(p[:, 1]) <= 0.5 * self.height) & in_polygon(np.array(self.points), p[:, [0, 2]])


@final
@dataclass(frozen=True, slots=True)
class Tapered:
    """A prism whose top is `taper` times, in [0, 1], as large as the foot about the middle of its area; that is a
    polygon of points (x, z), box about 0.
    """

    points: tuple[tuple[float, float], ...]
    height: float
    taper: float

    @property
    def size(self) -> tuple[float, float, float]:
        """Full extents."""
        wide, deep = np.ptp(np.array(self.points), axis=0)
        return (float(wide), self.height, float(deep))

    @property
    def hub(self) -> np.ndarray:
        """(2,) the middle of the foot's area."""
        return np.array(centroid(self.points))

    def scale(self, y: np.ndarray) -> np.ndarray:
        """(n,) how large the section is at heights of its frame, the foot being 1."""
        return 1.0 + (self.taper - 1.0) * np.clip(y / self.height + 0.5, 0.0, 1.0)

    def inside(self, p: np.ndarray) -> np.ndarray:
        """(n,) whether points of its frame are inside."""
        level = np.abs(p[:, 1]) <= 0.5 * self.height
        flat = (p[:, [0, 2]] - self.hub) / np.maximum(self.scale(p[:, 1]), 1e-9)[:, None]
        return level & in_polygon(np.array(self.points) - self.hub, flat)


@final
@dataclass(frozen=True, slots=True)
class Lathe:
    """A profile of points (radius, y), box about y = 0, turned about +Y."""

    points: tuple[tuple[float, float], ...]

    @property
    def size(self) -> tuple[float, float, float]:
        """Full extents."""
        profile = np.array(self.points)
        wide = 2.0 * float(profile[:, 0].max())
        return (wide, float(np.ptp(profile[:, 1])), wide)

    def inside(self, p: np.ndarray) -> np.ndarray:
        """(n,) whether points of its frame are inside."""
        flat = np.stack([np.hypot(p[:, 0], p[:, 2]), p[:, 1]], axis=1)
        return in_polygon(np.array(self.points), flat)


@final
@dataclass(frozen=True, slots=True)
class Superquadric:
    """A superquadric of full extents about +Y: `e1` shapes the sides, `e2` the section across y."""

    size: tuple[float, float, float]
    e1: float
    e2: float

    def level(self, p: np.ndarray) -> np.ndarray:
        """(n,) the inside-outside function: below 1 inside."""
        x, y, z = (np.abs(p) / (0.5 * np.array(self.size))).T
        return (x ** (2.0 / self.e2) + z ** (2.0 / self.e2)) ** (self.e2 / self.e1) + y ** (2.0 / self.e1)

    def inside(self, p: np.ndarray) -> np.ndarray:
        """(n,) whether points of its frame are inside."""
        within = np.all(np.abs(p) <= 0.5 * np.array(self.size), axis=1)
        within[within] = self.level(p[within]) <= 1.0
        return within


@final
@dataclass(frozen=True, slots=True)
class Capsule:
    """A column with round ends; `height` is the whole extent."""

    radius: float
    height: float

    @property
    def size(self) -> tuple[float, float, float]:
        """Full extents."""
        return (2.0 * self.radius, self.height, 2.0 * self.radius)

    def inside(self, p: np.ndarray) -> np.ndarray:
        """(n,) whether points of its frame are inside."""
        beyond = np.maximum(np.abs(p[:, 1]) - (0.5 * self.height - self.radius), 0.0)
        return p[:, 0] ** 2 + beyond**2 + p[:, 2] ** 2 <= self.radius**2


@final
@dataclass(frozen=True, slots=True)
class Torus:
    """A tube of radius `tube` along a circle of `radius`."""

    radius: float
    tube: float

    @property
    def size(self) -> tuple[float, float, float]:
        """Full extents."""
        wide = 2.0 * (self.radius + self.tube)
        return (wide, 2.0 * self.tube, wide)

    def inside(self, p: np.ndarray) -> np.ndarray:
        """(n,) whether points of its frame are inside."""
        return (np.hypot(p[:, 0], p[:, 2]) - self.radius) ** 2 + p[:, 1] ** 2 <= self.tube**2


LONGER: Final = 1.1
"""A hole is this much longer than what it goes through, so that no two faces coincide."""


@final
@dataclass(frozen=True, slots=True)
class Tube:
    """A frustum with a hole through it: `hole` and `top_hole` are its radii below and above."""

    radius: float
    top_radius: float
    hole: float
    top_hole: float
    height: float

    @property
    def size(self) -> tuple[float, float, float]:
        """Full extents."""
        wide = 2.0 * max(self.radius, self.top_radius)
        return (wide, self.height, wide)

    @property
    def bore(self) -> Cone:
        """What is taken out, a little longer than the hole."""
        slope = 0.5 * (LONGER - 1.0) * (self.top_hole - self.hole)
        return Cone(max(self.hole - slope, 0.0), max(self.top_hole + slope, 0.0), LONGER * self.height)

    def inside(self, p: np.ndarray) -> np.ndarray:
        """(n,) whether points of its frame are inside."""
        up, away = p[:, 1] / self.height + 0.5, np.hypot(p[:, 0], p[:, 2])
        outer = self.radius + (self.top_radius - self.radius) * up
        inner = self.hole + (self.top_hole - self.hole) * up
        return (np.abs(up - 0.5) <= 0.5) & (away <= outer) & (away >= inner)


Plain: TypeAlias = (
    Cuboid | Ellipsoid | Cone | Prism | Tapered | Lathe | Superquadric | Bent | Bow | Capsule | Torus | Tube
)


@final
@dataclass(frozen=True, slots=True)
class Placed:
    """A kind where it stands in another's frame: its axes as the columns of `frame` (3, 3 by rows), and its centre."""

    kind: Plain | Carved
    frame: tuple[float, ...]
    centre: tuple[float, float, float]

    @property
    def matrix(self) -> np.ndarray:
        """(3, 3) the frame."""
        return np.array(self.frame).reshape(3, 3)

    def inside(self, p: np.ndarray) -> np.ndarray:
        """(n,) whether points of the carved solid's frame are inside."""
        return self.kind.inside((p - np.array(self.centre)) @ self.matrix)


@final
@dataclass(frozen=True, slots=True)
class Carved:
    """A plain solid less others, in the plain one's frame."""

    whole: Plain
    holes: tuple[Placed, ...]

    @property
    def size(self) -> tuple[float, float, float]:
        """Full extents."""
        return self.whole.size

    def inside(self, p: np.ndarray) -> np.ndarray:
        """(n,) whether points of its frame are inside."""
        found = self.whole.inside(p)
        for hole in self.holes:
            found &= ~hole.inside(p)
        return found


@final
@dataclass(frozen=True, slots=True)
class Joined:
    """Plain and carved solids that are one body, in a frame whose origin is the middle of their box."""

    parts: tuple[Placed, ...]

    @property
    def size(self) -> tuple[float, float, float]:
        """Full extents of the box of their boxes."""
        reach = [0.5 * np.abs(p.matrix) @ np.array(p.kind.size) for p in self.parts]
        low = np.min([np.array(p.centre) - r for p, r in zip(self.parts, reach, strict=True)], axis=0)
        high = np.max([np.array(p.centre) + r for p, r in zip(self.parts, reach, strict=True)], axis=0)
        x, y, z = (high - low).tolist()
        return (x, y, z)

    def inside(self, p: np.ndarray) -> np.ndarray:
        """(n,) whether points of its frame are inside."""
        return np.any([part.inside(p) for part in self.parts], axis=0)


Kind: TypeAlias = Plain | Carved | Joined


@final
@dataclass(frozen=True, slots=True, eq=False)
class Fit:
    """A solid with its pose: columns of `frame` (3, 3) are its axes, `centre` (3,) its middle.

    `iou` is that of solid and region, by samples; `error` the volume of their difference in cubic units; `part`
    is the number, in its body, of the part that the seams about it tell it as, where they do; `sheet` how thick it is
    written where the mesh tells no thickness of it.
    """

    kind: Kind
    frame: np.ndarray
    centre: np.ndarray
    iou: float
    error: float
    part: int | None = None
    sheet: float | None = None

    def inside(self, points: np.ndarray) -> np.ndarray:
        """(n,) whether points are inside."""
        return self.kind.inside((points - self.centre) @ self.frame)


def in_polygon(polygon: np.ndarray, points: np.ndarray) -> np.ndarray:
    """(n,) whether points of the plane are inside a polygon (k, 2), by crossings."""
    inside = np.zeros(len(points), bool)
    x, y = points[:, 0], points[:, 1]
    for (ax, ay), (bx, by) in zip(polygon, np.roll(polygon, -1, axis=0), strict=True):
        if ay != by:
            inside ^= ((ay > y) != (by > y)) & (x < (bx - ax) * (y - ay) / (by - ay) + ax)
    return inside
