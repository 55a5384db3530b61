"""`require`, impossible geometry, the Markov chain, and the limits."""

from __future__ import annotations

from dataclasses import replace

import pytest

from shapelang.diagnostics import ProgramError
from shapelang.execution.budget import Limits
from shapelang.execution.score import score
from shapelang.execution.simulate import simulate
from tests.language.runs import drawn, message, program, run


def test_only_its_own_run_is_redrawn() -> None:
    """The turns that hold keep their draws; so does all that stands outside the loop."""
    free = drawn(
        run("let a ~ uniform(0, 1)\nfor i in 0..20 { let u ~ uniform(0, 1) }\nlet z ~ uniform(0, 1)\nsphere(1)", 4)
    )
    held = run(
        "let a ~ uniform(0, 1)\nfor i in 0..20 { let u ~ uniform(0, 1); require u < 0.5 }\nlet z ~ uniform(0, 1)\nsphere(1)",
        4,
    )
    found = drawn(held)
    kept = [k for k in free if found[k] == free[k]]
    assert {"a", "z"} <= set(kept)
    assert [f"u[{i}]" for i in range(20) if free[f"u[{i}]"] < 0.5] == [k for k in kept if k.startswith("u")]
    assert all(found[f"u[{i}]"] < 0.5 for i in range(20))
    assert held.conditioned and held.rejections >= 20 - (len(kept) - 2)


def test_redraws_include_the_parts_it_calls() -> None:
    """The failing body draws again with all that it calls; its neighbours do not."""
    text = "part inner() { let v ~ uniform(0, 1) }\npart outer() { let u ~ uniform(0, 1); c = inner(); d = sphere(1)%s }\na = outer()\nb = outer() at (9, 0, 0)"
    free = drawn(run(text % "", 1))
    held = drawn(run(text % "; require u < 0.05", 1))
    for name in ("a", "b"):
        assert (held[f"{name}/u"] == free[f"{name}/u"]) == (held[f"{name}/c/v"] == free[f"{name}/c/v"])
    assert held["a/u"] != held["b/u"]


@pytest.mark.parametrize(
    "body",
    [
        "cuboid(x, 1, 1)",
        "split x of (x, 1, 1) { 0.5: cuboid(_, _, _); ~1: {} }",
        "cylinder(0.1, _) between (0, 0, 0) and (max(x, 0), 0, 0)",
        "cuboid(sqrt(x), 1, 1)",
        "sphere(1) scale x",
        "let k = 1 / floor(x + 1)\nsphere(1)",
        "ring floor(x + 1) about y { sphere(1) }",
        "let y ~ normal(0, x)\nsphere(1)",
    ],
)
def test_impossible_geometry_is_a_failed_require(body: str) -> None:
    """It is drawn again; in the trace stands what was possible at last; alone it is an error at its place."""
    p = program(f"let x ~ uniform(-1, 1)\n{body}")
    seeds = [simulate(p, seed) for seed in range(12)]
    assert all(drawn(t)["x"] > 0 or "max" in body for t in seeds)
    assert any(t.rejections > 0 for t in seeds)
    assert score(p, {**drawn(seeds[0]), "x": -0.5}) == -float("inf")
    alone = message(f"let x = -1.0\n{body}")
    assert "tries" not in alone and "error[E4" in alone


def test_tries_pass_outward_and_end() -> None:
    """100 tries, then 2,000 steps of the chain, then the error that says so."""
    assert message("let x ~ uniform(0, 1)\nrequire x > 2\nsphere(1)").endswith(
        "help: nothing satisfied it in 2,100 tries"
    )
    p = program("let x ~ uniform(0, 1)\nrequire x > 2\nsphere(1)")
    with pytest.raises(ProgramError, match=r"nothing satisfied it in 15 tries$"):
        simulate(p, 0, limits=Limits(tries=5, chain_steps=10))


