"""Sets of points compared without order."""

from __future__ import annotations

import numpy as np

from shapelang.geometry.point_sets import coincident


def test_equal_in_another_order() -> None:
    points = np.random.default_rng(0).random((9, 3))
    assert coincident(points, points[::-1] + 1e-9, 1e-6)


def test_one_moved_or_missing_tells_them_apart() -> None:
    points = np.random.default_rng(0).random((9, 3))
    moved = points.copy()
    moved[4, 1] += 1e-3
    assert not coincident(points, moved, 1e-6)
    assert not coincident(points, points[:-1], 1.0)
    assert not coincident(np.array([[0.0], [0.0], [1.0]]), np.array([[0.0], [1.0], [2.0]]), 0.5), "each way"
