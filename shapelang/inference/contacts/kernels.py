"""The compiled distance to many segments. Kept apart, since numba takes a third of a second to load."""

# pyright: reportUntypedFunctionDecorator=false

from __future__ import annotations

import numpy as np

from shapelang.rendering.compiled import compiled


@compiled
def near_segments(points: np.ndarray, start: np.ndarray, end: np.ndarray, reach: float) -> np.ndarray:
    """(n,) whether points (n, k) come within `reach` of any segment from start (m, k) to end (m, k)."""
    dimensions = points.shape[1]
    along = end - start
    squares = np.zeros(len(start))
    for s in range(len(start)):
        for k in range(dimensions):
            squares[s] += along[s, k] * along[s, k]
    near = np.zeros(len(points), np.bool_)
    for p in range(len(points)):
        for s in range(len(start)):
            t = 0.0
            for k in range(dimensions):
                t += (points[p, k] - start[s, k]) * along[s, k]
            t = min(max(t / squares[s], 0.0), 1.0) if squares[s] > 0.0 else 0.0
            distance = 0.0
            for k in range(dimensions):
                off = points[p, k] - start[s, k] - t * along[s, k]
                distance += off * off
            if distance <= reach * reach:
                near[p] = True
                break
    return near
