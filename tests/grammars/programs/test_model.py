"""The model's probabilities are a distribution, equal to how often it draws what it gives them to."""

from __future__ import annotations

from collections import Counter
from functools import cache

import numpy as np

from grammars.programs.drawing import Drawing, drawn
from grammars.programs.events import Events, Table
from grammars.programs.following import Following
from grammars.programs.gates import Fit
from grammars.programs.model import ProgramModel, learned
from grammars.programs.rows import choice_rows
from grammars.programs.stage import Stage
from grammars.programs.text import read, written
from grammars.programs.walk import RANGES, Chooser, Kind, Options, Slot, walk
from tests.grammars.programs.examples import tables


@cache
def model() -> ProgramModel:
    return learned(tables(40), Fit(passes=4), seed=1)


class Looking:
    """Goes where another chooser goes; at every decision it sums the model's probabilities over all that could be
    decided.
    """

    def __init__(self, following: Chooser, model: ProgramModel) -> None:
        self._following, self._model = following, model
        self.choices: list[float] = []
        self.numbers: dict[Slot, float] = {}

    def choose(self, kind: Kind, options: Options, stage: Stage) -> int:
        events = Events()
        for k in range(len(options)):
            events.choice(kind, options, stage, self._model.names, k)
        rows = choice_rows(events, self._model.grades)
        bits = self._model.choices.bits(rows, self._model.names.table(), np.arange(len(options)))
        self.choices.append(float((2.0**-bits).sum()))
        return self._following.choose(kind, options, stage)

    def number(self, slot: Slot, stage: Stage) -> int:
        # Sizes have 4000 values each: one of the three axes is enough.
        if slot not in self.numbers and slot not in (Slot.BOX_X, Slot.BOX_Z, Slot.SIZE_X, Slot.SIZE_Z):
            self.numbers[slot] = float(masses(self._model, slot, stage).sum())
        return self._following.number(slot, stage)

    def ends(self, stage: Stage) -> bool:
        return True


def masses(model: ProgramModel, slot: Slot, stage: Stage) -> np.ndarray:
    """Of every number that may stand in a slot."""
    table = Table(model.names)
    low, high = RANGES[slot]
    for value in range(low, high + 1):
        table.numbers.number(slot, stage, model.names, value)
        table.outcomes.outcome(slot, stage, model.names, value)
    every = np.arange(high - low + 1)
    return 2.0 ** -model.number_bits(table, every, np.full(len(every), -1))


def test_probabilities_of_every_decision_sum_to_one() -> None:
    for program in tables(44)[43:]:
        looking = Looking(Following(program), model())
        assert walk(looking) == program
        np.testing.assert_allclose(looking.choices, 1.0, atol=1e-9)
        np.testing.assert_allclose(list(looking.numbers.values()), 1.0, atol=1e-9)
        assert len(looking.numbers) >= 10


def test_bits_are_those_of_the_decisions_and_less_for_what_is_like_the_examples() -> None:
    known, strange = tables(42)[41:], [read(written(tables(1)[0]).replace("0.5, 0.5)", "0.123, 0.777)"))]
    assert model().bits(known).sum() < model().bits(strange).sum()


def test_numbers_are_drawn_as_often_as_their_masses_say() -> None:
    stage = Stage((800, 600, 700), None, 0)
    expected = masses(model(), Slot.BOX_X, Stage((0, 0, 0), None, 0))
    drawing = Drawing(model(), np.random.Generator(np.random.Philox(key=2)))
    draws = np.array([drawing.number(Slot.BOX_X, Stage((0, 0, 0), None, 0)) for _ in range(2000)])
    low = RANGES[Slot.BOX_X][0]
    edges = np.searchsorted(np.cumsum(expected), np.linspace(0.1, 0.9, 9))
    seen = np.bincount(np.searchsorted(edges, draws - low), minlength=10) / len(draws)
    shares = np.add.reduceat(expected, np.concatenate([[0], edges + 1]))
    np.testing.assert_allclose(seen, shares, atol=5 * 0.3 / 2000**0.5)
    kinds = Counter(drawing.choose(Kind.PART, (0, 1), stage) for _ in range(300))
    assert set(kinds) <= {0, 1}


def test_what_is_drawn_is_a_program_and_differs() -> None:
    rng = np.random.Generator(np.random.Philox(key=3))
    programs = [drawn(model(), rng) for _ in range(10)]
    assert all(read(written(program)) == program for program in programs)
    assert len(set(programs)) > 5
    assert np.isfinite(model().bits(programs)).all()


def test_the_same_examples_and_seed_make_the_same_model() -> None:
    again = learned(tables(40), Fit(passes=4), seed=1)
    np.testing.assert_array_equal(again.bits(tables(42)), model().bits(tables(42)))


def test_a_table_may_be_longer_than_its_first_room() -> None:
    table = Table(model().names)
    for program in tables(3):
        table.add(program)
    assert table.choice_ends[-1] == len(table.choices.kinds)
