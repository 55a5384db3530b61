"""Weights of rules from how often each was taken, those of all nonterminals together.

Weights have a symmetric Dirichlet prior of α a rule, the same for all nonterminals: how even they are in one speaks for
the others. α is not known: what is told is the posterior mean of the weights, averaged over α by its evidence (the
Dirichlet-multinomial likelihood; its prior is even in ln α).
"""

from __future__ import annotations

from collections.abc import Sequence
from math import exp, lgamma
from typing import Final

_ALPHAS: Final = tuple(2.0 ** (0.5 * k) for k in range(-4, 13))
"""From weights of which a few are great to weights that are all but even."""


def shares(counts: Sequence[Sequence[int]]) -> list[list[float]]:
    """Of each nonterminal the weights of its rules, which sum to 1."""
    evidence = [sum(_evidence(of_one, alpha) for of_one in counts) for alpha in _ALPHAS]
    likely = [exp(each - max(evidence)) for each in evidence]
    total = sum(likely)
    return [_averaged(of_one, [p / total for p in likely]) for of_one in counts]


def _averaged(counts: Sequence[int], likely: Sequence[float]) -> list[float]:
    n, k = sum(counts), len(counts)
    return [
        sum(p * (count + alpha) / (n + k * alpha) for p, alpha in zip(likely, _ALPHAS, strict=True)) for count in counts
    ]


def _evidence(counts: Sequence[int], alpha: float) -> float:
    """ln P(which rule was taken each time, in order)."""
    n, k = sum(counts), len(counts)
    return lgamma(k * alpha) - lgamma(n + k * alpha) + sum(lgamma(c + alpha) - lgamma(alpha) for c in counts)
