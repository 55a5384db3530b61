"""The compiled growing of facets. Kept apart, since numba takes a third of a second to load."""

# pyright: reportUntypedFunctionDecorator=false

from __future__ import annotations

import numpy as np

from shapelang.rendering.compiled import compiled


@compiled
def grown(
    order: np.ndarray,
    near: np.ndarray,
    corners: np.ndarray,
    unit: np.ndarray,
    sliver: np.ndarray,
    bound: float,
    turn: float,
) -> np.ndarray:
    """(f,) the facet of each triangle: what is in the plane of the first of `order`, then of the first left, and so on.

    `near` (f, 3) are the neighbours, -1 where there is none; slivers have no normal that could differ.
    """
    of = np.full(len(near), -1, np.int64)
    queue = np.zeros(len(near), np.int64)
    number = 0
    for seed in order:
        if of[seed] >= 0:
            continue
        nx, ny, nz = unit[seed, 0], unit[seed, 1], unit[seed, 2]
        offset = corners[seed, 0, 0] * nx + corners[seed, 0, 1] * ny + corners[seed, 0, 2] * nz
        queue[0] = seed
        count, done = 1, 0
        of[seed] = number
        while done < count:
            here = queue[done]
            done += 1
            for side in range(3):
                other = near[here, side]
                if other < 0 or of[other] >= 0:
                    continue
                if not sliver[other] and unit[other, 0] * nx + unit[other, 1] * ny + unit[other, 2] * nz < turn:
                    continue
                far = 0.0
                for c in range(3):
                    x, y, z = corners[other, c, 0], corners[other, c, 1], corners[other, c, 2]
                    far = max(far, abs(x * nx + y * ny + z * nz - offset))
                if far < bound:
                    of[other] = number
                    queue[count] = other
                    count += 1
        number += 1
    return of
