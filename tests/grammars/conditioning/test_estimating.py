"""Probabilities of observations that are sampled: against the chart where it is exact, and by hand where it is not."""

from __future__ import annotations

from math import inf

import numpy as np
import pytest

from grammars.charts.errors import EndlessGrammar
from grammars.charts.observed import UPRIGHT, Leaf, Standing, body
from grammars.charts.observing import observed
from grammars.conditioning.errors import Unsampled
from grammars.conditioning.estimate import Estimate
from grammars.conditioning.estimating import Exact, estimated, probability
from shapelang.execution.simulate import simulate
from shapelang.execution.style import Style
from shapelang.semantics.check import check_text

SHELF = """\
let high ~ uniform(0.3, 0.9)
let wide ~ normal(0.5, 0.1) in [0.3, 0.8]
let n: int ~ uniform(1, 3)
for i in 0..n { board = cuboid(wide, 0.1, 0.2) at (0, i * 0.5, 0) }
side = choose { 2: cuboid(0.1, high, 0.2); 1: cylinder(0.1, high) rotate z 90 } at (1, high, 0)
"""


def seen(text: str, seed: int, grid: float) -> Standing:
    """What is seen of a derivation whose draws stand on the grid."""
    program = check_text(text, "seen.shape")
    drawn = {a: c.value for a, c in simulate(program, seed).choices.items()}
    drawn = {a: round(v / grid) * grid if isinstance(v, float) else v for a, v in drawn.items()}
    found = observed(simulate(program, 0, style=Style(1.0, drawn)).assembly, grid)
    assert found is not None
    return found


@pytest.mark.parametrize("seed", range(2))
def test_an_estimate_agrees_with_the_chart(seed: int) -> None:
    program = check_text(SHELF, "shelf.shape")
    standing = seen(SHELF, seed, 0.05)
    exact = probability(program, standing, 0.05)
    assert isinstance(exact, Exact) and exact.value > 0.0
    found = estimated(program, standing, 0.05, proposals=2000)
    assert isinstance(found, Estimate)
    assert found.error < 0.2 * exact.value
    assert abs(found.value - exact.value) <= 4 * found.error + 1e-12


def test_a_sum_of_two_draws_is_exact_and_agrees_with_its_estimate() -> None:
    """Of uniform draws on [0.1, 0.5] in steps of 0.1 the ends have 1/8, the others 1/4; 4 is 1 + 3, 2 + 2 or 3 + 1."""
    text = "let a ~ uniform(0.1, 0.5)\nlet b ~ uniform(0.1, 0.5)\nbox = cuboid(a + b, 0.1, 0.1)\n"
    program = check_text(text, "sum.shape")
    wanted = Standing(UPRIGHT, (0, 0, 0), Leaf("cuboid", (4, 1, 1)))
    exact = 2 * 0.125 * 0.25 + 0.25 * 0.25
    told = probability(program, wanted, 0.1)
    assert isinstance(told, Exact) and told.value == pytest.approx(exact)
    found = estimated(program, wanted, 0.1)
    assert isinstance(found, Estimate)
    assert 0.0 < found.error < 0.005
    assert abs(found.value - exact) <= 4 * found.error


def test_a_product_and_an_attachment_are_exact_and_agree_with_their_estimate() -> None:
    """Both draws show: one cell of 1 % of 0.4 m each."""
    text = (
        "let r ~ uniform(0.1, 0.5)\nlet s ~ uniform(0.1, 0.5)\n"
        "ball = sphere(r)\nbox = cuboid(s * r, s, s) attach bottom to ball.top\n"
    )
    program = check_text(text, "on.shape")
    wanted = seen(text, 4, 0.01)
    told = probability(program, wanted, 0.01)
    assert isinstance(told, Exact) and told.value == pytest.approx((0.01 / 0.4) ** 2)
    found = estimated(program, wanted, 0.01, proposals=2000)
    assert isinstance(found, Estimate)
    assert abs(found.value - (0.01 / 0.4) ** 2) <= 4 * found.error


def test_what_nothing_shows_has_no_probability() -> None:
    program = check_text("let a ~ uniform(0.1, 0.5)\nbox = cuboid(a * a, 0.1, 0.1)\n", "square.shape")
    wanted = Standing(UPRIGHT, (0, 0, 0), Leaf("sphere", (4,)))
    assert probability(program, wanted, 0.1) == Exact(0.0, -inf)
    assert estimated(program, wanted, 0.1) == Exact(0.0, -inf)


def test_a_sum_of_many_draws_is_sampled_by_charts() -> None:
    """Of ten steps each, evenly, the sum of eight is 36 with C/10⁸, C the ways to write it (generating function)."""
    text = "".join(f"let a{k} ~ uniform(-0.05, 0.95)\n" for k in range(8))
    text += f"sphere({' + '.join(f'a{k}' for k in range(8))})\n"
    ways = np.array([1.0])
    for _ in range(8):
        ways = np.convolve(ways, np.ones(10))
    found = probability(check_text(text, "sum.shape"), Standing(UPRIGHT, (0, 0, 0), Leaf("sphere", (36,))), 0.1, 1024)
    assert isinstance(found, Estimate)
    expected = float(ways[36]) / 10.0**8
    assert 0.0 < found.error < 0.2 * expected
    assert abs(found.value - expected) <= 4 * found.error


def test_what_was_sampled_stands_twice() -> None:
    """Two parts of the same sum: the square of a probability, which the mean of squares of samples is not."""
    draws = "".join(f"  let a{k} ~ uniform(-0.05, 0.95)\n" for k in range(8))
    text = f"part p() {{\n{draws}  sphere({' + '.join(f'a{k}' for k in range(8))})\n}}\na = p()\nb = p() at (9, 0, 0)\n"
    leaf = Leaf("sphere", (36,))
    both = body([Standing(UPRIGHT, (0, 0, 0), leaf), Standing(UPRIGHT, (90, 0, 0), leaf)])
    ways = np.array([1.0])
    for _ in range(8):
        ways = np.convolve(ways, np.ones(10))
    expected = (float(ways[36]) / 10.0**8) ** 2
    found = probability(check_text(text, "two.shape"), Standing(UPRIGHT, (0, 0, 0), both), 0.1, 16 * 96)
    assert isinstance(found, Estimate)
    assert 0.0 < found.error < 0.5 * expected
    assert abs(found.value - expected) <= 4 * found.error


def test_what_no_proposal_shows_is_not_told_to_be_nothing() -> None:
    """Eight draws of which only the product shows, which is all but the greatest that it can be."""
    text = "".join(f"let a{k} ~ uniform(0, 2)\n" for k in range(8))
    text += f"sphere({' * '.join(f'a{k}' for k in range(8))})\n"
    with pytest.raises(Unsampled, match=r"none of 50 proposals\b.*\n.*may be 0"):
        probability(check_text(text, "sum.shape"), Standing(UPRIGHT, (0, 0, 0), Leaf("sphere", (2559,))), 0.1, 50)


def test_a_recursion_that_does_not_end_is_refused_as_such() -> None:
    """Sampling would fail too, in some run that goes too deep: the cause is told and not that."""
    text = "part s() { x = choose { 3: { a = s()\n b = s() at (1, 0, 0) }; 1: cuboid(1, 1, 1) } }\ns()\n"
    with pytest.raises(EndlessGrammar, match=r"the recursion grows"):
        probability(check_text(text, "endless.shape"), Standing(UPRIGHT, (0, 0, 0), Leaf("cuboid", (1, 1, 1))))
