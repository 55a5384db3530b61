"""Simple polygons in a plane: orientation, area, simplicity, triangles, distance."""

from __future__ import annotations

from collections.abc import Sequence

from shapelang.geometry.pose import Real
from shapelang.numbers import Numbers

Point = tuple[Real, Real]


def signed_area(points: Sequence[Point]) -> Real:
    """Half the shoelace sum: positive when counter-clockwise with the first axis right and the second up."""
    total: Real = 0.0
    for (a, b), (c, d) in zip(points, (*points[1:], points[0]), strict=True):
        total = total + (a * d - c * b)
    return total * 0.5


def _cross(o: Point, a: Point, b: Point) -> Real:
    return (a[0] - o[0]) * (b[1] - o[1]) - (a[1] - o[1]) * (b[0] - o[0])


def _meet(a: Point, b: Point, c: Point, d: Point) -> bool:
    """Whether two segments share a point."""
    p, q, r, s = _cross(a, b, c), _cross(a, b, d), _cross(c, d, a), _cross(c, d, b)
    if (p > 0) != (q > 0) and (r > 0) != (s > 0) and p != 0 and q != 0 and r != 0 and s != 0:
        return True
    return any(
        cross == 0 and min(u[0], v[0]) <= w[0] <= max(u[0], v[0]) and min(u[1], v[1]) <= w[1] <= max(u[1], v[1])
        for cross, u, v, w in ((p, a, b, c), (q, a, b, d), (r, c, d, a), (s, c, d, b))
    )


def simple(points: Sequence[Point]) -> bool:
    """Whether no two edges meet but neighbours in their common corner (floats only)."""
    count = len(points)
    for i in range(count):
        a, b = points[i], points[(i + 1) % count]
        if a == b:
            return False
        for j in range(i + 1, count):
            c, d = points[j], points[(j + 1) % count]
            if j == i + 1:
                if _cross(a, b, d) == 0 and (a[0] - b[0]) * (d[0] - b[0]) + (a[1] - b[1]) * (d[1] - b[1]) > 0:
                    return False
            elif (j + 1) % count == i:
                if _cross(c, d, b) == 0 and (c[0] - d[0]) * (b[0] - d[0]) + (c[1] - d[1]) * (b[1] - d[1]) > 0:
                    return False
            elif _meet(a, b, c, d):
                return False
    return True


def triangles(points: Sequence[Point]) -> list[tuple[int, int, int]]:
    """Triangles of a simple counter-clockwise polygon by ear clipping (Meisters 1975), in a fixed order.

    The ear with the widest smallest angle is not sought: the first ear is cut, so that the result hangs on nothing but
    the order of the points. A corner of 180° is cut only when nothing else is left, never into a flat triangle.
    """
    left = list(range(len(points)))
    found: list[tuple[int, int, int]] = []
    while len(left) > 3:
        k = _ear(points, left)
        found.append((left[k - 1], left[k], left[(k + 1) % len(left)]))
        del left[k]
    found.append((left[0], left[1], left[2]))
    return found


def _ear(points: Sequence[Point], left: list[int]) -> int:
    for k in range(len(left)):
        a, b, c = points[left[k - 1]], points[left[k]], points[left[(k + 1) % len(left)]]
        if _cross(a, b, c) <= 0:
            continue
        others = (points[i] for i in left if points[i] not in (a, b, c))
        if not any(_cross(a, b, p) >= 0 and _cross(b, c, p) >= 0 and _cross(c, a, p) >= 0 for p in others):
            return k
    # Only rounding leaves no ear; the corner that turns left the most loses the least.
    turns = [_cross(points[left[k - 1]], points[left[k]], points[left[(k + 1) % len(left)]]) for k in range(len(left))]
    return turns.index(max(turns))


def distance(n: Numbers, points: Sequence[Point], u: Real, v: Real, *, axis: bool = False) -> Real:
    """Signed distance to a polygon (Quilez, "2D distance functions": polygon), negative inside.

    With `axis`, edges on u = 0 are no boundary: the polygon is half of a shape turned about that axis.
    """
    best: Real = float("inf")
    sign: Real = 1.0
    for (a, b), (c, d) in zip(points, (*points[1:], points[0]), strict=True):
        ex, ey, wx, wy = c - a, d - b, u - a, v - b
        on_axis = axis and a == 0.0 and c == 0.0
        if not on_axis:
            t = n.minimum(n.maximum((wx * ex + wy * ey) / (ex * ex + ey * ey), 0.0), 1.0)
            p, q = wx - ex * t, wy - ey * t
            best = n.minimum(best, p * p + q * q)
        low, high, turn = v >= b, v < d, ex * wy > ey * wx
        flips = (low & high & turn) | (_not(low) & _not(high) & _not(turn))
        sign = n.where(flips, -sign, sign)
    return sign * n.sqrt(best)


def _not(test: Real) -> Real:
    return (not test) if test is True or test is False else ~test
