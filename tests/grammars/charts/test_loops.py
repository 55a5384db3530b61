"""Sums over rounds, by hand."""

from __future__ import annotations

import pytest

from grammars.charts.loops import solved
from grammars.charts.matching import Knowledge
from grammars.charts.weights import Took, Weight

NOTHING = Knowledge()
"""What a goal says that has no variables."""


def test_a_round_below_what_a_float_holds_counts_as_little() -> None:
    """x = 1/4 + W · x with W = 2⁻³⁰¹, held as 1/2 times 2⁻³⁰⁰: x is 1/4, and the round is taken W · x times."""
    took = Took("s", 0)
    (found,) = solved([{NOTHING: Weight(0.25, best=0.25)}], [(0, 0, Weight(0.5, {took: 0.5}, 0.5, (took,), -300))])
    assert (found[NOTHING].p, found[NOTHING].best, found[NOTHING].shift) == (0.25, 0.25, 0)
    assert found[NOTHING].counts[took] == pytest.approx(2.0**-303, rel=1e-12)


def test_a_round_of_a_half_doubles() -> None:
    """x = 1/4 + x / 2: one half, whatever power of 2 the probability is held with."""
    step = Weight(0.5 * 2.0**300, best=0.5 * 2.0**300, shift=-300)
    (found,) = solved([{NOTHING: Weight(0.25, best=0.25)}], [(0, 0, step)])
    assert found[NOTHING].p == pytest.approx(0.5, rel=1e-12)
