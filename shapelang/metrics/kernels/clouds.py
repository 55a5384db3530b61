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
    first: AnyArray, second: AnyArray, least: AnyArray, same: bool, distances: AnyArray, indices: AnyArray
) -> None:
    """Fills in which cloud of `second` (m, 3, k) is nearest to each of `first` (n, 3, k), and how far.

    Clouds are tried in the order of the distance that they have at `least` (n, m), until that is beyond the nearest.
    With `same`, a cloud is not compared with the one of its own index.
    """
    for i in range(len(first)):
        order = np.argsort(least[i])
        best, at = 1e300, -1
        for j in order:
            if least[i, j] > best:
                break
            if same and i == j:
                continue
            apart = chamfer_below(first[i], second[j], best)
            if apart < best or (apart == best and j < at):
                best, at = apart, j
        distances[i], indices[i] = best, at


@relaxed
def reaches(clouds: AnyArray, low: AnyArray, cell: float, out: AnyArray) -> None:
    """Fills (n, s, s, s) with the distance from the middle of each cell to the nearest point of each cloud (n, 3, k).

    low: (3,) float32 the corner that the cells begin at; cell: their side.
    """
    side = out.shape[1]
    middles = (np.arange(side).astype(np.float32) + np.float32(0.5)) * np.float32(cell)
    for i in range(len(clouds)):
        out[i] = np.float32(1e30)
        for p in range(clouds.shape[2]):
            px, py, pz = clouds[i, 0, p] - low[0], clouds[i, 1, p] - low[1], clouds[i, 2, p] - low[2]
            along = (middles - pz) ** 2
            for x in range(side):
                for y in range(side):
                    aside = (middles[x] - px) ** 2 + (middles[y] - py) ** 2
                    row = out[i, x, y]
                    for z in range(side):
                        d = aside + along[z]
                        row[z] = d if d < row[z] else row[z]
        out[i] = np.sqrt(out[i])


@relaxed
def least_one_way(cells: AnyArray, off: AnyArray, reach: AnyArray, out: AnyArray) -> None:
    """Adds to (n, m) what the mean squared distance from each cloud to the nearest of each other one is at least.

    cells (n, k): the cell of each point, by number; off (n, k): its distance from the middle of it; reach (m, cells):
    that of the middles from the other clouds. From the point it is `reach` − `off` or more.
    """
    count = cells.shape[1]
    for j in range(len(reach)):
        for i in range(len(cells)):
            total = np.float32(0.0)
            for p in range(count):
                d = max(np.float32(0.0), reach[j, cells[i, p]] - off[i, p])
                total += d * d
            out[i, j] += total / count
