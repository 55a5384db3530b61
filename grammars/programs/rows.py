"""Decisions as rows for gates: options, experts of numbers, and outcomes, with the examples that densities are of."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, final

import numpy as np

from grammars.programs.candidates import FEATURES
from grammars.programs.events import KEYS, Descriptors, Events, Table
from grammars.programs.faults import FAULTS
from grammars.programs.gates import Gate, Graded, Rows
from grammars.programs.walk import RANGES, Slot

WIDTHS: Final = np.full(FEATURES, 1.0 / 0.4)
"""Features that differ by 0.4 deviations make examples unlike."""

EXAMPLES: Final = 300
"""Of one key, at most, that a density is made of."""

MOST_NUMBERS: Final = 7_000_000
"""Of the examples of one model: their arrays fit into a file that is read again, however badly they pack."""

LEAST: Final = 1e-12
"""What a mixture gives to an outcome at least, before the gate weighs it."""

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


def kernel_descriptors(names: Descriptors) -> np.ndarray:
    """(KERNELS, SIZES) numbers of descriptor sets."""
    from grammars.programs.kernels import KERNELS

    return np.array([[names.number(((9, k), (9, k, s), (9, s))) for s in range(SIZES)] for k in range(KERNELS)])


def grade_descriptors(names: Descriptors) -> np.ndarray:
    """(FAULTS,) numbers of descriptor sets."""
    return np.array([names.number(((70, fault), (71, int(fault > 0)))) for fault in range(FAULTS)])


def choice_rows(events: Events, grades: np.ndarray) -> Graded:
    """Choices for a gate."""
    row_at = np.frombuffer(events.row_at, dtype=np.int64)
    return Graded(
        np.frombuffer(events.context_at, dtype=np.int64),
        np.frombuffer(events.contexts, dtype=np.uint64),
        row_at,
        np.frombuffer(events.sets, dtype=np.int64),
        np.zeros(len(events.sets)),
        np.frombuffer(events.faults, dtype=np.int64),
        row_at[:-1] + np.frombuffer(events.values, dtype=np.int64),
        grades,
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


@final
@dataclass(frozen=True, slots=True, eq=False)
class Divided:
    """Outcomes for a gate, and ln of the mass that the mixture gave to the outcome that each number has."""

    rows: Graded
    taken: np.ndarray


def outcome_rows(
    table: Table, some: np.ndarray, folds: np.ndarray, rows: Rows, gate: Gate, examples: Examples, grades: np.ndarray
) -> Divided:
    """What comes of some numbers, whose `rows` are those of the mixture's gate, for a gate of its own."""
    from grammars.programs.kernels import outcome_masses

    numbers, outcomes = table.numbers, table.outcomes
    kinds = np.frombuffer(numbers.kinds, dtype=np.int64)[some]
    ranges = np.array([RANGES[slot] for slot in Slot], dtype=np.float64)[kinds]
    starts, ends = spans_of_keys(np.frombuffer(numbers.keys, dtype=np.uint64).reshape(-1, KEYS)[some], examples)
    run_at = np.frombuffer(outcomes.run_at, dtype=np.int64)
    masses = np.zeros(len(outcomes.runs))
    outcome_masses(
        some.astype(np.int64), rows.context_at, rows.contexts, rows.row_at, rows.sets, table.names.table(),
        gate.weights, np.frombuffer(numbers.row_at, dtype=np.int64), np.frombuffer(numbers.centres),
        np.frombuffer(numbers.spreads), run_at, np.frombuffer(outcomes.runs, dtype=np.int64).astype(np.float64),
        ranges[:, 0].copy(), ranges[:, 1].copy(),
        np.frombuffer(numbers.features).reshape(-1, FEATURES)[some] / examples.deviations[kinds],
        folds.astype(np.int64), np.frombuffer(numbers.bases, dtype=np.int64)[some].astype(np.float64),
        examples.entries, starts, ends, examples.values, examples.bases, examples.features, examples.folds, WIDTHS,
        EXAMPLES, masses,
    )  # fmt: skip
    row_at = np.frombuffer(outcomes.row_at, dtype=np.int64)
    row_of_run = np.frombuffer(outcomes.run_rows, dtype=np.int64) + np.repeat(row_at[:-1], np.diff(run_at))
    whole = np.bincount(row_of_run, masses, minlength=len(outcomes.sets))
    places, counts = _spans(row_at, some)
    begin = np.concatenate([[0], np.cumsum(counts)])
    values = np.frombuffer(outcomes.values, dtype=np.int64)[some]
    context_places, lengths = _spans(np.frombuffer(outcomes.context_at, dtype=np.int64), some)
    bases = outcome_bases(whole)
    return Divided(
        Graded(
            np.concatenate([[0], np.cumsum(lengths)]),
            np.frombuffer(outcomes.contexts, dtype=np.uint64)[context_places],
            begin,
            np.frombuffer(outcomes.sets, dtype=np.int64)[places],
            bases[places],
            np.frombuffer(outcomes.faults, dtype=np.int64)[places],
            begin[:-1] + values,
            grades,
        ),
        bases[row_at[some] + values],
    )


def outcome_bases(masses: np.ndarray) -> np.ndarray:
    """What the weight of an outcome starts from: ln of what the mixture gives it."""
    return np.log(np.maximum(masses, LEAST))


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
