"""A model that was turned is found in its own frame."""

from __future__ import annotations

import numpy as np

from shapelang.inference.bodies.own_frame import in_frame, own_frame, turns_exactly
from shapelang.inference.rounding.turns import Turns, matrix_of
from shapelang.metrics.triangles import Triangles, joined, triangles

TURNS: Turns = (("x", 31.4159), ("y", -12.5), ("z", 77.7777))


def box(size: tuple[float, float, float], centre: tuple[float, float, float]) -> Triangles:
    """A closed cuboid."""
    corners = [(x, y, z) for x in (-0.5, 0.5) for y in (-0.5, 0.5) for z in (-0.5, 0.5)]
    faces = [(0, 1, 3), (0, 3, 2), (4, 6, 7), (4, 7, 5), (0, 4, 5), (0, 5, 1), (2, 3, 7), (2, 7, 6)]
    return triangles(np.array(corners) * size + centre, [*faces, (0, 2, 6), (0, 6, 4), (1, 5, 7), (1, 7, 3)])


TABLE = joined([box((1.2, 0.1, 0.8), (0.0, 0.7, 0.0)), *(box((0.1, 0.6, 0.1), (x, 0.3, 0.3)) for x in (-0.5, 0.5))])


def test_a_turned_model_stands_straight_in_its_frame() -> None:
    turned = in_frame(TABLE, matrix_of(TURNS).T)
    frame = own_frame(turned)
    assert frame is not None
    across = np.abs(frame.T @ matrix_of(TURNS))
    assert np.abs(np.sort(across, axis=1) - [0.0, 0.0, 1.0]).max() < 2e-5


def test_a_model_that_stands_straight_is_left_so() -> None:
    assert own_frame(TABLE) is None


def test_turns_are_written_to_four_decimals() -> None:
    found = turns_exactly(matrix_of(TURNS))
    assert np.abs(matrix_of(found) - matrix_of(TURNS)).max() < 3e-6
    assert turns_exactly(matrix_of((("y", 12.3456),))) == (("y", 12.3456),)
