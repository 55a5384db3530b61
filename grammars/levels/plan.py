"""The plan of a chunk as data: rooms with their floors, doors, stairs, keys. Tiles of 1 m; +X east, +Z south, +Y up."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, final

from grammars.levels.gates import Chunk
from grammars.levels.lots import WAY, Crossing, Rect, Side
from grammars.levels.mission import Area, Task
from shapelang.diagnostics import UsageError

LEAST_OF_CHUNK: Final = 9
"""Rooms; with fewer, the gates leave no place for borders of lots."""

MOST_ROOMS: Final = 400
MOST_PROPS: Final = 20_000

COLOURS: Final = ("red", "blue", "green", "yellow", "violet", "white", "orange", "black")
"""What the keys of a mission are called, and their locks with them."""


@final
@dataclass(frozen=True, slots=True)
class LevelSpec:
    """What a level is made from. Without `chunk` it is whole by itself; with one it is a piece of an endless one.

    A whole level has exactly `rooms` rooms, an entrance and a goal. A chunk has at most as many, and a gate in each of
    its four sides; all chunks of one endless level have equal `seed`, `rooms` and `props`.
    """

    seed: int = 0
    rooms: int = 24
    props: int = 600
    chunk: Chunk | None = None

    def __post_init__(self) -> None:
        least = 1 if self.chunk is None else LEAST_OF_CHUNK
        if not least <= self.rooms <= MOST_ROOMS:
            what = "a level" if self.chunk is None else "a chunk"
            raise UsageError(f"{what} has from {least} to {MOST_ROOMS} rooms, not {self.rooms}")
        if not 0 <= self.props <= MOST_PROPS:
            raise UsageError(f"a level holds from 0 to {MOST_PROPS:,} props, not {self.props:,}")
        if not 0 <= self.seed < 2**64:
            raise UsageError(f"a seed is from 0 to 2⁶⁴ − 1, not {self.seed}")
        if self.chunk is not None and max(map(abs, self.chunk)) > 2**31:
            raise UsageError(f"chunk {self.chunk}: columns and rows reach 2³¹ from the middle")


@final
@dataclass(frozen=True, slots=True)
class Mouth:
    """Where a way opens into a room: on that side of its rectangle, between two coordinates along it."""

    side: Side
    low: int
    high: int


@final
@dataclass(frozen=True, slots=True)
class Room:
    """A rectangle of floor at one height, and the arms that lead from it to the borders of its lot."""

    number: int
    lot: Rect
    rect: Rect
    arms: tuple[Rect, ...]
    mouths: tuple[Mouth, ...]
    area: int
    task: Task
    height: float
    corridor: bool

    @property
    def size(self) -> tuple[int, int]:
        """Width along x and depth along z, metres."""
        x0, z0, x1, z1 = self.rect
        return (x1 - x0, z1 - z0)


@final
@dataclass(frozen=True, slots=True)
class Door:
    """A door across a way, `WAY` wide: between two rooms, or (`second` None) a gate to the chunk on that side."""

    number: int
    first: int
    second: int | None
    crossing: Crossing
    height: float
    lock: int | None

    @property
    def middle(self) -> tuple[float, float]:
        """x and z of the middle of its threshold."""
        along = self.crossing.start + WAY / 2
        return (along, self.crossing.line) if self.crossing.side.along_x else (self.crossing.line, along)


@final
@dataclass(frozen=True, slots=True)
class Stairs:
    """Stairs on a rectangle of tiles: one climbs, or descends, from `start` to `end` when walking towards `side`."""

    room: int
    rect: Rect
    side: Side
    start: float
    end: float


@final
@dataclass(frozen=True, slots=True)
class Plan:
    """All of a chunk but its walls and what stands in it. `keys[k]` is the room that key k lies in."""

    spec: LevelSpec
    side: int
    areas: tuple[Area, ...]
    needs: tuple[frozenset[int], ...]
    rooms: tuple[Room, ...]
    doors: tuple[Door, ...]
    stairs: tuple[Stairs, ...]
    keys: tuple[int, ...]

    @property
    def origin(self) -> tuple[float, float]:
        """Where its corner of least x and z stands in the world: a chunk in its place, a whole level about 0."""
        if self.spec.chunk is None:
            return (-self.side / 2, -self.side / 2)
        column, row = self.spec.chunk
        return (float(column * self.side), float(row * self.side))

    @property
    def entrance(self) -> int:
        """The room that the player starts in."""
        return 0
