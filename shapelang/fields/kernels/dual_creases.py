"""Compiled: the vertices on creases brought onto both their sides. Import inside functions."""

# pyright: reportUntypedFunctionDecorator=false

from __future__ import annotations

import numpy as np

from shapelang.arrays import AnyArray
from shapelang.fields.kernels.compiled import called, compiled
from shapelang.fields.kernels.dual_arguments import Planes
from shapelang.fields.kernels.dual_quadric import KEPT, eigen
from shapelang.fields.kernels.dual_vertices import CREASE


@called
def replace_unseen(planes: Planes, r: int) -> None:
    """Where the field's normal is of another side, the plane of row r is that of its crossings again."""
    dot = 0.0
    for c in range(3):
        dot += planes.normals[r, c] * planes.sides[r, c]
    if dot > CREASE:
        return
    planes.heights[r] = 0.0
    for c in range(3):
        planes.probes[r, c], planes.normals[r, c] = planes.middle[r, c], planes.sides[r, c]


@compiled
def pull(first: AnyArray, points: AnyArray, planes: Planes, start: int, stop: int) -> None:
    """Moves points (n, 3) by the least that brings them onto the planes of all their sides, in cells.

    Point i has the planes from first[i] to first[i + 1]; where a normal is of another side, the side's plane is that of
    its crossings. The new normals replace those of the sides. A point does not go further than a cell.
    """
    normals, probes = planes.normals, planes.probes
    a, v, order, right, move = np.zeros((3, 3)), np.zeros((3, 3)), np.zeros(3, np.int64), np.zeros(3), np.zeros(3)
    for i in range(start, stop):
        a[:], right[:], move[:] = 0.0, 0.0, 0.0
        for r in range(first[i], first[i + 1]):
            replace_unseen(planes, r)
            gap = -planes.heights[r]
            for c in range(3):
                gap -= normals[r, c] * (points[i, c] - probes[r, c])
            for k in range(3):
                right[k] += gap * normals[r, k]
                for m in range(3):
                    a[k, m] += normals[r, k] * normals[r, m]
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
                    planes.sides[r, c] = normals[r, c]
