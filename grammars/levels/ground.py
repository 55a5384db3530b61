"""Floors of rooms and of the ways to them: rectangles of tiles that together are one piece, whatever was drawn."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Final

import numpy as np

from grammars.levels.dice import Dice
from grammars.levels.lots import WAY, Crossing, Rect, Side
from grammars.levels.plan import Mouth
from shapelang.arrays import TileGrid

MARGIN: Final = 2
"""Tiles between a room and the border of its lot: stairs and doors stand there."""

SMALLEST: Final = 5
"""The shortest side of a room that is no corridor."""

HUB: Final = 3
"""The side of the square in which the arms of a corridor meet."""

NOTHING: Final = -1
"""The tile of a grid that belongs to no room."""


def rect_of(lot: Rect, corridor: bool, dice: Dice) -> Rect:
    """The rectangle of a room on its lot."""
    x0, z0, x1, z1 = lot
    low_x, high_x = _span(x0 + MARGIN, x1 - MARGIN, corridor, dice.under("x"))
    low_z, high_z = _span(z0 + MARGIN, z1 - MARGIN, corridor, dice.under("z"))
    return (low_x, low_z, high_x, high_z)


def _span(low: int, high: int, corridor: bool, dice: Dice) -> tuple[int, int]:
    free = high - low
    size = HUB if corridor else dice.whole("size", max(SMALLEST, round(0.7 * free)), free)
    start = low + dice.whole("start", 0, free - size)
    return start, start + size


def arm_of(rect: Rect, lot: Rect, crossing: Crossing, side: Side) -> tuple[Rect, ...]:
    """The way from a crossing in a side of the lot to the room: straight, or with one bend."""
    x0, z0, x1, z1 = rect
    low, high, near, far = (x0, x1, z0, z1) if side.along_x else (z0, z1, x0, x1)
    start, end = crossing.start, crossing.start + WAY
    edge = {Side.WEST: lot[0], Side.EAST: lot[2], Side.NORTH: lot[1], Side.SOUTH: lot[3]}[side]
    inward = edge <= near
    if low <= start and end <= high:
        return (_upright(start, end, edge, near, side) if inward else _upright(start, end, far, edge, side),)
    # Into the rectangle's depth first, then sideways until both tiles of the way have met it.
    turn = (near, near + WAY) if inward else (far - WAY, far)
    straight = _upright(start, end, edge, turn[1], side) if inward else _upright(start, end, turn[0], edge, side)
    across = (start, low + 1) if start < low else (high - 1, end)
    return (straight, _upright(across[0], across[1], turn[0], turn[1], side))


def steps_of(lot: Rect, crossing: Crossing, side: Side) -> Rect:
    """The tiles of an arm next to the border of the lot, where stairs may be."""
    start, end = crossing.start, crossing.start + WAY
    if side is Side.WEST or side is Side.NORTH:
        edge = lot[0] if side is Side.WEST else lot[1]
        return _upright(start, end, edge, edge + MARGIN, side)
    edge = lot[2] if side is Side.EAST else lot[3]
    return _upright(start, end, edge - MARGIN, edge, side)


def _upright(start: int, end: int, low: int, high: int, side: Side) -> Rect:
    """A rectangle by its extents along a side of the lot and across it."""
    return (start, low, end, high) if side.along_x else (low, start, high, end)


def grid_of(side: int, floors: Iterable[Sequence[Rect]]) -> TileGrid:
    """(side, side) the room of each tile, by row z and column x; NOTHING where there is no floor."""
    grid = np.full((side, side), NOTHING, np.int32)
    for number, rects in enumerate(floors):
        for x0, z0, x1, z1 in rects:
            grid[z0:z1, x0:x1] = number
    return grid


def mouths_of(rect: Rect, grid: TileGrid) -> tuple[Mouth, ...]:
    """Where floor lies on both sides of the rectangle's outline."""
    x0, z0, x1, z1 = rect
    # Rooms keep MARGIN from the border of the chunk, so that there is always a tile outside.
    outside = {
        Side.WEST: (z0, grid[z0:z1, x0 - 1]),
        Side.EAST: (z0, grid[z0:z1, x1]),
        Side.NORTH: (x0, grid[z0 - 1, x0:x1]),
        Side.SOUTH: (x0, grid[z1, x0:x1]),
    }
    found: list[Mouth] = []
    for side, (first, tiles) in outside.items():
        found += [Mouth(side, first + low, first + high) for low, high in runs_of((tiles != NOTHING).tolist())]
    return tuple(found)


def runs_of(flags: Sequence[bool]) -> list[tuple[int, int]]:
    """The longest stretches of True, as half-open ranges."""
    found: list[tuple[int, int]] = []
    start: int | None = None
    for number, flag in enumerate([*flags, False]):
        if flag and start is None:
            start = number
        elif not flag and start is not None:
            found.append((start, number))
            start = None
    return found
