"""Oriented boxes and what can be said of two of them: `overlaps`, `touches`, `inside`, `supported`.

Generic over the number: with floats the answers are bools, with lanes they are lanes of bool. A box is given as its
pose and its axis-aligned box in the posed frame. Metres; tolerances are lengths.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any, Final, TypeAlias, final

from shapelang.geometry.box import Box
from shapelang.geometry.pose import UNIT, Pose, Real, Vec3, subtract
from shapelang.numbers import Numbers

Posed: TypeAlias = tuple[Pose, Box]
Test: TypeAlias = Any
"""A bool, or lanes of bool."""

TOLERANCE: Final = 1e-4
"""0.1 mm: what counts as contact when nobody says otherwise."""

_PARALLEL: Final = 1e-6
"""Sine of the angle under which two edges give no axis of their own: the faces' axes separate as well."""


@final
@dataclass(frozen=True, slots=True)
class Oriented:
    """A box about `centre` with unit `axes` and `half` sizes along them; not `turned` when the axes are x, y, z."""

    centre: Vec3
    axes: tuple[Vec3, Vec3, Vec3]
    half: Vec3
    turned: bool

    def reach(self) -> Vec3:
        """Half extents of the axis-aligned box about it."""
        if not self.turned:
            return self.half
        (a, b, c), (i, j, k) = self.half, self.axes
        return (
            a * abs(i[0]) + b * abs(j[0]) + c * abs(k[0]),
            a * abs(i[1]) + b * abs(j[1]) + c * abs(k[1]),
            a * abs(i[2]) + b * abs(j[2]) + c * abs(k[2]),
        )


_WORLD: Final[tuple[Vec3, Vec3, Vec3]] = ((1.0, 0.0, 0.0), (0.0, 1.0, 0.0), (0.0, 0.0, 1.0))


def oriented(posed: Posed) -> Oriented:
    """The oriented box of a posed box."""
    pose, box = posed
    (x, y, z), m = box.size, pose.rotation
    h = 0.5 if pose.scale is UNIT else 0.5 * pose.scale
    half = (x * h, y * h, z * h)
    centre = pose.apply(box.centre)
    if m is None:
        return Oriented(centre, _WORLD, half, False)
    return Oriented(centre, ((m[0], m[3], m[6]), (m[1], m[4], m[7]), (m[2], m[5], m[8])), half, True)


def overlaps(n: Numbers, a: Posed, b: Posed, tolerance: Real = TOLERANCE) -> Test:
    """Whether two boxes share more than a skin: along every axis they go deeper into each other than the tolerance."""
    return _no_gap_above(n, oriented(a), oriented(b), -tolerance)


def touches(n: Numbers, a: Posed, b: Posed, tolerance: Real = TOLERANCE) -> Test:
    """Whether two boxes are no further apart than the tolerance, as far as an axis can tell; overlapping ones touch."""
    return _no_gap_above(n, oriented(a), oriented(b), tolerance)


def inside(n: Numbers, a: Posed, b: Posed, tolerance: Real = TOLERANCE) -> Test:
    """Whether every corner of `a` lies in `b`, or no further outside it than the tolerance."""
    first, second = oriented(a), oriented(b)
    apart = subtract(first.centre, second.centre)
    holds: Test = True
    for axis, half in zip(second.axes, second.half, strict=True):
        within = abs(_dot(apart, axis)) + _radius(first, axis) <= half + tolerance
        holds = holds & within
        if not n.any(holds):
            break
    return holds


def supported(n: Numbers, a: Posed, others: Iterable[Posed], tolerance: Real = TOLERANCE) -> Test:
    """Whether `a` stands: its lowest level is y = 0, or the highest level of a box that it touches from above.

    From above: their shadows on the ground share more than a skin.
    """
    first = oriented(a)
    reach = first.reach()
    low = first.centre[1] - reach[1]
    holds: Test = abs(low) <= tolerance
    for other in others:
        if n.all(holds):
            break
        second = oriented(other)
        under = second.reach()
        level = abs(second.centre[1] + under[1] - low) <= tolerance
        if n.any(level):
            shadow = _shadows_overlap(first, reach, second, under, tolerance)
            holds = holds | (level & shadow & _no_gap_above(n, first, second, tolerance))
    return holds


def _shadows_overlap(a: Oriented, across: Vec3, b: Oriented, under: Vec3, tolerance: Real) -> Test:
    x = abs(a.centre[0] - b.centre[0]) - (across[0] + under[0]) < -tolerance
    z = abs(a.centre[2] - b.centre[2]) - (across[2] + under[2]) < -tolerance
    return x & z


def _no_gap_above(n: Numbers, a: Oriented, b: Oriented, limit: Real) -> Test:
    """Whether no axis shows a gap above the limit (a negative gap is a depth).

    The separating axis test: Gottschalk, Lin, Manocha, "OBBTree", SIGGRAPH 1996, section 5.
    """
    holds: Test = True
    for test in _gaps(n, a, b, limit):
        holds = holds & test
        if not n.any(holds):
            break
    return holds


def _gaps(n: Numbers, a: Oriented, b: Oriented, limit: Real) -> Iterator[Test]:
    """`gap ≤ limit`, axis by axis: first those of the world, which tell most pairs apart, then the boxes' own."""
    apart, p, q = subtract(b.centre, a.centre), a.reach(), b.reach()
    for axis in range(3):
        yield abs(apart[axis]) - (p[axis] + q[axis]) <= limit
    if not a.turned and not b.turned:
        return
    cosines = [[_dot(i, j) for j in b.axes] for i in a.axes]
    for k in range(3):
        i, (c, d, e) = a.axes[k], cosines[k]
        spread = b.half[0] * abs(c) + b.half[1] * abs(d) + b.half[2] * abs(e)
        yield abs(_dot(apart, i)) - (a.half[k] + spread) <= limit
    for k in range(3):
        j = b.axes[k]
        spread = a.half[0] * abs(cosines[0][k]) + a.half[1] * abs(cosines[1][k]) + a.half[2] * abs(cosines[2][k])
        yield abs(_dot(apart, j)) - (b.half[k] + spread) <= limit
    yield from _edge_gaps(n, a, b, limit, cosines)


def _edge_gaps(n: Numbers, a: Oriented, b: Oriented, limit: Real, cosines: list[list[Real]]) -> Iterator[Test]:
    """The nine axes across an edge of each, as long as the sine between the edges."""
    apart = subtract(b.centre, a.centre)
    along = [_dot(apart, i) for i in a.axes]
    for i in range(3):
        i1, i2 = (i + 1) % 3, (i + 2) % 3
        for j in range(3):
            j1, j2 = (j + 1) % 3, (j + 2) % 3
            reach = (
                a.half[i1] * abs(cosines[i2][j])
                + a.half[i2] * abs(cosines[i1][j])
                + b.half[j1] * abs(cosines[i][j2])
                + b.half[j2] * abs(cosines[i][j1])
            )
            gap = abs(along[i2] * cosines[i1][j] - along[i1] * cosines[i2][j]) - reach
            sine = n.sqrt(n.maximum(1.0 - cosines[i][j] * cosines[i][j], 0.0))
            yield (gap <= limit * sine) | (sine < _PARALLEL)


def _radius(box: Oriented, axis: Vec3) -> Real:
    (a, b, c), (i, j, k) = box.half, box.axes
    return a * abs(_dot(i, axis)) + b * abs(_dot(j, axis)) + c * abs(_dot(k, axis))


def _dot(a: Vec3, b: Vec3) -> Real:
    return a[0] * b[0] + a[1] * b[1] + a[2] * b[2]
