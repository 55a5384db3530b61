"""Traces: addresses, log-probabilities written by hand, and the verbs: simulate, replay, score, constrain, update.

Sums are compared within 1e-12 relative: the own logarithm is within an ulp of `math.log`, and sums of ten terms differ
from ours in their last bits.
"""

from __future__ import annotations

import math

import pytest

from shapelang.diagnostics import ProgramError, UsageError
from shapelang.execution.constrain import constrain
from shapelang.execution.replay import ReplayError, replay
from shapelang.execution.score import score
from shapelang.execution.simulate import simulate
from shapelang.execution.update import update
from shapelang.io.glb import glb_bytes
from tests.language.runs import drawn, program, run

NEAR = 1e-12


def phi(z: float) -> float:
    """The distribution function of the normal."""
    return 0.5 * math.erfc(-z / math.sqrt(2))


def normal(x: float, mean: float, sd: float) -> float:
    """Log density of a normal."""
    return -0.5 * ((x - mean) / sd) ** 2 - math.log(sd) - 0.5 * math.log(2 * math.pi)


def test_choose_and_categorical() -> None:
    """Weights are normalised at run time; a conditional distribution is a program."""
    p = program(
        "let style ~ categorical(plain: 3, carved: 1)\n"
        'let k = if style == "plain" then 1 else 3\n'
        "a = choose { k: cuboid(1, 1, 1); 1: sphere(1); 0: {} }"
    )
    assert score(p, {"style": "plain", "a": "sphere"}) == pytest.approx(math.log(3 / 4) + math.log(1 / 2), rel=NEAR)
    assert score(p, {"style": "carved", "a": "cuboid"}) == pytest.approx(math.log(1 / 4) + math.log(3 / 4), rel=NEAR)
    assert score(p, {"style": "carved", "a": "empty"}) == -math.inf
    assert score(p, {"style": "gilded", "a": "cuboid"}) == -math.inf


def test_truncated_normal() -> None:
    """log f(x) − log(F(hi) − F(lo)); −inf outside."""
    p = program("let x ~ normal(1, 0.5) in [0.5, 1.25]\ncuboid(x, 1, 1)")
    assert score(p, {"x": 1.1}) == pytest.approx(normal(1.1, 1, 0.5) - math.log(phi(0.5) - phi(-1)), rel=1e-11)
    assert score(p, {"x": 1.3}) == -math.inf
    assert score(p, {"x": 0.25}) == -math.inf


def test_poisson_in_a_range() -> None:
    """Masses summed over 2 … 4."""
    p = program("let n: int ~ poisson(3) in [2, 4]\nfor i in 0..n { sphere(1) }")
    mass = [math.exp(-3) * 3**k / math.factorial(k) for k in (2, 3, 4)]
    for k in (2, 3, 4):
        assert score(p, {"n": k}) == pytest.approx(math.log(mass[k - 2] / sum(mass)), rel=NEAR)
    assert score(p, {"n": 5}) == -math.inf


def test_others() -> None:
    """uniform, an int's uniform, lognormal, beta(2, 2), bernoulli."""
    p = program(
        "let a ~ uniform(1, 5)\nlet b: int ~ uniform(1, 6)\nlet c ~ lognormal(0, 1)\nlet d ~ beta(2, 2)\nlet e ~ bernoulli(0.25)\n"
        "cuboid(a, c, if e then b else d)"
    )
    expected = (
        -math.log(4) - math.log(6) + normal(math.log(2), 0, 1) - math.log(2) + math.log(6 * 0.5 * 0.5) + math.log(0.75)
    )
    assert score(p, {"a": 2.0, "b": 6, "c": 2.0, "d": 0.5, "e": False}) == pytest.approx(expected, rel=NEAR)


def test_addresses() -> None:
    """Paths of names with loop indices; symmetry blocks draw once; slices have indices; named blocks are name spaces."""
    made = run(
        "part twig(n: int) {\n  let spread ~ normal(0, 1)\n  tip = choose { 1: sphere(1); 1: cuboid(1, 1, 1) }\n"
        "  if n > 0 { for k in 0..2 { child = twig(n - 1) } }\n}\n"
        "param w ~ uniform(1, 2)\ntrunk = twig(1)\n"
        "for i in 0..2 { let u ~ uniform(0, 1); for j in 0..2 { let v ~ uniform(0, 1) } }\n"
        "mirror x { arm = twig(0) }\nbox = { let z ~ normal(0, 1) }\n"
        "split x of (2, 1, 1) { repeat 1: s = choose { 1: sphere(1); 1: cuboid(1, 1, 1) } }"
    )
    assert list(made.choices) == [
        "w",
        "trunk/spread", "trunk/tip", "trunk/child[0]/spread", "trunk/child[0]/tip",
        "trunk/child[1]/spread", "trunk/child[1]/tip",
        "u[0]", "v[0][0]", "v[0][1]", "u[1]", "v[1][0]", "v[1][1]",
        "arm/spread", "arm/tip", "box/z", "s[0]", "s[1]",
    ]  # fmt: skip


MIXED = (
    "part leg(h) { let r ~ uniform(0.01, 0.05); let bend ~ normal(0, 5) in [-10, 10]; c = cylinder(r, h) rotate z bend }\n"
    "param w ~ normal(0.5, 0.1) in [0.3, 0.8]\nparam n: int ~ poisson(3) in [1, 6]\n"
    "for i in 0..n { a = leg(w) at (i, 0, 0) }\nb = choose { 2: leg(1); 1: big = leg(2); w: {} }\nmirror x { c = leg(w) at (0, 0, 2) }\n"
)


