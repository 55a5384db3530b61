"""Solids with hollows are found again as one solid less others."""

from __future__ import annotations

import numpy as np
import pytest

from shapelang.inference.infer import infer
from shapelang.inference.rounding.turns import turn_matrix
from shapelang.inference.solids.kinds import Carved, Cuboid, Fit, Placed
from shapelang.inference.solids.plain import plain
from tests.inference.shapes import mesh_of

BASIN = """difference {
  cuboid(1.6, 0.6, 0.8)
  cylinder(radius: 0.3, height: 0.4) at (0.2, 0.2, 0)
} at (0, 0.3, 0)
"""

FRAME = """difference {
  cuboid(1.2, 1.6, 0.1)
  cylinder(radius: 0.3, height: 0.2) at (0, 0.3, 0) rotate x 90
  cuboid(0.5, 0.3, 0.2) rotate z 30 at (0.1, -0.4, 0)
} at (0, 0.8, 0)
"""


@pytest.mark.parametrize("text", [BASIN, FRAME])
def test_a_hollow_is_one_difference(text: str) -> None:
    found = infer(mesh_of(text), name="hollow")
    assert found.text.count("difference") == 1
    assert found.evidence.iou64 > 0.96
    assert len(list(found.assembly().leaves())) == 1
    assert found.evidence.primitives > 1


def test_holes_keep_their_place_when_the_solid_is_turned_upright() -> None:
    """The frame of a box may be any of 24; the one it is written in takes its holes along."""
    turn = turn_matrix("x", 90.0) @ turn_matrix("z", 90.0)
    hole = Placed(Cuboid((0.5, 0.6, 4.0)), tuple(np.eye(3).reshape(-1).tolist()), (0.2, -0.1, 0.0))
    fit = Fit(Carved(Cuboid((1.0, 2.0, 3.0)), (hole,)), turn, np.array([1.0, 0.0, 0.0]), 1.0, 0.0)
    solid = plain(fit, 0, 0.001)
    points = np.random.default_rng(0).uniform(-2.0, 2.0, (4000, 3)) + fit.centre
    found = solid.kind.inside((points - solid.centre) @ solid.frame)
    assert (found == fit.inside(points)).all()
    assert 0.05 < found.mean() < 0.2
