"""Rotations as turns: the shortest, and the same rotation again."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from shapelang.inference.rounding.turns import exact_turns, matrix_of, turns_of

ANGLES = st.one_of(st.floats(-180.0, 180.0), st.sampled_from((0.0, 90.0, -90.0, 180.0, 0.3, 89.7)))


@given(ANGLES, ANGLES, ANGLES)
def test_exact_turns_give_the_rotation_back(x: float, y: float, z: float) -> None:
    """Whatever the rotation, also where two axes fall together: within the rounding of a millionth of a degree."""
    frame = matrix_of((("x", x), ("y", y), ("z", z)))
    assert np.abs(matrix_of(exact_turns(frame)) - frame).max() < 1e-6


def test_exact_turns_are_short_and_not_snapped() -> None:
    """One turn is one turn; 0.3 degrees stay, which plain turns take for nothing."""
    assert exact_turns(np.eye(3)) == ()
    frame = matrix_of((("y", 0.3),))
    assert exact_turns(frame) == (("y", pytest.approx(0.3)),)
    assert turns_of(frame) == ()
