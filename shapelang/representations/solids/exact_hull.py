"""The convex hull of points with exact predicates: slow, and right whatever lies in one plane or nearly so.

Incremental (Preparata & Hong 1977), as in O'Rourke, "Computational Geometry in C" (1998), 4.3. A determinant whose
sign rounding may have changed (the filter of Shewchuk, "Adaptive Precision Floating-Point Arithmetic and Fast Robust
Geometric Predicates", 1997) is computed again in whole numbers. Points in the plane of a face do not see it, so that no
face is ever without area.
"""

from __future__ import annotations

from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from shapelang.arrays import AnyArray, FaceArray, PointArray
from shapelang.geometry.mesh import face_vectors

_ROUNDED: Final = 1e-15
"""Shewchuk's bound of the determinant's error is 7.8e-16 of the sum of its terms' sizes."""

_MANTISSA: Final = 53

_QUICK: Final = 5e-8
"""Of the extent: what may stand out of a face. manifold3d's QuickHull leaves out up to 1e-7."""

_NEEDLE: Final = 1e-14
"""Of the extent's cube: rounding of a determinant, beside which a needle has no direction."""

_BLOCK: Final = 1 << 18
"""Determinants at once."""


def convex_hull(points: PointArray) -> FaceArray:
    """Faces (f, 3) of the hull of (n, 3) distinct points, counter-clockwise seen from outside.

    Closed and exactly convex; some faces may lie in one plane. No face where all points lie in one plane.
    """
    exact = _whole_numbers(points)
    first = _tetrahedron(points, exact)
    if first is None:
        return np.zeros((0, 3), np.int32)
    a, b, c, d = first
    faces = np.array([(a, c, b), (a, b, d), (b, c, d), (c, a, d)])
    for point in range(len(points)):
        seen = _sides(points, exact, faces, point) > 0
        if seen.any():
            faces = np.concatenate([faces[~seen], _cone(faces[seen], point)])
    return faces.astype(np.int32)


def holds(positions: PointArray, faces: AnyArray, points: AnyArray) -> bool:
    """Whether no point (n, 3) stands out of a face (f, 3) by more than 5e-8 of the extent.

    A closed mesh that holds its own corners is convex.
    """
    middle = positions.sum(axis=0) / max(len(positions), 1)
    corners, points = positions - middle, points - middle
    extent = float(np.abs(points).max(initial=0.0))
    across = face_vectors(corners, faces)
    slack = _QUICK * extent * np.sqrt((across * across).sum(axis=1)) + _NEEDLE * extent * extent * extent
    level = (across * corners[faces[:, 0]]).sum(axis=1) + slack
    x, y, z = points.T
    step = max(1, _BLOCK // max(len(points), 1))
    for start in range(0, len(faces), step):
        a, b, c = across[start : start + step, :, None].transpose(1, 0, 2)
        if ((a * x + b * y + c * z).max(axis=1) > level[start : start + step]).any():
            return False
    return True


def _cone(seen: AnyArray, point: int) -> AnyArray:
    """Faces from the edges about the faces that a point sees to the point."""
    start, end = seen.reshape(-1), seen[:, [1, 2, 0]].reshape(-1)
    base = int(seen.max()) + 1
    horizon = ~np.isin(start * base + end, end * base + start)
    start, end = start[horizon], end[horizon]
    return np.stack([start, end, np.full(len(start), point)], axis=1)


def _tetrahedron(points: PointArray, exact: NDArray[Any]) -> tuple[int, int, int, int] | None:
    """Four points that are not in one plane, the last below the first three as they are seen, far apart."""
    a = int(np.lexsort(points.T)[0])
    away = points - points[a]
    b = int(np.argmax((away * away).sum(axis=1)))
    across = np.cross(away[b], away)
    c = int(np.argmax((across * across).sum(axis=1)))
    for face in ((a, b, c), *((a, b, k) for k in range(len(points)))):
        sides = _sides(points, exact, np.array([face]), np.arange(len(points)))
        if (sides != 0).any():
            height = np.abs((away * np.cross(away[b], away[face[2]])).sum(axis=1))
            d = int(np.argmax(np.where(sides != 0, 1.0 + height / (height.max() or 1.0), 0.0)))
            return (face[0], face[1], face[2], d) if sides[d] > 0 else (face[1], face[0], face[2], d)
    return None


def _sides(points: PointArray, exact: NDArray[Any], faces: AnyArray, point: int | AnyArray) -> AnyArray:
    """+1 where a point is above a face, −1 below, 0 in its plane; faces and points broadcast."""
    a, b, c = (points[faces[:, k]] for k in range(3))
    u, v, w = b - a, c - a, points[point] - a
    terms = [
        u[..., i] * v[..., j] * w[..., k]
        for i, j, k in ((1, 2, 0), (2, 0, 1), (0, 1, 2), (2, 1, 0), (0, 2, 1), (1, 0, 2))
    ]
    value = terms[0] + terms[1] + terms[2] - terms[3] - terms[4] - terms[5]
    size = sum((np.abs(term) for term in terms), np.zeros(()))
    sides = np.sign(value).astype(np.int64)
    unsure = np.flatnonzero(np.abs(value) <= _ROUNDED * size)
    if len(unsure):
        corners = np.broadcast_to(faces, (len(sides), 3))[unsure]
        tops = np.broadcast_to(point, len(sides))[unsure]
        sides[unsure] = [
            _exact_side(exact[f[0]], exact[f[1]], exact[f[2]], exact[p]) for f, p in zip(corners, tops, strict=True)
        ]
    return sides


def _exact_side(a: NDArray[Any], b: NDArray[Any], c: NDArray[Any], p: NDArray[Any]) -> int:
    (ux, uy, uz), (vx, vy, vz), (wx, wy, wz) = b - a, c - a, p - a
    value = (uy * vz - uz * vy) * wx + (uz * vx - ux * vz) * wy + (ux * vy - uy * vx) * wz
    return (value > 0) - (value < 0)


def _whole_numbers(points: PointArray) -> NDArray[Any]:
    """The same points, all times one power of two, as Python's integers (n, 3)."""
    mantissa, exponent = np.frexp(points)
    whole = np.ldexp(mantissa, _MANTISSA).astype(np.int64)
    shift = np.where(whole == 0, 0, exponent - exponent[whole != 0].min(initial=2000))
    rows = [int(m) << int(s) for m, s in zip(whole.reshape(-1), shift.reshape(-1), strict=True)]
    found = np.zeros(points.size, object)
    found[:] = rows
    return found.reshape(points.shape)
