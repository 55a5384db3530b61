"""Where an agent can walk, as a surface for navigation: cells of floor clear of walls and things, joined to rectangles.

Every corner of a rectangle is a corner of each triangle it touches, so that neighbours share whole edges: engines join
the polygons of a navigation mesh by shared edges alone.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Sequence
from typing import Final, TypeAlias

import numpy as np

from grammars.levels.ground import NOTHING
from grammars.levels.lots import Rect, Side
from grammars.levels.plan import Plan, Stairs
from grammars.levels.standing import Foot
from shapelang.arrays import TileGrid
from shapelang.geometry.mesh import Mesh

CELLS: Final = 4
"""Cells along a tile."""

AGENT: Final = 0.15
"""The agent's radius, metres."""

STEP: Final = 0.06
"""What is lower than this is walked over."""

HEADROOM: Final = 1.8
"""What begins higher is walked under."""

Cell: TypeAlias = tuple[int, int]


def walkable_cells(plan: Plan, grid: TileGrid, feet: Iterable[tuple[Foot, float]]) -> TileGrid:
    """(cells z, cells x) the surface of each cell on which an agent can stand: a room's number, or of stairs the number
    after all rooms; NOTHING elsewhere. `feet` are the footprints of what stands there, each with its floor's height.
    """
    tiles = grid.copy()
    for number, stairs in enumerate(plan.stairs):
        x0, z0, x1, z1 = stairs.rect
        tiles[z0:z1, x0:x1] = len(plan.rooms) + number
    cells = np.repeat(np.repeat(tiles, CELLS, axis=0), CELLS, axis=1)
    floor = np.pad(cells != NOTHING, 1)
    rows, columns = cells.shape
    free = np.ones_like(cells, dtype=np.bool_)
    for dz in range(3):
        for dx in range(3):
            free &= floor[dz : dz + rows, dx : dx + columns]
    for foot, height in feet:
        if foot.low < height + HEADROOM and foot.high > height + STEP:
            _block(free, foot)
    cells[~free] = NOTHING
    return cells


def _block(free: np.ndarray, foot: Foot) -> None:
    """Strike out the cells that come nearer to a footprint than the agent's radius."""
    cell, half = 1.0 / CELLS, 0.5 / CELLS
    rx, rz = foot.reach
    rows, columns = free.shape
    x0, x1 = max(0, int((foot.x - rx - AGENT) / cell)), min(columns, int((foot.x + rx + AGENT) / cell) + 1)
    z0, z1 = max(0, int((foot.z - rz - AGENT) / cell)), min(rows, int((foot.z + rz + AGENT) / cell) + 1)
    dx = (np.arange(x0, x1) + 0.5) * cell - foot.x
    dz = ((np.arange(z0, z1) + 0.5) * cell - foot.z)[:, None]
    # Of a cell, its extent along the footprint's sides; a corner of the widened footprint is taken as square.
    wide = half * (abs(foot.ux) + abs(foot.uz)) + AGENT
    along = np.abs(dx * foot.ux + dz * foot.uz) < foot.half_u + wide
    across = np.abs(dz * foot.ux - dx * foot.uz) < foot.half_v + wide
    free[z0:z1, x0:x1] &= ~(along & across)


