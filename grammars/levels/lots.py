"""The ground of a chunk divided into lots, one for each room, by splits; and where the ways between them may cross."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import Enum
from typing import Final, TypeAlias, final

from grammars.levels.dice import Dice

Rect: TypeAlias = tuple[int, int, int, int]
"""x0, z0, x1, z1 in tiles of 1 m, the last two not included."""

SIDE: Final = 9
"""The shortest side of a lot."""

GROUND: Final = 175
"""Tiles for a lot, on average."""

SHARE: Final = 0.72
"""Of it, what several lots together have at least."""

LEAST_SHARE: Final = 0.5
"""The same where lots are cut once more, to make up for others."""

WAY: Final = 2
"""How wide a way is."""

CORNER: Final = 3
"""How far a crossing stays from the corners of lots: walls and stairs of two ways never meet."""

BORDER: Final = CORNER + WAY + CORNER
"""The shortest border that a way can cross."""


@final
class Side(Enum):
    """A side of a rectangle, by the direction that one looks in when leaving it: (dx, dz)."""

    WEST = (-1, 0)
    EAST = (1, 0)
    NORTH = (0, -1)
    SOUTH = (0, 1)

    @property
    def opposite(self) -> Side:
        """The side of the neighbour."""
        dx, dz = self.value
        return Side((-dx, -dz))

    @property
    def along_x(self) -> bool:
        """Whether the side itself runs along x."""
        return self.value[0] == 0


@final
@dataclass(frozen=True, slots=True)
class Crossing:
    """A way over the border of two lots: leaving the first by `side`, at the tiles `start` and `start + 1` along it.

    `line` is the coordinate of the border across the way.
    """

    side: Side
    line: int
    start: int


@final
@dataclass(frozen=True, slots=True)
class Border:
    """Two lots side by side, and where a way between them crosses."""

    first: int
    second: int
    crossing: Crossing


def side_of(rooms: int) -> int:
    """The side in tiles of a square chunk for so many rooms."""
    side = SIDE
    while side * side < GROUND * rooms:
        side += 1
    return side


def lots_of(side: int, rooms: int, dice: Dice, gates: Sequence[Crossing] = ()) -> tuple[Rect, ...]:
    """The lots of a square chunk. No border of two lots comes near to where a gate of the chunk's own border is."""
    found: list[Rect] = []
    waiting: list[tuple[Rect, int, Dice]] = [((0, 0, side, side), rooms, dice.under("lots"))]
    while waiting:
        rect, count, here = waiting.pop()
        halves = _cut(rect, count, here, side, gates) if count > 1 else None
        if halves is None:
            found.append(rect)
            continue
        (low, some), (high, others) = halves
        waiting += [(high, others, here.under("high")), (low, some, here.under("low"))]
    while len(found) < rooms:
        # Gates were in the way of cuts: other lots make up for it, the largest first.
        for lot in sorted(found, key=lambda rect: (-_area(rect), rect)):
            halves = _cut(lot, 2, dice.under("more", len(found)), side, gates, LEAST_SHARE)
            if halves is not None:
                break
        else:
            return tuple(found)
        found.remove(lot)
        found += [half for half, _ in halves]
    return tuple(found)


def _area(rect: Rect) -> int:
    x0, z0, x1, z1 = rect
    return (x1 - x0) * (z1 - z0)


def _cut(
    rect: Rect, count: int, dice: Dice, side: int, gates: Sequence[Crossing], share: float = SHARE
) -> tuple[tuple[Rect, int], tuple[Rect, int]] | None:
    """The two halves with their numbers of rooms; None where every cut would leave too little."""
    x0, z0, x1, z1 = rect
    wide, deep = x1 - x0, z1 - z0
    first_x = wide > deep if abs(wide - deep) > 3 else dice.real("turn") < 0.5
    some = dice.whole("share", max(1, -(-count // 3)), max(1, count - -(-count // 3)))
    for along_x in (first_x, not first_x):
        low, high = (x0, x1) if along_x else (z0, z1)
        across = deep if along_x else wide
        want = low + (high - low) * some / count + dice.between("shift", -0.6, 0.6)
        fit = [
            at
            for at in range(low + SIDE, high - SIDE + 1)
            if _roomy(at - low, across, some, share)
            and _roomy(high - at, across, count - some, share)
            and not any(_near(gate, along_x, at, rect, side) for gate in gates)
        ]
        if fit:
            at = min(fit, key=lambda position: (abs(position - want), position))
            if along_x:
                return ((x0, z0, at, z1), some), ((at, z0, x1, z1), count - some)
            return ((x0, z0, x1, at), some), ((x0, at, x1, z1), count - some)
    return None


def _roomy(wide: int, deep: int, count: int, share: float) -> bool:
    """Whether so many lots find room, by what cuts leave them."""
    short, long = min(wide, deep), max(wide, deep)
    return short >= SIDE and (count == 1 or (long >= 2 * SIDE and wide * deep >= share * GROUND * count))


def _near(gate: Crossing, along_x: bool, at: int, rect: Rect, side: int) -> bool:
    """Whether a cut at a coordinate would end at the chunk's border too near to a gate."""
    if gate.side.along_x is not along_x:
        return False
    x0, z0, x1, z1 = rect
    low, high = (z0, z1) if along_x else (x0, x1)
    touches = low == 0 if sum(gate.side.value) < 0 else high == side
    return touches and gate.start - CORNER < at < gate.start + WAY + CORNER


def borders_of(lots: Sequence[Rect], dice: Dice) -> tuple[Border, ...]:
    """All pairs of lots whose common border a way can cross, with the place of the crossing."""
    found: list[Border] = []
    for first, (ax0, az0, ax1, az1) in enumerate(lots):
        for second, (bx0, bz0, bx1, bz1) in enumerate(lots):
            if ax1 == bx0:
                side, line, low, high = Side.EAST, ax1, max(az0, bz0), min(az1, bz1)
            elif az1 == bz0:
                side, line, low, high = Side.SOUTH, az1, max(ax0, bx0), min(ax1, bx1)
            else:
                continue
            if high - low >= BORDER:
                start = dice.under("border", first, second).whole("start", low + CORNER, high - CORNER - WAY)
                found.append(Border(first, second, Crossing(side, line, start)))
    return tuple(found)
