"""Equal solids have equal numbers."""

from __future__ import annotations

import numpy as np

from shapelang.inference.solids.kinds import Cone, Cuboid, Kind
from shapelang.inference.solids.plain import Solid
from shapelang.inference.symmetry.equal_sizes import equal_sizes


def _solids(*kinds: Kind, part: int | None = 0) -> list[Solid]:
    return [Solid(kind, (), np.zeros(3), 0, part) for kind in kinds]


def test_boxes_that_differ_by_a_step_are_equal_on_any_side() -> None:
    found = equal_sizes(_solids(Cuboid((1.0, 0.2, 0.05)), Cuboid((0.201, 0.05, 0.999))), 0.001)
    assert [solid.kind for solid in found] == [Cuboid((1.0, 0.2, 0.05)), Cuboid((0.2, 0.05, 1.0))]


def test_a_thin_board_is_not_as_thick_as_one_of_half_a_step_more() -> None:
    kinds = (Cuboid((1.0, 0.2, 0.005)), Cuboid((1.0, 0.2, 0.006)))
    assert [solid.kind for solid in equal_sizes(_solids(*kinds), 0.001)] == list(kinds)


def test_other_kinds_and_what_does_not_stand_apart_stay() -> None:
    kinds = (Cone(0.1, 0.1, 1.0), Cuboid((1.0, 1.0, 1.0)), Cone(0.1001, 0.1, 1.0))
    assert [s.kind for s in equal_sizes(_solids(*kinds), 0.001)] == list(kinds)
    boxes = (Cuboid((1.0, 0.5, 0.2)), Cuboid((1.001, 0.5, 0.2)))
    assert [s.kind for s in equal_sizes(_solids(*boxes, part=None), 0.001)] == list(boxes)
