"""Something fused, cut where one part of it ends at another."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

import numpy as np
import pytest

from benchmarks.infer.closing import closed_union
from shapelang.deadline import NEVER
from shapelang.inference.alternatives.families import Explanations, Family
from shapelang.inference.bodies.bodies import Body
from shapelang.inference.bodies.copies import Copy
from shapelang.inference.contacts.bodies import with_parts
from shapelang.inference.contacts.choosing import better_by_parts
from shapelang.inference.contacts.kernels import near_segments
from shapelang.inference.contacts.parting import parted
from shapelang.inference.cut_short import Cut, Cuts
from shapelang.inference.sampling.rims import signed_volume
from shapelang.inference.searching import Budget, explained_bodies
from shapelang.inference.solids.kinds import Cuboid, Fit
from shapelang.metrics.inside import is_closed
from shapelang.metrics.triangles import Triangles, joined, triangles
from shapelang.outcome import Outcome
from tests.inference.shapes import piece

Point = tuple[float, float, float]


def box(low: Point, high: Point) -> Triangles:
    """A cuboid between two corners."""
    size = np.subtract(high, low)
    group = piece("cuboid", *size, at=tuple(0.5 * np.add(low, high)))
    return triangles(group.positions, group.faces)


def volumes(mesh: Triangles) -> list[float]:
    return sorted(signed_volume(part) for part in parted(mesh, lambda: False).pieces)


def cut(parts: Sequence[Triangles]) -> list[float]:
    return volumes(closed_union(parts))


TOP = box((0, 0.7, 0), (1, 0.74, 0.6))
LEGS = [box((x, 0, z), (x + 0.05, 0.7, z + 0.05)) for x in (0.0, 0.95) for z in (0.0, 0.55)]


def test_legs_flush_with_their_board_end_at_it() -> None:
    """The board 1 × 0.04 × 0.6, each leg 0.05 × 0.7 × 0.05 cubic metres."""
    assert cut([TOP, *LEGS]) == pytest.approx([0.00175] * 4 + [0.024], rel=1e-3)


@pytest.mark.parametrize("scale", [1e-2, 1e3])
def test_size_and_place_tell_nothing(scale: float) -> None:
    whole = closed_union([TOP, *LEGS])
    moved = Triangles(whole.positions * scale + 7.0 * scale, whole.faces)
    assert volumes(moved) == pytest.approx([v * scale**3 for v in volumes(whole)], rel=1e-6)


def test_of_a_cross_that_is_cut_which_has_seams() -> None:
    """One board runs through; the other is two, as the seams of their flush fronts say."""
    through = box((0, 0.49, 0), (1, 0.51, 0.3))
    halves = [box((0.49, 0, 0), (0.51, 0.49, 0.3)), box((0.49, 0.51, 0), (0.51, 1, 0.3))]
    assert cut([through, *halves]) == pytest.approx([0.00294, 0.00294, 0.006], rel=1e-3)


def test_shelves_between_two_walls() -> None:
    walls = [box((x, 0, 0), (x + 0.02, 1, 0.3)) for x in (0.0, 0.6)]
    shelves = [box((0.02, y, 0.01), (0.6, y + 0.02, 0.3)) for y in (0.1, 0.4, 0.7)]
    assert cut([*walls, *shelves]) == pytest.approx([0.58 * 0.02 * 0.29] * 3 + [0.006] * 2, rel=1e-3)


def test_a_profile_of_one_piece_stays_one() -> None:
    """An L as one extrusion has a crease, and no edge where one of its sides would end."""
    outline = np.array([(0, 0), (1, 0), (1, 0.1), (0.1, 0.1), (0.1, 1), (0, 1)], float)
    low, high = (np.column_stack([outline[:, 0], outline[:, 1], np.full(6, z)]) for z in (0.0, 0.5))
    fan = [(0, 1, 2), (0, 2, 3), (0, 3, 4), (0, 4, 5)]
    ends = [(c, b, a) for a, b, c in fan] + [(a + 6, b + 6, c + 6) for a, b, c in fan]
    sides = [f for k in range(6) for f in ((k, (k + 1) % 6, (k + 1) % 6 + 6), (k, (k + 1) % 6 + 6, k + 6))]
    mesh = triangles(np.vstack([low, high]), ends + sides)
    assert is_closed(mesh)
    assert volumes(mesh) == pytest.approx([0.095])


def test_a_cavity_stays_with_the_part_around_it() -> None:
    room = box((0.01, 0.1, 0.01), (0.04, 0.6, 0.04))
    leg = joined([LEGS[0], Triangles(room.positions, room.faces[:, ::-1])])
    whole = closed_union([TOP, leg])
    assert volumes(whole) == pytest.approx([0.00175 - 0.00045, 0.024], rel=1e-3)


def test_pieces_are_closed_and_fill_what_was_there() -> None:
    whole = closed_union([TOP, *LEGS])
    pieces = parted(whole, lambda: False).pieces
    assert all(is_closed(part) for part in pieces)
    assert sum(map(signed_volume, pieces)) == pytest.approx(signed_volume(whole), rel=1e-5)


def test_when_it_is_late_nothing_is_cut() -> None:
    assert len(parted(closed_union([TOP, *LEGS]), lambda: True).pieces) == 1


def test_near_segments_as_by_the_formula() -> None:
    random = np.random.default_rng(0)
    points, start, end = random.random((50, 3)), random.random((8, 3)), random.random((8, 3))
    start[0] = end[0]
    steps = np.linspace(0.0, 1.0, 2001)[:, None, None]
    along = start + steps * (end - start)
    nearest = np.array([np.linalg.norm(along - point, axis=-1).min() for point in points])
    clear = np.abs(nearest - 0.2) > 1e-3
    assert clear.sum() > 40
    assert (near_segments(points, start, end, 0.2) == (nearest < 0.2))[clear].all()


def test_only_flush_faces_have_seams() -> None:
    inset = [box((x, 0, z), (x + 0.05, 0.7, z + 0.05)) for x in (0.1, 0.85) for z in (0.1, 0.45)]
    flush = parted(closed_union([TOP, *LEGS]), lambda: False)
    apart = parted(closed_union([TOP, *inset]), lambda: False)
    assert flush.seamed
    assert len(apart.pieces) == 5
    assert not apart.seamed


def body(mesh: Triangles) -> Body:
    return Body(mesh, np.zeros(len(mesh.faces), np.int64), True, mesh)


def test_what_was_cut_and_what_there_was_no_time_for_is_counted() -> None:
    table, ball = body(closed_union([TOP, *LEGS])), body(TOP)
    found, left = with_parts([table, ball], lambda: False), with_parts([table, ball], lambda: True)
    assert (len(found.bodies), found.cut, found.left) == (6, 1, 0)
    assert (left.bodies, left.cut, left.left) == ([table, ball], 0, 2)


def as_boxes(parts: Sequence[Triangles]) -> list[Family]:
    """Bodies that are the boxes around them."""
    made: list[Family] = []
    for part in parts:
        low, high = part.bounds
        x, y, z = (high - low).tolist()
        fit = Fit(Cuboid((x, y, z)), np.eye(3), 0.5 * (low + high), 1.0, 0.0)
        made.append(Family([Copy(body(part), np.eye(3), np.zeros(3))], [[(fit, 0)]]))
    return made


def test_parts_are_no_better_when_it_is_late() -> None:
    whole = closed_union([TOP, LEGS[0]])
    parts, one = as_boxes([TOP, LEGS[0]]), as_boxes([whole])
    assert better_by_parts(parts, one, whole, True, False, lambda: False)
    assert not better_by_parts(parts, one, whole, True, False, lambda: True)
    # What was cut short says nothing of how few solids would do.
    assert better_by_parts(parts, one, whole, False, True, lambda: True)


@pytest.mark.parametrize(("seamed", "lost", "better"), [(True, 0.04, True), (True, 0.1, False), (False, 0.04, False)])
def test_seams_outweigh_what_many_solids_gain(seamed: bool, lost: float, better: bool) -> None:
    """Two parts in place of 31 solids may lose 29 times 0.002, and no more."""
    at = np.linspace(0.0, 1.0, 31).tolist()
    slabs = [box((a, 0.7, 0), (b, 0.74, 0.6)) for a, b in pairwise(at)]
    whole = closed_union([TOP, LEGS[0]])
    parts, many = as_boxes([box((lost, 0.7, 0), (1, 0.74, 0.6)), LEGS[0]]), as_boxes([*slabs, LEGS[0]])
    assert better_by_parts(parts, many, whole, seamed, False, lambda: False) is better


def test_what_was_cut_short_before_the_parts_is_why_the_search_ended() -> None:
    whole, cuts = closed_union([TOP, LEGS[0]]), Cuts()
    assert with_parts([body(whole)], NEVER.late).cut == 1
    budget = Budget(NEVER, NEVER, NEVER, 16, 1, cuts)
    _, outcome = explained_bodies([whole], whole, budget, lambda what, done: None)
    assert (outcome, cuts.notes()) == (Outcome.FINISHED, ())
    cuts.add(Cut.SPLITTING)
    _, outcome = explained_bodies([whole], whole, budget, lambda what, done: None)
    assert outcome is Outcome.TIME_LIMIT


def test_readings_without_solids_tell_nothing() -> None:
    (board,) = as_boxes([TOP])
    empty = Family(board.copies, [[]])
    told = [Explanations(of, lambda shells: [0] * len(shells)).told(1e-3) for of in ([], [empty], [empty, board])]
    assert told == [False, False, True]
