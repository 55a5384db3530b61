"""The compiled loops of the inside test. Kept apart, since numba takes a third of a second to load."""

# pyright: reportUntypedFunctionDecorator=false

from __future__ import annotations

import numpy as np

from shapelang.rendering.compiled import compiled


@compiled
def crossings(
    corners: np.ndarray,
    normals: np.ndarray,
    first: np.ndarray,
    members: np.ndarray,
    low: np.ndarray,
    scale: np.ndarray,
    points: np.ndarray,
) -> np.ndarray:
    """(n,) signed crossings of the rays upward from points: the winding number of a closed mesh.

    Faces stand in square bins over the ground: those of bin b are members[first[b]:first[b + 1]]. An edge counts for a
    ray by the half-open rule on z, computed from its lower end both times, so that a shared edge counts exactly once.
    """
    nx, nz = int(scale[2]), int(scale[3])
    out = np.zeros(len(points))
    for p in range(len(points)):
        x, y, z = points[p, 0], points[p, 1], points[p, 2]
        i, k = int(np.floor((x - low[0]) * scale[0])), int(np.floor((z - low[1]) * scale[1]))
        if i < 0 or k < 0 or i >= nx or k >= nz:
            continue
        total = 0.0
        for m in range(first[i * nz + k], first[i * nz + k + 1]):
            f = members[m]
            turns = 0
            for e in range(3):
                d = (e + 1) % 3
                az, bz = corners[f, e, 2], corners[f, d, 2]
                if az <= z < bz:
                    ax = corners[f, e, 0]
                    if ax + (z - az) / (bz - az) * (corners[f, d, 0] - ax) > x:
                        turns += 1
                elif bz <= z < az:
                    bx = corners[f, d, 0]
                    if bx + (z - bz) / (az - bz) * (corners[f, e, 0] - bx) > x:
                        turns -= 1
            if turns != 0 and normals[f, 1] != 0.0:
                lean = (x - corners[f, 0, 0]) * normals[f, 0] + (z - corners[f, 0, 2]) * normals[f, 2]
                if corners[f, 0, 1] - lean / normals[f, 1] > y:
                    total += turns
        out[p] = total
    return out


@compiled
def binned(flat: np.ndarray, low: np.ndarray, per: np.ndarray, count: int) -> tuple[np.ndarray, np.ndarray]:
    """The faces that reach into each of count × count bins over the ground: `first` and `members` of `crossings`.

    `flat` (f, 3, 2) are their corners over the ground, `per` (2,) bins a metre. A face is taken row by row, and of a
    row the bins between its ends there: a long face that lies across the rows fills few of those of its box.
    """
    play = 1e-6
    first = np.zeros(count * count + 1, np.int64)
    members = np.zeros(0, np.int64)
    fill = np.zeros(0, np.int64)
    for writes in range(2):
        for f in range(len(flat)):
            least = min(flat[f, 0, 0], flat[f, 1, 0], flat[f, 2, 0])
            most = max(flat[f, 0, 0], flat[f, 1, 0], flat[f, 2, 0])
            begin = max(int(np.floor((least - low[0]) * per[0] - play)), 0)
            end = min(int(np.floor((most - low[0]) * per[0] + play)), count - 1)
            for i in range(begin, end + 1):
                left, right = low[0] + (i - play) / per[0], low[0] + (i + 1 + play) / per[0]
                near, far = np.inf, -np.inf
                for e in range(3):
                    d = (e + 1) % 3
                    ax, az, bx, bz = flat[f, e, 0], flat[f, e, 1], flat[f, d, 0], flat[f, d, 1]
                    if ax > bx:
                        ax, az, bx, bz = bx, bz, ax, az
                    if bx < left or ax > right:
                        continue
                    lean = (bz - az) / (bx - ax) if bx > ax else 0.0
                    start = az + (left - ax) * lean if ax < left else az
                    stop = az + (right - ax) * lean if bx > right else bz
                    near, far = min(near, start, stop), max(far, start, stop)
                if near > far:
                    continue
                lowest = max(int(np.floor((near - low[1]) * per[1] - play)), 0)
                highest = min(int(np.floor((far - low[1]) * per[1] + play)), count - 1)
                for k in range(lowest, highest + 1):
                    if writes == 0:
                        first[i * count + k + 1] += 1
                    else:
                        members[fill[i * count + k]] = f
                        fill[i * count + k] += 1
        if writes == 0:
            first = np.cumsum(first)
            members = np.zeros(first[-1], np.int64)
            fill = first[:-1].copy()
    return first, members
