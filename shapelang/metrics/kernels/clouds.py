"""The inner loops of distances between clouds of points. Import inside functions: numba is slow to load."""

from __future__ import annotations

from typing import Final

import numpy as np

from shapelang.arrays import AnyArray
from shapelang.fields.kernels.compiled import called, relaxed

_BLOCK: Final = 64
"""Points that are looked at together, as the lanes of vectors, before their sum is compared with the bound."""


@called
def _one_way(a: AnyArray, b: AnyArray, bound: float) -> float:
    """Mean over the points of `a` (3, n) of the squared distance to the nearest of `b`; some number above the bound
    where it is above.
    """
    n, m = a.shape[1], b.shape[1]
    least = np.zeros(_BLOCK, dtype=np.float32)
    total = 0.0
    for first in range(0, n, _BLOCK):
        count = min(_BLOCK, n - first)
        ax, ay, az = a[0, first : first + count], a[1, first : first + count], a[2, first : first + count]
        least[:] = np.float32(1e30)
        for j in range(m):
            x, y, z = b[0, j], b[1, j], b[2, j]
            for k in range(count):
                dx, dy, dz = ax[k] - x, ay[k] - y, az[k] - z
                d = dx * dx + dy * dy + dz * dz
                least[k] = d if d < least[k] else least[k]
        for k in range(count):
            total += least[k]
        if total > bound * n:
            break
    return total / n


@called
def chamfer_below(a: AnyArray, b: AnyArray, bound: float) -> float:
    """Chamfer distance of two clouds (3, n), or some number above the bound where it is above."""
    there = _one_way(a, b, bound)
    return there if there > bound else there + _one_way(b, a, bound - there)


@relaxed
def nearest_clouds(
    first: AnyArray, second: AnyArray, rough: AnyArray, same: bool, distances: AnyArray, indices: AnyArray
) -> None:
    """Fills in which cloud of `second` (m, 3, k) is nearest to each of `first` (n, 3, k), and how far.

    Clouds are tried in the order of how far their first `rough` points are apart, so that most are given up early.
    With `same`, a cloud is not compared with the one of its own index.
    """
    for i in range(len(first)):
        order = np.argsort(rough[i])
        best, at = 1e300, -1
        for j in order:
            if same and i == j:
                continue
            apart = chamfer_below(first[i], second[j], best)
            if apart < best or (apart == best and j < at):
                best, at = apart, j
        distances[i], indices[i] = best, at


@relaxed
def rough_chamfer(first: AnyArray, second: AnyArray, count: int, out: AnyArray) -> None:
    """Fills (n, m) Chamfer distances of the first `count` points of each cloud."""
    for i in range(len(first)):
        for j in range(len(second)):
            out[i, j] = chamfer_below(first[i, :, :count], second[j, :, :count], 1e300)
