"""Programs drawn from a model: the same walk, and each decision by the probabilities that `bits` would give it."""

from __future__ import annotations

from dataclasses import dataclass
from math import inf, log
from typing import Final, final

import numpy as np

from grammars.programs.drawn_numbers import one_number
from grammars.programs.events import Events, Table
from grammars.programs.faults import FAULTS
from grammars.programs.gates import SELDOM, Gate
from grammars.programs.model import ProgramModel
from grammars.programs.program import Assembly
from grammars.programs.rows import outcome_bases
from grammars.programs.stage import Stage
from grammars.programs.walk import RANGES, Kind, Options, Slot, walk

TRIES: Final = 64
"""How often one assembly is told, at most, until it is sound."""


def drawn(model: ProgramModel, rng: np.random.Generator, temperature: float = 1.0) -> Assembly:
    """One program. Below a temperature of 1 the gates prefer what they prefer already; 1 is the model itself.

    Raises ValueError where the temperature is not above 0.
    """
    return walk(Drawing(model, rng, temperature))


def drawn_with_bits(
    model: ProgramModel, rng: np.random.Generator, temperature: float = 1.0
) -> tuple[Assembly, float, float]:
    """The same, with the bits of its structure and of its numbers under the model itself, whatever the temperature."""
    table = Table(model.names)
    program = walk(Drawing(model, rng, temperature, table=table))
    table.end()
    structure, numbers = model.table_bits(table, (0,))[0].tolist()
    return program, structure, numbers


@final
@dataclass(frozen=True, slots=True)
class Sound:
    """A program under the condition that each assembly is sound, and how often each was told until it was.

    `gave_up`: assemblies that were not within TRIES, and were left as they were told last.
    """

    program: Assembly
    told: tuple[int, ...]
    gave_up: int

    @property
    def mass_bits(self) -> float:
        """What the condition takes off the program's bits: Σ −log₂ Z, where Z is the chance that an assembly is sound.

        An estimate without bias: after n tellings the mean of 1 + 1/2 + … + 1/(n − 1) is −ln Z.
        """
        return sum(1.0 / k for n in self.told for k in range(1, n)) / log(2.0)


def drawn_sound(model: ProgramModel, rng: np.random.Generator, temperature: float = 1.0) -> Sound:
    """One program of which every assembly is sound when it is told, what is within it taken as solid: it stands (see
    `Stage.stands`), and its parts fill its box (`Stage.fills`).

    The walk tells an assembly again until that holds, and goes on from there: a draw of the product over assemblies of
    p(assembly | what was told, it is sound). None is told again for what is within it.
    """
    drawing = Drawing(model, rng, temperature, TRIES)
    return Sound(walk(drawing), tuple(drawing.told), drawing.gave_up)


@final
class Drawing:
    """A chooser that draws. `told`: how often each assembly was told, which is at most `tries`. `table`: where all
    decisions are written down, those of what is told again too.
    """

    def __init__(
        self, model: ProgramModel, rng: np.random.Generator, temperature: float = 1.0, tries: int = 1,
        table: Table | None = None,
    ) -> None:  # fmt: skip
        if not 0.0 < temperature < inf:
            raise ValueError(f"a temperature is above 0, and not {temperature}")
        self._model, self._rng, self._temperature, self._tries = model, rng, temperature, tries
        self._again, self._table = 0, table
        self.told: list[int] = []
        self.gave_up = 0

    def ends(self, stage: Stage) -> bool:
        """Whether the assembly is sound, or was told often enough."""
        sound = self._tries == 1 or (stage.fills() and stage.stands())
        self._again += 1
        if not sound and self._again < self._tries:
            return False
        self.gave_up += not sound
        self.told.append(self._again)
        self._again = 0
        return True

    def choose(self, kind: Kind, options: Options, stage: Stage) -> int:
        """An option, by its weight in its context."""
        events = Events()
        events.choice(kind, options, stage, self._model.names, 0)
        taken = self._one(self._graded(self._model.choices, events, np.zeros(len(options))))
        if self._table is not None:
            self._table.choices.append(events, taken)
        return options[taken]

    def number(self, slot: Slot, stage: Stage) -> int:
        """A number: first what comes of it, then which expert, then what that says of the values that have it."""
        model, low, high = self._model, *RANGES[slot]
        events, outcomes = Events(), Events()
        events.number(slot, stage, model.names, low)
        outcomes.outcome(slot, stage, model.names, low)
        told = one_number(model, events, outcomes.runs, slot)
        shares = self._shares(events, told.sets)
        runs = np.array(outcomes.run_rows)
        masses = np.bincount(runs, shares @ told.masses, minlength=len(outcomes.sets))
        by_outcome = self._graded(model.outcomes, outcomes, outcome_bases(masses))
        outcome = self._one(by_outcome)
        mine = np.flatnonzero(runs == outcome)
        row, run = divmod(self._one((shares[:, None] * told.masses[:, mine]).ravel()), len(mine))
        edges = (*outcomes.runs, high + 1)
        begin, end = edges[mine[run]], edges[mine[run] + 1]
        value = told.value(row, self._rng, (begin, end), (low, high))
        if self._table is not None:
            self._table.numbers.append(events, value)
            self._table.outcomes.append(outcomes, outcome)
        return value

    def _shares(self, events: Events, sets: np.ndarray) -> np.ndarray:
        """Of the experts of a number, by their gate."""
        from grammars.programs.kernels import gate_logits

        contexts = np.frombuffer(events.contexts, dtype=np.uint64)
        logits = gate_logits(contexts, sets, self._model.names.table(), self._model.numbers.weights)
        return self._tempered(logits)

    def _graded(self, gate: Gate, events: Events, bases: np.ndarray) -> np.ndarray:
        """Of options or outcomes."""
        from grammars.programs.graded_loops import graded_logs

        faults = np.frombuffer(events.faults, dtype=np.int64)
        steps, within = np.zeros(FAULTS), np.zeros(len(events.sets))
        graded_logs(
            np.frombuffer(events.contexts, dtype=np.uint64), np.frombuffer(events.sets, dtype=np.int64), bases, faults,
            self._model.grades, SELDOM, gate.limit, self._model.names.table(), gate.weights, steps, within,
        )  # fmt: skip
        return self._tempered(steps[faults] + within)

    def _tempered(self, logits: np.ndarray) -> np.ndarray:
        shares = np.exp((logits - logits.max()) / self._temperature)
        return shares / shares.sum()

    def _one(self, shares: np.ndarray) -> int:
        """One of the rows, by shares, which need not sum to 1."""
        upto = np.cumsum(shares)
        return int(np.searchsorted(upto, self._rng.random() * upto[-1], side="right"))
