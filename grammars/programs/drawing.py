"""Programs drawn from a model: the same walk, and each decision by the probabilities that `bits` would give it."""

from __future__ import annotations

from dataclasses import dataclass
from math import log
from typing import Final, final

import numpy as np

from grammars.programs.events import Events
from grammars.programs.model import EXAMPLES, WIDTHS, ProgramModel, size_classes, spans_of_keys
from grammars.programs.program import Assembly
from grammars.programs.stage import Stage
from grammars.programs.walk import RANGES, Kind, Options, Slot, walk

TRIES: Final = 64
"""How often one assembly is told, at most, until it is sound."""


def drawn(model: ProgramModel, rng: np.random.Generator, temperature: float = 1.0) -> Assembly:
    """One program. Below a temperature of 1 the gates prefer what they prefer already; 1 is the model itself."""
    return walk(Drawing(model, rng, temperature))


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
    """A chooser that draws. `told`: how often each assembly was told, which is at most `tries`."""

    def __init__(self, model: ProgramModel, rng: np.random.Generator, temperature: float = 1.0, tries: int = 1) -> None:
        self._model, self._rng, self._temperature, self._tries = model, rng, temperature, tries
        self._again = 0
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
        sets = np.frombuffer(events.sets, dtype=np.int64)
        return options[self._picked(self._model.choices.weights, events, sets)]

    def number(self, slot: Slot, stage: Stage) -> int:
        """A number: first which expert, then what it says."""
        from grammars.programs.kernels import KERNELS, drawn_kernel

        model, examples = self._model, self._model.examples
        events = Events()
        low, high = RANGES[slot]
        events.number(slot, stage, model.names, low)
        starts, ends = spans_of_keys(np.frombuffer(events.keys, dtype=np.uint64)[None], examples)
        feature = np.frombuffer(events.features) / examples.deviations[slot]
        sizes = kernel_sizes(model, events, slot, feature, starts, ends)
        kernel_sets = model.kernel_sets[np.arange(KERNELS), size_classes(sizes)]
        sets = np.concatenate([np.frombuffer(events.sets, dtype=np.int64), kernel_sets])
        row = self._picked(model.numbers.weights, events, sets)
        density = row - len(events.sets)
        if density == 0 or (density > 0 and sizes[density] == 0.0):
            return int(self._rng.integers(low, high + 1))
        if density < 0:
            centre, spread = min(max(events.centres[row], low), high), events.spreads[row]
        else:
            centre, spread = drawn_kernel(
                density, self._rng.random(), float(events.bases[0]), feature, examples.entries, starts[0], ends[0],
                examples.values, examples.bases, examples.features, examples.folds, WIDTHS, EXAMPLES,
            )  # fmt: skip
        u = min(max(self._rng.random(), 1e-12), 1.0 - 1e-12)
        value = centre + spread * log(u / (1.0 - u))
        return int(min(max(np.floor(value + 0.5), low), high))

    def _picked(self, weights: np.ndarray, events: Events, sets: np.ndarray) -> int:
        """One of the rows, by the gate."""
        from grammars.programs.kernels import gate_logits

        contexts = np.frombuffer(events.contexts, dtype=np.uint64)
        logits = gate_logits(contexts, sets, self._model.names.table(), weights)
        shares = np.cumsum(np.exp((logits - logits.max()) / self._temperature))
        return int(np.searchsorted(shares, self._rng.random() * shares[-1], side="right"))


def kernel_sizes(
    model: ProgramModel, events: Events, slot: Slot, feature: np.ndarray, starts: np.ndarray, ends: np.ndarray
) -> np.ndarray:
    """(KERNELS,) how many examples each density comes from, for one event."""
    from grammars.programs.kernels import KERNELS, densities

    examples = model.examples
    low, high = RANGES[slot]
    logs, sizes = np.zeros((1, KERNELS)), np.zeros((1, KERNELS))
    densities(
        np.array([float(low)]), np.frombuffer(events.bases, dtype=np.int64).astype(np.float64), feature[None],
        np.array([-1]), np.array([float(low)]), np.array([float(high)]), examples.entries, starts, ends,
        examples.values, examples.bases, examples.features, examples.folds, WIDTHS, EXAMPLES, logs, sizes,
    )  # fmt: skip
    return sizes[0]
