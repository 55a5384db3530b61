"""Weights and distributions found again from assemblies alone."""

from __future__ import annotations

from math import log2, sqrt

import numpy as np
import pytest

from grammars.charts.chart import Chart
from grammars.charts.forms import Form
from grammars.charts.model import Call, Draw, Terminal, TreeGrammar, TreeRule
from grammars.charts.observed import UPRIGHT, Leaf, Standing, body
from grammars.charts.observing import observed
from grammars.charts.reading import tree_grammar
from grammars.learning.distributions import Sample, fitted, log_likelihood
from grammars.learning.expectation import Unexplained, estimated, expected, maximised
from shapelang.execution.replay import replay
from shapelang.execution.simulate import simulate
from shapelang.execution.trace import Trace
from shapelang.semantics.check import check_text
from shapelang.semantics.program import Program

A, B = Leaf("cuboid", (1, 1, 1)), Leaf("cuboid", (2, 1, 1))


def _box(size: float) -> Terminal:
    return Terminal("cuboid", (Form(size), Form(0.1), Form(0.1)))


def _at(content: Leaf) -> Standing:
    return Standing(UPRIGHT, (0, 0, 0), content)


def test_weights_of_hidden_rules() -> None:
    """s → t | small, t → small | large: of 6 small and 4 large the likelihood is greatest where P(large) is 0.4."""
    rules = {
        "s": (TreeRule(0.5, (), (Call("t"),)), TreeRule(0.5, (), (_box(0.1),))),
        "t": (TreeRule(0.3, (), (_box(0.1),)), TreeRule(0.7, (), (_box(0.2),))),
    }
    found = estimated(TreeGrammar("s", rules, {"s": 0, "t": 0}, 0.1), [_at(A)] * 6 + [_at(B)] * 4)
    assert Chart(found.grammar).inside(_at(B)).p == pytest.approx(0.4, abs=1e-4)
    assert found.bits == pytest.approx(-(0.6 * log2(0.6) + 0.4 * log2(0.4)), abs=1e-6)


def test_each_round_gains() -> None:
    """The likelihood never falls (Dempster, Laird and Rubin 1977, theorem 1)."""
    rules = {"s": (TreeRule(0.9, (), (_box(0.1),)), TreeRule(0.1, (), (Call("s"), Call("s"))))}
    grammar = TreeGrammar("s", rules, {"s": 0}, 0.1)
    two = Standing(UPRIGHT, (0, 0, 0), body([_at(A), _at(A)]))
    three = Standing(UPRIGHT, (0, 0, 0), body([_at(A), two]))
    seen: dict[Standing | None, int] = {_at(A): 3, two: 4, three: 2}
    before = float("-inf")
    for _ in range(6):
        gained, counts = expected(grammar, seen)
        assert gained >= before - 1e-9
        before, grammar = gained, maximised(grammar, counts, 0.0)
    # By hand: 3 + 8 + 6 leaves and 4 + 4 pairs, whatever the order of the siblings.
    assert grammar.rules["s"][0].weight == pytest.approx(17 / 25)


def test_pseudo_counts() -> None:
    """(3 + 1) / (4 + 2) and (1 + 1) / (4 + 2)."""
    rules = {"s": (TreeRule(0.5, (), (_box(0.1),)), TreeRule(0.5, (), (_box(0.2),)))}
    found = estimated(TreeGrammar("s", rules, {"s": 0}, 0.1), [_at(A)] * 3 + [_at(B)], prior=1.0)
    assert [rule.weight for rule in found.grammar.rules["s"]] == pytest.approx([4 / 6, 2 / 6])


def test_what_cannot_be_made_is_refused() -> None:
    """An assembly of probability 0."""
    grammar = TreeGrammar("s", {"s": (TreeRule(1.0, (), (_box(0.1),)),)}, {"s": 0}, 0.1)
    with pytest.raises(Unexplained, match="there 2 times"):
        estimated(grammar, [_at(A), _at(B), _at(B)])


