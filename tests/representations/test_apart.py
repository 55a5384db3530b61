"""Operands that are apart count as one; faces in one plane are found whatever the pose."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from shapelang.assembly.part import Operand, Solid
from shapelang.geometry.pose import Pose
from shapelang.primitives.cuboid import Cuboid
from shapelang.representations.solids.apart import boxes, boxes_meet, groups
from shapelang.representations.solids.build import solid_mesh
from shapelang.representations.solids.planes import shared
from shapelang.representations.solids.shell import primitive_shell
from tests.fields.scenes import turn

CUBE = Cuboid(1.0, 1.0, 1.0)
FINEST = 2.0**-30
places = st.lists(st.tuples(*[st.integers(-4, 4)] * 3), min_size=1, max_size=12, unique=True)


def _cubes(places: list[tuple[int, int, int]], spacing: float) -> list[Operand]:
    return [Operand(CUBE, Pose(offset=(spacing * x, spacing * y, spacing * z))) for x, y, z in places]


@given(places)
def test_members_of_a_group_do_not_meet_and_none_is_lost(places: list[tuple[int, int, int]]) -> None:
    """Cubes every 0.5 m, of 1 m: neighbours within two places meet."""
    shells = [primitive_shell(CUBE, 32).placed(cube.pose, FINEST) for cube in _cubes(places, 0.5)]
    found = groups(shells, 1e-9)
    assert sorted(id(shell) for group in found for shell in group) == sorted(map(id, shells))
    for group in found:
        middles = np.array([shell.points.mean(axis=0) for shell in group])
        apart = np.abs(middles[:, None] - middles[None]).max(axis=2) + 9.0 * np.eye(len(group))
        assert apart.min() > 1.25


def test_boxes_that_touch_meet() -> None:
    low, high = boxes([np.array([[0.0, 0, 0], [1, 1, 1]]), np.array([[1.0, 0, 0], [2, 1, 1]]), np.array([[3.0, 0, 0]])])
    assert boxes_meet(low, high, 0.0).tolist() == [[True, True, False], [True, True, False], [False, False, True]]


@pytest.mark.parametrize("count", [1, 40, 1100])
def test_a_union_of_what_is_apart_has_all_of_it(count: int) -> None:
    mesh = solid_mesh(Solid("union", 0.0, tuple(_cubes([(k, 0, 0) for k in range(count)], 2.0))))
    assert len(mesh.faces) == 12 * count


def test_planes_are_found_again_after_a_turn() -> None:
    """Two cubes side by side share the planes of four sides; one moved by half a metre shares none of its own."""
    turned = turn(0.9, 0.3, -0.2, 0.25)
    poses = [Pose(turned, offset=(0.3, -0.2, 0.1)), Pose(turned).then(Pose(offset=(0.3, -0.2, 0.1)))]
    beside = Pose(offset=(3.0, 0.0, 0.0)).then(poses[0])
    off = Pose(offset=(3.0, 0.5, 0.25)).then(poses[0])
    shell = primitive_shell(CUBE, 32)

    def count(a: Pose, b: Pose) -> int:
        both = [shell.placed(a, FINEST).planes, shell.placed(b, FINEST).planes]
        return len(list(shared(both, np.array([0, 1]), 4.0)))

    assert count(poses[0], poses[1]) == 6
    assert count(poses[0], beside) == 4
    assert count(poses[0], off) == 0
