"""Choices at a temperature and with some of them fixed: what is drawn, and what it is worth under the program."""

from __future__ import annotations

import math
from collections import Counter

import pytest

from shapelang.diagnostics import ShapelangError, UsageError
from shapelang.execution.batch import simulate_batch
from shapelang.execution.score import score
from shapelang.execution.simulate import simulate
from shapelang.execution.style import Style
from tests.language.runs import program

CHAIR = program("""
let h ~ uniform(0.4, 0.8)
let n: int ~ poisson(3) in [1, 6]
back = choose { 6: slab = cuboid(1, h, 1)
  3: post = sphere(h)
  1: none = cone(h, 1) }
for i in 0..n { let u ~ normal(0.5, 0.1); slat = cuboid(0.1, u + 1, 0.1) at (i, 0, 0) }
""")
CLOSE = program("let a ~ uniform(0, 1)\nlet b ~ uniform(0, 1)\nrequire abs(a - b) < 0.004\nsphere(1) at (a, b, 0)")


def test_fixed_choices_are_taken_and_counted() -> None:
    style = Style(fixed={"back": "post", "h": 0.5})
    for seed in range(5):
        trace = simulate(CHAIR, seed, style=style)
        assert (trace.choices["back"].value, trace.choices["h"].value) == ("post", 0.5)
        assert trace.choices["back"].log_prob() == pytest.approx(math.log(0.3))
        assert trace.choices["h"].log_prob() == pytest.approx(math.log(1 / 0.4))
        plain = simulate(CHAIR, seed)
        free = [a for a in plain.choices if a not in ("back", "h")]
        assert [trace.choices[a] for a in free] == [plain.choices[a] for a in free]


def test_an_index_may_be_any() -> None:
    trace = simulate(CHAIR, 1, style=Style(fixed={"n": 4, "u[*]": 0.25, "u[2]": 0.5}))
    assert [trace.choices[f"u[{k}]"].value for k in range(4)] == [0.25, 0.25, 0.5, 0.25]


def test_what_is_fixed_where_it_is_not_met_changes_nothing() -> None:
    style = Style(fixed={"u[5]": 0.9})
    for seed in range(10):
        one, other = simulate(CHAIR, seed, style=style), simulate(CHAIR, seed)
        assert {a: c for a, c in one.choices.items() if a != "u[5]"} == {
            a: c for a, c in other.choices.items() if a != "u[5]"
        }
    assert style.met(["u[5]", "h"]) == {"u[5]"}


@pytest.mark.parametrize("style", [Style(0.3), Style(4.0), Style(0.5, {"back": "none", "u[*]": 0.6})])
def test_lanes_are_single_runs(style: Style) -> None:
    batch = list(simulate_batch(CHAIR, range(40), style=style).traces())
    for seed, trace in enumerate(batch):
        single = simulate(CHAIR, seed, style=style)
        assert {a: repr(c.value) for a, c in trace.choices.items()} == {
            a: repr(c.value) for a, c in single.choices.items()
        }
        assert trace.log_prob == single.log_prob
        assert trace.log_prob == score(CHAIR, {a: c.value for a, c in trace.choices.items()})


@pytest.mark.parametrize(
    ("temperature", "shares"),
    [(0.5, (36 / 46, 9 / 46, 1 / 46)), (1.0, (0.6, 0.3, 0.1)), (20.0, None)],
)
def test_choices_are_as_often_as_their_powers(temperature: float, shares: tuple[float, ...] | None) -> None:
    style = Style(temperature)
    traces = simulate_batch(CHAIR, range(3000), style=style).traces()
    counts = Counter(trace.choices["back"].value for trace in traces)
    if shares is None:
        powers = [weight ** (1 / 20) for weight in (6, 3, 1)]
        shares = tuple(power / sum(powers) for power in powers)
    for label, share in zip(("slab", "post", "none"), shares, strict=True):
        # Four standard errors.
        assert abs(counts[label] / 3000 - share) < 4 * math.sqrt(share * (1 - share) / 3000)


def test_a_chain_keeps_what_is_fixed() -> None:
    traces = [simulate(CLOSE, seed, style=Style(0.7, {"a": 0.25})) for seed in range(4)]
    for trace in traces:
        assert trace.choices["a"].value == 0.25
        assert abs(trace.choices["b"].value - 0.25) < 0.004
    # Some came from the chain, which follows a hundred tries.
    assert max(trace.rejections for trace in traces) > 100


def test_values_that_cannot_be_are_refused() -> None:
    for fixed, message in (
        ({"h": 0.9}, "'h' cannot be 0.9; it is of a probability above 0 only"),
        ({"n": 9}, "'n' cannot be 9; it is from 1 to 6"),
        ({"n": 2.5}, "'n' cannot be 2.5; it is a whole number"),
        ({"back": "ladder"}, "'back' cannot be 'ladder'; it is one of slab, post, none"),
    ):
        for run in (simulate, lambda p, s, style: list(simulate_batch(p, range(s, s + 9), style=style).traces())):
            with pytest.raises(ShapelangError) as failure:
                run(CHAIR, 1, style=Style(fixed=fixed))
            assert str(failure.value) == message


def test_temperatures_have_bounds() -> None:
    for temperature in (0.0, -1.0, 21.0, math.nan):
        with pytest.raises(UsageError):
            Style(temperature)
