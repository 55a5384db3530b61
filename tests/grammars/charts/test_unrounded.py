"""Charts of draws that are not rounded: against plain runs of every construct of the language."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from math import exp

import numpy as np
import pytest

from grammars.charts.chart import Chart
from grammars.charts.closing import Sampling
from grammars.charts.model import TreeGrammar
from grammars.charts.observed import Standing
from grammars.charts.observing import observed
from grammars.charts.reading import tree_grammar
from shapelang.execution.simulate import simulate
from shapelang.semantics.check import check_text
from tests.grammars.charts.test_constructs import CONSTRUCTS, GRID

RUNS = 1000

LEFT_OUT = ("a requirement", "turns that look back")
"""A run draws again where a `require` fails, while the probability is not divided by the share that meets it; and a
turn by two draws, seen to a millionth of them, is sampled in vain."""

COMPARED = {name: text for name, text in CONSTRUCTS.items() if not name.startswith(LEFT_OUT)}


def _estimate(grammar: TreeGrammar, seen: Standing) -> tuple[float, float]:
    """The mean of 16 charts, and its standard error."""
    found = np.array(
        [exp(Chart(grammar, sampling=Sampling(np.random.default_rng(k), 8, 1, 1)).inside(seen).log) for k in range(16)]
    )
    return float(found.mean()), float(found.std(ddof=1)) / 4.0


@pytest.mark.parametrize("name", COMPARED)
def test_what_plain_runs_show_has_the_share_of_them_that_show_it(name: str) -> None:
    """Of 1,000 runs the three observations that are most frequent, within 4 standard errors of both."""
    program = check_text(COMPARED[name], "construct.shape")
    counts = Counter(observed(simulate(program, seed).assembly, GRID) for seed in range(RUNS))
    grammar = replace(tree_grammar(program, GRID), finer=1_000_000)
    for seen, count in counts.most_common(3):
        if seen is None:
            continue
        mean, error = _estimate(grammar, seen)
        assert mean > 0.0
        if count >= 10:
            share = count / RUNS
            assert abs(mean - share) <= 4.0 * (error**2 + share * (1.0 - share) / RUNS) ** 0.5


def test_all_that_plain_runs_show_has_probability_1() -> None:
    """Also what draws on the grid never show: a width of 3 with a depth of 5, where 0.3 m would make it 6."""
    text = "let x ~ uniform(0.2, 0.5)\nlet y ~ normal(x, 0.05) in [0.2, 0.5]\ncuboid(x, 2 * x, x + y)\n"
    program = check_text(text, "together.shape")
    grammar = replace(tree_grammar(program, GRID), finer=1_000_000)
    shown = {observed(simulate(program, seed).assembly, GRID) for seed in range(3000)}
    assert any(Chart(tree_grammar(program, GRID)).inside(seen).p == 0.0 for seen in shown)
    found = [_estimate(grammar, seen) for seen in shown if seen is not None]
    spread = sum(error**2 for _, error in found) ** 0.5
    assert abs(sum(mean for mean, _ in found) - 1.0) <= 4.0 * spread + 1e-3
