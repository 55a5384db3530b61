"""Programs read as grammars of trees, against the evaluator: what a run makes has the probability of what it drew."""

from __future__ import annotations

from itertools import pairwise
from math import log

import pytest

from grammars.charts.chart import Chart
from grammars.charts.errors import Unreadable
from grammars.charts.masses import mass
from grammars.charts.observed import EVEN, Body, Leaf, leaf_turn
from grammars.charts.observing import observed
from grammars.charts.reading import tree_grammar
from shapelang.assembly.part import Solid
from shapelang.chance.families import Beta, LogNormal, Normal, Uniform
from shapelang.execution.replay import replay
from shapelang.execution.simulate import simulate
from shapelang.execution.trace import Choice, Trace
from shapelang.geometry.pose import EYE
from shapelang.semantics.check import check_text, load

GRID = 0.001

CHAIR = """\
part leg(h) { let thick ~ uniform(0.03, 0.06); cuboid(thick, h, thick) at (0, h / 2, 0) }
part slats(w, n: int) {
  for i in 0..n {
    let tall ~ normal(0.4, 0.05) in [0.3, 0.5]
    slat = cuboid(0.03, tall, 0.02) at (i * 0.1, tall / 2, 0)
  }
  rail = cuboid(w, 0.05, 0.02) at (0, 0.5, 0)
}
param finish: name ~ categorical(oak: 3, walnut: 2)
let width ~ uniform(0.4, 0.6)
let height ~ lognormal(-0.8, 0.05)
let n: int ~ poisson(3) in [2, 5]
let low ~ bernoulli(0.25)
seat = cuboid(width, 0.04, 0.4) at (0, height, 0)
mirror x, z { leg(height) at (0.15, 0, 0.12) }
back = choose { 2: slats(width, n); 1: panel = cuboid(width, 0.4, 0.02) at (0, 0.2, 0) } at (0, height, 0) rotate x 90
if low { array 3 by (0.1, 0, 0) { knob = sphere(0.02) at (0, 0.1 * n, 0) } }
"""


def _snapped(trace: Trace) -> tuple[Trace, float]:
    """A trace whose reals lie on the grid, and Σ ln of the masses of what it drew, but of what shows nowhere."""
    values = {a: round(c.value / GRID) * GRID if _real(c) else c.value for a, c in trace.choices.items()}
    again = replay(trace.program, values)
    return again, sum(_log_mass(choice) for address, choice in again.choices.items() if address != "finish")


def _real(choice: Choice) -> bool:
    return isinstance(choice.distribution, Normal | LogNormal | Uniform | Beta)


def _log_mass(choice: Choice) -> float:
    if not _real(choice):
        return choice.log_prob()
    return log(mass(choice.distribution, choice.support, round(choice.value / GRID), GRID))


def test_a_run_has_the_probability_of_its_draws() -> None:
    """The chart's ln p is the sum over the trace; where `n` shows nowhere it is summed over."""
    program = check_text(CHAIR, "chair.shape")
    chart = Chart(tree_grammar(program, GRID))
    shown = 0
    for seed in range(16):
        trace, expected = _snapped(simulate(program, seed))
        if trace.choices["back"].value == "panel" and not trace.choices["low"].value:
            expected -= trace.choices["n"].log_prob()
        shown += trace.choices["back"].value == "slats"
        assert log(chart.inside(observed(trace.assembly, GRID)).p) == pytest.approx(expected, abs=1e-9)
    assert 0 < shown < 16


def test_a_recursive_part() -> None:
    """A tower of floors, each a known step smaller: ln of the floors that were drawn."""
    program = check_text(
        "part storey(k: int) {\n"
        "  let wide ~ uniform(0.5, 1)\n"
        "  slab = cuboid(wide, 0.2, 1)\n"
        "  if k < 6 { more = choose { 3: storey(k + 1); 1: {} } at (0, 0.2, 0) }\n"
        "}\nstorey(0)\n"
    )
    chart = Chart(tree_grammar(program, GRID))
    for seed in range(8):
        trace, expected = _snapped(simulate(program, seed))
        assert log(chart.inside(observed(trace.assembly, GRID)).p) == pytest.approx(expected, abs=1e-9)


STANDING = """\
let wide ~ uniform(0.4, 0.6)
let thick ~ uniform(0.02, 0.06)
let tall ~ normal(0.5, 0.05) in [0.3, 0.7]
let r ~ uniform(0.02, 0.05)
seat = cuboid(wide, thick, 0.4) at (0, tall, 0)
mirror x, z { leg = cylinder(r, tall - thick / 2) attach top to seat.bottom(0.8, 0.7) - (0, 0, 0.01) }
back = cuboid(seat.width, 0.3, 0.02) rotate x -90 attach bottom(0, 0.5) to seat.top(0, -1)
knob = choose { 1: ball = sphere(r); 2: cone(r, 0.1) } at (0, back.center.y + 0.1, seat.back.z)
"""


def test_what_is_attached_has_the_probability_of_its_draws() -> None:
    """Places that hang on the boxes of others are affine in what was drawn: the chart solves for it."""
    program = check_text(STANDING, "standing.shape")
    chart = Chart(tree_grammar(program, GRID))
    for seed in range(8):
        trace, expected = _snapped(simulate(program, seed))
        assert log(chart.inside(observed(trace.assembly, GRID)).p) == pytest.approx(expected, abs=1e-9)


