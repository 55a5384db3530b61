"""A grammar of programs with contexts, learned from examples, and the bits that it gives to programs.

A choice is an alternative of a rule whose weight depends on what was told before. Of a number first the outcome is
told (`outcomes.py`), then the value among those that have it, by a mixture: what earlier numbers and the posed cuboids
make likely, exactly or nearly, and densities of examples at like places. The mixture's gate is learned on densities
that leave out examples of the same skeletons, as held-out programs will have it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Final, final

import numpy as np

from grammars.programs.corpus import fold
from grammars.programs.events import Descriptors, Table
from grammars.programs.faults import FAULTS
from grammars.programs.gates import PLAIN, Fit, Gate, fitted
from grammars.programs.program import Assembly
from grammars.programs.rows import (
    MOST_NUMBERS,
    Examples,
    choice_rows,
    examples_of,
    grade_descriptors,
    kernel_descriptors,
    number_rows,
    outcome_rows,
)
from shapelang.deadline import Progress, between, silent
from shapelang.diagnostics import UsageError

_FOLDS: Final = 10

_NOT_LEFT_OUT: Final = -1

_TOLD: Final = 0.3
"""Of the work of learning: going over the programs."""


@final
@dataclass(frozen=True, slots=True, eq=False)
class ProgramModel:
    """What was learned. `kernel_sets`: the descriptors of the densities, by density and class of size; `grades`: of
    the faults.
    """

    names: Descriptors
    choices: Gate
    numbers: Gate
    outcomes: Gate
    examples: Examples
    kernel_sets: np.ndarray
    grades: np.ndarray

    def careful(self) -> ProgramModel:
        """The grammar in which the worst fault is not taken where it can be avoided: no assembly ends that does not
        stand, unless no statement mends it or many have not. A program that has one all the same has no probability.
        """
        choices, outcomes = replace(self.choices, limit=FAULTS - 2), replace(self.outcomes, limit=FAULTS - 2)
        return replace(self, choices=choices, outcomes=outcomes)

    def bits(self, programs: Sequence[Assembly]) -> np.ndarray:
        """(n, 2) bits of the structure and of the numbers of each program."""
        table = Table(self.names)
        for program in programs:
            table.add(program)
        return self.table_bits(table, range(len(programs)))

    def table_bits(self, table: Table, members: Sequence[int]) -> np.ndarray:
        """(members, 2) of those programs of a table, which has this model's names."""
        choices, which = chosen(table.choice_ends, members)
        bits = self.choices.bits(choice_rows(table.choices, self.grades), self.names.table(), choices)
        structure = np.bincount(which, bits, minlength=len(members))
        numbers, which = chosen(table.number_ends, members)
        folds = np.full(len(numbers), _NOT_LEFT_OUT)
        bits = self.number_bits(table, numbers, folds)
        return np.stack([structure, np.bincount(which, bits, minlength=len(members))], axis=1)

    def number_bits(self, table: Table, some: np.ndarray, folds: np.ndarray) -> np.ndarray:
        """(some,) bits of numbers: of the outcome, and of the value among those that have it."""
        names, every = self.names.table(), np.arange(len(some))
        rows = number_rows(table.numbers, some, folds, self.examples, self.kernel_sets)
        divided = outcome_rows(table, some, folds, rows, self.numbers, self.examples, self.grades)
        return (
            self.numbers.bits(rows, names, every)
            + divided.taken / np.log(2.0)
            + self.outcomes.bits(divided.rows, names, every)
        )


def learned(
    programs: Sequence[Assembly],
    fit: Fit = PLAIN,
    seed: int = 0,
    tell: Progress = silent,
) -> ProgramModel:
    """A model of programs. Raises UsageError as soon as they have more numbers than a file of a model holds."""
    table = Table(Descriptors())
    for number, program in enumerate(programs):
        tell("reading decisions", _TOLD * number / len(programs))
        table.add(program)
        if table.number_ends[-1] > MOST_NUMBERS:
            cause = f"the first {number + 1:,} of {len(programs):,} programs have more than {MOST_NUMBERS:,} numbers"
            raise UsageError(f"{cause}, which a model of programs has at most: give fewer files")
    return learned_from(table, programs, range(len(programs)), fit, seed, between(tell, _TOLD, 1.0))


def learned_from(
    table: Table, programs: Sequence[Assembly], members: Sequence[int], fit: Fit, seed: int, tell: Progress = silent
) -> ProgramModel:
    """A model of those programs of a table that are members."""
    names = table.names
    kernel_sets, grades = kernel_descriptors(names), grade_descriptors(names)
    choices, _ = chosen(table.choice_ends, members)
    rows = choice_rows(table.choices, grades)
    choice_gate = fitted(rows, names.table(), choices, fit, seed, between(tell, 0.0, 0.1))
    numbers, which = chosen(table.number_ends, members)
    folds = np.array([fold(programs[m], _FOLDS, "folds") for m in members])[which]
    examples = examples_of(table.numbers, numbers, folds)
    rows = number_rows(table.numbers, numbers, folds, examples, kernel_sets)
    number_gate = fitted(rows, names.table(), np.arange(len(numbers)), fit, seed, between(tell, 0.2, 0.8))
    divided = outcome_rows(table, numbers, folds, rows, number_gate, examples, grades)
    outcome_gate = fitted(divided.rows, names.table(), np.arange(len(numbers)), fit, seed, between(tell, 0.9, 1.0))
    return ProgramModel(names, choice_gate, number_gate, outcome_gate, examples, kernel_sets, grades)


def chosen(ends: Sequence[int], members: Sequence[int]) -> tuple[np.ndarray, np.ndarray]:
    """The events of those programs, and which of the members each belongs to."""
    at = np.concatenate([[0], np.array(ends, dtype=np.int64)])
    spans = [np.arange(at[m], at[m + 1]) for m in members]
    which = np.repeat(np.arange(len(spans)), [len(s) for s in spans])
    return np.concatenate(spans) if spans else np.zeros(0, np.int64), which
