"""Which solids of one body are one part."""

from __future__ import annotations

import numpy as np

from shapelang.inference.parting.grouping import groups_of, volume
from shapelang.inference.parting.joining import joined_bodies
from shapelang.inference.rounding.turns import Turns
from shapelang.inference.solids.kinds import Cone, Cuboid, Joined
from shapelang.inference.solids.plain import Solid


def box(low: tuple[float, float, float], high: tuple[float, float, float], group: int = 0) -> Solid:
    """A cuboid between two corners."""
    x, y, z = (b - a for a, b in zip(low, high, strict=True))
    return Solid(Cuboid((x, y, z)), (), 0.5 * (np.array(low) + np.array(high)), group)


TOP = box((0, 0.7, 0), (1, 0.74, 0.6))


def sizes(solids: list[Solid]) -> list[int]:
    return [len(part) for part in groups_of(solids, 1.5)]


def test_blocks_that_go_on_where_another_ends_are_one_part() -> None:
    turn: Turns = (("z", 15.0),)
    leaning = Solid(Cuboid((0.05, 0.3, 0.05)), turn, np.array([-0.035, 0.425, 0.0]), 0)
    straight = box((-0.025, 0.0, -0.025), (0.025, 0.3, 0.025))
    stacked = Solid(Cone(0.025, 0.03, 0.3), (), np.array([0.0, -0.15, 0.0]), 0)
    assert sizes([straight, leaning]) == [2]
    assert sizes([straight, leaning, stacked]) == [3]


def test_a_leg_below_a_board_is_a_part_of_its_own() -> None:
    leg = box((0, 0, 0), (0.05, 0.7, 0.05))
    assert sizes([TOP, leg]) == [1, 1]
    through = box((0, 0, 0), (0.05, 0.74, 0.05))
    assert sizes([TOP, through]) == [1, 1]


def test_boards_that_meet_in_corners_are_parts_of_their_own() -> None:
    frame = [
        box((0, 0, 0), (0.02, 1, 0.3)),
        box((0.98, 0, 0), (1, 1, 0.3)),
        box((0, 0.98, 0), (1, 1, 0.3)),
        box((0.02, 0, 0), (0.98, 0.02, 0.3)),
    ]
    assert sizes(frame) == [1, 1, 1, 1]


def test_a_batten_is_of_the_board_that_it_lies_along_and_an_apron_is_not() -> None:
    batten = box((0.1, 0.68, 0.1), (0.9, 0.7, 0.13))
    sunk = box((0.1, 0.68, 0.1), (0.9, 0.74, 0.13))
    apron = box((0.1, 0.6, 0.1), (0.9, 0.7, 0.12))
    assert sizes([TOP, batten]) == [2]
    assert sizes([TOP, sunk]) == [2]
    assert sizes([TOP, apron]) == [1, 1]


def test_materials_are_not_mixed() -> None:
    assert sizes([TOP, box((0.1, 0.68, 0.1), (0.9, 0.7, 0.13), group=1)]) == [1, 1]


def test_crumbs_are_of_what_they_are_buried_in_where_there_are_many() -> None:
    crumbs = [box((0.05 * k + 0.01, 0.73, 0.1), (0.05 * k + 0.03, 0.75, 0.12)) for k in range(16)]
    assert sizes([TOP, *crumbs[:4]]) == [1] * 5
    assert sizes([TOP, *crumbs]) == [17]


def test_volumes_are_those_of_the_solids() -> None:
    assert abs(volume(TOP) - 0.024) < 1e-12
    assert abs(volume(Solid(Cone(0.5, 0.5, 2.0), (), np.zeros(3), 0)) - np.pi / 2) < 0.02


def test_slivers_make_no_assembly() -> None:
    leg = box((0, 0, 0), (0.05, 0.7, 0.05))
    slivers = [[box((2 + k, 0, 0), (2.01 + k, 0.01, 0.01))] for k in range(2)]
    found = joined_bodies([[TOP, leg], *slivers], [0, 1, 2], 0.001)
    assert len(found) == 4
    others = [[box((2 + k, 0, 0), (2.1 + k, 0.3, 0.1))] for k in range(2)]
    found = joined_bodies([[TOP, leg], *others], [0, 1, 2], 0.001)
    assert len(found) == 3
    assert isinstance(found[0].kind, Joined)
