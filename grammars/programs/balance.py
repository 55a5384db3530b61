"""Whether bodies of boxes tip over: compiled, for it is asked after every statement."""

# pyright: reportUntypedFunctionDecorator=false

from __future__ import annotations

import numpy as np

from shapelang.rendering.compiled import compiled


@compiled
def _held(feet: np.ndarray, x: float, z: float) -> bool:
    """Whether a place (x, z) is within the outline of some feet (n, 2), metres: no half plane through it has none."""
    angles = np.sort(np.arctan2(feet[:, 1] - z, feet[:, 0] - x))
    widest = angles[0] + 2.0 * np.pi - angles[-1]
    for k in range(1, len(angles)):
        widest = max(widest, angles[k] - angles[k - 1])
    return widest < np.pi


@compiled
def tipping(bodies: np.ndarray, centres: np.ndarray, axes: np.ndarray, halves: np.ndarray, share: float) -> int:
    """How many bodies have their centre of mass less than a distance within the outline of their feet, or outside.

    `bodies`: (n,) which body each box is of; boxes as `standing.Boxes`, metres. The distance is `share` of the diagonal
    of the box about all (0.92 of that where an outline lies between two of the eight places that are looked at), and
    feet are corners that are at most as much above the body's lowest. +Y is up. The centre is the mean of the surface,
    as ShapeAssembly's push has it.
    """
    n = len(bodies)
    corners = np.zeros((8 * n, 3))
    low, high = np.full(3, 1e300), np.full(3, -1e300)
    for i in range(n):
        for c in range(8):
            for d in range(3):
                corners[8 * i + c, d] = centres[i, d]
                for k in range(3):
                    corners[8 * i + c, d] += (2.0 * ((c >> k) & 1) - 1.0) * halves[i, k] * axes[i, k, d]
                low[d], high[d] = min(low[d], corners[8 * i + c, d]), max(high[d], corners[8 * i + c, d])
    near = share * np.sqrt(((high - low) ** 2).sum()) if n else 0.0
    found = 0
    for body in np.unique(bodies):
        lowest, mass, x, z, count = 1e300, 0.0, 0.0, 0.0, 0
        for i in range(n):
            if bodies[i] == body:
                h = halves[i]
                area = h[0] * h[1] + h[1] * h[2] + h[2] * h[0]
                mass += area
                x += area * centres[i, 0]
                z += area * centres[i, 2]
                lowest = min(lowest, corners[8 * i : 8 * i + 8, 1].min())
        feet = np.zeros((8 * n, 2))
        for i in range(8 * n):
            if bodies[i // 8] == body and corners[i, 1] <= lowest + near:
                feet[count, 0], feet[count, 1] = corners[i, 0], corners[i, 2]
                count += 1
        for step in range(8):
            turn = step * np.pi / 4.0
            if not _held(feet[:count], x / mass + near * np.cos(turn), z / mass + near * np.sin(turn)):
                found += 1
                break
    return found