@pytest.mark.parametrize("kind", sorted(EVEN))
def test_leaves_that_look_the_same_in_a_mirror_do(kind: str) -> None:
    """Whatever mirror they stand in they are seen turned alike; a cone upside down is another thing."""
    sizes = {"cuboid": "1, 2, 3", "ellipsoid": "1, 2, 3", "sphere": "1", "cylinder": "1, 2", "capsule": "1, 3"}[kind]
    (leaf,) = simulate(check_text(f"{kind}({sizes})")).assembly.leaves()
    assert not isinstance(leaf.geometry, Solid) and leaf.geometry.mirror_symmetric() == (True, True, True)
    upside_down = (1.0, 0.0, 0.0, 0.0, -1.0, 0.0, 0.0, 0.0, 1.0)
    assert leaf_turn(kind, upside_down) == leaf_turn(kind, EYE)
    assert leaf_turn("cone", upside_down) != leaf_turn("cone", EYE)


def test_what_is_seen() -> None:
    """A body of one part is that part; names, order and materials are gone; scales are in the sizes."""
    one = check_text("part a() { part_of = { cuboid(1, 2, 3) at (0, 1, 0) } rotate y 90 }\na() at (5, 0, 0) scale 2\n")
    seen = observed(simulate(one).assembly, 1.0)
    assert seen is not None and seen.content == Leaf("cuboid", (2, 4, 6)) and seen.offset == (5, 2, 0)
    first = check_text("x = sphere(1)\ny = { cuboid(1, 1, 1); sphere(2) at (4, 0, 0) } at (1, 0, 0)\n")
    second = check_text("q = { sphere(2) at (4, 0, 0); cuboid(1, 1, 1) } at (1, 0, 0)\nsphere(1)\n")
    assert observed(simulate(first).assembly) == observed(simulate(second).assembly)
    both = observed(simulate(first).assembly)
    assert both is not None and isinstance(both.content, Body)
    assert observed(simulate(check_text("if false { sphere(1) }\n")).assembly) is None


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("let x ~ uniform(1, 2)\nlet y ~ normal(x * x, 1)\ncuboid(x, y, 1)\n", "not as a sum of shares"),
        ("let x ~ uniform(1, 2)\nlet b ~ bernoulli(x / 2)\nif b { sphere(x) }\n", "hangs on a real that was drawn"),
        ("let x ~ uniform(1, 2)\na = choose { x: sphere(x); 1: cone(1, 1) }\n", "hangs on a real that was drawn"),
        ("let x ~ uniform(0, 900)\nfor i in 0..round(x) { sphere(1) at (i, 0, 0) }\n", "a count hangs on a real"),
        ("let n: int ~ poisson(1) in [35, 40]\nsphere(n)\n", "no value has a probability above 1e-12"),
        ("let n: int ~ uniform(1, 99)\nsphere(n)\n", "more than 64 values"),
        (
            "for i in 0..11 { let b ~ bernoulli(0.5)\n  if b { a = sphere(1 + i)\n    c = cone(1, i + 1) } }\n",
            "more than 1024 ways",
        ),
        ("let x ~ uniform(1, 2)\ncuboid(x, 1, 1)\nrequire x > 5\n", "fails, whatever is drawn"),
    ],
)
def test_what_is_not_read_is_named(text: str, message: str) -> None:
    """What no chart can sum is refused with the reason."""
    with pytest.raises(Unreadable, match=message):
        tree_grammar(check_text(text))


@pytest.mark.parametrize(("next_one", "levels"), [("sqrt({})", 1500), ("sqrt({0} * {0})", 40)])
def test_deep_expressions_are_summed(next_one: str, levels: int) -> None:
    """1,500 roots in one another, above Python's limit, and 40 squares of which each holds the one before twice."""
    names = [f"a{k}" for k in range(levels + 1)]
    lines = [f"let {b} = {next_one.format(a)}" for a, b in pairwise(names)]
    text = "\n".join(["let x ~ uniform(0.5, 0.9)\nlet a0 = x", *lines, f"cuboid(x, {names[-1]}, 1)\n"])
    program = check_text(text, "deep.shape")
    seen = observed(replay(program, {"x": 0.7}).assembly, GRID)
    assert Chart(tree_grammar(program, GRID)).inside(seen).p == pytest.approx(1 / 400, abs=1e-9)


@pytest.mark.parametrize("seed", range(3))
@pytest.mark.parametrize("name", ["chair", "crate", "bridge", "street_lamp", "dungeon/turned_chair", "dungeon/chair"])
def test_an_example_is_at_least_as_probable_as_how_it_was_drawn(name: str, seed: int) -> None:
    """Its probability is a sum in which the run that made it stands."""
    program = load(f"examples/{name}.shape")
    trace = simulate(program, seed)
    values = {a: round(c.value / GRID) * GRID if _real(c) else c.value for a, c in trace.choices.items()}
    again = replay(program, values)
    p = Chart(tree_grammar(program, GRID)).inside(observed(again.assembly, GRID)).p
    assert 0.0 < p <= 1.0 + 1e-9
    assert log(p) >= sum(map(_log_mass, again.choices.values())) - 1e-9
