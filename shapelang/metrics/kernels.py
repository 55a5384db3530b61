"""Compiled inner loops of the inside test. Kept apart, since numba takes a third of a second to load."""

# pyright: reportUntypedFunctionDecorator=false

from __future__ import annotations

import numba
import numpy as np


@numba.njit(cache=True, nogil=True)
def crossings(
    corners: np.ndarray,
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
            face = corners[members[m]]
            turns = 0
            for e in range(3):
                a, b = face[e], face[(e + 1) % 3]
                up = a[2] <= z < b[2]
                down = b[2] <= z < a[2]
                if up or down:
                    s, t = (a, b) if up else (b, a)
                    at = s[0] + (z - s[2]) / (t[2] - s[2]) * (t[0] - s[0])
                    if at > x:
                        turns += 1 if up else -1
            if turns != 0:
                ux, uy, uz = face[1, 0] - face[0, 0], face[1, 1] - face[0, 1], face[1, 2] - face[0, 2]
                vx, vy, vz = face[2, 0] - face[0, 0], face[2, 1] - face[0, 1], face[2, 2] - face[0, 2]
                nx_, ny_, nz_ = uy * vz - uz * vy, uz * vx - ux * vz, ux * vy - uy * vx
                if ny_ != 0.0:
                    height = face[0, 1] - ((x - face[0, 0]) * nx_ + (z - face[0, 2]) * nz_) / ny_
                    if height > y:
                        total += turns
        out[p] = total
    return out