def test_chain_reaches_what_rejection_cannot() -> None:
    """Twelve bits that must be nearly all set: 13 of 4,096 by rejection's single try of 3; a chain climbs there."""
    bits = "\n".join(f"let b{k} ~ bernoulli(0.5)" for k in range(12))
    requires = "\n".join(f"require b{k}" for k in range(12))
    p = program(f"{bits}\n{requires}\nsphere(1)")
    for seed in range(5):
        trace = simulate(p, seed, limits=Limits(tries=1))
        assert all(drawn(trace).values())
        assert trace.conditioned and trace.log_prob == pytest.approx(12 * -0.6931471805599453, rel=1e-12)


def test_chain_has_the_conditional_distribution() -> None:
    """Two small counts whose sum is even, against the exact conditional; 600 chains, each frequency within 4.5 sigma.

    With `tries=1` a seed whose first draw satisfies is kept as drawn, and any other goes to the chain.
    """
    p = program(
        "let a ~ categorical(0: 4, 1: 2, 2: 1)\nlet b ~ categorical(0: 1, 1: 3)\nrequire mod(a + b, 2) == 0\nsphere(1)"
    )
    weight = {(0, 0): 4.0, (1, 1): 6.0, (2, 0): 1.0}
    count = dict.fromkeys(weight, 0)
    n = 600
    for seed in range(n):
        found = drawn(simulate(p, seed, limits=Limits(tries=1, chain_steps=120)))
        count[found["a"], found["b"]] += 1
    for state, w in weight.items():
        share = w / 11
        assert abs(count[state] / n - share) < 4.5 * (share * (1 - share) / n) ** 0.5, (state, count)


LIMITED = {
    "fuel": ("for i in 0..100 { sphere(1) }", Limits(fuel=300), "E501"),
    "depth": ("part a(n: int) { a(n + 1) }\na(0)", Limits(depth=9), "E504"),
    "instances of a part": (
        "part p() { array 20 by (1, 0, 0) { sphere(1) } }\nfor i in 0..9 { a = p() }",
        Limits(instances=19),
        "E502",
    ),
    "instances of the program": ("for i in 0..9 { sphere(1) }", Limits(instances=8), "E502"),
    "fuel of copies": ("split x of (9, 1, 1) { repeat 0.001: sphere(1) }", Limits(fuel=5000), "E501"),
    "fuel of images": ("ring 9 about y { array 99 by (1, 0, 0) { sphere(1) } }", Limits(fuel=4000), "E501"),
    "fuel of predicates": (
        "for i in 0..40 { a = sphere(1) }\nfor i in 0..40 { b = sphere(1) at (9, 0, 0) }\nrequire not overlaps(a, b)",
        Limits(fuel=4000),
        "E501",
    ),
    "fuel of solids": ("for i in 0..9 { union { sphere(1); sphere(2) } }", Limits(fuel=1000), "E501"),
}


@pytest.mark.parametrize("name", LIMITED)
def test_limits_end_at_the_same_place(name: str) -> None:
    """The same error, letter for letter, twice."""
    text, limits, code = LIMITED[name]
    p = program(text)
    found: list[str] = []
    for _ in range(2):
        with pytest.raises(ProgramError) as caught:
            simulate(p, 0, limits=limits)
        found.append(str(caught.value))
    assert found[0] == found[1] and f"error[{code}]" in found[0]


def test_fuel_is_exact() -> None:
    """One unit less than a program uses is an error, and what it uses is the same for every seed of one structure."""
    p = program("let x ~ normal(0, 1)\nfor i in 0..10 { a = sphere(1) at (x, 0, 0) }\nring 3 about y { b = sphere(1) }")
    least = next(n for n in range(1, 1000) if _ends(p, n))
    for seed in range(5):
        assert _ends(p, least, seed) and not _ends(p, least - 1, seed)


def _ends(p: object, fuel: int, seed: int = 0) -> bool:
    try:
        simulate(p, seed, limits=replace(Limits(), fuel=fuel))  # type: ignore[arg-type]
    except ProgramError:
        return False
    return True
