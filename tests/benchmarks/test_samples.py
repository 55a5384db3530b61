"""What stands and what falls; points on boxes; what samples are measured beside."""

from __future__ import annotations

import numpy as np
import pytest

from benchmarks.grammars.samples.physics import has_physics, stable
from benchmarks.grammars.samples.shapes import POINTS, boxes, independent, jittered, points
from grammars.programs.text import read, written
from shapelang.execution.simulate import simulate
from shapelang.geometry.oriented import Oriented
from shapelang.metrics.rooted import boxes_of
from shapelang.semantics.check import check_text
from tests.grammars.programs.examples import TEXT, tables

TABLE = """\
top = cuboid(1, 0.1, 1) at (0, 0.75, 0)
mirror x, z { leg = cuboid(0.1, 0.7, 0.1) at (0.4, 0.35, 0.4) }
"""

LEANING = """\
foot = cuboid(0.1, 0.7, 0.1) at (0, 0.35, 0)
top = cuboid(1, 0.1, 1) at (0.4, 0.75, 0)
"""


def shape(text: str) -> list[Oriented]:
    return boxes_of(simulate(check_text(text, "shape.shape"), 0).assembly)


@pytest.mark.skipif(not has_physics(), reason="pybullet is not installed (extra `physics`)")
def test_a_table_stands_and_what_leans_over_its_foot_falls() -> None:
    assert stable(shape(TABLE), 2000)
    assert not stable(shape(LEANING), 2000)
    assert not stable(shape(TABLE + "lamp = cuboid(0.1, 0.1, 0.1) at (0, 1.5, 0)"), 10)


def test_points_lie_on_the_boxes_by_area() -> None:
    cloud = points(shape("a = cuboid(2, 2, 2)"), 0)
    assert cloud.shape == (POINTS, 3)
    np.testing.assert_allclose(np.abs(cloud).max(axis=1), 1.0)
    faces = [np.count_nonzero(np.isclose(cloud[:, k], side)) for k in range(3) for side in (-1.0, 1.0)]
    assert min(faces) > POINTS / 6 * 0.7


def test_jitter_keeps_a_program_a_program() -> None:
    rng = np.random.default_rng(0)
    for program in (read(TEXT), *tables(5)):
        moved = jittered(program, rng)
        assert read(written(moved)) == moved != program
        assert boxes(moved)


def test_independent_parts_are_parts_of_the_examples() -> None:
    shapes = [boxes(program) for program in tables(5)]
    made = independent(shapes, np.random.default_rng(0))
    assert all(any(part in some for some in shapes) for part in made)
