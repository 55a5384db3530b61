"""What encloses the floors: panels along every edge of floor, posts at the corners, and slabs under one's feet."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final, final

import numpy as np

from grammars.levels.ground import NOTHING, runs_of
from grammars.levels.lots import Rect, Side
from grammars.levels.plan import Plan
from shapelang.arrays import MaskGrid, TileGrid

THICK: Final = 0.3
HIGH: Final = 3.0

LENGTHS: Final = (4, 2, 1)
"""Of panels, metres."""

SLABS: Final = ((4, 4), (4, 2), (2, 4), (2, 2), (4, 1), (1, 4), (2, 1), (1, 2), (1, 1))
"""Sizes of pieces of floor along x and z, in the order in which they are tried."""


@final
@dataclass(frozen=True, slots=True)
class Run:
    """A straight stretch of wall, its face on the floor's edge: from `low` to `high` along the side, at `line`."""

    side: Side
    line: int
    low: int
    high: int
    base: float


@final
@dataclass(frozen=True, slots=True)
class Post:
    """A corner of walls: the middle of a square pillar of `THICK`."""

    x: float
    z: float
    base: float


def heights_of(plan: Plan, grid: TileGrid) -> list[list[float]]:
    """The height of the wall's foot at every tile of floor: on stairs that of their lower end."""
    of_room = [room.height for room in plan.rooms]
    heights = [[of_room[number] if number != NOTHING else 0.0 for number in row] for row in grid.tolist()]
    for stairs in plan.stairs:
        x0, z0, x1, z1 = stairs.rect
        for z in range(z0, z1):
            for x in range(x0, x1):
                heights[z][x] = min(stairs.start, stairs.end)
    return heights


def runs_around(plan: Plan, grid: TileGrid) -> list[Run]:
    """Every edge between floor and what is none, in stretches of one height; gates stay open."""
    heights = heights_of(plan, grid)
    floor = np.pad(grid != NOTHING, 1)
    for door in plan.doors:
        if door.second is None:
            _open(floor, door.crossing.side, door.crossing.line, door.crossing.start)
    found: list[Run] = []
    inner = floor[1:-1, 1:-1] & (grid != NOTHING)
    for side in Side:
        dx, dz = side.value
        edge = inner & ~floor[1 + dz : floor.shape[0] - 1 + dz, 1 + dx : floor.shape[1] - 1 + dx]
        rows = edge if side.along_x else edge.T
        for across in np.flatnonzero(rows.any(axis=1)).tolist():
            line = across + (sum(side.value) > 0)
            for low, high in runs_of(rows[across].tolist()):
                bases = [heights[across][k] if side.along_x else heights[k][across] for k in range(low, high)]
                found += [Run(side, line, a, b, base) for a, b, base in _level(bases, low)]
    return found


def _open(floor: MaskGrid, side: Side, line: int, start: int) -> None:
    """Mark the tiles outside a gate as floor, in the grid with its rim."""
    outside = line + 1 if sum(side.value) > 0 else line
    for along in (start, start + 1):
        floor[(outside, along + 1) if side.along_x else (along + 1, outside)] = True


def _level(bases: Sequence[float], first: int) -> Iterator[tuple[int, int, float]]:
    start = 0
    for end in range(1, len(bases) + 1):
        if end == len(bases) or bases[end] != bases[start]:
            yield first + start, first + end, bases[start]
            start = end


def panels_of(run: Run) -> list[tuple[int, int]]:
    """A run cut into panels: (start, length)."""
    found: list[tuple[int, int]] = []
    at = run.low
    while at < run.high:
        length = next(length for length in LENGTHS if at + length <= run.high)
        found.append((at, length))
        at += length
    return found


def posts_of(runs: Sequence[Run]) -> list[Post]:
    """A post at every corner: where a run across x ends at the same point as one across z."""
    ends: dict[tuple[int, int], list[tuple[Side, float, int]]] = {}
    for run in runs:
        for at, inward in ((run.low, 1), (run.high, -1)):
            point = (at, run.line) if run.side.along_x else (run.line, at)
            ends.setdefault(point, []).append((run.side, run.base, inward))
    found: list[Post] = []
    for (x, z), meeting in sorted(ends.items()):
        for dx in (-1, 1):
            for dz in (-1, 1):
                if _solid(meeting, dx, dz):
                    base = min(base for _, base, _ in meeting)
                    found.append(Post(x + dx * THICK / 2, z + dz * THICK / 2, base))
    return found


def _solid(meeting: Sequence[tuple[Side, float, int]], dx: int, dz: int) -> bool:
    """Whether the wall of one run goes to dx behind its face, that of another to dz, and both turn there."""
    upright = [inward for side, _, inward in meeting if side.value == (dx, 0)]
    level = [inward for side, _, inward in meeting if side.value == (0, dz)]
    # At a corner of the room the runs lead away from the solid, at a corner of the rock along it: both at once.
    return any((a == dz) == (b == dx) for a in upright for b in level)


def slabs_of(floor: MaskGrid) -> list[Rect]:
    """Rectangles of the sizes in SLABS that cover the tiles of a mask exactly."""
    free = floor.copy()
    found: list[Rect] = []
    rows, columns = free.shape
    for z in range(rows):
        for x in np.flatnonzero(free[z]).tolist():
            if not free[z, x]:
                continue
            for wide, deep in SLABS:
                if x + wide <= columns and z + deep <= rows and free[z : z + deep, x : x + wide].all():
                    free[z : z + deep, x : x + wide] = False
                    found.append((x, z, x + wide, z + deep))
                    break
    return found
