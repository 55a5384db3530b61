"""The decisions of programs as tables of events: contexts, and experts that each give what was decided a mass."""

from __future__ import annotations

from array import array
from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Final, final

import numpy as np

from grammars.programs.candidates import Candidate, Place, number_place
from grammars.programs.contexts import Tuple, choice_contexts, option_descriptors
from grammars.programs.faults import option_faults
from grammars.programs.outcomes import descriptors, fault, number_outcomes
from grammars.programs.program import Assembly
from grammars.programs.stage import Stage
from grammars.programs.walk import RANGES, Kind, Options, Slot, told, walk

DESCRIPTORS: Final = 6
"""Of one expert, at most."""

KEYS: Final = 3

_MASK: Final = 0x7FFFFFFFFFFFFFFF

EXACT, NEAR, WIDE = 0, 1, 2


def label(*parts: int) -> int:
    """A whole number above 0 for a tuple."""
    return (hash(parts) & _MASK) | 1


@final
class Descriptors:
    """Each set of descriptors once, by number."""

    def __init__(self) -> None:
        self._numbers: dict[tuple[Tuple, ...], int] = {}
        self._table = np.zeros((1024, DESCRIPTORS), dtype=np.uint64)

    def number(self, descriptors: tuple[Tuple, ...]) -> int:
        """The number of a set."""
        found = self._numbers.get(descriptors)
        if found is None:
            found = self._numbers[descriptors] = len(self._numbers)
            if found == len(self._table):
                self._table = np.concatenate([self._table, np.zeros_like(self._table)])
            self._table[found, : len(descriptors)] = [label(*d) for d in descriptors]
        return found

    def table(self) -> np.ndarray:
        """(sets and more, DESCRIPTORS) labels, 0 for none."""
        return self._table


@final
@dataclass(slots=True)
class Events:
    """Columns of choices or of numbers, event after event; `row_at` and `context_at` begin with 0.

    A choice's rows are its options, of which `values` is the one that was taken. A number's rows are candidates, with
    centre and spread (0 for exact), in steps. An outcome's rows are those that can be; its runs of values begin at
    `runs` and belong to `run_rows`; `faults` has a row's `outcomes.fault`.
    """

    kinds: array[int] = field(default_factory=lambda: array("q"))
    values: array[int] = field(default_factory=lambda: array("q"))
    context_at: array[int] = field(default_factory=lambda: array("q", [0]))
    contexts: array[int] = field(default_factory=lambda: array("Q"))
    row_at: array[int] = field(default_factory=lambda: array("q", [0]))
    sets: array[int] = field(default_factory=lambda: array("q"))
    centres: array[float] = field(default_factory=lambda: array("d"))
    spreads: array[float] = field(default_factory=lambda: array("d"))
    keys: array[int] = field(default_factory=lambda: array("Q"))
    features: array[float] = field(default_factory=lambda: array("d"))
    bases: array[int] = field(default_factory=lambda: array("q"))
    faults: array[int] = field(default_factory=lambda: array("q"))
    run_at: array[int] = field(default_factory=lambda: array("q", [0]))
    runs: array[int] = field(default_factory=lambda: array("q"))
    run_rows: array[int] = field(default_factory=lambda: array("q"))

    def choice(self, kind: Kind, options: Options, stage: Stage, names: Descriptors, value: int) -> None:
        """Add a choice."""
        self._head(int(kind), value, choice_contexts(kind, stage))
        faults = option_faults(kind, options, stage)
        told = option_descriptors(kind, options, faults, stage)
        self.sets.extend(names.number(tuple((int(kind), *d) for d in each)) for each in told)
        self.faults.extend(faults)
        self.row_at.append(len(self.sets))

    def number(self, slot: Slot, stage: Stage, names: Descriptors, value: int) -> None:
        """Add a number."""
        there = number_place(slot, stage)
        self._head(int(slot), value, there.contexts)
        for relation, centre, spread in rows(there, slot):
            self.sets.append(names.number(relation))
            self.centres.append(centre)
            self.spreads.append(spread)
        self.row_at.append(len(self.sets))
        self.keys.extend(label(k, *key) for k, key in enumerate(there.keys))
        self.features.extend(there.features)
        self.bases.append(there.base)

    def outcome(self, slot: Slot, stage: Stage, names: Descriptors, value: int) -> None:
        """Add what comes of a number: its rows are the outcomes, its runs say which values have which."""
        there = number_outcomes(slot, stage)
        classes = there.classes
        row = {code: k for k, code in enumerate(classes)}
        self._head(int(slot), row[there.codes[bisect_right(there.starts, value) - 1]], there.contexts)
        self.sets.extend(names.number(descriptors(code)) for code in classes)
        self.faults.extend(fault(code, slot) for code in classes)
        self.row_at.append(len(self.sets))
        self.runs.extend(there.starts)
        self.run_rows.extend(row[code] for code in there.codes)
        self.run_at.append(len(self.runs))

    def append(self, one: Events, value: int) -> None:
        """Add the only event of others, with the value that was taken."""
        whole = (
            (self.kinds, one.kinds), (self.contexts, one.contexts), (self.sets, one.sets), (self.keys, one.keys),
            (self.bases, one.bases), (self.faults, one.faults), (self.runs, one.runs), (self.run_rows, one.run_rows),
        )  # fmt: skip
        for column, more in whole:
            column.extend(more)
        for reals, more in ((self.centres, one.centres), (self.spreads, one.spreads), (self.features, one.features)):
            reals.extend(more)
        self.values.append(value)
        self.context_at.append(len(self.contexts))
        self.row_at.append(len(self.sets))
        if one.runs:
            self.run_at.append(len(self.runs))

    def _head(self, kind: int, value: int, contexts: Sequence[Tuple]) -> None:
        self.kinds.append(kind)
        self.values.append(value)
        self.contexts.append(label(-7, kind))
        self.contexts.extend(label(kind, k, *context) for k, context in enumerate(contexts))
        self.context_at.append(len(self.contexts))


