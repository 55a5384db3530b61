"""Rooms before they are furnished, with the ways that must stay free."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, final

from grammars.levels.dice import Dice
from grammars.levels.lots import Side
from grammars.levels.plan import Mouth
from grammars.levels.standing import Foot, Region

PATH: Final = 0.9
"""How wide the ways through a room are kept, metres."""

RING: Final = 1.0
"""How far from the middle of a room, or from what stands there, the way around it lies."""

MOST_WALLS: Final = 0.04
"""Nothing stands nearer to a wall: posts stand out of it by so much."""


@final
@dataclass(frozen=True, slots=True)
class Bare:
    """A room to furnish, in the frame of the plan, metres. `core` is what may stand in its middle, `clear` stays free.

    `clear` joins all mouths with each other, around the core, by ways that are `PATH` wide. What is placed lies within
    the region, overlaps nothing, and keeps `clear` free up to 2 m.
    """

    number: int
    theme: str
    region: Region
    height: float
    mouths: tuple[Mouth, ...]
    core: Region
    clear: tuple[Region, ...]
    count: int
    dice: Dice
    standing: tuple[Foot, ...] = ()
    """What stands there already."""

    @property
    def size(self) -> tuple[float, float]:
        """Along x and along z."""
        x0, z0, x1, z1 = self.region
        return (x1 - x0, z1 - z0)


def clear_ways(region: Region, core: Region, mouths: tuple[Mouth, ...]) -> tuple[Region, ...]:
    """The ring around the core, and from each mouth a way straight in, then along the room to the ring."""
    x0, z0, x1, z1 = core
    ring = (x0 - RING, z0 - RING, x1 + RING, z1 + RING)
    ways = [
        (ring[0], ring[1], ring[2], z0),
        (ring[0], z1, ring[2], ring[3]),
        (ring[0], ring[1], x0, ring[3]),
        (x1, ring[1], ring[2], ring[3]),
    ]
    for mouth in mouths:
        ways += _way(region, ring, mouth)
    return tuple(way for way in ways if way[2] > way[0] and way[3] > way[1])


def _way(region: Region, ring: Region, mouth: Mouth) -> list[Region]:
    x0, z0, x1, z1 = region
    # Not wider than the mouth itself, and not in its corner.
    middle = (mouth.low + mouth.high) / 2
    along_x = mouth.side.along_x
    low, high = (ring[0], ring[2]) if along_x else (ring[1], ring[3])
    near, far = (ring[1], ring[3]) if along_x else (ring[0], ring[2])
    edge = {Side.WEST: x0, Side.EAST: x1, Side.NORTH: z0, Side.SOUTH: z1}[mouth.side]
    half = PATH / 2
    # In to the far side of the ring's near band, so that the two surely overlap.
    depth = near + PATH if edge <= near else far - PATH
    found = [_box(along_x, middle - half, min(edge, depth), middle + half, max(edge, depth))]
    if middle - half < low or middle + half > high:
        reach = (middle - half, low + PATH) if middle - half < low else (high - PATH, middle + half)
        band = (near, near + PATH) if edge <= near else (far - PATH, far)
        found.append(_box(along_x, reach[0], band[0], reach[1], band[1]))
    return found


def _box(along_x: bool, low: float, near: float, high: float, far: float) -> Region:
    return (low, near, high, far) if along_x else (near, low, far, high)


def core_of(region: Region, wide: float, deep: float) -> Region:
    """A rectangle in the middle of a region, as large as asked for but leaving ring and walls their room."""
    x0, z0, x1, z1 = region
    spare = 2 * (RING + MOST_WALLS)
    half_x = max(0.0, min(wide, x1 - x0 - spare - 0.4) / 2)
    half_z = max(0.0, min(deep, z1 - z0 - spare - 0.4) / 2)
    cx, cz = (x0 + x1) / 2, (z0 + z1) / 2
    return (cx - half_x, cz - half_z, cx + half_x, cz + half_z)
