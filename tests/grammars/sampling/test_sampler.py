"""Derivations from tables are those of the evaluator, choice for choice; what has no table is refused by name."""

from __future__ import annotations

from math import log

import numpy as np
import pytest

from grammars.sampling.flat import NotFlat
from grammars.sampling.sampler import Sampler
from shapelang.execution.simulate import simulate
from shapelang.semantics.check import check_text

TOWN = """\
part window(round: bool) { pane = choose { 2: sphere(0.2); 1: cuboid(0.2, 0.3, 0.1); 0: cone(0.1, 0.1) } }
part storey(n: int) {
  let lit ~ bernoulli(0.3)
  for i in 0..n { window(true) at (i, 0, 0) }
  array 2 by (0, 0, 3) { bar = choose { 1: cuboid(3, 0.1, 0.1); 3: {} } }
}
let style ~ categorical(plain: 3, carved: 1)
let chimneys: int ~ uniform(0, 4)
ground = storey(3)
mirror x { wing = choose { 1: storey(2); 4: shed = { door = choose { 1: cuboid(1, 2, 1); 1: sphere(1) } } } }
"""


def test_choices_and_log_probabilities_are_those_of_the_evaluator() -> None:
    """Equal keys, values, order and bits of ln p, on 400 seeds, far ones among them."""
    program = check_text(TOWN)
    sampler = Sampler(program)
    seeds = np.concatenate([np.arange(200, dtype=np.uint64), np.arange(200, dtype=np.uint64) + np.uint64(2**63 + 5)])
    options, log_probs = sampler.draw(seeds)
    for seed, row, log_prob in zip(seeds, options, log_probs, strict=True):
        trace = simulate(program, int(seed))
        expected = [(address, choice.value) for address, choice in trace.choices.items()]
        assert list(sampler.choices(row).items()) == expected
        assert log_prob == trace.log_prob


def test_a_site_that_does_not_occur_is_told_so() -> None:
    """By hand: `b` stands in one of two alternatives, and its log-probability counts only there."""
    program = check_text("a = choose { 1: { b = choose { 1: sphere(1); 3: cone(1, 1) } }; 1: {} }\n")
    sampler = Sampler(program)
    assert [site.address for site in sampler.table.sites] == ["a", "a/b"]
    options, log_probs = sampler.draw(np.arange(100, dtype=np.uint64))
    expected = np.where(options[:, 0] == 1, log(0.5), np.where(options[:, 1] == 0, log(0.125), log(0.375)))
    assert np.allclose(log_probs, expected, rtol=0.0, atol=1e-15)
    assert set(options[options[:, 0] == 1, 1]) == {-1} and set(options[options[:, 0] == 0, 1]) == {0, 1}


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("let x ~ uniform(1, 2)\ncuboid(x, 1, 1)\n", "'x' is drawn from 'uniform'"),
        ("let n: int ~ poisson(3)\ncuboid(n + 1, 1, 1)\n", "'n' is drawn from 'poisson'"),
        ("let n: int ~ uniform(1, 3)\nfor i in 0..n { sphere(1) at (i, 0, 0) }\n", "a 'for' hangs on 'n'"),
        ("let n: int ~ uniform(1, 3)\nlet m = n + 1\narray m by (1, 0, 0) { sphere(1) }\n", "a count hangs on 'm'"),
        ("let b ~ bernoulli(0.5)\nif b { sphere(1) }\n", "an 'if' hangs on 'b'"),
        ("let n: int ~ uniform(1, 3)\nchoose { n: sphere(1); 1: {} }\n", "a weight hangs on 'n'"),
        (
            "part p(k: int) { if k > 1 { sphere(1) } }\nlet n: int ~ uniform(1, 3)\np(n)\n",
            "an 'if' hangs on 'k'",
        ),
        ("a = choose { 1: sphere(1); 1: {} }\nrequire 1 < 2\n", "'require'"),
        ("part p() { a = choose { 1: p(); 1: {} } }\np()\n", "is called 64 deep"),
    ],
)
def test_what_has_no_table_is_refused(text: str, message: str) -> None:
    """Each with the place that it hangs on."""
    with pytest.raises(NotFlat, match=message):
        Sampler(check_text(text))
