"""What tips over, the statements that mend what is not sound, and the grammar that takes no fault it can avoid."""

from __future__ import annotations

from math import inf

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import grammars.programs.mending as mending_module
from grammars.programs.balance import tipping
from grammars.programs.drawing import Drawing, drawn
from grammars.programs.events import Events
from grammars.programs.faults import FAULTS, option_faults
from grammars.programs.mending import Mend, mends, unsound
from grammars.programs.model import ProgramModel
from grammars.programs.outcomes import fault, number_outcomes
from grammars.programs.program import BOX, Assembly, Attach, Part, Reflect, Triple
from grammars.programs.rows import choice_rows
from grammars.programs.stage import Stage
from grammars.programs.standing import FEET
from grammars.programs.walk import ATTACH, Kind, Options, Slot, walk
from tests.grammars.programs.examples import tables
from tests.grammars.programs.test_model import model


def _tips(boxes: list[tuple[tuple[float, float, float], tuple[float, float, float]]]) -> int:
    """Boxes by centre and extents, of one body."""
    centres, halves = np.array([c for c, _ in boxes]), 0.5 * np.array([e for _, e in boxes])
    return int(
        tipping(np.zeros(len(boxes), dtype=np.int64), centres, np.tile(np.eye(3), (len(boxes), 1, 1)), halves, FEET)
    )


@given(st.floats(-0.45, 0.45), st.floats(-0.45, 0.45))
def test_a_plate_on_a_post_tips_where_its_middle_is_not_over_the_post(x: float, z: float) -> None:
    """A plate of 1 m, 20 mm thick, on a post of 0.2 m and 0.5 m: the mean of surface over the post's foot, by hand."""
    plate, post = 2 * (1.0 + 2 * 0.02), 2 * (0.2 * 0.2 + 2 * 0.2 * 0.5)
    off = max(abs(x), abs(z)) * post / (plate + post)
    post_off = max(abs(x), abs(z)) - off
    near = FEET * np.linalg.norm([1.0, 0.52, 1.0])
    inside = 0.1 - post_off
    boxes = [((0.0, 0.51, 0.0), (1.0, 0.02, 1.0)), ((x, 0.25, z), (0.2, 0.5, 0.2))]
    if inside > near:
        assert _tips(boxes) == 0
    elif inside < 0.7 * near:
        # Eight places about the middle are looked at, so that between is either.
        assert _tips(boxes) == 1


def test_feet_that_are_as_low_hold_a_body_and_higher_ones_do_not() -> None:
    plate = ((0.0, 0.51, 0.0), (1.0, 0.02, 1.0))
    legs = [((x, 0.25, z), (0.05, 0.5, 0.05)) for x in (-0.4, 0.4) for z in (-0.4, 0.4)]
    assert _tips([plate, *legs]) == 0
    assert _tips([plate, *legs[:2]]) == 1
    assert _tips([plate, *legs[:2], *(((x, 0.3, z), (0.05, 0.4, 0.05)) for (x, _, z), _ in legs[2:])]) == 1
    assert _tips([plate, *legs[:2], ((0.4, 0.252, 0.0), (0.05, 0.496, 0.05))]) == 0


def _hanging() -> Stage:
    """A plate at the top of its box and a leg that ends under it, told with more statements than a program has."""
    stage = Stage((1000, 600, 1000), None, 0)
    stage.inner = [False, False]
    stage.add(Part((1000, 50, 1000), True))
    stage.add(Part((400, 300, 400), True))
    for statement in (
        Attach(0, BOX, (500, 1000, 500), (500, 1000, 500)), Attach(1, BOX, (500, 0, 500), (500, 0, 500)),
        *(Attach(0, BOX, (500, 1000, 500), (500, 1000, 500)),) * 4,
    ):  # fmt: skip
        stage.state(statement)
    return stage


def test_one_more_statement_leaves_the_stage_as_it_was() -> None:
    stage = _hanging()
    before = unsound(stage), stage.low[1], list(stage.statements), stage.cuboids[1].size.tolist()
    then = stage.after(Attach(1, BOX, (500, 1000, 500), (500, 1000, 500)))
    assert (unsound(stage), stage.low[1], list(stage.statements), stage.cuboids[1].size.tolist()) == before
    assert then.cuboids[1].size[1] == pytest.approx(0.6)
    assert unsound(then) == (0, 0, 0)


