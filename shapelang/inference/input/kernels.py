"""The compiled inner loop of looking around. Kept apart, since numba takes a third of a second to load."""

# pyright: reportUntypedFunctionDecorator=false

from __future__ import annotations

import numpy as np

from shapelang.rendering.compiled import compiled


@compiled
def first_met(
    points: np.ndarray,
    normals: np.ndarray,
    radii: np.ndarray,
    directions: np.ndarray,
    first: np.ndarray,
    members: np.ndarray,
    low: np.ndarray,
    size: float,
    counts: np.ndarray,
    own: float,
    steep: float,
) -> np.ndarray:
    """(n, r) int32 the disc that the ray from a point in a direction meets first; −2 for none, −1 for a grazing ray.

    The discs that overlap cell c of a grid (counts along its sides, `size` wide, from `low`) are
    members[first[c]:first[c + 1]]. Discs on whose plane the point lies, up to `own`, are not met. Cells are walked
    as Amanatides, Woo, "A fast voxel traversal algorithm for ray tracing", Eurographics 1987.
    """
    out = np.full((len(points), len(directions)), -1, np.int32)
    step, left, each = np.zeros(3, np.int64), np.zeros(3), np.zeros(3)
    for p in range(len(points)):
        for r in range(len(directions)):
            lean = 0.0
            for k in range(3):
                lean += normals[p, k] * directions[r, k]
            if abs(lean) <= steep:
                continue
            cell = np.zeros(3, np.int64)
            for k in range(3):
                d = directions[r, k]
                place = (points[p, k] - low[k]) / size
                cell[k] = min(max(int(np.floor(place)), 0), counts[k] - 1)
                step[k] = 1 if d > 0.0 else -1
                each[k] = size / abs(d) if d != 0.0 else np.inf
                ahead = cell[k] + 1 - place if d > 0.0 else place - cell[k]
                left[k] = ahead * each[k] if d != 0.0 else np.inf
            out[p, r] = -2
            while True:
                c = (cell[0] * counts[1] + cell[1]) * counts[2] + cell[2]
                axis = 0
                if left[1] < left[axis]:
                    axis = 1
                if left[2] < left[axis]:
                    axis = 2
                nearest = left[axis]
                for m in range(first[c], first[c + 1]):
                    j = members[m]
                    height, fall = 0.0, 0.0
                    for k in range(3):
                        height += normals[j, k] * (points[p, k] - points[j, k])
                        fall += normals[j, k] * directions[r, k]
                    if abs(height) <= own or height * fall >= 0.0:
                        continue
                    t = -height / fall
                    # Beyond this cell another disc may be met before.
                    if t > nearest:
                        continue
                    off = 0.0
                    for k in range(3):
                        d = points[p, k] + t * directions[r, k] - points[j, k]
                        off += d * d
                    if off <= radii[j] * radii[j]:
                        nearest = t
                        out[p, r] = j
                if out[p, r] >= 0:
                    break
                cell[axis] += step[axis]
                if cell[axis] < 0 or cell[axis] >= counts[axis]:
                    break
                left[axis] += each[axis]
    return out
