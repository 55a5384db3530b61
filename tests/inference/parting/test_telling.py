"""What a solid of one body is worth to the whole model: boxes whose volumes are known."""

from __future__ import annotations

from dataclasses import replace
from typing import TypeAlias

import numpy as np
import pytest

from shapelang.inference.bodies.bodies import Body
from shapelang.inference.parting.explained import Explained
from shapelang.inference.parting.telling import PRICE, Model, assembly_of, telling
from shapelang.inference.solids.kinds import Cuboid, Fit, Prism
from shapelang.metrics.triangles import joined, triangles
from tests.inference.shapes import piece

_Box: TypeAlias = tuple[tuple[float, float, float], tuple[float, float, float]]
"""Sizes, and where the middle is."""

BOARD: _Box = ((1.0, 0.05, 0.5), (0.0, 0.0, 0.0))

RIBS: list[_Box] = [((0.02, 0.02, 0.4), (x, -0.03, 0.0)) for x in (-0.3, 0.0, 0.3)]
"""Under the board, half a centimetre of each in it: 0.00012 of volume each stands out by 0.015."""

ROOM = Model(1.0, 2.0)
"""A primitive must explain 0.002 of it, what reaches 0.08 away is to be seen, and a body may be 0.02 shorter."""


def body(*boxes: _Box) -> Body:
    pieces = [piece("cuboid", *size, at=at) for size, at in boxes]
    shell = joined([triangles(p.positions, p.faces) for p in pieces])
    return Body(shell, np.zeros(len(shell.faces), np.int64), True, shell)


def solids(*boxes: _Box) -> list[Explained]:
    return [Explained(Fit(Cuboid(size), np.eye(3), np.array(at), 1.0, 0.0), 0) for size, at in boxes]


def test_ribs_of_a_board_tell_nothing_of_the_model() -> None:
    told = solids(BOARD, *RIBS)
    assert telling(body(BOARD, *RIBS), 1, [told], ROOM) == [told[:1]]
    small = Model(0.03, 2.0)  # of which the board is nearly all, and a rib 0.004
    assert telling(body(BOARD, *RIBS), 1, [told], small) == [told]


def test_copies_lose_the_same_each() -> None:
    told = solids(BOARD, *RIBS)
    enough = int(np.ceil(2.0 * PRICE / 0.00012))  # twice, since samples are some
    assert telling(body(BOARD, *RIBS), enough, [told], ROOM) == [told]


@pytest.mark.parametrize(
    "extra",
    [((0.02, 0.3, 0.02), (0.0, -0.17, 0.0)), ((0.05, 0.02, 0.02), (0.52, 0.0, 0.0))],
    ids=["what reaches far", "what makes it longer"],
)
def test_what_is_seen_or_touched_stays(extra: _Box) -> None:
    told = solids(BOARD, extra)
    assert telling(body(BOARD, extra), 1, [told], ROOM) == [told]


def test_a_body_keeps_what_makes_it_that() -> None:
    """Twenty cubes in a row, each a little larger than the last but one: 0.15 of them may go, from the middle."""
    row: list[_Box] = [((0.02, 0.02 + 0.0008 * (k % 10), 0.02), (0.02 * k, 0.0, 0.0)) for k in range(20)]
    told = solids(*row)
    (kept,) = telling(body(*row), 1, [told], Model(1.0, 1.5))  # shorter by 0.015, and not by a cube
    assert 16 <= len(kept) < 20
    assert kept[0] is told[0] and kept[-1] is told[-1]


def test_a_row_goes_as_a_whole_or_stays() -> None:
    """Of five equal cubes on a board the outer ones make the body longer, and stay: so do those between them."""
    cubes: list[_Box] = [((0.04, 0.02, 0.02), (0.26 * k, 0.03, 0.0)) for k in (-2, -1, 0, 1, 2)]
    told = solids(BOARD, *cubes)
    assert telling(body(BOARD, *cubes), 1, [told], ROOM) == [told]
    assert telling(body(BOARD, *cubes[1:4]), 1, [told[:1] + told[2:5]], ROOM) == [told[:1]]


def test_fewer_solids_that_are_longer_to_write_do_not_come_first() -> None:
    """A step told by two boxes, or by an outline with many corners between which there is nothing."""
    step: list[_Box] = [((1.0, 0.05, 0.5), (0.0, 0.0, 0.0)), ((0.5, 0.05, 0.5), (-0.25, 0.05, 0.0))]
    outline = [(-0.5, -0.025), (0.5, -0.025), (0.5, 0.025), (0.0, 0.025), (0.0, 0.075), (-0.5, 0.075)]
    more = [(0.5 - 0.1 * k, 0.025) for k in range(1, 5)]
    points = tuple((x, 0.025 - y) for x, y in [*outline[:3], *more, *outline[3:]])
    turn = np.array([[1.0, 0.0, 0.0], [0.0, 0.0, -1.0], [0.0, 1.0, 0.0]])
    whole = [Explained(Fit(Prism(points, 0.5), turn, np.array([0.0, 0.025, 0.0]), 1.0, 0.0), 0)]
    told, small = solids(*step), Model(10.0, 2.0)
    assert telling(body(*step), 1, [told, whole], small)[0] == told


def test_another_explanation_comes_first_where_it_is_cheaper_for_the_model() -> None:
    halves: list[_Box] = [((0.5, 0.05, 0.5), (x, 0.0, 0.0)) for x in (-0.25, 0.25)]
    told, whole = solids(*halves, *RIBS), solids(BOARD)
    assert telling(body(BOARD, *RIBS), 1, [told, whole], ROOM) == [whole, told]


def test_parts_that_seams_tell_of_stay() -> None:
    told = [replace(one, fit=replace(one.fit, part=k)) for k, one in enumerate(solids(BOARD, *RIBS))]
    assert telling(body(BOARD, *RIBS), 1, [told], ROOM) == [told]


def test_three_bodies_are_an_assembly_and_slivers_are_none() -> None:
    board, leg, crumb = body(BOARD), body(((0.05, 0.5, 0.05), (0.0, 0.5, 0.0))), body(((1e-3, 1e-3, 1e-3), (2, 0, 0)))
    assert assembly_of([board, leg, crumb], 2.0) is None
    model = assembly_of([board, leg, leg], 2.0)
    assert model is not None and model.volume == pytest.approx(0.025 + 2 * 0.00125)