@pytest.mark.parametrize("seed", range(6))
def test_verbs_agree(seed: int) -> None:
    """score, replay and constrain of a simulation's choices give the same number and the same bytes."""
    p = program(MIXED)
    trace = simulate(p, seed)
    choices = drawn(trace)
    assert score(p, choices) == trace.log_prob
    again = replay(p, choices)
    assert again.log_prob == trace.log_prob
    # The seed stands in the file's extras; with the same seed, all bytes are the same.
    whole, weight = constrain(p, choices, seed)
    assert glb_bytes(whole.assembly) == glb_bytes(trace.assembly)
    assert weight == trace.log_prob
    assert [leaf.pose for leaf in again.assembly.leaves()] == [leaf.pose for leaf in trace.assembly.leaves()]


def test_constrain() -> None:
    """The weight is that of the observed choices alone; the others are those of the seed."""
    p = program(MIXED)
    free = drawn(simulate(p, 5))
    trace, weight = constrain(p, {"w": 0.6}, 5)
    expected = normal(0.6, 0.5, 0.1) - math.log(phi(3) - phi(-2))
    assert weight == pytest.approx(expected, rel=1e-11)
    legs = [address for address in free if address.startswith("a[")]
    assert [drawn(trace)[address] for address in legs] == [free[address] for address in legs]
    with pytest.raises(UsageError, match=r"^the run makes no choice 'ww'; did you mean 'w'\?$"):
        constrain(p, {"ww": 1.0})


def test_update() -> None:
    """The weight is new − old; what no longer occurs goes, what newly occurs is drawn by (seed, address)."""
    p = program(MIXED)
    old = simulate(p, 2)
    new, weight = update(old, {"n": 6})
    assert weight == new.log_prob - old.log_prob
    assert drawn(new)["n"] == 6 and drawn(new)["w"] == drawn(old)["w"]
    fresh, _ = constrain(p, {"n": 6}, 2)
    assert drawn(fresh)["a[5]/r"] == drawn(new)["a[5]/r"]
    fewer, _ = update(new, {"n": 1})
    assert "a[1]/r" not in drawn(fewer)
    with pytest.raises(UsageError, match="the run makes no choice 'm'"):
        update(old, {"m": 1})


def test_replay_refuses() -> None:
    """A missing, an unused and an impossible choice."""
    p = program("let x ~ normal(0, 1)\na = choose { 1: cuboid(1, 1, 1); 1: sphere(1) }")
    with pytest.raises(ReplayError, match=r"^the choice 'a' is not given$"):
        replay(p, {"x": 1.0})
    with pytest.raises(UsageError, match=r"^the run makes no choice 'y'"):
        replay(p, {"x": 1.0, "y": 1.0, "a": "sphere"})
    with pytest.raises(ReplayError, match=r"^'a' cannot be 'cone'; it is one of cuboid, sphere$"):
        replay(p, {"x": 1.0, "a": "cone"})
    with pytest.raises(ProgramError, match="the given choices do not satisfy it"):
        replay(program("let x ~ normal(0, 1)\nrequire x > 0"), {"x": -1.0})


def test_given_has_no_probability() -> None:
    """An argument, a param from outside and a fixed choose are not in the trace."""
    p = program("param w ~ normal(1, 0.1)\na = choose { 1: cuboid(w, 1, 1); 1: sphere(w) }")
    trace = simulate(p, 1, {"w": 2.0, "a": "sphere"})
    assert (drawn(trace), trace.log_prob) == ({}, 0.0)
    made = run('use "q.shape"\na = q(w: 2)\nb = q()', q="param w ~ normal(1, 0.1)\ncuboid(w, 1, 1)")
    assert list(made.choices) == ["b/w"]


EDITS = {
    "another part first": "spare = cuboid(1, 1, 1) at (9, 9, 9)\n" + MIXED,
    "a let in front": "let q ~ normal(0, 1)\n" + MIXED,
    "a choice within the part": MIXED.replace("{ let r", "{ let extra ~ uniform(0, 1); let r"),
    "one more leg": MIXED + "d = leg(3)\n",
    "another order": "\n".join(MIXED.split("\n")[k] for k in (0, 1, 2, 5, 4, 3)),
    "within a block": MIXED.replace("b = choose", "if 1 < 2 { b = choose").replace("w: {} }", "w: {} } }"),
}


@pytest.mark.parametrize("edit", EDITS)
def test_draws_are_stable_under_edits(edit: str) -> None:
    """The same address has the same draw, whatever else the text says."""
    after = drawn(run(EDITS[edit], 7))
    for address, value in drawn(run(MIXED, 7)).items():
        assert after[address] == value, address


def test_seeds_differ() -> None:
    """Each address draws by itself: no two of 40 seeds, nor two addresses, give the same number."""
    p = program("for i in 0..10 { let u ~ uniform(0, 1) }\nsphere(1)")
    values = [v for seed in range(40) for v in drawn(simulate(p, seed)).values()]
    assert len(set(values)) == 400


def test_impossible_distribution_scores_nothing() -> None:
    """A given value does not hide that its distribution cannot be: −inf, and an error at its place for replay."""
    p = program("let s ~ normal(0, 1)\nlet x ~ normal(0, s) in [0, 1]\ncuboid(1, 1, 1)")
    assert score(p, {"s": -1.0, "x": 0.5}) == -math.inf
    assert score(p, {"s": 1e-5, "x": 0.5}) != -math.inf
    q = program("let m ~ normal(0, 1)\nlet x ~ normal(m, 0.001) in [0, 1]\ncuboid(1, 1, 1)")
    assert score(q, {"m": -5.0, "x": 0.5}) == -math.inf
    with pytest.raises(ProgramError, match=r"^t:2:9: error\[E407\]: sd is -1, but must be above 0 and finite"):
        replay(p, {"s": -1.0, "x": 0.5})