def test_a_program_is_found_again_from_its_runs() -> None:
    """300 chairs, each seen without its trace: weights within 3 standard errors, sizes within 5 %."""
    text = (
        "part leg(h) {{ let thick ~ normal({t}, 0.004); cuboid(thick, h, thick) at (0, h / 2, 0) }}\n"
        "let height ~ normal({h}, 0.03)\n"
        "seat = cuboid(0.5, 0.04, 0.4) at (0, height, 0)\n"
        "leg(height)\n"
        "back = choose {{ {a}: panel = cuboid(0.5, 0.4, 0.02); {b}: rod = cone(0.5, 0.4) }} at (0, 1, 0)\n"
    )
    true = check_text(text.format(t=0.05, h=0.45, a=3, b=1))
    seen = [observed(_on_grid(true, seed).assembly) for seed in range(300)]
    start = tree_grammar(check_text(text.format(t=0.07, h=0.5, a=1, b=1)))
    found = estimated(start, seen).grammar
    share = next(rules[0].weight for rules in found.rules.values() if len(rules) == 2)
    assert abs(share - 0.75) <= 3 * sqrt(0.75 * 0.25 / 300)
    means = sorted(r.draws[0].arguments[0].constant for rules in found.rules.values() for r in rules if r.draws)
    assert means == pytest.approx([0.05, 0.45], rel=0.05)


def _on_grid(program: Program, seed: int) -> Trace:
    """A run whose reals lie on the grid."""
    choices = {a: c.value for a, c in simulate(program, seed).choices.items()}
    return replay(program, {a: round(v, 3) if isinstance(v, float) else v for a, v in choices.items()})


def test_families_are_fitted_to_their_own_samples() -> None:
    """5,000 samples on a grid: the arguments come back within what so many samples tell."""
    rng = np.random.default_rng(5)
    grid, count = 0.01, 5000

    def samples(values: np.ndarray) -> list[Sample]:
        return [Sample(round(v / grid), (), 1.0) for v in values]

    def arguments(draw: Draw, values: np.ndarray) -> list[float]:
        return [form.constant for form in fitted(draw, samples(values), grid).arguments]

    def of(*start: float) -> tuple[Form, ...]:
        return tuple(map(Form, start))

    assert arguments(Draw("normal", of(0, 1)), rng.normal(0.6, 0.02, count)) == pytest.approx([0.6, 0.02], rel=0.04)
    lognormal = arguments(Draw("lognormal", of(0, 1)), rng.lognormal(-0.5, 0.1, count))
    assert lognormal == pytest.approx([-0.5, 0.1], rel=0.04)
    assert arguments(Draw("uniform", of(0, 9)), rng.uniform(0.2, 0.8, count)) == pytest.approx([0.2, 0.8], abs=0.011)
    assert arguments(Draw("beta", of(1, 1)), rng.beta(2.0, 5.0, count)) == pytest.approx([2.0, 5.0], rel=0.1)
    assert arguments(Draw("poisson", of(1)), rng.poisson(3.0, count) * grid) == pytest.approx([3.0], rel=0.05)
    kept = rng.normal(0.5, 0.1, 20_000)
    cut = Draw("normal", of(0.5, 0.2), (0.5, 0.8))
    assert arguments(cut, kept[(kept > 0.5) & (kept < 0.8)][:3000]) == pytest.approx([0.5, 0.1], rel=0.1)


def test_a_mean_that_hangs_on_another_number() -> None:
    """y = 0.3 x + 0.1 with a deviation of 0.02."""
    rng = np.random.default_rng(2)
    x = rng.uniform(0.5, 1.5, 3000)
    y = 0.3 * x + 0.1 + rng.normal(0.0, 0.02, 3000)
    draw = Draw("normal", (Form(0.0, ((0, 1.0),)), Form(1.0)))
    samples = [Sample(round(b / 0.001), (float(a),), 1.0) for a, b in zip(x, y, strict=True)]
    found = fitted(draw, samples, 0.001)
    mean, deviation = found.arguments
    assert (mean.constant, mean.terms[0][1], deviation.constant) == pytest.approx((0.1, 0.3, 0.02), rel=0.04)
    assert log_likelihood(found, samples, 0.001) > log_likelihood(draw, samples, 0.001)