def navigation_mesh(plan: Plan, cells: TileGrid) -> Mesh | None:
    """The walkable surface in the frame of the plan, upward; None where there is none. UVs are metres from above."""
    rects = rectangles_of(cells)
    if not rects:
        return None
    columns: dict[int, set[int]] = {}
    rows: dict[int, set[int]] = {}
    for (x0, z0, x1, z1), _ in rects:
        for x in (x0, x1):
            columns.setdefault(x, set()).update((z0, z1))
        for z in (z0, z1):
            rows.setdefault(z, set()).update((x0, x1))
    on_column = {x: sorted(values) for x, values in columns.items()}
    on_row = {z: sorted(values) for z, values in rows.items()}
    numbers: dict[tuple[float, float, float], int] = {}
    faces: list[tuple[int, int, int]] = []
    for rect, surface in rects:
        rim = [
            numbers.setdefault((x / CELLS, _height(plan, surface, x, z), z / CELLS), len(numbers))
            for x, z in _rim(rect, on_column, on_row)
        ]
        x, z = (rect[0] + rect[2]) / 2, (rect[1] + rect[3]) / 2
        if len(rim) == 4:
            faces += [(rim[0], rim[1], rim[2]), (rim[0], rim[2], rim[3])]
            continue
        middle = numbers.setdefault((x / CELLS, _height(plan, surface, x, z), z / CELLS), len(numbers))
        faces += [(middle, rim[k], rim[(k + 1) % len(rim)]) for k in range(len(rim))]
    positions = np.array(list(numbers))
    normals = np.zeros_like(positions)
    normals[:, 1] = 1.0
    weld = np.arange(len(positions), dtype=np.int32)
    return Mesh(positions, np.array(faces, np.int32), normals, positions[:, ::2].copy(), weld)


def rectangles_of(cells: TileGrid) -> list[tuple[Rect, int]]:
    """Rectangles that cover the cells of each surface: equal stretches of rows that follow one another, joined."""
    found: list[tuple[Rect, int]] = []
    open_: dict[tuple[int, int, int], int] = {}
    for z in range(len(cells) + 1):
        here = {run: open_.get(run, z) for run in _stretches(cells[z])} if z < len(cells) else {}
        found += [((x0, start, x1, z), s) for (x0, x1, s), start in open_.items() if (x0, x1, s) not in here]
        open_ = here
    return found


def _stretches(row: np.ndarray) -> list[tuple[int, int, int]]:
    ends = np.flatnonzero(np.diff(row, prepend=NOTHING - 1, append=NOTHING - 1))
    starts = ends[:-1]
    surfaces = row[starts]
    kept = surfaces != NOTHING
    return list(zip(starts[kept].tolist(), ends[1:][kept].tolist(), surfaces[kept].tolist(), strict=True))


def _rim(rect: Rect, on_column: dict[int, list[int]], on_row: dict[int, list[int]]) -> list[Cell]:
    """The corners on the outline of a rectangle, its own and others', counter-clockwise seen from above."""
    x0, z0, x1, z1 = rect
    return [
        *((x0, z) for z in _between(on_column[x0], z0, z1)),
        *((x, z1) for x in _between(on_row[z1], x0, x1)),
        *((x1, z) for z in reversed(_after(on_column[x1], z0, z1))),
        *((x, z0) for x in reversed(_after(on_row[z0], x0, x1))),
    ]


def _between(values: Sequence[int], low: int, high: int) -> Sequence[int]:
    """Those from low, to below high."""
    return values[bisect_left(values, low) : bisect_left(values, high)]


def _after(values: Sequence[int], low: int, high: int) -> Sequence[int]:
    """Those above low, up to high."""
    return values[bisect_right(values, low) : bisect_right(values, high)]


def _height(plan: Plan, surface: int, x: float, z: float) -> float:
    if surface < len(plan.rooms):
        return plan.rooms[surface].height
    return stairs_height(plan.stairs[surface - len(plan.rooms)], x / CELLS, z / CELLS)


def stairs_height(stairs: Stairs, x: float, z: float) -> float:
    """The height of stairs as a ramp, at a point of the plan."""
    x0, z0, x1, z1 = stairs.rect
    match stairs.side:
        case Side.EAST:
            share = (x - x0) / (x1 - x0)
        case Side.WEST:
            share = (x1 - x) / (x1 - x0)
        case Side.SOUTH:
            share = (z - z0) / (z1 - z0)
        case Side.NORTH:
            share = (z1 - z) / (z1 - z0)
    return stairs.start + (stairs.end - stairs.start) * share
