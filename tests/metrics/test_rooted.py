"""Distances of boxes, and what reaches the ground."""

from __future__ import annotations

import numpy as np
import pytest

from shapelang.execution.simulate import simulate
from shapelang.geometry.oriented import Oriented
from shapelang.metrics.rooted import box_distance, boxes_of, hanging, rooted
from shapelang.semantics.check import check_text


def shape(text: str) -> list[Oriented]:
    return boxes_of(simulate(check_text(text, "shape.shape"), 0).assembly)


def test_distance_by_hand() -> None:
    a, b = shape("a = cuboid(1, 1, 1); b = cuboid(1, 1, 1) at (3, 4, 0)")
    assert box_distance(a, b) == pytest.approx(np.hypot(2.0, 3.0))
    # A corner turned towards a face, and an edge towards an edge.
    a, b = shape("a = cuboid(1, 1, 1); b = cuboid(1, 1, 1) at (3, 0, 0) rotate y 45")
    assert box_distance(a, b) == pytest.approx(2.5 - 0.5 * 2**0.5)
    a, b = shape("a = cuboid(1, 1, 1) rotate z 45; b = cuboid(1, 1, 1) at (3, 0, 0) rotate y 45")
    assert box_distance(a, b) == pytest.approx(3.0 - 2**0.5, abs=1e-4)


def test_distance_is_that_of_the_nearest_of_many_points() -> None:
    rng = np.random.default_rng(1)
    for _ in range(20):
        at, turn = rng.uniform(1.0, 2.0, 3), rng.uniform(0.0, 90.0, 3)
        a, b = shape(
            f"a = cuboid(1, 0.5, 0.8); b = cuboid(0.4, 1, 0.6) at ({at[0]}, {at[1]}, {at[2]}) "
            f"rotate x {turn[0]}, y {turn[1]}, z {turn[2]}"
        )
        local = np.stack(np.meshgrid(*[np.linspace(-1.0, 1.0, 41)] * 3), axis=-1).reshape(-1, 3)
        points = np.array(b.centre) + (local * b.half) @ np.array(b.axes)
        offset = (points - a.centre) @ np.array(a.axes).T
        apart = np.linalg.norm(np.maximum(np.abs(offset) - a.half, 0.0), axis=1).min()
        assert box_distance(a, b) == pytest.approx(apart, abs=0.03)
        assert box_distance(a, b) <= apart + 1e-6


def test_what_hangs_together_is_rooted() -> None:
    table = "top = cuboid(1, 0.1, 1) at (0, 0.75, 0)\n"
    legs = "mirror x, z { leg = cuboid(0.1, 0.7, 0.1) at (0.4, 0.35, 0.4) }\n"
    assert rooted(shape(table + legs))
    assert not rooted(shape(table + legs + "lamp = cuboid(0.1, 0.1, 0.1) at (0, 1.2, 0)"))
    # Within 2 % of the diagonal it still touches.
    assert rooted(shape(table + legs + "book = cuboid(0.1, 0.1, 0.1) at (0, 0.87, 0)"))
    # Two that stand apart are rooted by the ground.
    two = shape("a = cuboid(1, 1, 1); b = cuboid(1, 1, 1) at (3, 0, 0)")
    assert rooted(two)
    assert hanging(two, 0.01) == [[0], [1]]
    assert not rooted([])
