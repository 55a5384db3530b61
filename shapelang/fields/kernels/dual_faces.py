"""Compiled: the two triangles about each crossed edge. Import inside functions."""

# pyright: reportUntypedFunctionDecorator=false

from __future__ import annotations

import numpy as np

from shapelang.arrays import AnyArray
from shapelang.fields.kernels.compiled import called, compiled
from shapelang.fields.kernels.dual_arguments import Edges


@called
def slant(points: AnyArray, a: int, b: int, c: int, normals: AnyArray, e: int) -> float:
    """The cosine between a triangle and the surface's normal at its edge's crossing; −1 for one without area."""
    ux, uy, uz = points[b, 0] - points[a, 0], points[b, 1] - points[a, 1], points[b, 2] - points[a, 2]
    vx, vy, vz = points[c, 0] - points[a, 0], points[c, 1] - points[a, 1], points[c, 2] - points[a, 2]
    x, y, z = uy * vz - uz * vy, uz * vx - ux * vz, ux * vy - uy * vx
    length = np.sqrt(x * x + y * y + z * z)
    if not length > 1e-12:
        return -1.0
    return (x * normals[e, 0] + y * normals[e, 1] + z * normals[e, 2]) / length


@called
def apart(points: AnyArray, a: int, b: int) -> float:
    """The squared distance of two points."""
    x, y, z = points[b, 0] - points[a, 0], points[b, 1] - points[a, 1], points[b, 2] - points[a, 2]
    return x * x + y * y + z * z


@compiled
def triangles(
    points: AnyArray, weld: AnyArray, edges: Edges, corners: AnyArray, start: int, stop: int, faces: AnyArray
) -> None:  # fmt: skip
    """faces (2 e, 3): each edge's four vertices, counter-clockwise from outside, cut along one diagonal.

    It is the one whose worse triangle lies better in the surface, the shorter one where that hardly differs.
    """
    normals = edges.normals
    for e in range(start, stop):
        a, b, c, d = corners[e, 0], corners[e, 1], corners[e, 3], corners[e, 2]
        if edges.axes[e] < 4:
            b, d = d, b
        p, q, r, s = weld[a], weld[b], weld[c], weld[d]
        one = min(slant(points, p, q, r, normals, e), slant(points, p, r, s, normals, e))
        two = min(slant(points, p, q, s, normals, e), slant(points, q, r, s, normals, e))
        # A part in a thousand: 2.5° between the triangle and a normal that it meets otherwise.
        if one > two + 1e-3 or (abs(one - two) <= 1e-3 and apart(points, p, r) <= apart(points, q, s)):
            faces[2 * e, 0], faces[2 * e, 1], faces[2 * e, 2] = a, b, c
            faces[2 * e + 1, 0], faces[2 * e + 1, 1], faces[2 * e + 1, 2] = a, c, d
        else:
            faces[2 * e, 0], faces[2 * e, 1], faces[2 * e, 2] = a, b, d
            faces[2 * e + 1, 0], faces[2 * e + 1, 1], faces[2 * e + 1, 2] = b, c, d
