"""The field at points anywhere: labels, empty cases, limits. Values and gradients: test_kernels."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from shapelang.diagnostics import UsageError
from shapelang.fields.at import MOST_POINTS, field_at, value_and_gradient_at
from shapelang.fields.packed import pack
from shapelang.geometry.pose import IDENTITY
from shapelang.primitives.sphere import Sphere
from shapelang.representations.field import nearest
from tests.fields.scenes import leaf, reference, scatter, scenes

pytestmark = pytest.mark.filterwarnings("ignore:Do not use the `random` module")


@settings(max_examples=25)
@given(scenes, st.integers(0, 100))
def test_the_label_is_of_a_leaf_that_has_the_value(leaves: list, seed: int) -> None:
    points = scatter(seed, 600)
    found = field_at(pack(leaves), points)
    assert (np.abs(found.values - reference(leaves, points)) <= found.rounding).all()
    for number, one in enumerate(leaves):
        own = found.labels == number
        # The leaf's own value is the lowest but for what 32 bits are off.
        assert (reference([one], points[own]) <= found.values[own] + found.rounding[own]).all()


def test_the_first_of_equal_leaves_is_nearest() -> None:
    twins = [leaf(Sphere(1.0), IDENTITY)] * 3
    points = scatter(0, 100)
    assert field_at(pack(twins), points).labels.tolist() == nearest(twins, points)[1].tolist() == [0] * 100


def test_points_that_lie_far_apart_are_right_too() -> None:
    """A chunk whose points have nothing in common but their order."""
    leaves = [leaf(Sphere(1.0), IDENTITY)]
    points = np.array([[1e4, 0.0, 0.0], [0.0, 0.0, 0.0], [0.0, -1e3, 0.0], [0.5, 0.0, 0.0]])
    found = field_at(pack(leaves), points)
    assert (np.abs(found.values - [9999.0, -1.0, 999.0, -0.5]) <= found.rounding).all()
    exact, gradients = value_and_gradient_at(pack(leaves), points)
    assert exact.tolist() == [9999.0, -1.0, 999.0, -0.5]
    # In the middle of a ball every direction is as good: none is named.
    assert gradients.tolist() == [[1.0, 0.0, 0.0], [0.0, 0.0, 0.0], [0.0, -1.0, 0.0], [1.0, 0.0, 0.0]]


def test_no_leaves_and_no_points() -> None:
    none = field_at(pack([]), scatter(0, 2))
    assert (none.values.tolist(), none.labels.tolist()) == ([np.inf, np.inf], [-1, -1])
    values, gradients = value_and_gradient_at(pack([]), scatter(0, 2))
    assert (values.tolist(), gradients.tolist()) == ([np.inf, np.inf], [[0.0] * 3] * 2)
    assert field_at(pack([leaf(Sphere(1.0), IDENTITY)]), np.zeros((0, 3))).values.shape == (0,)


def test_what_cannot_be_asked_is_refused() -> None:
    ball = pack([leaf(Sphere(1.0), IDENTITY)])
    with pytest.raises(UsageError, match="too large: at most 33,554,432 at once"):
        field_at(ball, np.broadcast_to(np.zeros(3), (MOST_POINTS + 1, 3)))
    for wrong in (np.nan, np.inf):
        with pytest.raises(UsageError, match="not finite"):
            field_at(ball, np.array([[0.0, wrong, 0.0]]))
