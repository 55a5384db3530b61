"""Ear clipping (Meisters 1975): polygons that are not convex, in a bounded number of steps."""

from __future__ import annotations

from collections import deque
from typing import Final, final

import numpy as np

from shapelang.arrays import Float64, Int64

_FEW: Final = 24
"""Up to so many points a loop is faster than NumPy."""
_TESTS: Final = 10
"""Tests a corner may cost on average: three are the rule; a polygon that crosses itself could need n."""


def clipped_ears(points: Float64[np.ndarray, "n 2"]) -> Int64[np.ndarray, "m 3"]:
    """A counter-clockwise polygon as n − 2 triangles; where no ear is left (it crosses itself), a fan of the rest."""
    ring = _Ring(points)
    made: list[tuple[int, int, int]] = []
    waiting = deque(range(len(points)))
    tests, progress = _TESTS * len(points), True
    while ring.left > 3 and tests > 0:
        if not waiting:
            if not progress:
                break
            # An ear far from the last cut can be freed by it: look at all of them once more.
            waiting, progress = deque(ring.corners()), False
        corner = waiting.popleft()
        tests -= 1
        if ring.alive(corner) and ring.is_ear(corner):
            triangle = ring.cut(corner)
            made.append(triangle)
            waiting.extend((triangle[0], triangle[2]))
            progress = True
    rest = ring.corners()
    made.extend((rest[0], rest[k], rest[k + 1]) for k in range(1, len(rest) - 1))
    return np.array(made, np.int64)


@final
class _Ring:
    """The corners that are left, linked; `_reflex` are those where the polygon does not turn left."""

    __slots__ = ("_after", "_array", "_before", "_points", "_reflex", "left")

    def __init__(self, points: Float64[np.ndarray, "n 2"]) -> None:
        count = len(points)
        self._array = points
        self._points: list[tuple[float, float]] = [(x, y) for x, y in points.tolist()]
        self._before = [(k - 1) % count for k in range(count)]
        self._after = [(k + 1) % count for k in range(count)]
        self._reflex = {k for k in range(count) if self._turn(k) <= 0.0}
        self.left = count

    def alive(self, corner: int) -> bool:
        """Whether a corner was not cut off yet."""
        return self._after[self._before[corner]] == corner

    def corners(self) -> list[int]:
        """All corners that are left, in order."""
        first = next(k for k in range(len(self._points)) if self.alive(k))
        found = [first]
        while (here := self._after[found[-1]]) != first:
            found.append(here)
        return found

    def cut(self, corner: int) -> tuple[int, int, int]:
        """Cut off a corner; its triangle."""
        before, after = self._before[corner], self._after[corner]
        self._after[before], self._before[after] = after, before
        self.left -= 1
        self._reflex.discard(corner)
        for neighbour in (before, after):
            if self._turn(neighbour) > 0.0:
                self._reflex.discard(neighbour)
            else:
                self._reflex.add(neighbour)
        return before, corner, after

    def _turn(self, corner: int) -> float:
        """Twice the area of the triangle at a corner, positive where the polygon turns left."""
        (ax, ay), (bx, by), (cx, cy) = (self._points[k] for k in (self._before[corner], corner, self._after[corner]))
        return (bx - ax) * (cy - ay) - (by - ay) * (cx - ax)

    def is_ear(self, corner: int) -> bool:
        """Whether the triangle at a corner turns left and has no other corner in it."""
        if corner in self._reflex:
            return False
        triangle = tuple(self._points[k] for k in (self._before[corner], corner, self._after[corner]))
        if len(self._reflex) <= _FEW:
            return not any(_inside(triangle, self._points[k]) for k in self._reflex)
        return not _some_inside(triangle, self._array[list(self._reflex)])


def _inside(triangle: tuple[tuple[float, float], ...], point: tuple[float, float]) -> bool:
    """Whether a point lies in a triangle or on its rim, and at none of its corners (a slit, a bridge to a hole)."""
    if point in triangle:
        return False
    (ax, ay), (bx, by), (cx, cy) = triangle
    x, y = point
    return (
        (bx - ax) * (y - ay) - (by - ay) * (x - ax) >= 0.0
        and (cx - bx) * (y - by) - (cy - by) * (x - bx) >= 0.0
        and (ax - cx) * (y - cy) - (ay - cy) * (x - cx) >= 0.0
    )


def _some_inside(triangle: tuple[tuple[float, float], ...], points: Float64[np.ndarray, "n 2"]) -> bool:
    """`_inside` of any of many points."""
    (ax, ay), (bx, by), (cx, cy) = triangle
    x, y = points[:, 0], points[:, 1]
    inside = (
        ((bx - ax) * (y - ay) - (by - ay) * (x - ax) >= 0.0)
        & ((cx - bx) * (y - by) - (cy - by) * (x - bx) >= 0.0)
        & ((ax - cx) * (y - cy) - (ay - cy) * (x - cx) >= 0.0)
    )
    for px, py in triangle:
        inside &= (x != px) | (y != py)
    return bool(inside.any())
