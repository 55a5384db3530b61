"""Planted grammars found again from what they make."""

from __future__ import annotations

from dataclasses import replace
from math import log2

import numpy as np
import pytest

from benchmarks.grammars.planted import expected_rules, planted
from benchmarks.grammars.same import same_rules
from grammars.charts.chart import Chart
from grammars.charts.forms import Form
from grammars.charts.making import made
from grammars.charts.model import Call, Draw, Place, Terminal, TreeGrammar, TreeRule
from grammars.charts.observed import Standing
from grammars.learning.clusters import clusters
from grammars.learning.induced import induced
from grammars.learning.numbers import Constant, Drawn, column


def _corpus(grammar: TreeGrammar, seed: int, count: int = 200) -> list[Standing]:
    rng = np.random.default_rng(seed)
    return [standing for _ in range(count) if (standing := made(grammar, rng)) is not None]


@pytest.mark.parametrize("seed", [1, 4])
def test_the_rules_of_a_planted_grammar_come_back(seed: int) -> None:
    """From 200 assemblies: the same rules up to renaming, weights within three standard errors of the counts."""
    grammar = planted(seed)
    assert 6 <= sum(map(len, grammar.rules.values())) <= 15
    assert min(expected_rules(grammar).values()) >= 0.05
    found = induced(_corpus(grammar, 1000 + seed), grammar.grid)
    assert same_rules(grammar, found)


def test_grammars_that_differ_are_not_the_same() -> None:
    """Another place, another kind, another call: each is told apart; names and weights are not."""

    def grammar(x: float = 0.5, kind: str = "sphere", call: str = "a", name: str = "a") -> TreeGrammar:
        body = (Terminal("cuboid", (Form(0.1),)), Call(call, (), (Place(offset=(Form(x), Form(0.0), Form(0.0))),)))
        rules = {
            "s": (TreeRule(1.0, (), body),),
            name: (TreeRule(0.5, (), (Terminal(kind, (Form(0.1),)),)), TreeRule(0.5, (), body)),
        }
        return TreeGrammar("s", rules, dict.fromkeys(rules, 0))

    assert same_rules(grammar(), grammar(call="b", name="b"))
    assert not same_rules(grammar(), grammar(x=0.6))
    assert not same_rules(grammar(), grammar(kind="cone"))
    assert not same_rules(grammar(), grammar(call="s"))


def test_what_is_made_has_the_probability_that_the_chart_says() -> None:
    """20,000 draws of a small grammar against its chart: χ² with few degrees of freedom, below its 99.9 % point."""
    wide = Draw("uniform", (Form(0.15), Form(0.45)))
    leaf = TreeRule(0.5, (wide,), (Terminal("cuboid", (Form(0.0, ((0, 1.0),)), Form(0.1), Form(0.1))),))
    two = TreeRule(0.5, (), (Terminal("sphere", (Form(0.1),)), Call("t", (), (Place(),))))
    grammar = TreeGrammar("s", {"s": (two, leaf), "t": (replace(leaf, weight=1.0),)}, {"s": 0, "t": 0}, 0.1)
    seen = _corpus(grammar, 3, 20_000)
    counts = {standing: seen.count(standing) for standing in set(seen)}
    chart = Chart(grammar)
    expected = {standing: chart.inside(standing).p * len(seen) for standing in counts}
    assert len(counts) == 6 and sum(expected.values()) == pytest.approx(len(seen))
    assert sum((counts[s] - e) ** 2 / e for s, e in expected.items()) < 20.5


def test_columns_are_constants_or_draws() -> None:
    """One value is a constant; even ones are uniform, heaped ones normal, by their bits."""
    rng = np.random.default_rng(0)
    assert column([150] * 40, 0.001).pattern == Constant(150)
    even = column([round(v) for v in rng.uniform(100, 300, 400)], 0.001).pattern
    heaped = column([round(v) for v in rng.normal(200, 20, 400)], 0.001).pattern
    assert isinstance(even, Drawn) and even.draw.family == "uniform"
    assert isinstance(heaped, Drawn) and heaped.draw.family == "normal"


def test_two_sizes_of_one_kind_are_two_terminals() -> None:
    """Small ones about 100 and large ones about 300 are cut apart; one heap is not."""
    rng = np.random.default_rng(1)
    small = [(round(v), 50) for v in rng.normal(100, 5, 60)]
    large = [(round(v), 50) for v in rng.normal(300, 5, 40)]
    assert [len(c.vectors) for c in clusters([*small, *large], 0.001)] == [60, 40]
    assert len(clusters(small, 0.001)) == 1


def test_a_grammar_that_was_found_costs_hardly_more_than_the_true_one() -> None:
    """Bits of 100 fresh assemblies that both can make: within half a bit of the truth."""
    grammar = planted(4)
    found = Chart(induced(_corpus(grammar, 1004), grammar.grid))
    true = Chart(grammar)
    pairs = [(true.inside(s).p, found.inside(s).p) for s in _corpus(grammar, 9, 100)]
    told = [log2(p / q) for p, q in pairs if q > 0.0]
    assert len(told) > 85
    assert np.mean(told) < 0.5