def test_a_plate_that_hangs_is_mended_by_a_leg_that_reaches_it() -> None:
    stage = _hanging()
    # It hangs, and is a body of its own.
    assert unsound(stage) == (2, 0, 0)
    found = mends(stage)
    assert found and Attach(1, BOX, (500, 1000, 500), (500, 1000, 500)) in found
    assert all(unsound(stage.after(mend)) < unsound(stage) for mend in found)


def test_nothing_is_mended_early_nor_where_all_is_sound() -> None:
    stage = _hanging()
    del stage.statements[2:]
    assert mends(stage) is None
    sound = _hanging()
    sound.state(Attach(1, BOX, (500, 1000, 500), (500, 1000, 500)))
    assert mends(sound) is None


@given(st.integers(0, 2**32))
def test_whoever_takes_no_fault_tells_a_statement_that_mends(seed: int) -> None:
    rng, stage = np.random.default_rng(seed), _hanging()
    found = mends(stage)
    assert found
    assert _told(rng, stage) in found


def _told(rng: np.random.Generator, stage: Stage) -> Mend:
    """A statement of options and outcomes that are no fault, whichever."""

    def choose(kind: Kind, options: Options) -> int:
        faults = option_faults(kind, options, stage)
        return int(rng.choice([o for o, f in zip(options, faults, strict=True) if f == 0]))

    def triple(slot: Slot) -> Triple:
        for k in range(3):
            there = number_outcomes(Slot(slot + k), stage)
            faults = [fault(code, Slot(slot + k)) for code in there.codes]
            assert set(faults) == {0, FAULTS - 1}
            stage.pending.append(int(rng.choice([s for s, f in zip(there.starts, faults, strict=True) if f == 0])))
        x, y, z = stage.pending
        stage.pending.clear()
        return x, y, z

    stage.open(choose(Kind.VERB, range(5)))
    stage.moved = choose(Kind.MOVED, (0, 1))
    if stage.verb != ATTACH:
        return Reflect(stage.moved, choose(Kind.AXIS, (0, 1, 2)))
    stage.target = choose(Kind.TARGET, (BOX, 1 - stage.moved))
    stage.point = triple(Slot.POINT_X)
    return Attach(stage.moved, stage.target, stage.point, triple(Slot.PLACE_X))


def test_where_nothing_mends_the_end_is_no_fault(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(mending_module, "_tried", lambda _: iter(()))
    stage = _hanging()
    assert mends(stage) == []
    assert option_faults(Kind.VERB, range(5), stage) == [FAULTS - 1] * 4 + [0]


def test_the_careful_grammar_gives_what_takes_no_fault_more_and_all_else_nothing() -> None:
    careful = model().careful()
    for k in range(12):
        program = drawn(careful, np.random.Generator(np.random.Philox(key=k)))
        least, free = careful.bits([program]).sum(), model().bits([program]).sum()
        assert np.isfinite(least) and least <= free
    stage = _hanging()
    floating = Assembly(stage.size, tuple(stage.parts), tuple(stage.statements))
    assert careful.bits([floating]).sum() == inf
    assert np.isfinite(model().bits([floating]).sum())


class _Summing:
    """Draws; at every choice it sums the grammar's probabilities over the options."""

    def __init__(self, grammar: ProgramModel, seed: int) -> None:
        self._grammar, self._drawing = grammar, Drawing(grammar, np.random.Generator(np.random.Philox(key=seed)))
        self.sums: list[float] = []

    def choose(self, kind: Kind, options: Options, stage: Stage) -> int:
        events = Events()
        for k in range(len(options)):
            events.choice(kind, options, stage, self._grammar.names, k)
        rows = choice_rows(events, self._grammar.grades)
        bits = self._grammar.choices.bits(rows, self._grammar.names.table(), np.arange(len(options)))
        self.sums.append(float((2.0**-bits).sum()))
        return self._drawing.choose(kind, options, stage)

    def number(self, slot: Slot, stage: Stage) -> int:
        return self._drawing.number(slot, stage)

    def ends(self, stage: Stage) -> bool:
        return self._drawing.ends(stage)


def test_probabilities_of_the_careful_grammar_sum_to_one() -> None:
    for seed in range(5):
        summing = _Summing(model().careful(), seed)
        walk(summing)
        assert summing.sums == pytest.approx([1.0] * len(summing.sums))


@pytest.mark.parametrize("program", tables(3))
def test_tables_that_stand_are_told_by_the_careful_grammar(program: Assembly) -> None:
    assert np.isfinite(model().careful().bits([program]).sum())
