"""Solids of a fused surface that share a triangle are one part, and what was put together is told from it."""

from __future__ import annotations

import numpy as np

from benchmarks.infer.instances import leaves_of
from benchmarks.infer.known import fused
from shapelang.inference.bodies.touching import doubled
from shapelang.inference.fused.reading import fused_reading
from shapelang.inference.fused.together import parts_together
from shapelang.inference.parting.grouping import groups_of
from shapelang.inference.sampling.inside_test import closed_test
from shapelang.inference.solids.kinds import Cuboid, Fit
from shapelang.inference.solids.plain import Solid
from shapelang.metrics.triangles import joined, triangles
from tests.benchmarks.boxes import box

BOARD, WALL = "cuboid(2, 0.2, 0.5)", "cuboid(0.2, 1, 0.5) at (-0.4, 0.6, 0)"
"""Of one depth, so that their faces are flush."""


def _read(text: str) -> tuple[int, int]:
    """How many solids a program's surface shows in a pose of no frame, and how many parts."""
    mesh = fused(leaves_of(text))
    a = 0.7
    turn = np.array([(np.cos(a), -np.sin(a), 0.0), (np.sin(a), np.cos(a), 0.0), (0.0, 0.0, 1.0)])
    found = fused_reading(triangles(mesh.positions @ turn.T, mesh.faces), lambda: False)
    return len(found.solids), found.parts


def _halves(thickness: float, share: float) -> list[int]:
    """The parts of a board that was read as two halves, in a body of whose surface a share was told."""
    board = box((0, 0, 0), (1, thickness, 0.5))
    halves = [
        Fit(Cuboid((0.5, thickness, 0.5)), np.eye(3), np.array([x, 0.5 * thickness, 0.25]), 1.0, 0.0)
        for x in (0.25, 0.75)
    ]
    return parts_together(board, halves, share, closed_test(board).inside, lambda: False)


def test_flush_boards_that_were_put_together_are_two_parts() -> None:
    assert _read(f"a = {BOARD}\nb = {WALL}") == (2, 2)


def test_thin_halves_with_triangles_in_common_are_one_part() -> None:
    assert _halves(0.005, 1.0) == [0, 0]


def test_what_is_not_thin_is_a_part_all_the_same_where_all_of_the_surface_is_told() -> None:
    assert _halves(0.2, 1.0) == [0, 1]


def test_flat_halves_are_one_part_where_something_of_the_surface_is_not_told() -> None:
    assert _halves(0.2, 0.99) == [0, 0]


def test_what_seams_tell_to_be_two_parts_is_not_grouped() -> None:
    def groups(*parts: int | None) -> int:
        kinds = (Cuboid((1.0, 0.2, 0.5)), Cuboid((1.0, 0.2, 0.5)))
        places = (np.zeros(3), np.array([1.0, 0.0, 0.0]))
        solids = [Solid(k, (), at, 0, part) for k, at, part in zip(kinds, places, parts, strict=True)]
        return len(groups_of(solids, 2.0))

    assert groups(None, None) == 1
    assert groups(0, None) == 1
    assert groups(0, 1) == 2
    assert groups(3, 3) == 1


def test_a_body_that_lies_there_twice_is_seen_by_its_faces() -> None:
    leg, top = box((0, 0, 0), (1, 1, 4)), box((-1, -1, 5), (2, 2, 6))
    assert doubled(joined([leg, top, leg]))
    assert not doubled(joined([leg, top]))


def test_a_sliver_that_lies_there_twice_is_no_body() -> None:
    top, sliver = box((-1, -1, 5), (2, 2, 6)), box((0, 0, 0), (0.01, 0.01, 0.1))
    assert not doubled(joined([sliver, top, sliver]))
