"""Compiled: the vertices on creases brought onto both their sides. Import inside functions."""

# pyright: reportUntypedFunctionDecorator=false

from __future__ import annotations

import numpy as np

from shapelang.arrays import AnyArray
from shapelang.fields.kernels.compiled import compiled
from shapelang.fields.kernels.dual_vertices import CREASE, KEPT, eigen


@compiled
def pull(
    first: AnyArray, points: AnyArray, probes: AnyArray, heights: AnyArray, normals: AnyArray, sides: AnyArray,
    start: int, stop: int,
) -> None:  # fmt: skip
    """Moves points (n, 3) by the least that brings them onto the planes of all their sides, in cells.

    Point i has the rows from first[i] to first[i + 1] of the others: a place near it on one side, the field there in
    cells, and its unit normal. sides (r, 3) are the normals so far, which the new ones replace; where one of a point's
    is of another side, or the point would go further than a cell, it stays.
    """
    a, v, order, right, move = np.zeros((3, 3)), np.zeros((3, 3)), np.zeros(3, np.int64), np.zeros(3), np.zeros(3)
    for i in range(start, stop):
        a[:], right[:], move[:], known = 0.0, 0.0, 0.0, True
        for r in range(first[i], first[i + 1]):
            dot, gap = 0.0, -heights[r]
            for c in range(3):
                dot += normals[r, c] * sides[r, c]
                gap -= normals[r, c] * (points[i, c] - probes[r, c])
            known &= dot > CREASE
            for k in range(3):
                right[k] += gap * normals[r, k]
                for m in range(3):
                    a[k, m] += normals[r, k] * normals[r, m]
        if not known:
            continue
        eigen(a, v, order)
        far = 0.0
        for axis in range(3):
            if a[axis, axis] > KEPT * a[order[0], order[0]]:
                share = (v[0, axis] * right[0] + v[1, axis] * right[1] + v[2, axis] * right[2]) / a[axis, axis]
                far += share * share
                for c in range(3):
                    move[c] += share * v[c, axis]
        if far < 1.0:
            for c in range(3):
                points[i, c] += move[c]
            for r in range(first[i], first[i + 1]):
                for c in range(3):
                    sides[r, c] = normals[r, c]
