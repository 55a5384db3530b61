"""Solids refined together: distances, their slopes, and what a descent may and may not do."""

from __future__ import annotations

import numpy as np
import pytest

from shapelang.deadline import NEVER
from shapelang.inference.refine.distance import corner_slopes, distance, kind_distance
from shapelang.inference.refine.moves import freedom, moved, sound
from shapelang.inference.refine.refine import needed, refined
from shapelang.inference.refine.steps import Target
from shapelang.inference.sampling.samples import sequence
from shapelang.inference.solids.kinds import (
    Cone,
    Cuboid,
    Ellipsoid,
    Fit,
    Joined,
    Kind,
    Lathe,
    Prism,
    Superquadric,
)
from tests.inference.refine.solids import KINDS, POINTS, SQUARE, VASE, fit_of, target_of


def wrong(fits: list[Fit], target: Target) -> int:
    points = target.points[target.on :]
    covered = np.any([fit.inside(points) for fit in fits], axis=0)
    return int((covered != (target.inside[target.on :] > 0.5)).sum())


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: type(kind).__name__)
def test_distances_are_negative_just_where_a_point_is_inside(kind: Kind) -> None:
    away = kind_distance(kind, POINTS)
    clear = np.abs(away) > 1e-9
    assert ((away < 0.0) == kind.inside(POINTS))[clear].all()
    assert (away < 0.0).any()


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: type(kind).__name__)
def test_near_the_surface_a_distance_grows_by_one_with_each_length(kind: Kind) -> None:
    near = POINTS[np.abs(kind_distance(kind, POINTS)) < 0.02]
    slope = np.stack(
        [(kind_distance(kind, near + e) - kind_distance(kind, near - e)) / 2e-6 for e in 1e-6 * np.eye(3)], axis=1
    )
    steep = np.sqrt((slope**2).sum(axis=1))
    # A radial distance is no more than as steep as the surface leans from the ray.
    assert 0.9 < np.median(steep) < (1.35 if isinstance(kind, Superquadric) else 1.01)


@pytest.mark.parametrize("kind", [Prism(SQUARE, 0.7), Lathe(VASE)], ids=["prism", "lathe"])
def test_the_slopes_of_corners_are_those_of_differences(kind: Prism | Lathe) -> None:
    found = corner_slopes(kind, POINTS)
    for k in range(2 * len(kind.points)):
        corners = np.array(kind.points).reshape(-1)
        corners[k] += 1e-6
        places = tuple((float(a), float(b)) for a, b in corners.reshape(-1, 2))
        beside = Prism(places, kind.height) if isinstance(kind, Prism) else Lathe(places)
        difference = (kind_distance(beside, POINTS) - kind_distance(kind, POINTS)) / 1e-6
        # At corners and where two edges are equally near there is none.
        assert (np.abs(difference - found[:, k]) < 1e-3).mean() > 0.98


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: type(kind).__name__)
def test_no_step_moves_nothing_and_a_small_one_little(kind: Kind) -> None:
    fit = fit_of(kind, (0.1, -0.2, 0.3), turned=True)
    still = moved(fit, np.zeros(freedom(fit)))
    step = 1e-3 * (sequence(freedom(fit))[:, 0] - 0.5)
    away = moved(fit, step)
    assert still is not None and away is not None
    np.testing.assert_allclose(distance(still, POINTS), distance(fit, POINTS), atol=1e-12)
    change = np.abs(distance(away, POINTS) - distance(fit, POINTS)).max()
    assert 0.0 < change < 1e-2
    assert sound(away.kind)


def test_what_stands_along_the_axes_does_not_turn() -> None:
    assert freedom(fit_of(Cuboid((1.0, 1.0, 1.0)))) == 6
    assert freedom(fit_of(Cuboid((1.0, 1.0, 1.0)), turned=True)) == 9
    assert freedom(fit_of(Cone(0.5, 0.2, 1.0), turned=True)) == 3 + 2 + 3
    assert freedom(fit_of(Cone(0.5, 0.5, 1.0))) == 3 + 2


def test_two_solids_that_were_pushed_away_come_back() -> None:
    truth = [fit_of(Ellipsoid((0.7, 0.6, 0.6)), (-0.2, 0.0, 0.0)), fit_of(Cuboid((0.6, 0.3, 0.3)), (0.3, 0.05, 0.0))]
    pushed = [
        fit_of(Ellipsoid((0.6, 0.7, 0.5)), (-0.16, 0.04, 0.03)),
        fit_of(Cuboid((0.5, 0.4, 0.36)), (0.34, 0.0, 0.0)),
    ]
    target = target_of(truth)
    found = refined(pushed, [0, 0], target, NEVER)
    assert wrong(found, target) < 0.1 * wrong(pushed, target)
    np.testing.assert_allclose(found[0].centre, truth[0].centre, atol=0.02)
    np.testing.assert_allclose(found[1].kind.size, truth[1].kind.size, atol=0.03)


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: type(kind).__name__)
def test_never_is_more_wrong_than_before(kind: Kind) -> None:
    fit = fit_of(kind, turned=True)
    pushed = moved(fit, 0.06 * (sequence(freedom(fit))[:, 1] - 0.5))
    assert pushed is not None
    target = target_of([fit])
    found = refined([pushed], [0], target, NEVER)
    if isinstance(kind, Joined):
        assert wrong(found, target) <= wrong([pushed], target)
    else:
        assert wrong(found, target) < 0.5 * wrong([pushed], target)
    assert sound(found[0].kind)


def test_faces_of_boxes_that_hardly_move_stay() -> None:
    truth = fit_of(Cuboid((0.8, 0.6, 0.6)))
    found = refined([fit_of(Cuboid((0.802, 0.6, 0.4)))], [0], target_of([truth]), NEVER)
    assert found[0].kind.size[:2] == (0.802, 0.6)
    assert found[0].kind.size[2] == pytest.approx(0.6, abs=0.02)


def test_a_solid_of_another_material_does_not_answer() -> None:
    target = target_of([fit_of(Cuboid((0.8, 0.6, 0.6)))])
    small = fit_of(Cuboid((0.4, 0.6, 0.6)))
    other = refined([small], [1], target, NEVER)
    own = refined([small], [0], target, NEVER)
    assert wrong(own, target) < 0.2 * wrong(other, target)


def test_what_others_explain_is_not_needed() -> None:
    fits = [
        fit_of(Cuboid((0.8, 0.6, 0.6))),
        fit_of(Cuboid((0.7, 0.5, 0.5))),
        fit_of(Cuboid((0.2, 0.2, 0.2)), (0.6, 0, 0)),
    ]
    target = target_of([fits[0], fits[2]])
    assert needed(fits, [1.0, 1.0, 1.0], target) == [0, 2]
    assert needed(fits, [1.0, 1.0, 1e9], target) == [0]
