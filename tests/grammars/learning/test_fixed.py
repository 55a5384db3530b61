"""The recursion by which fresh assemblies are weighed, against the chart."""

from __future__ import annotations

from dataclasses import replace
from math import inf, log2

import numpy as np
import pytest

from benchmarks.grammars.fixed import Fixed
from benchmarks.grammars.planted import planted
from grammars.charts.chart import Chart
from grammars.charts.forms import Form
from grammars.charts.making import made
from grammars.charts.model import Call, Draw, Place, Terminal, TreeGrammar, TreeRule


@pytest.mark.parametrize("seed", [0, 3, 8])
def test_bits_are_those_of_the_chart(seed: int) -> None:
    """Of assemblies of a planted grammar, and of those of another with the same start."""
    grammar, other = planted(seed), planted(seed + 1)
    fixed, chart = Fixed(grammar), Chart(grammar)
    rng = np.random.default_rng(seed)
    for maker in (grammar, other):
        for _ in range(20):
            standing = made(maker, rng)
            assert standing is not None
            p = chart.inside(standing).p
            assert fixed.bits(standing) == (pytest.approx(-log2(p), rel=1e-10) if p > 0.0 else inf)


def test_alternatives_of_one_kind_are_summed() -> None:
    """Two rules that make the same leaf, 0.25 and 0.75 of the time: the constant, and one of 100 steps."""
    even = Draw("uniform", (Form(0.0005), Form(0.1005)))
    rules = (
        TreeRule(0.25, (), (Terminal("sphere", (Form(0.05),)),)),
        TreeRule(0.75, (even,), (Terminal("sphere", (Form(0.0, ((0, 1.0),)),)),)),
    )
    grammar = TreeGrammar("s", {"s": rules}, {"s": 0})
    standing = made(replace(grammar, rules={"s": rules[:1]}), np.random.default_rng(0))
    assert standing is not None
    assert Fixed(grammar).bits(standing) == pytest.approx(-log2(0.25 + 0.75 / 100), rel=1e-9)


def test_other_grammars_are_refused() -> None:
    """A rule that only passes on, two items at one place, and a place that is drawn."""
    ball = Terminal("sphere", (Form(0.1),))
    drawn = Place(offset=(Form(0.0, ((0, 1.0),)), Form(0.0), Form(0.0)))
    draw = Draw("uniform", (Form(0.0), Form(1.0)))
    for rule in (
        TreeRule(1.0, (), (Call("t"),)),
        TreeRule(1.0, (), (ball, ball)),
        TreeRule(1.0, (draw,), (ball, replace(ball, places=(drawn,)))),
    ):
        with pytest.raises(ValueError, match=r"item|rule"):
            Fixed(TreeGrammar("s", {"s": (rule,), "t": (TreeRule(1.0, (), (ball,)),)}, {"s": 0, "t": 0}))
