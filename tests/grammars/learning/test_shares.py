"""Weights of rules from counts: posterior means, under how even weights are in all nonterminals."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from grammars.learning.shares import shares

_COUNTS = st.lists(st.lists(st.integers(1, 300), min_size=1, max_size=5), min_size=1, max_size=6)


@given(_COUNTS)
def test_weights_lie_between_the_shares_of_the_counts_and_even_ones(counts: list[list[int]]) -> None:
    for of_one, weights in zip(counts, shares(counts), strict=True):
        assert sum(weights) == pytest.approx(1.0, abs=1e-12)
        for count, weight in zip(of_one, weights, strict=True):
            ends = sorted((count / sum(of_one), 1.0 / len(of_one)))
            assert ends[0] - 1e-12 <= weight <= ends[1] + 1e-12


@given(_COUNTS)
def test_the_order_of_rules_says_nothing(counts: list[list[int]]) -> None:
    turned = [of_one[::-1] for of_one in counts]
    for weights, again in zip(shares(counts), shares(turned), strict=True):
        assert again[::-1] == pytest.approx(weights, rel=1e-12)


def test_even_nonterminals_make_others_more_even() -> None:
    """6 and 2, alone, beside what is even, and beside what is far from it."""
    few, even, uneven = [6, 2], [[50, 52], [98, 101], [30, 29]], [[97, 3], [2, 70], [240, 1]]
    beside_even, beside_uneven = (shares([few, *others])[0][0] for others in (even, uneven))
    assert beside_even < shares([few])[0][0] < beside_uneven


def test_weights_cost_less_than_shares_of_counts() -> None:
    """Bits of a fresh choice above the truth: 100 grammars of four nonterminals of 2 to 4 rules, 30 counts each."""
    rng = np.random.default_rng(0)
    lost = np.zeros(2)
    for _ in range(100):
        true = [rng.dirichlet(np.full(k, 4.0)) for k in (2, 3, 3, 4)]
        counts = [np.maximum(rng.multinomial(30, p), 1) for p in true]
        told = (shares([c.tolist() for c in counts]), [c / c.sum() for c in counts])
        lost += [sum(float(p @ np.log2(p / np.array(q))) for p, q in zip(true, of, strict=True)) for of in told]
    assert lost[0] < 0.9 * lost[1]
