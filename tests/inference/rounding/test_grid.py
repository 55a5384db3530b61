"""Numbers are written as plainly as the model was made."""

from __future__ import annotations

import numpy as np
import pytest

from shapelang.inference.infer import infer
from shapelang.inference.rounding.grid import coarse_grid, written_grid
from shapelang.inference.rounding.turns import turn_matrix
from shapelang.metrics.triangles import triangles
from tests.inference.shapes import chair, data, piece


@pytest.mark.parametrize(("diagonal", "grid"), [(1.0, 1e-3), (0.999, 1e-4), (10.5, 1e-2)])
def test_the_coarse_grid_is_a_thousandth_or_finer(diagonal: float, grid: float) -> None:
    assert coarse_grid(diagonal) == pytest.approx(grid)


def test_a_model_of_plain_numbers_keeps_them() -> None:
    mesh = chair()
    whole = triangles(mesh.positions, mesh.faces)
    assert written_grid(whole) == coarse_grid(whole.diagonal) == pytest.approx(1e-3)


def test_other_places_get_one_digit_more() -> None:
    mesh = chair()
    assert written_grid(triangles(mesh.positions * 1.0371, mesh.faces)) == pytest.approx(1e-4)


def test_what_does_not_stand_across_the_axes_is_coarse() -> None:
    mesh = chair()
    turned = mesh.positions @ turn_matrix("y", 30.0).T @ turn_matrix("x", 20.0).T
    assert written_grid(triangles(turned * 1.0371, mesh.faces)) == pytest.approx(1e-3)
    noisy = mesh.positions + np.random.default_rng(0).normal(0.0, 1e-3, mesh.positions.shape)
    assert written_grid(triangles(noisy, mesh.faces)) == pytest.approx(1e-3)


def test_a_thin_plate_is_not_made_thinner() -> None:
    found = infer(data(piece("cuboid", 1.0, 0.0625, 1.0)), name="plate")
    assert "cuboid(1, 0.0625, 1)" in found.text
