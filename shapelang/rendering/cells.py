"""Pictures of grids: the cells of a solid as cubes seen from above a corner, and a picture's cells as they are."""

from __future__ import annotations

from math import ceil, sqrt
from typing import Final

import numpy as np

from shapelang.arrays import AnyArray, OccupancyArray
from shapelang.rendering.picture import Picture

PAPER: Final = 252
LIGHT: Final = ((0, 150), (1, 225), (2, 105))
"""Brightness of the faces towards +x, +y (up) and +z."""
FADE: Final = 0.35
"""How much of its brightness the furthest corner of the cube loses."""

_RISE: Final = 0.5
_REACH: Final = sqrt(3.0) / 2.0


def grey_cells(values: AnyArray, size: int) -> Picture:
    """A picture (r, r) of occupancy from 0 to 1, dark inside, each cell as many whole pixels as fit, at least one."""
    grey = np.floor((1.0 - np.clip(values, 0.0, 1.0)) * 255.0 + 0.5).astype(np.uint8)
    times = max(1, size // len(grey))
    return Picture(np.repeat(grey.repeat(times, 0).repeat(times, 1)[:, :, None], 3, axis=2), "software")


def solid_cells(inside: OccupancyArray, size: int) -> Picture:
    """Cells (r, r, r) of axes x, y (up), z as cubes, seen from +x +y +z without perspective; the whole grid fills it.

    What a surface would smooth over is seen: the cells are those of the grid. A chair of 32³ cells takes milliseconds.
    """
    side = len(inside)
    scale = size / (2.0 * side)
    faces = [_faces(inside, axis, light, scale, size) for axis, light in LIGHT]
    depth, pixels, bright = (np.concatenate([face[k] for face in faces]) for k in range(3))
    order = np.argsort(depth, kind="stable")
    picture = np.full(size * size, PAPER, np.uint8)
    # Of equal indices the last is kept: the nearest.
    picture[pixels[order]] = bright[order]
    return Picture(np.repeat(picture.reshape(size, size, 1), 3, axis=2), "software")


def _faces(
    inside: OccupancyArray, axis: int, light: int, scale: float, size: int
) -> tuple[AnyArray, AnyArray, AnyArray]:
    """Depth, pixel and brightness of points on the faces of one direction that no cell covers."""
    covered = np.zeros_like(inside)
    before, after = [slice(None)] * 3, [slice(None)] * 3
    before[axis], after[axis] = slice(None, -1), slice(1, None)
    covered[tuple(before)] = inside[tuple(after)]
    cells = np.argwhere(inside & ~covered).astype(np.float64)
    along = (np.arange(count := ceil(2.0 * scale) + 1) + 0.5) / count
    spots = np.ones((count, count, 3))
    first, second = (k for k in range(3) if k != axis)
    spots[:, :, first], spots[:, :, second] = along[:, None], along[None, :]
    x, y, z = (cells[:, None, :] + spots.reshape(1, -1, 3)).reshape(-1, 3).T
    side = len(inside)
    column = np.floor(0.5 * size + (x - z) * _REACH * scale)
    row = np.floor(0.5 * size - (y - _RISE * (x + z)) * scale)
    depth = x + y + z
    bright = light * (1.0 - FADE * (1.0 - depth / (3.0 * side)))
    pixels = row.clip(0, size - 1) * size + column.clip(0, size - 1)
    return depth, pixels.astype(np.int64), bright.astype(np.uint8)
