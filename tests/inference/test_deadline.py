"""Deadlines are kept by the clock that they are given, and what was left out is said."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from shapelang.deadline import NEVER, Deadline, within
from shapelang.inference.bodies.bodies import bodies_of
from shapelang.inference.bodies.copies import families
from shapelang.inference.cut_short import Cut, Cuts
from shapelang.inference.infer import infer
from shapelang.inference.sampling import pace
from shapelang.inference.sampling.pace import Pace, winding_pace
from shapelang.metrics.chamfer import surface_distances
from shapelang.metrics.triangles import Triangles, joined, triangles
from tests.inference.shapes import chair, colonnade, data, piece


def ticking(step: float) -> Callable[[], float]:
    """A clock that is a step later at every look."""
    looks = iter(range(10**9))
    return lambda: step * next(looks)


@given(st.floats(0.0, 1.0), st.floats(0.0, 1e3))
def test_a_share_ends_between_now_and_the_end(part: float, seconds: float) -> None:
    deadline = within(seconds, lambda: 5.0)
    share = deadline.share(part)
    assert 5.0 <= share.ends <= deadline.ends * (1.0 + 1e-15)  # one rounding of a sum
    assert abs(share.left() - part * deadline.left()) <= 1e-12 * (5.0 + seconds)  # cancellation against 5


def test_before_and_late() -> None:
    now = [0.0]
    deadline = within(10.0, lambda: now[0])
    assert not deadline.late() and deadline.before(3.0).left() == 7.0
    now[0] = 11.0
    assert deadline.late() and deadline.left() == 0.0 and deadline.share(0.5).left() == 0.0
    assert not NEVER.late()


def test_cuts_are_counted_and_said() -> None:
    cuts = Cuts()
    assert cuts.notes() == ()
    cuts.add(Cut.COARSE)
    cuts.add(Cut.BOXES, 1200)
    assert cuts.notes() == (
        "For lack of time 1,200 bodies were given a single box.",
        "For lack of time 1 body was looked at on a coarser grid.",
    )


def shells() -> list[Triangles]:
    return [triangles(g.positions, g.faces) for g in chair().groups]


def row() -> Triangles:
    """Nine boxes apart in one mesh group."""
    boxes = (piece("cuboid", 1, 1, 1, at=(2.0 * k, 0, 0)) for k in range(9))
    return joined(triangles(g.positions, g.faces) for g in boxes)


def test_late_splitting_keeps_all_faces() -> None:
    whole = row()
    split = bodies_of([whole], whole.diagonal, NEVER.late)
    cut = bodies_of([whole], whole.diagonal, Deadline(3.5, ticking(1.0)).late)
    assert len(split) == 9 and 1 < len(cut) < 9
    assert sum(len(b.shell.faces) for b in cut) == len(whole.faces)


def test_late_comparing_leaves_bodies_alone() -> None:
    bodies = bodies_of([row()], 1.0, NEVER.late)
    assert len(families(bodies, 1.0, NEVER.late)) == 1
    assert len(families(bodies, 1.0, lambda: True)) == 9


def test_without_time_a_tenth_of_the_distances_is_measured() -> None:
    one, other = shells()[:2]
    full = surface_distances(one, other, 2000, seed=3)
    short = surface_distances(one, other, 2000, seed=3, seconds=0.0)
    assert len(full.of_reference) == 2000 and len(short.of_other) == 200
    assert np.array_equal(short.of_reference, full.of_reference[:200])
    assert np.array_equal(short.of_other, full.of_other[:200])


def test_the_pace_grows_with_the_points() -> None:
    assert Pace(0.5, 0.01).seconds(100) == 1.5
    found = winding_pace(joined(shells()))
    assert found.once >= 0.0 and found.each > 0.0


def test_what_the_first_call_loads_is_no_pace(monkeypatch: pytest.MonkeyPatch) -> None:
    """A second for loading, once, then a millisecond for each point."""
    now = [0.0]

    def counted(mesh: Triangles, points: np.ndarray) -> np.ndarray:
        now[0] += 0.001 * len(points) + (1.0 if now[0] == 0.0 else 0.0)
        return np.zeros(len(points))

    monkeypatch.setattr(pace, "winding_numbers", counted)
    monkeypatch.setattr(pace, "perf_counter", lambda: now[0])
    columns = joined(triangles(group.positions, group.faces) for group in colonnade(8, 3.0).groups)
    found = winding_pace(columns)
    assert found.once == pytest.approx(0.064) and found.each == pytest.approx(0.001)


def test_a_hurried_search_says_what_was_cut() -> None:
    many = data(*(piece("ellipsoid", 1 + 0.03 * k, 1, 1.2, at=(1.5 * k, 0, 0)) for k in range(30)))
    found = infer(many, name="balls", time_limit=0.2, clock=ticking(0.01))
    assert found.evidence.primitives == 30
    assert any(note.startswith("For lack of time") for note in found.notes)
    assert found.evidence.samples >= 10_000


def test_there_is_nothing_to_say_with_time_enough() -> None:
    found = infer(colonnade(5, 2.0), name="colonnade", time_limit=30.0, clock=lambda: 5.0)
    assert found.notes == () and found.evidence.samples == 100_000
