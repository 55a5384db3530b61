"""Compiled: the point nearest to some planes, in or near a cell. Import inside functions.

A quadric error function: Ju, Losasso, Schaefer, Warren, "Dual contouring of Hermite data", 2002. `planes` holds a row
(x, y, z, normal) for each crossing, in cells from the low corner of the cell.
"""

# pyright: reportUntypedFunctionDecorator=false

from __future__ import annotations

from typing import Final

import numpy as np

from shapelang.arrays import AnyArray
from shapelang.fields.kernels.compiled import called

KEPT: Final = 0.02
"""The least eigenvalue of a quadric that counts, as a share of its greatest."""

BEYOND: Final = 1.0
"""How far a crease may pull a vertex out of its cell, in cells: corners cannot tell that it looks out of a face."""


@called
def middle(planes: AnyArray, count: int, out: AnyArray) -> None:
    """The mean of the crossings."""
    for c in range(3):
        total = 0.0
        for n in range(count):
            total += planes[n, c]
        out[c] = total / count


@called
def rotate(a: AnyArray, v: AnyArray, p: int, q: int) -> None:
    """One rotation of Jacobi's method: a[p, q] of the symmetric matrix becomes 0; v gathers the eigenvectors."""
    if a[p, q] == 0.0:
        return
    tau = (a[q, q] - a[p, p]) / (2.0 * a[p, q])
    t = (1.0 if tau >= 0.0 else -1.0) / (abs(tau) + np.sqrt(1.0 + tau * tau))
    c = 1.0 / np.sqrt(1.0 + t * t)
    s = t * c
    for k in range(3):
        x, y = a[k, p], a[k, q]
        a[k, p], a[k, q] = c * x - s * y, s * x + c * y
    for k in range(3):
        x, y = a[p, k], a[q, k]
        a[p, k], a[q, k] = c * x - s * y, s * x + c * y
        x, y = v[k, p], v[k, q]
        v[k, p], v[k, q] = c * x - s * y, s * x + c * y


@called
def eigen(a: AnyArray, v: AnyArray, order: AnyArray) -> None:
    """Diagonalises a symmetric (3, 3) `a`; columns of v are its eigenvectors; order: the greatest eigenvalue first."""
    for k in range(3):
        for m in range(3):
            v[k, m] = 1.0 if k == m else 0.0
        order[k] = k
    # It converges quadratically: after five rounds nothing is left in float64.
    for _ in range(5):
        rotate(a, v, 0, 1)
        rotate(a, v, 0, 2)
        rotate(a, v, 1, 2)
    for k in range(2):
        for m in range(2 - k):
            if a[order[m], order[m]] < a[order[m + 1], order[m + 1]]:
                order[m], order[m + 1] = order[m + 1], order[m]


@called
def slide(point: AnyArray, way: AnyArray, axis: int, beyond: float) -> bool:
    """Moves a point along column `axis` of `way` by as little as brings it into the cell, grown by `beyond`."""
    low, high = -np.inf, np.inf
    for c in range(3):
        a, b = -beyond - point[c], 1.0 + beyond - point[c]
        if way[c, axis] != 0.0:
            a, b = a / way[c, axis], b / way[c, axis]
            low, high = max(low, min(a, b)), min(high, max(a, b))
        elif a > 0.0 or b < 0.0:
            return False
    if low > high:
        return False
    step = min(max(0.0, low), high)
    for c in range(3):
        point[c] += step * way[c, axis]
    return True


@called
def within(point: AnyArray, beyond: float) -> bool:
    """Whether a point lies in the cell, grown by `beyond`."""
    for c in range(3):
        if not -beyond <= point[c] <= 1.0 + beyond:
            return False
    return True


@called
def sharp_vertex(planes: AnyArray, count: int, a: AnyArray, v: AnyArray, order: AnyArray, out: AnyArray) -> None:
    """The least squares point of the planes: a corner, else a point of an edge, else of a face, in or near the cell."""
    mean, right = np.zeros(3), np.zeros(3)
    middle(planes, count, mean)
    for k in range(3):
        for m in range(3):
            a[k, m] = 0.0
    for n in range(count):
        height = 0.0
        for c in range(3):
            height += planes[n, 3 + c] * (planes[n, c] - mean[c])
        for k in range(3):
            right[k] += planes[n, 3 + k] * height
            for m in range(3):
                a[k, m] += planes[n, 3 + k] * planes[n, 3 + m]
    eigen(a, v, order)
    rank = 1
    while rank < 3 and a[order[rank], order[rank]] > KEPT * a[order[0], order[0]]:
        rank += 1
    while rank > 0:
        for c in range(3):
            out[c] = mean[c]
        for k in range(rank):
            axis = order[k]
            share = (v[0, axis] * right[0] + v[1, axis] * right[1] + v[2, axis] * right[2]) / a[axis, axis]
            for c in range(3):
                out[c] += share * v[c, axis]
        if rank == 2 and (slide(out, v, order[2], 0.0) or slide(out, v, order[2], BEYOND)):
            return
        if within(out, 0.0 if rank == 1 else BEYOND):
            return
        rank -= 1
    for c in range(3):
        out[c] = min(1.0, max(0.0, out[c]))
