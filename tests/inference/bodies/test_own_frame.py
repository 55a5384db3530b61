"""A model that was turned is found in its own frame."""

from __future__ import annotations

import numpy as np

from shapelang.inference.bodies.own_frame import in_frame, own_frame, turns_exactly
from shapelang.inference.rounding.turns import Turns, matrix_of
from tests.inference.shapes import TABLE

TURNS: Turns = (("x", 31.4159), ("y", -12.5), ("z", 77.7777))


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
