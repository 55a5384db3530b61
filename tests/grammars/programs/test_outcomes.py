"""What comes of a number, beside what does come of it when the statement is told with that number."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable
from itertools import pairwise

import numpy as np
import pytest

from benchmarks.grammars.samples.shapes import jittered
from grammars.programs.faults import FAULTS, option_faults
from grammars.programs.following import Following
from grammars.programs.outcomes import STUCK_OUT, coded, fault, number_outcomes
from grammars.programs.program import BOX, Assembly, Attach, Part, Reflect
from grammars.programs.stage import Stage
from grammars.programs.text import read
from grammars.programs.walk import ATTACH, NO_STATEMENT, RANGES, REFLECT, SQUEEZE, Kind, Options, Slot, walk
from tests.grammars.programs.examples import TEXT, tables


def shelf() -> Stage:
    """A metre wide, half as high and deep: a plate on the floor, a post that is not posed, and a cube that is not."""
    stage = Stage((1000, 500, 500), None, 0)
    for size in ((1000, 100, 500), (100, 400, 100), (300, 300, 300)):
        stage.begin(False)
        stage.add(Part(size, True))
    stage.state(Attach(0, BOX, (500, 0, 500), (500, 0, 500)))
    return stage


def code_of(slot: Slot, stage: Stage, value: int) -> int:
    found = number_outcomes(slot, stage)
    return found.codes[bisect_right(found.starts, value) - 1]


def attaching(stage: Stage, moved: int, target: int) -> Stage:
    stage.open(ATTACH)
    stage.moved, stage.target, stage.point = moved, target, (500, 0, 500)
    return stage


def test_a_place_says_what_sticks_out_what_is_reached_and_what_is_touched() -> None:
    stage = attaching(shelf(), 1, 0)
    # The post's middle at 0.05 m of the box's 1 m is flush with the face; the diagonal is 1.22 m.
    assert code_of(Slot.PLACE_X, stage, 50) == coded(0, 1, 5, 0)
    assert code_of(Slot.PLACE_X, stage, 500) == coded(0, 0, 5, 0)
    assert code_of(Slot.PLACE_X, stage, 950) == coded(0, 2, 5, 0)
    assert code_of(Slot.PLACE_X, stage, 40) == coded(1, 1, 5, 0)
    assert code_of(Slot.PLACE_X, stage, 0) == coded(2, 1, 5, 0)
    stage.pending = [500]
    assert code_of(Slot.PLACE_Y, stage, 1000) == coded(0, 2, 1, 0)
    stage = attaching(shelf(), 2, BOX)
    stage.pending = [500]
    assert code_of(Slot.PLACE_Y, stage, 900) == coded(4, 2, 0, 0)


def test_a_size_says_whether_it_spans_the_box() -> None:
    stage = Stage((1000, 500, 500), None, 0)
    stage.begin(False)
    diagonal = float(np.linalg.norm(stage.size))
    limits = (-STUCK_OUT[2], -STUCK_OUT[0], *STUCK_OUT)
    for value in (1, 900, 950, 1000, 1020, 1050, 1150, 1300, 4000):
        expected = sum(value - 1000 > limit * diagonal for limit in limits)
        assert code_of(Slot.SIZE_X, stage, value) == coded(expected, 0, 0, 0)
    assert [fault(code_of(Slot.SIZE_X, stage, v), Slot.SIZE_X) for v in (500, 1000, 1050, 1150)] == [0, 0, 2, 4]


class Beside:
    """Follows a program; of the last number of each statement, what is told of it before and what comes of it."""

    def __init__(self, program: Assembly) -> None:
        self._following = Following(program)
        self._told: Callable[[], tuple[int, int]] | None = None
        self.seen: list[tuple[int, int]] = []

    def choose(self, kind: Kind, options: Options, stage: Stage) -> int:
        if self._told is not None:
            self.seen.append(self._told())
            self._told = None
        return self._following.choose(kind, options, stage)

    def number(self, slot: Slot, stage: Stage) -> int:
        value = self._following.number(slot, stage)
        axis = {Slot.PLACE_Z: 2, Slot.V: 1 if stage.face // 2 == 2 else 2}.get(slot)
        if axis is not None and stage.parts[stage.moved].aligned:
            moved, code = stage.moved, code_of(slot, stage, value) % 2048
            self._told = lambda: (code // 256, stuck(stage, moved, axis))
        return value

    def ends(self, stage: Stage) -> bool:
        return True


def stuck(stage: Stage, part: int, axis: int) -> int:
    """The class of what a posed part sticks out along an axis."""
    half = 0.5 * stage.size[axis] / 1000
    out = max(-half - stage.low[part][axis], stage.high[part][axis] - half)
    return sum(out > limit * float(np.linalg.norm(stage.size)) / 1000 for limit in STUCK_OUT)


def test_what_is_told_of_a_number_is_what_comes_of_it() -> None:
    seen: list[tuple[int, int]] = []
    rng = np.random.Generator(np.random.Philox(key=8))
    for program in [read(TEXT), *tables(9)] * 4:
        beside = Beside(jittered(program, rng))
        walk(beside)
        seen += beside.seen
    assert len({there for _, there in seen}) > 2
    # Limits fall on whole numbers of the grid, where both sides round.
    assert np.mean([told != there for told, there in seen]) < 0.02


def test_what_hangs_or_leaves_a_gap_is_a_bad_end() -> None:
    stage = shelf()
    verbs = (ATTACH, REFLECT, NO_STATEMENT)
    assert option_faults(Kind.VERB, verbs, stage) == [0, 0, FAULTS - 1]
    stage.state(Attach(2, 0, (500, 0, 500), (500, 1000, 500)))
    stage.state(Attach(1, 0, (500, 0, 500), (50, 1000, 500)))
    assert option_faults(Kind.VERB, verbs, stage) == [0, 0, 0]


def test_an_end_is_worse_where_a_mirror_would_fill_the_box() -> None:
    stage = Stage((1000, 400, 500), None, 0)
    stage.begin(False)
    stage.add(Part((500, 400, 500), True))
    stage.state(Attach(0, BOX, (500, 0, 500), (250, 0, 500)))
    assert option_faults(Kind.VERB, (NO_STATEMENT,), stage) == [4]
    stage.state(Reflect(0, 0))
    assert option_faults(Kind.VERB, (NO_STATEMENT,), stage) == [0]
    stage.open(REFLECT)
    stage.moved = 0
    assert option_faults(Kind.AXIS, (0, 1, 2), stage) == [FAULTS - 1, 0, 0]


@pytest.mark.parametrize(("face", "bad"), [(2, False), (3, True), (0, True), (4, True)])
def test_a_squeeze_across_what_is_too_narrow_is_bad(face: int, bad: bool) -> None:
    # Only from the top of the box down to the plate is there room: its other faces are those of the box.
    stage = shelf()
    stage.open(SQUEEZE)
    stage.moved, stage.target, stage.second = 1, BOX, 0
    faults = option_faults(Kind.FACE, range(6), stage)
    assert (faults[face] > 0) is bad
    assert option_faults(Kind.SECOND, (0,), stage) == [min(faults)]


class Faults(Beside):
    """Follows a program; the fault of every option that it takes."""

    def __init__(self, program: Assembly) -> None:
        super().__init__(program)
        self.found: list[int] = []

    def choose(self, kind: Kind, options: Options, stage: Stage) -> int:
        faults = option_faults(kind, options, stage)
        option = self._following.choose(kind, options, stage)
        self.found.append(faults[list(options).index(option)])
        return option


def test_what_stands_by_hand_has_no_faults() -> None:
    found: list[int] = []
    for program in tables(10):
        faults = Faults(program)
        walk(faults)
        found += faults.found
    assert found == [0] * len(found)


def test_runs_begin_with_the_range_and_go_up() -> None:
    stage = attaching(shelf(), 1, 0)
    stage.begin(False)
    stage.pending = [500, 500]
    for slot in Slot:
        starts = number_outcomes(slot, stage).starts
        assert starts[0] == RANGES[slot][0]
        assert all(a < b for a, b in pairwise(starts))


@pytest.mark.parametrize("size", [(1, 1, 1), (10, 10, 10), (25, 3, 40)])
def test_runs_of_sizes_hold_a_value_each_in_small_boxes_too(size: tuple[int, int, int]) -> None:
    stage = Stage(size, None, 0)
    stage.begin(False)
    stage.pending = [size[0], size[1]]
    for slot in (Slot.SIZE_X, Slot.SIZE_Y, Slot.SIZE_Z):
        found = number_outcomes(slot, stage)
        assert found.starts[0] == RANGES[slot][0]
        assert all(a < b for a, b in pairwise(found.starts))
        assert len(found.codes) == len(found.starts)
