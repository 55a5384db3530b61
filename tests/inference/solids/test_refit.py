"""Outlines from pixels are moved onto the surface."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import pytest

from shapelang.inference.solids.refit import Marks, refitted

TRUE = np.array([(0.0, 0.0), (1.0, 0.0), (0.8, 1.0), (0.0, 1.0)])


def marks(outline: np.ndarray) -> Marks:
    """Along the edges of a counter-clockwise outline, but for the one on the axis."""
    points: list[np.ndarray] = []
    normals: list[np.ndarray] = []
    for a, b in pairwise(outline):
        share = (np.arange(60) + 0.5)[:, None] / 60
        points.append(a + share * (b - a))
        x, y = (b - a) / np.sqrt(((b - a) ** 2).sum())
        normals.append(np.tile((y, -x), (60, 1)))
    return Marks(np.concatenate(points), np.concatenate(normals))


@pytest.mark.parametrize("seed", range(6))
def test_a_shaken_outline_is_found_again(seed: int) -> None:
    shaken = TRUE + np.random.default_rng(seed).uniform(-0.01, 0.01, (4, 2)) * (TRUE[:, :1] > 0.0)
    shaken[[0, 3], 1] += 0.01
    assert np.abs(refitted(shaken, marks(TRUE), 0.02) - TRUE).max() < 1e-9


def test_the_other_side_of_a_thin_wall_does_not_count() -> None:
    wall = Marks(np.column_stack([np.full(50, 0.95), np.linspace(0.0, 1.0, 50)]), np.tile((-1.0, 0.0), (50, 1)))
    square = np.array([(0.0, 0.0), (1.0, 0.0), (1.0, 1.0), (0.0, 1.0)])
    assert (refitted(square, wall, 0.05) == square).all()


def test_without_marks_nothing_moves() -> None:
    assert np.allclose(refitted(TRUE, Marks(np.zeros((0, 2)), np.zeros((0, 2))), 0.02), TRUE)
