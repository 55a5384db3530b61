"""Where things stand, and the footprints that must not meet: rectangles seen from above, with a range of heights."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final, TypeAlias, final

from grammars.levels.lots import Side
from shapelang.elementary import sincosd
from shapelang.geometry.box import Box
from shapelang.geometry.pose import Pose
from shapelang.numbers import FLOAT

Given: TypeAlias = tuple[tuple[str, float | str], ...]
"""Parameters that a program is given, by name, in the order of the names."""

Region: TypeAlias = tuple[float, float, float, float]
"""x0, z0, x1, z1 in metres."""

TURN_TO: Final = {Side.NORTH: 0.0, Side.EAST: -90.0, Side.SOUTH: 180.0, Side.WEST: 90.0}
"""Degrees about +Y that turn a thing's back (−Z) to a side."""


@final
@dataclass(frozen=True, slots=True)
class Model:
    """Which geometry: a program of the kit, what it is given, and the number of the variant."""

    name: str
    variant: int = 0
    given: Given = ()


@final
@dataclass(frozen=True, slots=True)
class Standing:
    """A model with its pivot at a point in metres, turned about +Y by degrees, counter-clockwise seen from above.

    `means` says what a game is to make of it, by name and value; it stands in `extras`.
    """

    model: Model
    x: float
    y: float
    z: float
    turn: float
    means: tuple[tuple[str, str | int | float], ...] = ()

    def pose(self) -> Pose:
        """In the frame of the plan."""
        rotation = None if self.turn == 0.0 else about_y(self.turn)
        return Pose(rotation, offset=(self.x, self.y, self.z))


def about_y(degrees: float) -> tuple[float, float, float, float, float, float, float, float, float]:
    """The rotation matrix about +Y."""
    sine, cosine = sincosd(FLOAT, degrees)
    return (cosine, 0.0, sine, 0.0, 1.0, 0.0, -sine, 0.0, cosine)


@final
@dataclass(frozen=True, slots=True)
class Foot:
    """A rectangle about (x, z) with half extents along the direction (ux, uz) and across it, from `low` to `high`."""

    x: float
    z: float
    ux: float
    uz: float
    half_u: float
    half_v: float
    low: float
    high: float

    @property
    def reach(self) -> tuple[float, float]:
        """Half extents of the upright rectangle about it, along x and z."""
        a, b = abs(self.ux), abs(self.uz)
        return (a * self.half_u + b * self.half_v, b * self.half_u + a * self.half_v)


def foot_of(box: Box, x: float, y: float, z: float, turn: float, gap: float = 0.0) -> Foot:
    """The footprint of a box in the model's own frame whose pivot stands somewhere; wider by `gap` on all sides."""
    sine, cosine = sincosd(FLOAT, turn)
    cx, _, cz = box.centre
    wide, _, deep = box.size
    return Foot(
        x + cx * cosine + cz * sine,
        z - cx * sine + cz * cosine,
        cosine,
        -sine,
        wide / 2 + gap,
        deep / 2 + gap,
        y + box.low[1],
        y + box.high[1],
    )


def meet(a: Foot, b: Foot) -> bool:
    """Whether two footprints overlap, by the separating axes of their sides, at a common height."""
    if a.low >= b.high or b.low >= a.high:
        return False
    dx, dz = b.x - a.x, b.z - a.z
    (ax, az), (bx, bz) = a.reach, b.reach
    if abs(dx) >= ax + bx or abs(dz) >= az + bz:
        return False
    dot = abs(a.ux * b.ux + a.uz * b.uz)
    cross = abs(a.ux * b.uz - a.uz * b.ux)
    for one, other in ((a, b), (b, a)):
        along = abs(dx * one.ux + dz * one.uz)
        across = abs(dz * one.ux - dx * one.uz)
        if along >= one.half_u + dot * other.half_u + cross * other.half_v:
            return False
        if across >= one.half_v + cross * other.half_u + dot * other.half_v:
            return False
    return True


def upright(region: Region, low: float, high: float) -> Foot:
    """A region as a footprint."""
    x0, z0, x1, z1 = region
    return Foot((x0 + x1) / 2, (z0 + z1) / 2, 1.0, 0.0, (x1 - x0) / 2, (z1 - z0) / 2, low, high)


def within(foot: Foot, region: Region) -> bool:
    """Whether a footprint lies in a region wholly."""
    x0, z0, x1, z1 = region
    rx, rz = foot.reach
    return x0 <= foot.x - rx and foot.x + rx <= x1 and z0 <= foot.z - rz and foot.z + rz <= z1


@final
class Taken:
    """The footprints of one room, and whether another finds room among them and within the walls."""

    def __init__(self, region: Region, blocked: Iterable[Foot] = ()) -> None:
        self.region = region
        self.feet: list[Foot] = list(blocked)

    def free(self, foot: Foot) -> bool:
        """Whether a footprint lies within the region and meets no other."""
        return within(foot, self.region) and not any(meet(foot, other) for other in self.feet)

    def take(self, *feet: Foot) -> None:
        """Others must keep off from now on."""
        self.feet += feet
