"""A model without flat faces stands along the axis that its round ones go about."""

from __future__ import annotations

import numpy as np
import pytest

from benchmarks.infer.instances import leaves_of
from benchmarks.infer.known import fused
from shapelang.inference.bodies.own_axis import own_axis
from shapelang.metrics.triangles import cross_products

_COLUMN = "a = cylinder(radius: 0.2, height: 2)\nb = sphere(radius: 0.3) at (0, 1.1, 0)"


def test_a_column_that_is_turned_tells_its_axis() -> None:
    turn = np.linalg.qr(np.random.default_rng(5).random((3, 3)))[0]
    cross = cross_products(fused(leaves_of(_COLUMN))) @ turn.T
    frame = own_axis(cross)
    assert frame is not None
    assert np.linalg.det(frame) == pytest.approx(1.0)
    assert frame.T @ frame == pytest.approx(np.eye(3))
    assert np.abs(frame.T @ turn[:, 1]).max() == pytest.approx(1.0, abs=1e-6)


def test_what_stands_along_the_world_and_what_is_round_all_over_have_none() -> None:
    assert own_axis(cross_products(fused(leaves_of(_COLUMN)))) is None
    assert own_axis(cross_products(fused(leaves_of("sphere(radius: 1)")))) is None


def test_the_other_axes_are_those_that_something_smaller_is_turned_about() -> None:
    text = "a = cylinder(radius: 0.2, height: 3)\nb = capsule(0.15, 1.5) rotate z 90 at (0, 0.5, 0)"
    turn = np.linalg.qr(np.random.default_rng(5).random((3, 3)))[0]
    # Each face of the long one is larger, and some stand along the frame when that is turned by half a face.
    frame = own_axis(cross_products(fused(leaves_of(text))) @ turn.T)
    assert frame is not None
    assert np.abs(frame.T @ turn).max(axis=0) == pytest.approx(np.ones(3), abs=1e-6)
