"""Models that count: uniform, a histogram for each slot, a flat probabilistic grammar."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from math import lgamma, log2
from typing import Final, final

from benchmarks.grammars.bits.decisions import Decision
from grammars.programs.walk import Slot

_MASSES: Final = tuple(0.25 * 2.0**k for k in range(14))
"""What a prior may weigh, in examples."""


@final
@dataclass(frozen=True, slots=True)
class Counts:
    """A Dirichlet prior of `mass` examples, even over what may be, and what was counted."""

    counts: Counter[int]
    mass: float
    total: int

    def bits(self, decision: Decision) -> float:
        """Of a choice the share among its options."""
        even = self.mass / decision.span
        whole = sum(self.counts[k] for k in decision.options) if decision.options else self.total
        return -log2((self.counts[decision.value] + even) / (whole + self.mass))


def counted(found: Sequence[Decision]) -> Counts:
    """The mass is the one under which the counts are most probable (Polya)."""
    counts = Counter(d.value for d in found)
    span = max(d.span for d in found)

    def evidence(mass: float) -> float:
        even = mass / span
        own = sum(lgamma(n + even) - lgamma(even) for n in counts.values())
        return own + lgamma(mass) - lgamma(len(found) + mass)

    return Counts(counts, max(_MASSES, key=evidence), len(found))


@final
@dataclass(frozen=True, slots=True)
class CountingModel:
    """Counts of what each kind of decision was; kinds that have none are uniform."""

    counts: dict[tuple[bool, int], Counts]

    def bits(self, decision: Decision) -> float:
        found = self.counts.get(decision.key)
        return log2(decision.span) if found is None else found.bits(decision)

    def program_bits(self, found: Sequence[Decision]) -> tuple[float, float]:
        """Of the structure and of the numbers."""
        parts = [0.0, 0.0]
        for decision in found:
            parts[isinstance(decision.what, Slot)] += self.bits(decision)
        return parts[0], parts[1]


def uniform() -> CountingModel:
    return CountingModel({})


def _by_kind(corpus: Sequence[Sequence[Decision]]) -> dict[tuple[bool, int], list[Decision]]:
    found: dict[tuple[bool, int], list[Decision]] = {}
    for program in corpus:
        for decision in program:
            found.setdefault(decision.key, []).append(decision)
    return found


def histograms(corpus: Sequence[Sequence[Decision]]) -> CountingModel:
    """A histogram for each slot of a number; the structure uniform."""
    return CountingModel({k: counted(ds) for k, ds in _by_kind(corpus).items() if k[0]})


def flat_grammar(corpus: Sequence[Sequence[Decision]]) -> CountingModel:
    """Rules with weights, each the same wherever it applies, and the histograms."""
    return CountingModel({k: counted(ds) for k, ds in _by_kind(corpus).items()})
