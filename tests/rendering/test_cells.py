"""Pictures of grids, cell by cell."""

from __future__ import annotations

import numpy as np
import pytest

from shapelang.rendering.cells import PAPER, grey_cells, solid_cells


def test_a_picture_has_its_cells_as_squares_dark_inside() -> None:
    picture = grey_cells(np.array([[0.0, 1.0], [0.5, 2.0]]), 5).rgb
    assert picture.shape == (4, 4, 3)
    assert picture[::2, ::2, 0].tolist() == [[255, 0], [128, 0]]
    assert (picture[0:2, 2:4] == 0).all() and (picture[2:4, 0:2] == 128).all()


def test_a_large_picture_has_a_pixel_a_cell() -> None:
    assert grey_cells(np.zeros((64, 64)), 5).rgb.shape == (64, 64, 3)


def test_a_full_cube_shows_its_three_near_sides_where_they_are() -> None:
    size = 64
    grey = solid_cells(np.ones((4, 4, 4), np.bool_), size).rgb[:, :, 0].astype(int)
    middle = size // 2
    top, right, left = grey[middle - 8, middle], grey[middle + 8, middle + 8], grey[middle + 8, middle - 8]
    assert top > right > left, "light from above, then from +x, which is on the right, then from +z"
    assert grey[0, 0] == grey[-1, -1] == grey[0, -1] == PAPER
    filled = (grey != PAPER).mean()
    assert filled == pytest.approx(3.0 * np.sqrt(3.0) / 8.0, abs=0.02), "a hexagon of half the picture's side"


def test_there_are_no_holes() -> None:
    for size in (37, 64, 128):
        paper = solid_cells(np.ones((8, 8, 8), np.bool_), size).rgb[:, :, 0] == PAPER
        inner = paper[int(0.3 * size) : int(0.7 * size), int(0.2 * size) : int(0.8 * size)]
        assert not inner.any()


def test_the_nearer_cell_hides_the_further_one() -> None:
    near = np.zeros((4, 4, 4), np.bool_)
    near[3, 3, 3] = True
    both = near.copy()
    both[1, 1, 1] = True
    assert np.array_equal(solid_cells(near, 64).rgb, solid_cells(both, 64).rgb), "one stands behind the other"
    beside = near.copy()
    beside[0, 3, 3] = True
    assert not np.array_equal(solid_cells(near, 64).rgb, solid_cells(beside, 64).rgb)


def test_a_cell_stands_where_its_axes_say() -> None:
    def centre(x: int, y: int, z: int) -> tuple[float, float]:
        cells = np.zeros((8, 8, 8), np.bool_)
        cells[x, y, z] = True
        rows, columns = np.nonzero(solid_cells(cells, 128).rgb[:, :, 0] != PAPER)
        return float(rows.mean()), float(columns.mean())

    row, column = centre(3, 3, 3)
    assert centre(3, 6, 3)[0] < row - 20 and centre(3, 6, 3)[1] == pytest.approx(column, abs=1.0), "y is up"
    assert centre(6, 3, 3)[1] > column + 15 and centre(3, 3, 6)[1] < column - 15, "x to the right, z to the left"


def test_nothing_is_paper() -> None:
    assert (solid_cells(np.zeros((8, 8, 8), np.bool_), 32).rgb == PAPER).all()
