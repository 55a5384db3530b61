"""MMD, coverage and 1-NNA by hand and by their laws; nearest clouds against all distances by another way."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.spatial import KDTree

from shapelang.metrics.sets import Nearest, _least, nearest, nearest_others, set_scores


def chamfer(first: np.ndarray, second: np.ndarray) -> float:
    there, back = KDTree(second).query(first)[0], KDTree(first).query(second)[0]
    return float((there * there).mean() + (back * back).mean())


def of(distances: np.ndarray) -> Nearest:
    return Nearest(distances.min(axis=1), distances.argmin(axis=1))


def test_chamfer_by_hand() -> None:
    a = np.array([[0.0, 0.0, 0.0], [1.0, 0.0, 0.0]])
    b = np.array([[0.0, 0.0, 2.0], [0.0, 0.0, 2.0]])
    # a to b: 4 and 5, mean 4.5; b to a: 4.
    assert nearest([a], [b]).distances[0] == pytest.approx(8.5)
    np.testing.assert_allclose(nearest_others([a, b]).distances, 8.5)
    np.testing.assert_array_equal(nearest_others([a, b]).indices, [1, 0])


def test_nearest_clouds_are_those_of_all_distances() -> None:
    rng = np.random.default_rng(3)
    first, second = ([rng.normal(size=(150, 3)) + rng.normal(size=3) for _ in range(n)] for n in (9, 14))
    every = np.array([[chamfer(a, b) for b in second] for a in first])
    found = nearest(first, second)
    np.testing.assert_allclose(found.distances, every.min(axis=1), rtol=1e-4)
    np.testing.assert_array_equal(found.indices, every.argmin(axis=1))
    own = np.array([[chamfer(a, b) if a is not b else np.inf for b in first] for a in first])
    np.testing.assert_array_equal(nearest_others(first).indices, own.argmin(axis=1))


@pytest.mark.parametrize("offset", [0.0, 1000.0])
def test_what_is_ruled_out_unseen_is_further(offset: float) -> None:
    """Tight clouds in several heaps, copies, and clouds of one point: the distances to cells decide nearly all."""
    rng = np.random.default_rng(7)
    heaps = rng.uniform(-1.0, 1.0, size=(5, 3))
    first, second = (
        [heaps[rng.integers(5)] + offset + 0.02 * rng.normal(size=(40, 3)) for _ in range(n)] for n in (12, 20)
    )
    first += [second[3], np.full((40, 3), offset)]
    every = np.array([[chamfer(*(c.astype(np.float32).astype(float) for c in (a, b))) for b in second] for a in first])
    found = nearest(first, second)
    # Coordinates about 1,000 are kept to 6e-5, and differences of them to as much.
    np.testing.assert_allclose(found.distances, every.min(axis=1), rtol=1e-3, atol=1e-8)
    assert found.distances[12] == 0.0 and found.indices[12] == 3
    least = _least(*(np.stack(some).transpose(0, 2, 1).astype(np.float32) for some in (first, second)))
    assert (least <= every * (1.0 + 1e-6)).all()
    assert (least[every > 0.1] > 0.5 * every[every > 0.1]).all(), "far ones are known to be"


def test_one_place_is_no_box() -> None:
    clouds = [np.zeros((3, 3))] * 2
    np.testing.assert_array_equal(nearest_others(clouds).distances, 0.0)


def test_scores_by_hand() -> None:
    # On a line: made at 0 and 10, reference at 1 and 2.
    made, reference = np.array([0.0, 10.0]), np.array([1.0, 2.0])

    def apart(x: np.ndarray, y: np.ndarray) -> np.ndarray:
        return np.abs(x[:, None] - y[None])

    others = [of(apart(x, x) + np.diag([np.inf, np.inf])) for x in (made, reference)]
    scores = set_scores(others[0], of(apart(made, reference)), of(apart(reference, made)), others[1])
    assert scores.mmd == (1.0 + 2.0) / 2
    # 0 is nearest to 1, and 10 to 2: both are covered.
    assert scores.cov == 1.0
    # Nearest of 0 is 1, of 10 is 2, of 1 are 0 and 2 (the made one counts): of the other set; of 2 it is 1.
    assert scores.one_nna == 0.25


def test_far_sets_are_told_apart_and_copies_are_not() -> None:
    rng = np.random.default_rng(0)
    near = [rng.normal(size=(64, 3)) * scale for scale in (1.0, 1.1, 1.2, 1.3)]
    far = [points + 100.0 for points in near]
    among = nearest_others(near)
    assert set_scores(nearest_others(far), nearest(far, near), nearest(near, far), among).one_nna == 1.0
    assert set_scores(among, nearest(near, near), nearest(near, near), among).one_nna == 0.0
