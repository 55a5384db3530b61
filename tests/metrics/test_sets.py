"""MMD, coverage and 1-NNA by hand and by their laws."""

from __future__ import annotations

import numpy as np

from shapelang.metrics.sets import chamfer_matrix, own_chamfer_matrix, set_scores


def test_chamfer_by_hand() -> None:
    a = np.array([[0.0, 0.0, 0.0], [1.0, 0.0, 0.0]])
    b = np.array([[0.0, 0.0, 2.0]])
    # a to b: 4 and 5, mean 4.5; b to a: 4.
    assert chamfer_matrix([a], [b])[0, 0] == 8.5
    np.testing.assert_array_equal(own_chamfer_matrix([a, b]), [[0.0, 8.5], [8.5, 0.0]])


def test_scores_by_hand() -> None:
    # On a line: made at 0 and 10, reference at 1 and 2.
    made, reference = np.array([0.0, 10.0]), np.array([1.0, 2.0])

    def apart(x: np.ndarray, y: np.ndarray) -> np.ndarray:
        return np.abs(x[:, None] - y[None])

    scores = set_scores(apart(made, made), apart(made, reference), apart(reference, reference))
    assert scores.mmd == (1.0 + 2.0) / 2
    # 0 is nearest to 1, and 10 to 2: both are covered.
    assert scores.cov == 1.0
    # Nearest of 0 is 1, of 10 is 2 (both of the other set); of 1 either, of 2 is 1.
    assert scores.one_nna in (0.25, 0.5)


def test_far_sets_are_told_apart_and_copies_are_not() -> None:
    rng = np.random.default_rng(0)
    near = [rng.normal(size=(64, 3)) * scale for scale in (1.0, 1.1, 1.2, 1.3)]
    far = [points + 100.0 for points in near]
    among = own_chamfer_matrix(near)
    assert set_scores(own_chamfer_matrix(far), chamfer_matrix(far, near), among).one_nna == 1.0
    assert set_scores(among, chamfer_matrix(near, near), among).one_nna == 0.0
