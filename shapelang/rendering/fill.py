"""The inner loops of the z-buffers, for pictures and for what lights see. Import inside functions: numba is slow."""

from __future__ import annotations

from typing import Final

import numpy as np

from shapelang.arrays import AnyArray
from shapelang.rendering.compiled import compiled

NOTHING: Final = -1e30
"""Depth of a map where no triangle is."""


@compiled
def draw(triangles: AnyArray, top: int, bottom: int, kept: AnyArray, depth: AnyArray, numbers: AnyArray | None) -> None:
    """Fill z-buffers, for rows from `top` to below `bottom`; `depth` and `numbers` hold these rows alone.

    triangles: (n, 3, 3) x, y in pixels and a number linear in them that is larger nearer to the eye · kept: (n,) bool
    · numbers: which triangle is seen, or None. Of equal depths (up to a millionth) the first triangle is kept.
    """
    width = depth.shape[1]
    for n in range(len(triangles)):
        if not kept[n]:
            continue
        x0, y0, z0 = triangles[n, 0]
        x1, y1, z1 = triangles[n, 1]
        x2, y2, z2 = triangles[n, 2]
        first = max(top, int(np.ceil(min(y0, y1, y2) - 0.5)))
        last = min(bottom - 1, int(np.floor(max(y0, y1, y2) - 0.5)))
        area = (x1 - x0) * (y2 - y0) - (x2 - x0) * (y1 - y0)
        if first > last or area == 0.0:
            continue
        slope_x = ((z1 - z0) * (y2 - y0) - (z2 - z0) * (y1 - y0)) / area
        slope_y = ((z2 - z0) * (x1 - x0) - (z1 - z0) * (x2 - x0)) / area
        for row in range(first, last + 1):
            y = row + 0.5
            low, high = np.inf, -np.inf
            # Where the row crosses each edge. The ends are ordered first, so that neighbours agree to the last bit.
            for k in range(3):
                ax, ay = triangles[n, k, 0], triangles[n, k, 1]
                bx, by = triangles[n, (k + 1) % 3, 0], triangles[n, (k + 1) % 3, 1]
                if ay > by:
                    ax, ay, bx, by = bx, by, ax, ay
                if ay <= y <= by and ay < by:
                    x = ax + (bx - ax) * ((y - ay) / (by - ay))
                    low, high = min(low, x), max(high, x)
            if not low <= high:
                continue
            for column in range(max(0, int(np.ceil(low - 0.5))), min(width - 1, int(np.floor(high - 0.5))) + 1):
                z = z0 + slope_x * (column + 0.5 - x0) + slope_y * (y - y0)
                before = depth[row - top, column]
                if z > before + 1e-6 * abs(before):
                    depth[row - top, column] = z
                    if numbers is not None:
                        numbers[row - top, column] = n


@compiled
def draw_maps(corners: AnyArray, frames: AnyArray, opacity: AnyArray, thresholds: AnyArray, maps: AnyArray) -> None:
    """Depth maps seen from lights. frames: (k, 3, 5), see `raster.depth_maps`; depth is larger nearer to the light.

    A triangle stands in the maps whose threshold is below its opacity: half a shadow is a shadow in half of the maps.
    """
    count, size, _ = maps.shape
    placed = np.zeros((len(corners), 3, 3))
    for k in range(count):
        frame = frames[k]
        for n in range(len(corners)):
            for c in range(3):
                p = corners[n, c]
                for axis in range(3):
                    f = frame[axis]
                    placed[n, c, axis] = f[0] * p[0] + f[1] * p[1] + f[2] * p[2] + f[3]
        maps[k] = NOTHING
        draw(placed, 0, size, opacity > thresholds[k], maps[k], None)
