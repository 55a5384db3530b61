"""A grammar of programs with contexts, learned from examples, and the bits that it gives to programs.

A choice is an alternative of a rule whose weight depends on what was told before. A number is a mixture: what earlier
numbers and the posed cuboids make likely, exactly or nearly, and densities of examples at like places. The mixture's
gate is learned on densities that leave out examples of the same skeletons, as held-out programs will have it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, final

import numpy as np

from grammars.programs.candidates import FEATURES
from grammars.programs.corpus import fold
from grammars.programs.events import KEYS, Descriptors, Events, Table
from grammars.programs.gates import Fit, Gate, Rows, fitted
from grammars.programs.program import Assembly
from grammars.programs.walk import RANGES, Slot

_FOLDS: Final = 10

_NOT_LEFT_OUT: Final = -1

WIDTHS: Final = np.full(FEATURES, 1.0 / 0.4)
"""Features that differ by 0.4 deviations make examples unlike."""

EXAMPLES: Final = 300
"""Of one key, at most, that a density is made of."""

SIZES: Final = 10
"""Classes of how many examples a density comes from."""


@final
@dataclass(frozen=True, slots=True, eq=False)
class Examples:
    """Numbers of the training programs: (n,) values, bases, folds, (n, FEATURES); `entries`: sorted by each key."""

    values: np.ndarray
    bases: np.ndarray
    features: np.ndarray
    folds: np.ndarray
    keys: tuple[np.ndarray, ...]
    entries: np.ndarray
    deviations: np.ndarray


@final
@dataclass(frozen=True, slots=True, eq=False)
class ProgramModel:
    """What was learned. `kernel_sets`: the descriptors of the densities, by density and class of size."""

    names: Descriptors
    choices: Gate
    numbers: Gate
    examples: Examples
    kernel_sets: np.ndarray

    def bits(self, programs: Sequence[Assembly]) -> np.ndarray:
        """(n, 2) bits of the structure and of the numbers of each program."""
        table = Table(self.names)
        for program in programs:
            table.add(program)
        return self.table_bits(table, range(len(programs)))

    def table_bits(self, table: Table, members: Sequence[int]) -> np.ndarray:
        """(members, 2) of those programs of a table, which has this model's names."""
        choices, which = chosen(table.choice_ends, members)
        bits = self.choices.bits(choice_rows(table.choices), self.names.table(), choices)
        structure = np.bincount(which, bits, minlength=len(members))
        numbers, which = chosen(table.number_ends, members)
        folds = np.full(len(numbers), _NOT_LEFT_OUT)
        rows = number_rows(table.numbers, numbers, folds, self.examples, self.kernel_sets)
        bits = self.numbers.bits(rows, self.names.table(), np.arange(len(numbers)))
        return np.stack([structure, np.bincount(which, bits, minlength=len(members))], axis=1)


def learned(programs: Sequence[Assembly], fit: Fit = Fit(), seed: int = 0) -> ProgramModel:  # noqa: B008
    """A model of programs."""
    table = Table(Descriptors())
    for program in programs:
        table.add(program)
    return learned_from(table, programs, range(len(programs)), fit, seed)


def learned_from(
    table: Table, programs: Sequence[Assembly], members: Sequence[int], fit: Fit, seed: int
) -> ProgramModel:
    """A model of those programs of a table that are members."""
    names = table.names
    kernel_sets = kernel_descriptors(names)
    choices, _ = chosen(table.choice_ends, members)
    choice_gate = fitted(choice_rows(table.choices), names.table(), choices, fit, seed)
    numbers, which = chosen(table.number_ends, members)
    folds = np.array([fold(programs[m], _FOLDS, "folds") for m in members])[which]
    examples = examples_of(table.numbers, numbers, folds)
    rows = number_rows(table.numbers, numbers, folds, examples, kernel_sets)
    number_gate = fitted(rows, names.table(), np.arange(len(numbers)), fit, seed)
    return ProgramModel(names, choice_gate, number_gate, examples, kernel_sets)


def chosen(ends: Sequence[int], members: Sequence[int]) -> tuple[np.ndarray, np.ndarray]:
    """The events of those programs, and which of the members each belongs to."""
    at = np.concatenate([[0], np.array(ends, dtype=np.int64)])
    spans = [np.arange(at[m], at[m + 1]) for m in members]
    which = np.repeat(np.arange(len(spans)), [len(s) for s in spans])
    return np.concatenate(spans) if spans else np.zeros(0, np.int64), which


def kernel_descriptors(names: Descriptors) -> np.ndarray:
    """(KERNELS, SIZES) numbers of descriptor sets."""
    from grammars.programs.kernels import KERNELS

    return np.array([[names.number(((9, k), (9, k, s), (9, s))) for s in range(SIZES)] for k in range(KERNELS)])


def choice_rows(events: Events) -> Rows:
    """Choices for a gate: an option gives its own event everything."""
    row_at = np.frombuffer(events.row_at, dtype=np.int64)
    logs = np.full(len(events.sets), -1e9)
    logs[row_at[:-1] + np.frombuffer(events.values, dtype=np.int64)] = 0.0
    return Rows(
        np.frombuffer(events.context_at, dtype=np.int64),
        np.frombuffer(events.contexts, dtype=np.uint64),
        row_at,
        np.frombuffer(events.sets, dtype=np.int64),
        logs,
    )


