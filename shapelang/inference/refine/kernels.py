"""The compiled distance to a polygon. Kept apart, since numba takes a third of a second to load."""

# pyright: reportUntypedFunctionDecorator=false

from __future__ import annotations

import numpy as np

from shapelang.rendering.compiled import compiled


@compiled
def nearest_edges(
    corners: np.ndarray, points: np.ndarray, edges: int
) -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
    """Of points (n, 2) to the first `edges` of a polygon (k, 2): the distance (n,), negative inside, the nearest edge
    (n,), how far along it the nearest point is (n,), in [0, 1], and the direction (n, 2) that the distance grows in.
    """
    count, of = len(corners), len(points)
    away, along, outward = np.zeros(of), np.zeros(of), np.zeros((of, 2))
    nearest = np.zeros(of, np.int64)
    for p in range(of):
        x, y = points[p, 0], points[p, 1]
        least, inside = np.inf, False
        for k in range(count):
            ax, ay = corners[k, 0], corners[k, 1]
            bx, by = corners[(k + 1) % count, 0], corners[(k + 1) % count, 1]
            if (ay > y) != (by > y) and x < (bx - ax) * (y - ay) / (by - ay) + ax:
                inside = not inside
            if k >= edges:
                continue
            ex, ey = bx - ax, by - ay
            share = ((x - ax) * ex + (y - ay) * ey) / max(ex * ex + ey * ey, 1e-12)
            share = min(max(share, 0.0), 1.0)
            dx, dy = x - ax - share * ex, y - ay - share * ey
            square = dx * dx + dy * dy
            if square < least:
                least, nearest[p], along[p] = square, k, share
                outward[p, 0], outward[p, 1] = dx, dy
        length, sign = np.sqrt(least), -1.0 if inside else 1.0
        away[p] = sign * length
        outward[p] *= sign / max(length, 1e-12)
    return away, nearest, along, outward
