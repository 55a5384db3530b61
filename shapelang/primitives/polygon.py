"""Simple polygons in a plane: orientation, area, crossings, triangles, distance."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from typing import Any

from shapelang.geometry.pose import Real
from shapelang.numbers import FLOAT, Numbers

Point = tuple[Real, Real]

MOST_POINTS = 256
"""Crossings are looked for among all pairs of edges."""


def bounds(n: Numbers, points: Sequence[Point]) -> tuple[Point, Point]:
    """Low and high corner of the box."""
    (a, b), (p, q) = points[0], points[0]
    for x, y in points[1:]:
        a, b, p, q = n.minimum(a, x), n.minimum(b, y), n.maximum(p, x), n.maximum(q, y)
    return (a, b), (p, q)


def signed_area(points: Sequence[Point]) -> Real:
    """Half the shoelace sum: positive when counter-clockwise with the first axis right and the second up."""
    total: Real = 0.0
    for (a, b), (c, d) in zip(points, (*points[1:], points[0]), strict=True):
        total = total + (a * d - c * b)
    return total * 0.5


def centroid(points: Sequence[Point]) -> Point:
    """The middle of a polygon's area."""
    (x, z), area = points[0], signed_area(points)
    # About the first corner, so that what lies far from the origin loses no digits.
    across: Real = 0.0
    along: Real = 0.0
    for (a, b), (c, d) in pairwise(points[1:]):
        part = (a - x) * (d - z) - (c - x) * (b - z)
        across, along = across + part * ((a - x) + (c - x)), along + part * ((b - z) + (d - z))
    return x + across / (area * 6.0), z + along / (area * 6.0)


def _cross(o: Point, a: Point, b: Point) -> Real:
    return (a[0] - o[0]) * (b[1] - o[1]) - (a[1] - o[1]) * (b[0] - o[0])


def _on(n: Numbers, cross: Real, u: Point, v: Point, w: Point) -> Any:
    """Whether w lies on the segment u v, given its cross product with it."""
    level = (n.minimum(u[0], v[0]) <= w[0]) & (w[0] <= n.maximum(u[0], v[0]))
    return (cross == 0) & level & (n.minimum(u[1], v[1]) <= w[1]) & (w[1] <= n.maximum(u[1], v[1]))


def _meet(n: Numbers, a: Point, b: Point, c: Point, d: Point) -> Any:
    """Whether two segments share a point."""
    p, q, r, s = _cross(a, b, c), _cross(a, b, d), _cross(c, d, a), _cross(c, d, b)
    touch = _on(n, p, a, b, c) | _on(n, q, a, b, d) | _on(n, r, c, d, a) | _on(n, s, c, d, b)
    return ((p * q < 0) & (r * s < 0)) | touch


def _folds(a: Point, b: Point, c: Point) -> Any:
    """Whether the way a b c goes straight back at b."""
    return (_cross(a, b, c) == 0) & ((a[0] - b[0]) * (c[0] - b[0]) + (a[1] - b[1]) * (c[1] - b[1]) > 0)


def crossing(n: Numbers, points: Sequence[Point], *, closed: bool = True) -> Any:
    """Whether two edges share more than the corner of neighbours (bool, or lanes of bool)."""
    edges = list(pairwise(points))
    if closed:
        edges.append((points[-1], points[0]))
    found: Any = False
    for i, (a, b) in enumerate(edges):
        for j in range(i + 1, len(edges)):
            c, d = edges[j]
            if j == i + 1:
                found = found | _folds(a, b, d)
            elif closed and i == 0 and j == len(edges) - 1:
                found = found | _folds(c, d, b)
            else:
                found = found | _meet(n, a, b, c, d)
    return found


def simple(points: Sequence[Point]) -> bool:
    """Whether a polygon has at least three corners, none twice in a row, and no two edges that meet (floats only)."""
    double = any(a == b for a, b in zip(points, (*points[1:], points[0]), strict=True))
    return len(points) > 2 and not double and not crossing(FLOAT, points)


def triangles(points: Sequence[Point]) -> list[tuple[int, int, int]]:
    """Triangles of a simple counter-clockwise polygon by ear clipping (Meisters 1975), in a fixed order.

    The first ear is cut, so that the result hangs on nothing but the order of the points. Cutting an ear can make ears
    of its neighbours alone, so only they are looked at again. A corner of 180° is never an ear: no triangle is flat.
    """
    left = list(range(len(points)))
    ears = [_is_ear(points, left, k) for k in range(len(left))]
    found: list[tuple[int, int, int]] = []
    while len(left) > 3:
        k = ears.index(True) if True in ears else _sharpest(points, left)
        found.append((left[k - 1], left[k], left[(k + 1) % len(left)]))
        del left[k], ears[k]
        for neighbour in ((k - 1) % len(left), k % len(left)):
            ears[neighbour] = _is_ear(points, left, neighbour)
    found.append((left[0], left[1], left[2]))
    return found


def _corner(points: Sequence[Point], left: list[int], k: int) -> tuple[Point, Point, Point]:
    return points[left[k - 1]], points[left[k]], points[left[(k + 1) % len(left)]]


def _is_ear(points: Sequence[Point], left: list[int], k: int) -> bool:
    """Whether a corner turns left and no other corner lies in its triangle or on it."""
    a, b, c = _corner(points, left, k)
    if _cross(a, b, c) <= 0:
        return False
    others = (points[i] for i in left if points[i] not in (a, b, c))
    return not any(_cross(a, b, p) >= 0 and _cross(b, c, p) >= 0 and _cross(c, a, p) >= 0 for p in others)


def _sharpest(points: Sequence[Point], left: list[int]) -> int:
    """Only rounding leaves no ear; then the corner that turns left the most loses the least."""
    turns = [_cross(*_corner(points, left, k)) for k in range(len(left))]
    return turns.index(max(turns))


def distance(n: Numbers, points: Sequence[Point], u: Real, v: Real, *, on_axis: bool = False) -> Real:
    """Signed distance to a polygon (Quilez, "2D distance functions": polygon), negative inside.

    With `on_axis`, the last edge, back to the first point, lies on u = 0 and is no boundary: the polygon is half of a
    shape turned about that axis, and u ≥ 0. Edges of no length do no harm.
    """
    best: Real = float("inf")
    outside: Any = True
    ends = points[1:] if on_axis else (*points[1:], points[0])
    for (a, b), (c, d) in zip(points, ends, strict=False):
        ex, ey, wx, wy = c - a, d - b, u - a, v - b
        t = (wx * ex + wy * ey) / n.maximum(ex * ex + ey * ey, 1e-36)
        t = n.minimum(n.maximum(t, 0.0), 1.0)
        p, q = wx - ex * t, wy - ey * t
        best = n.minimum(best, p * p + q * q)
        # Edges that a ray towards greater u crosses: upward ones, and downward ones.
        above, below, turn = v >= b, v < d, ex * wy > ey * wx
        outside = outside ^ ((above & below & turn) | ((above | below | turn) ^ True))
    return n.where(outside, 1.0, -1.0) * n.sqrt(best)
