"""One number that is to be drawn: what each expert gives to each run of its values, and values of one run."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import final

import numpy as np

from grammars.programs.events import Events
from grammars.programs.model import ProgramModel
from grammars.programs.rows import EXAMPLES, WIDTHS, Examples, size_classes, spans_of_keys
from grammars.programs.walk import RANGES, Slot
from shapelang.arrays import AnyArray


@final
@dataclass(frozen=True, slots=True, eq=False)
class OneNumber:
    """`sets`: the descriptors of its experts, candidates first; (experts, runs) their `masses`; `sizes`: how many
    examples each density comes from; (KEYS,) where those begin and end among the entries.
    """

    events: Events
    examples: Examples
    feature: AnyArray
    begins: AnyArray
    ends: AnyArray
    sets: AnyArray
    masses: AnyArray
    sizes: AnyArray

    def value(self, row: int, rng: np.random.Generator, run: tuple[int, int], slot: tuple[int, int]) -> int:
        """What an expert draws of the values of a run (its end is not one) of the slot's range."""
        from grammars.programs.kernels import drawn_kernel, drawn_value

        events, examples, density = self.events, self.examples, row - len(self.events.sets)
        if density == 0 or (density > 0 and self.sizes[density] == 0.0):
            return int(rng.integers(*run))
        span = (float(run[0]), float(run[1]), float(slot[0]), float(slot[1]))
        if density < 0:
            centre, spread = min(max(events.centres[row], slot[0]), slot[1]), events.spreads[row]
        else:
            centre, spread = drawn_kernel(
                density, rng.random(), *span, float(events.bases[0]), self.feature, examples.entries, self.begins,
                self.ends, examples.values, examples.bases, examples.features, examples.folds, WIDTHS, EXAMPLES,
            )  # fmt: skip
        return int(drawn_value(rng.random(), centre, spread, *span))


def one_number(model: ProgramModel, events: Events, runs: Sequence[int], slot: Slot) -> OneNumber:
    """The number of `events`, whose values are divided into runs that begin there."""
    from grammars.programs.kernels import KERNELS, expert_masses

    examples = model.examples
    begins, ends = spans_of_keys(np.frombuffer(events.keys, dtype=np.uint64)[None], examples)
    feature = np.frombuffer(events.features) / examples.deviations[slot]
    masses, sizes = np.zeros((len(events.sets) + KERNELS, len(runs))), np.zeros(KERNELS)
    low, high = RANGES[slot]
    expert_masses(
        np.array(runs, dtype=np.float64), float(low), float(high), np.frombuffer(events.centres),
        np.frombuffer(events.spreads), feature, -1, float(events.bases[0]), examples.entries, begins[0], ends[0],
        examples.values, examples.bases, examples.features, examples.folds, WIDTHS, EXAMPLES, masses, sizes,
    )  # fmt: skip
    kernel_sets = model.kernel_sets[np.arange(KERNELS), size_classes(sizes)]
    sets = np.concatenate([np.frombuffer(events.sets, dtype=np.int64), kernel_sets])
    return OneNumber(events, examples, feature, begins[0], ends[0], sets, masses, sizes)