def rows(there: Place, slot: Slot) -> list[tuple[tuple[Tuple, ...], float, float]]:
    """Descriptors, centre and spread of the experts that a number's candidates make."""
    low, high = RANGES[slot]
    cells = [min(max(int(c.value + 0.5), low), high) for c in there.candidates]
    found: list[tuple[tuple[Tuple, ...], float, float]] = []
    for candidate, cell in zip(there.candidates, cells, strict=True):
        agreeing = min(cells.count(cell), 4)
        plain = 0 if cell == 0 else 1 if cell == 500 else 2 if cell == 1000 else 3
        found += [
            (((mode, *candidate.relation), (mode, candidate.relation[0], -5, agreeing, plain)), candidate.value, spread)
            for mode, spread in _modes(candidate)
        ]
    return found


def _modes(candidate: Candidate) -> list[tuple[int, float]]:
    if candidate.spread < 0.3:
        return [(EXACT, 0.0)]
    if candidate.spread <= 0.5:
        return [(EXACT, 0.0), (NEAR, 1.0)]
    return [(EXACT, 0.0), (NEAR, max(0.6 * candidate.spread, 0.6)), (WIDE, 4.0 * candidate.spread + 2.0)]


@final
class Recorder:
    """A chooser that follows a program and writes down its decisions."""

    def __init__(self, program: Assembly, table: Table) -> None:
        self._told, self._table = told(program), table

    def choose(self, kind: Kind, options: Options, stage: Stage) -> int:
        """The program's option, written down."""
        value = next(self._told)
        self._table.choices.choice(kind, options, stage, self._table.names, list(options).index(value))
        return value

    def number(self, slot: Slot, stage: Stage) -> int:
        """The program's number, written down."""
        value = next(self._told)
        self._table.numbers.number(slot, stage, self._table.names, value)
        self._table.outcomes.outcome(slot, stage, self._table.names, value)
        return value

    def ends(self, stage: Stage) -> bool:
        """It stays as the program has it."""
        return True


@final
@dataclass(slots=True)
class Table:
    """All decisions of some programs; `choice_ends` and `number_ends` say where each program's end."""

    names: Descriptors
    choices: Events = field(default_factory=Events)
    numbers: Events = field(default_factory=Events)
    outcomes: Events = field(default_factory=Events)
    choice_ends: list[int] = field(default_factory=list[int])
    number_ends: list[int] = field(default_factory=list[int])

    def add(self, program: Assembly) -> None:
        """One more program."""
        walk(Recorder(program, self))
        self.end()

    def end(self) -> None:
        """All decisions of one more program are written down."""
        self.choice_ends.append(len(self.choices.kinds))
        self.number_ends.append(len(self.numbers.kinds))
