"""The compiled inner loop of the inside test. Kept apart, since numba takes a third of a second to load."""

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
