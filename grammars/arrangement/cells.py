"""A room as cells of 10 cm, the states of the chain: everything that is computed with is a whole number."""

from __future__ import annotations

from dataclasses import dataclass
from math import ceil, floor, log
from typing import Any, Final, final

import numpy as np
from numpy.typing import NDArray

from grammars.arrangement.errors import ArrangementError
from grammars.arrangement.space import Kind, Prop, Rect, Space

CELL: Final = 0.1
"""Metres."""
OVERHANG: Final = 0.03
"""Metres by which a thing may stand over its cells: knobs and edges."""
DOOR_ZONE: Final = 9
"""Cells that stay free before a door."""
WINDOW_ZONE: Final = 4
"""Cells before a window."""
MOST_CELLS: Final = 400
"""Along one side: 40 m."""
USUAL_AREA: Final = 14.0
"""Square metres: what the logarithm of a room's area is measured from."""

Ints = NDArray[np.int32]


@final
@dataclass(frozen=True, slots=True, eq=False)
class Cells:
    """A room's cells. `low` is the corner (x, z) of cell (0, 0); arrays are indexed [z, x].

    `inside`, `reserved` (before doors, and what stays clear): bool. `walls` (4, z, x): how many cells of floor lie
    beyond a cell towards +Z, +X, −Z, −X before a wall. `doors`, `windows` (n, 4): the zones before them, x0, z0, x1,
    z1, half open.
    """

    low: tuple[float, float]
    inside: NDArray[np.uint8]
    reserved: NDArray[np.uint8]
    walls: NDArray[np.int16]
    doors: Ints
    windows: Ints
    log_area: float


def cells_of(space: Space) -> Cells:
    """The cells of a room; raises ArrangementError for a floor that is empty or beyond the limit."""
    if not space.floor:
        raise ArrangementError("a room needs a floor: a part with the tag 'floor'")
    low = min(r.low_x for r in space.floor), min(r.low_z for r in space.floor)
    high = max(r.high_x for r in space.floor), max(r.high_z for r in space.floor)
    nx, nz = (floor((b - a) / CELL + 1e-6) for a, b in zip(low, high, strict=True))
    if not (1 <= nx <= MOST_CELLS and 1 <= nz <= MOST_CELLS):
        raise ArrangementError(f"a room of {high[0] - low[0]:g} m by {high[1] - low[1]:g} m: at most 40 m by 40 m")
    inside = np.zeros((nz, nx), np.uint8)
    for rect in space.floor:
        x0, z0, x1, z1 = _covered(rect, low)
        inside[max(z0, 0) : z1, max(x0, 0) : x1] = 1
    doors = [_zone(rect, low, DOOR_ZONE, inside) for rect in space.doors]
    windows = [_zone(rect, low, WINDOW_ZONE, inside) for rect in space.windows]
    reserved = np.zeros_like(inside)
    for x0, z0, x1, z1 in doors:
        reserved[z0:z1, x0:x1] = 1
    for rect in space.clear:
        x0, z0, x1, z1 = _covered(rect, low)
        reserved[max(z0, 0) : max(z1, 0), max(x0, 0) : max(x1, 0)] = 1
    area = float(inside.sum()) * CELL * CELL
    return Cells(low, inside, reserved, _to_walls(inside), _table(doors), _table(windows), log(area / USUAL_AREA))


def footprint(kind: Kind) -> tuple[int, int]:
    """Cells along width and depth that a kind takes."""
    width, depth = (max(1, ceil((size - OVERHANG) / CELL)) for size in (kind.width, kind.depth))
    return width, depth


def state_of(prop: Prop, kind: Kind, cells: Cells) -> tuple[int, int, int]:
    """First cell (x, z) and quarter of turn (0 to 3) of a thing, its place rounded to cells."""
    quarter = round(prop.heading / 90) % 4
    sx, sz = turned(footprint(kind), quarter)
    x = (prop.x - cells.low[0]) / CELL - sx / 2
    z = (prop.z - cells.low[1]) / CELL - sz / 2
    return floor(x + 0.5), floor(z + 0.5), quarter


def prop_of(kind: Kind, x: int, z: int, quarter: int, cells: Cells) -> Prop:
    """The thing that stands on cells."""
    sx, sz = turned(footprint(kind), quarter)
    middle_x, middle_z = (x + sx / 2) * CELL, (z + sz / 2) * CELL
    return Prop(kind.name, round(cells.low[0] + middle_x, 6), round(cells.low[1] + middle_z, 6), quarter * 90)


def turned(size: tuple[int, int], quarter: int) -> tuple[int, int]:
    """Extents along x and z of what is width by depth, after quarters of turn."""
    return size if quarter % 2 == 0 else (size[1], size[0])


def _covered(rect: Rect, low: tuple[float, float]) -> tuple[int, int, int, int]:
    x0, z0, x1, z1 = (
        floor((value - start) / CELL + 0.5)
        for value, start in zip((rect.low_x, rect.low_z, rect.high_x, rect.high_z), low * 2, strict=True)
    )
    return x0, z0, x1, z1


def _zone(rect: Rect, low: tuple[float, float], deep: int, inside: NDArray[Any]) -> tuple[int, int, int, int]:
    """The cells up to `deep` from an opening on both sides of its wall, within the box of the floor."""
    along_x = rect.size[0] >= rect.size[1]
    x0, z0, x1, z1 = _covered(rect, low)
    middle_x, middle_z = ((a - b) / CELL for a, b in zip(rect.centre, low, strict=True))
    if along_x:
        z0, z1 = floor(middle_z) - deep, ceil(middle_z) + deep
    else:
        x0, x1 = floor(middle_x) - deep, ceil(middle_x) + deep
    nz, nx = inside.shape
    return max(x0, 0), max(z0, 0), min(x1, nx), min(z1, nz)


def _table(zones: list[tuple[int, int, int, int]]) -> Ints:
    kept = [zone for zone in zones if zone[0] < zone[2] and zone[1] < zone[3]]
    return np.array(kept, np.int32).reshape(-1, 4)


def _to_walls(inside: NDArray[np.uint8]) -> NDArray[np.int16]:
    nz, nx = inside.shape
    found = np.zeros((4, nz, nx), np.int16)
    for z in range(nz - 2, -1, -1):
        found[0, z] = np.where(inside[z + 1] > 0, found[0, z + 1] + 1, 0)
        found[2, nz - 1 - z] = np.where(inside[nz - 2 - z] > 0, found[2, nz - 2 - z] + 1, 0)
    for x in range(nx - 2, -1, -1):
        found[1, :, x] = np.where(inside[:, x + 1] > 0, found[1, :, x + 1] + 1, 0)
        found[3, :, nx - 1 - x] = np.where(inside[:, nx - 2 - x] > 0, found[3, :, nx - 2 - x] + 1, 0)
    return found
