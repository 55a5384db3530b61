"""Gates: which expert to trust where, learned as sums of weights of contexts with what is told of each expert."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, final

import numpy as np

from grammars.programs.faults import FAULTS
from shapelang.deadline import Progress, silent

WEIGHTS: Final = 1 << 22
"""Of a gate; pairs are hashed into them."""

_AT_ONCE: Final = 1 << 14
"""Events that a compiled loop goes over, which nobody can interrupt."""

SELDOM: Final = 2.0
"""What each step of a fault takes off the weight that it starts from."""


@final
@dataclass(frozen=True, slots=True, eq=False)
class Rows:
    """Events as columns: those of `context_at`, `row_at` begin with 0. `logs` has what each expert gives the event."""

    context_at: np.ndarray
    contexts: np.ndarray
    row_at: np.ndarray
    sets: np.ndarray
    logs: np.ndarray


@final
@dataclass(frozen=True, slots=True, eq=False)
class Graded:
    """The same of events of which one row is `taken`: first its fault, of which `grades` are the descriptor sets, then
    the row among those of that fault, whose weights start from `bases`.
    """

    context_at: np.ndarray
    contexts: np.ndarray
    row_at: np.ndarray
    sets: np.ndarray
    bases: np.ndarray
    faults: np.ndarray
    taken: np.ndarray
    grades: np.ndarray


@final
@dataclass(frozen=True, slots=True)
class Fit:
    """How a gate is fitted: passes over the events, the first step's size, L2."""

    passes: int = 6
    rate: float = 0.04
    decay: float = 1e-6


PLAIN: Final = Fit()


@final
@dataclass(frozen=True, slots=True, eq=False)
class Gate:
    """A softmax over experts. `limit`: faults above it are never taken where there is a lesser one."""

    weights: np.ndarray
    limit: int = FAULTS - 1

    def bits(self, rows: Rows | Graded, descriptors: np.ndarray, events: np.ndarray) -> np.ndarray:
        """(events,) bits of each event."""
        return _passed(rows, descriptors, events, self, np.zeros(1), 0.0, 0.0)[events]


def fitted(
    rows: Rows | Graded, descriptors: np.ndarray, events: np.ndarray, fit: Fit, seed: int, tell: Progress = silent
) -> Gate:
    """The gate that makes some events probable."""
    gate = Gate(np.zeros(WEIGHTS, dtype=np.float32))
    squares = np.zeros(WEIGHTS, dtype=np.float32)
    rng = np.random.Generator(np.random.Philox(key=seed))
    for number in range(fit.passes):
        rate, order = fit.rate * (1.0 - number / fit.passes), rng.permutation(events)
        for begin in range(0, len(order), _AT_ONCE):
            tell("weighing", (number + begin / len(order)) / fit.passes)
            _passed(rows, descriptors, order[begin : begin + _AT_ONCE], gate, squares, rate, fit.decay)
    return gate


def _passed(
    rows: Rows | Graded, descriptors: np.ndarray, order: np.ndarray, gate: Gate, squares: np.ndarray, rate: float,
    decay: float,
) -> np.ndarray:  # fmt: skip
    """Bits of the events; with `rate` > 0 the gate's weights are changed."""
    from grammars.programs.graded_loops import graded_pass
    from grammars.programs.kernels import gate_pass

    bits, squares = np.zeros(len(rows.row_at) - 1), squares.astype(np.float32, copy=False)
    match rows:
        case Rows():
            gate_pass(
                order.astype(np.int64), rows.context_at, rows.contexts, rows.row_at, rows.sets, rows.logs, descriptors,
                gate.weights, squares, rate, decay, bits,
            )  # fmt: skip
        case Graded():
            graded_pass(
                order.astype(np.int64), rows.context_at, rows.contexts, rows.row_at, rows.sets, rows.bases,
                rows.faults, rows.taken, rows.grades, SELDOM, gate.limit, descriptors, gate.weights, squares, rate,
                decay, bits,
            )  # fmt: skip
    return bits
