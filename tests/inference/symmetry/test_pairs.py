"""Equal solids that no mirror of the model explains: two in a row, four at the corners of a rectangle, and rings."""

from __future__ import annotations

import numpy as np

from shapelang.deadline import NEVER
from shapelang.inference.cut_short import Cuts
from shapelang.inference.rounding.turns import turn_matrix
from shapelang.inference.solids.kinds import Cone, Cuboid, Fit, Prism
from shapelang.inference.solids.plain import Solid, plain
from shapelang.inference.symmetry.patterns import Cornered, Lined, Mirrored, Once, Pattern, Ringed
from shapelang.inference.symmetry.repetition import repetitions

Point = tuple[float, float, float]


def patterns(centres: list[Point]) -> list[tuple[Pattern, Point]]:
    """Those of equal bars at these places; the model's middle is the origin."""
    solids = [Solid(Cuboid((0.1, 0.2, 0.3)), (), np.array(c), 0) for c in centres]
    found, _ = repetitions(solids, [0], 3.0, np.zeros(3), NEVER, Cuts())
    return [(one.pattern, _short(one.solid.centre)) for one in found]


def _short(point: np.ndarray) -> Point:
    x, y, z = (round(float(v), 6) + 0.0 for v in point)
    return x, y, z


def test_two_above_each_other_are_a_row() -> None:
    assert patterns([(0.2, 1.0, 0.1), (0.2, 0.4, 0.1)]) == [(Lined(2, (0.0, 0.6, 0.0)), (0.2, 0.4, 0.1))]


def test_two_askew_stand_alone() -> None:
    assert [pattern for pattern, _ in patterns([(0.2, 1.0, 0.1), (0.5, 0.4, 0.4)])] == [Once(), Once()]


def test_four_at_the_corners_of_a_rectangle_are_images_about_its_middle() -> None:
    corners = [(x, y, 0.3) for x in (0.2, 0.8) for y in (0.1, 0.5)]
    ((pattern, start),) = patterns(corners)
    assert isinstance(pattern, Cornered)
    assert pattern.axes == ("x", "y") and np.allclose(pattern.about[:2], (0.5, 0.3)) and start == (0.2, 0.1, 0.3)


def test_four_about_the_middle_stay_mirrored() -> None:
    corners = [(x, 0.1, z) for x in (-0.4, 0.4) for z in (-0.3, 0.3)]
    assert [pattern for pattern, _ in patterns(corners)] == [Mirrored(("x", "z"))]


def _posts(places: list[tuple[float, float, float]]) -> list[tuple[int, Point]]:
    """The counts and middles of the rings of equal posts at (angle, height, distance)."""
    post = Cone(0.1, 0.1, 0.2)
    at = [np.array([r * np.cos(np.radians(a)) + 1.0, y, r * np.sin(np.radians(a))]) for a, y, r in places]
    found, _ = repetitions([Solid(post, (), p, 0) for p in at], [0], 3.0, np.zeros(3), NEVER, Cuts())
    return sorted((p.pattern.count, _short(np.array(p.pattern.centre))) for p in found if isinstance(p.pattern, Ringed))


def test_two_levels_of_equal_posts_are_two_rings() -> None:
    low, high = (
        [(a, y, 0.8) for a in (start, start + 120.0, start + 240.0)] for start, y in ((10.0, 0.0), (50.0, 1.0))
    )
    assert _posts([*low, *high]) == [(3, (1.0, 0.0, 0.0)), (3, (1.0, 1.0, 0.0))]


def test_four_are_a_ring_where_no_mirror_across_two_axes_makes_them_and_they_are_as_far_out() -> None:
    assert _posts([(a, 0.5, 0.8) for a in (0.0, 90.0, 180.0, 270.0)]) == [(4, (1.0, 0.5, 0.0))]
    assert _posts([(0.0, 0.5, 0.8), (90.0, 0.5, 0.83), (180.0, 0.5, 0.8), (270.0, 0.5, 0.83)]) == []


def test_six_sided_bolts_in_a_ring_are_equal_however_each_is_turned() -> None:
    corners = [(0.1 * np.cos(np.radians(60.0 * k)), 0.1 * np.sin(np.radians(60.0 * k))) for k in range(6)]
    bolts = [
        plain(Fit(Prism(tuple(corners), 0.2), turn, turn @ np.array([0.8, 0.0, 0.0]), 1.0, 0.0), 0, 1e-3)
        for turn in (turn_matrix("y", 45.0 * k) for k in range(8))
    ]
    assert {bolt.kind for bolt in bolts} == {bolts[0].kind}
    found, _ = repetitions(bolts, [0], 3.0, np.zeros(3), NEVER, Cuts())
    (pattern,) = [one.pattern for one in found]
    assert isinstance(pattern, Ringed) and (pattern.count, pattern.axis) == (8, "y")
