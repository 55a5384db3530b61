"""Weights and distributions of a grammar from assemblies whose derivations are hidden: expectation and maximisation.

Each round counts every rule and draw as often as it is expected to have occurred, and takes the grammar under which
these counts are most probable (Dempster, Laird and Rubin 1977; of rules Lari and Young 1990). Weights have a Dirichlet
prior of one pseudo-count α per rule, as the posterior mean: w ∝ count + α.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from math import inf, log
from typing import Final, final

from grammars.charts.chart import Chart
from grammars.charts.errors import ChartError
from grammars.charts.model import Draw, TreeGrammar, TreeRule
from grammars.charts.observed import Standing
from grammars.charts.weights import Drew, Event, Took
from grammars.learning.distributions import Sample, fitted
from shapelang.outcome import Outcome

_ENOUGH: Final = 1e-6
"""Nats a shape: rounds that gain less end the search."""


@final
class Unexplained(ChartError):
    """An assembly that the grammar cannot make at all."""


@final
@dataclass(frozen=True, slots=True)
class Estimated:
    """A grammar, the bits of an assembly under it (mean), and why the search for it ended."""

    grammar: TreeGrammar
    bits: float
    rounds: int
    outcome: Outcome


def estimated(
    grammar: TreeGrammar, seen: Sequence[Standing | None], *, prior: float = 0.0, rounds: int = 100
) -> Estimated:
    """Weights and distributions that make the assemblies most probable, from those of a grammar as a start.

    Raises Unexplained for an assembly of probability 0, NotExact and TooManySiblings as a chart does.
    """
    counted = Counter(seen)
    before = -inf
    for k in range(rounds):
        gained, counts = expected(grammar, counted)
        mean = gained / max(len(seen), 1)
        if mean - before <= _ENOUGH:
            return Estimated(grammar, -mean / log(2.0), k, Outcome.SETTLED)
        before = mean
        grammar = maximised(grammar, counts, prior)
    gained, _ = expected(grammar, counted)
    return Estimated(grammar, -gained / max(len(seen), 1) / log(2.0), rounds, Outcome.STEPS)


def expected(grammar: TreeGrammar, seen: Mapping[Standing | None, int]) -> tuple[float, dict[Event, float]]:
    """Σ ln p of the assemblies, in nats, and how often each rule was taken and each number drawn, on average."""
    chart = Chart(grammar)
    gained = 0.0
    counts: dict[Event, float] = defaultdict(float)
    for standing, times in seen.items():
        weight = chart.inside(standing)
        if weight.p <= 0.0:
            raise Unexplained(f"the grammar cannot make an assembly that is there {times} times")
        gained += times * weight.log
        for event, count in weight.counts.items():
            counts[event] += times * count / weight.p
    return gained, counts


def maximised(grammar: TreeGrammar, counts: Mapping[Event, float], prior: float) -> TreeGrammar:
    """The grammar under which the counts are most probable; what never occurs keeps its distributions.

    Where some rules of a nonterminal are under conditions its weights stay: some stand for one choice.
    """
    drawn: dict[tuple[str, int, int], list[Sample]] = defaultdict(list)
    for event, count in counts.items():
        if isinstance(event, Drew):
            drawn[event.left, event.rule, event.draw].append(Sample(event.steps, event.parents, count))
    rules: dict[str, tuple[TreeRule, ...]] = {}
    for left, old in grammar.rules.items():
        taken = [counts.get(Took(left, k), 0.0) + prior for k in range(len(old))]
        whole = 0.0 if any(rule.conditions for rule in old) else sum(taken)
        rules[left] = tuple(
            replace(
                rule,
                weight=rule.weight if whole <= 0.0 else taken[k] / whole,
                draws=tuple(_draw(d, drawn[left, k, j], grammar.grid) for j, d in enumerate(rule.draws)),
            )
            for k, rule in enumerate(old)
        )
    return replace(grammar, rules=rules)


def _draw(draw: Draw, samples: Sequence[Sample], grid: float) -> Draw:
    return fitted(draw, samples, grid) if samples else draw