def examples_of(events: Events, chosen_events: np.ndarray, folds: np.ndarray) -> Examples:
    """Those numbers as examples."""
    features = np.frombuffer(events.features).reshape(-1, FEATURES)[chosen_events]
    kinds = np.frombuffer(events.kinds, dtype=np.int64)[chosen_events]
    deviations = np.ones((len(Slot), FEATURES))
    for slot in range(len(Slot)):
        if np.count_nonzero(kinds == slot) > 1:
            deviations[slot] = np.maximum(features[kinds == slot].std(axis=0), 0.02)
    keys = np.frombuffer(events.keys, dtype=np.uint64).reshape(-1, KEYS)[chosen_events]
    entries = tuple(np.argsort(keys[:, k], kind="stable") for k in range(KEYS))
    return Examples(
        np.frombuffer(events.values, dtype=np.int64)[chosen_events].astype(np.float64),
        np.frombuffer(events.bases, dtype=np.int64)[chosen_events].astype(np.float64),
        features / deviations[kinds],
        folds.astype(np.int64),
        tuple(keys[e, k] for k, e in enumerate(entries)),
        np.concatenate(entries),
        deviations,
    )


def number_rows(
    events: Events, some: np.ndarray, folds: np.ndarray, examples: Examples, kernel_sets: np.ndarray
) -> Rows:
    """Some numbers for a gate, event after event: the candidates' masses, then the densities'."""
    from grammars.programs.kernels import KERNELS, logistic_masses

    kinds = np.frombuffer(events.kinds, dtype=np.int64)[some]
    values = np.frombuffer(events.values, dtype=np.int64)[some].astype(np.float64)
    ranges = np.array([RANGES[slot] for slot in Slot], dtype=np.float64)[kinds]
    row_at = np.frombuffer(events.row_at, dtype=np.int64)
    rows, counts = _spans(row_at, some)
    masses = np.zeros(len(rows))
    each = np.repeat(np.arange(len(some)), counts)
    logistic_masses(
        values[each], np.frombuffer(events.centres)[rows], np.frombuffer(events.spreads)[rows], ranges[each, 0],
        ranges[each, 1], masses,
    )  # fmt: skip
    logs, sizes = kernel_masses(events, some, values, folds, ranges, examples)
    begin = np.concatenate([[0], np.cumsum(counts + KERNELS)])
    at_row = np.arange(len(rows)) + KERNELS * each
    at_kernel = (begin[:-1] + counts)[:, None] + np.arange(KERNELS)
    all_sets, all_logs = np.zeros(begin[-1], dtype=np.int64), np.zeros(begin[-1])
    all_sets[at_row], all_logs[at_row] = np.frombuffer(events.sets, dtype=np.int64)[rows], masses
    all_sets[at_kernel] = kernel_sets[np.arange(KERNELS), size_classes(sizes)]
    all_logs[at_kernel] = logs
    context_at = np.frombuffer(events.context_at, dtype=np.int64)
    places, lengths = _spans(context_at, some)
    return Rows(
        np.concatenate([[0], np.cumsum(lengths)]),
        np.frombuffer(events.contexts, dtype=np.uint64)[places],
        begin,
        all_sets,
        all_logs,
    )


def size_classes(sizes: np.ndarray) -> np.ndarray:
    """Classes of effective counts: 0 for none."""
    return np.where(sizes <= 0.0, 0, np.clip(2 + np.log2(np.maximum(sizes, 1e-9)), 1, SIZES - 1)).astype(np.int64)


def _spans(at: np.ndarray, some: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """The rows of some events, one after the other, and how many each has."""
    counts = at[some + 1] - at[some]
    begin = np.cumsum(counts) - counts
    return np.arange(counts.sum()) + np.repeat(at[some] - begin, counts), counts


def spans_of_keys(keys: np.ndarray, examples: Examples) -> tuple[np.ndarray, np.ndarray]:
    """(n, KEYS) where the examples of keys begin and end among `entries`, joined."""
    count = len(examples.values)
    sides = ("left", "right")
    found = [[np.searchsorted(examples.keys[k], keys[:, k], s) + k * count for k in range(KEYS)] for s in sides]
    return np.stack(found[0], axis=1), np.stack(found[1], axis=1)


def kernel_masses(
    events: Events, some: np.ndarray, values: np.ndarray, folds: np.ndarray, ranges: np.ndarray, examples: Examples
) -> tuple[np.ndarray, np.ndarray]:
    """(n, KERNELS) logarithms of masses, and how many examples each comes from."""
    from grammars.programs.kernels import KERNELS, densities

    kinds = np.frombuffer(events.kinds, dtype=np.int64)[some]
    starts, ends = spans_of_keys(np.frombuffer(events.keys, dtype=np.uint64).reshape(-1, KEYS)[some], examples)
    logs, sizes = np.zeros((len(some), KERNELS)), np.zeros((len(some), KERNELS))
    densities(
        values, np.frombuffer(events.bases, dtype=np.int64)[some].astype(np.float64),
        np.frombuffer(events.features).reshape(-1, FEATURES)[some] / examples.deviations[kinds], folds.astype(np.int64),
        ranges[:, 0].copy(), ranges[:, 1].copy(), examples.entries, starts, ends, examples.values,
        examples.bases, examples.features, examples.folds, WIDTHS, EXAMPLES, logs, sizes,
    )  # fmt: skip
    return logs, sizes
