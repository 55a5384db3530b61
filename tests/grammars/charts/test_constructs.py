"""Each construct of the language as charts read it, against all derivations run one by one by the evaluator."""

from __future__ import annotations

import pytest

from grammars.charts.chart import Chart
from grammars.charts.reading import tree_grammar
from shapelang.semantics.check import check_text
from tests.grammars.charts.run_through import run_through

GRID = 0.1

CONSTRUCTS = {
    "a conditional on a name": (
        "param wood: name ~ categorical(oak: 3, ash: 1)\n"
        "let x ~ uniform(0.2, 0.5)\n"
        'cuboid(if wood == "oak" then x else 0.3, 1, 1)\n'
    ),
    "a conditional on a bool": (
        "let b ~ bernoulli(0.3)\nlet x ~ uniform(0.2, 0.5)\ncuboid(if b then x else 2 * x, 1, 1)\n"
    ),
    "a conditional on a real": (
        "let x ~ uniform(0.2, 0.5)\ncuboid(if x > 0.33 then 1 else 2, 1, if x > 0.4 then x else 1)\n"
    ),
    "an if on a real": (
        "let x ~ uniform(0.2, 0.6)\n"
        "let y ~ uniform(0.2, 0.4)\n"
        "cuboid(y, 1, 1)\n"
        "if x + y > 0.6 { sphere(0.5) } else { sphere(1) at (1, 0, 0) }\n"
    ),
    "a real that is to be seen and tested": (
        "let x ~ normal(0.3, 0.1) in [0.1, 0.5]\nif x > 0.25 { cuboid(x, 1, 1) } else { cone(x, 1) }\n"
    ),
    "members of what stands": (
        "let w ~ uniform(0.3, 0.6)\n"
        "let h ~ uniform(0.2, 0.4)\n"
        "seat = cuboid(w, h, 1)\n"
        "cuboid(seat.width, 0.1, seat.size.y) at seat.top + (0, 0.05, 0)\n"
        "sphere(0.1) at seat.right(1, 0)\n"
    ),
    "what is attached to a part": (
        "part foot() { let r ~ uniform(0.1, 0.3)\n"
        "  base = choose { 2: cuboid(0.4, r, 0.4); 1: sphere(r) }\n"
        "  cuboid(0.1, 0.1, 0.1) attach bottom to base.top }\n"
        "a = foot()\n"
        "cuboid(1, 0.1, 1) attach bottom to a.top\n"
        "foot() attach bottom to (2, 0, 0)\n"
    ),
    "the greatest of what stands": (
        "let a ~ uniform(0.2, 0.5)\n"
        "let b ~ uniform(0.2, 0.5)\n"
        "pair = { cuboid(0.1, a, 1)\n"
        "  cuboid(0.1, b, 1) at (1, 0, 0) }\n"
        "cuboid(1, 0.1, 1) attach bottom to pair.top\n"
    ),
    "least, greatest, absolute": (
        "let a ~ uniform(-0.3, 0.4)\n"
        "let b ~ uniform(0.2, 0.4)\n"
        "cuboid(max(a, b), 0.1 + abs(a), 1) at (clamp(a, 0, 0.2), 0, 0)\n"
        "sphere(min(b, 0.3))\n"
    ),
    "products": ("let a ~ uniform(0.2, 0.6)\nlet b ~ uniform(0.5, 0.9)\ncuboid(a * b, b, 1)\ncuboid(1, 1, a / b)\n"),
    "a square alone": ("let a ~ uniform(0.2, 1.4)\ncuboid(a * a, 1, 1)\n"),
    "functions": ("let a ~ uniform(0.2, 0.9)\ncuboid(sqrt(a), 1, 1)\nsphere(exp(a)) at (0, log(a), sin(100 * a))\n"),
    "what shows only together": ("let a ~ uniform(0.1, 0.5)\nlet b ~ uniform(0.1, 0.5)\ncuboid(a + b, 1, 1)\n"),
    "what hangs on what does not show": (
        "let a ~ uniform(0.2, 0.6)\nlet b ~ normal(a, 0.1) in [0.1, 0.8]\ncuboid(b, 1, 1)\n"
    ),
    "a turn that is drawn": (
        "let a ~ uniform(10, 10.4)\n"
        "let x ~ uniform(0.2, 0.4)\n"
        "{ cuboid(x, 0.1, 0.2)\n"
        "  cone(0.1, 0.2) at (x, 0, 0) } rotate y a at (1, 0, 0)\n"
        "cuboid(1, 1, 1) rotate x a, z 2 * a\n"
    ),
    "a turn of a part that draws": (
        "part p() { let x ~ uniform(0.2, 0.4)\n"
        "  cuboid(x, 0.1, 0.2)\n"
        "  sphere(0.1) at (x, 0, 0) }\n"
        "let a ~ uniform(10, 10.3)\n"
        "p() rotate y a at (1, 0, 0)\n"
    ),
    "repetition by what is drawn": (
        "let n: int ~ uniform(1, 3)\n"
        "let d ~ uniform(0.2, 0.4)\n"
        "array n by (d, 0, 0) { sphere(0.1) }\n"
        "ring n + 1 about y { cuboid(0.1, d, 0.1) at (1, 0, 0) }\n"
    ),
    "loops": (
        "let n: int ~ poisson(1) in [0, 3]\n"
        "for i in 0..n { let x ~ uniform(0.2, 0.4)\n"
        "  cuboid(x, 1, 1) at (i, 0, 0) }\n"
    ),
    "turns that are one part each": (
        "cuboid(1, 1, 1)\n"
        "for i in 0..2 {\n"
        "  let x ~ uniform(0.2, 0.4)\n"
        "  let b ~ bernoulli(0.3)\n"
        "  if b { cuboid(x, 2, 1) at (i, 0, 0) } else { sphere(x) }\n"
        "}\n"
    ),
    "turns that look back": (
        "for i in 0..2 {\n"
        "  let x ~ uniform(0.2, 0.4)\n"
        "  s = sphere(x) at (i, 0, 0)\n"
        "  if i > 0 { cuboid(0.1, 0.1, _) between s[i - 1].top and s.front }\n"
        "}\n"
    ),
    "a choice attached by its own box": (
        "let x ~ uniform(0.2, 0.4)\n"
        "wall = cuboid(2, 1, x)\n"
        "for i in 0..2 {\n"
        "  let u ~ uniform(-0.5, -0.3)\n"
        "  stone = choose { 2: cuboid(0.3, 0.2, x); 1: sphere(x); 1: {} } attach back(u, i) to wall.front\n"
        "}\n"
    ),
    "images of a part that draws": (
        "part p() { let x ~ uniform(0.2, 0.4)\n"
        "  cuboid(x, 1, 1)\n"
        "  if x > 0.25 { sphere(0.1) at (0, 1, 0) } }\n"
        "mirror x, z { p() at (1, 0, 2) }\n"
    ),
    "a block that is asked about": (
        "part p() {\n"
        "  let r ~ uniform(0.1, 0.3)\n"
        "  sphere(r)\n"
        "}\n"
        "b = { p() at (0, 1, 0) }\n"
        "cuboid(1, 0.1, 1) attach bottom to b.top\n"
    ),
    "a split": (
        "let w ~ uniform(0.8, 1.2)\n"
        "split x of (w, 1, 1) {\n"
        "  0.1: cuboid(_, _, _)\n"
        "  repeat 0.3: choose { 1: cuboid(_, _, _); 2: {} }\n"
        "  ~1: cuboid(_, 0.5, _)\n"
        "}\n"
    ),
    "a solid": (
        "let a ~ uniform(0.5, 0.8)\n"
        "difference { cuboid(a, 1, 1)\n"
        "  cylinder(0.1, 2) at (a / 4, 0, 0) rotate x 90 } at (0, a, 0)\n"
    ),
    "lists": ("let r ~ uniform(0.2, 0.5)\nlathe(points: [(r, 0), (2 * r, 0.5), (0.1, 1)])\n"),
    "relations": (
        "let a ~ uniform(0.2, 0.5)\n"
        "low = cuboid(1, a, 1)\n"
        "high = cuboid(1, 0.1, 1) at (0, 2, 0)\n"
        "cuboid(0.1, _, 0.1) between low.top and high.bottom\n"
        "sphere(0.2) align left to low.left align bottom to low.top\n"
    ),
    "scales": ("let s ~ uniform(0.5, 0.9)\n{ cuboid(1, 0.5, 1)\n  sphere(0.4) at (1, 0, 0) } scale s at (0, s, 0)\n"),
    "a requirement": ("let a ~ uniform(0.2, 0.6)\nlet b ~ uniform(0.2, 0.6)\ncuboid(a, b, 1)\nrequire a + b < 0.9\n"),
    "a requirement in a turn": (
        "let x ~ uniform(0.2, 0.6)\n"
        "for i in 0..2 {\n"
        "  let y ~ uniform(0.1, 0.3)\n"
        "  sphere(y) at (x, 0, i)\n"
        "  require x + i / 10 < 0.45\n"
        "}\n"
    ),
    "choices within choices": (
        "a = choose {\n"
        "  2: sphere(0.5)\n"
        "  1: { b = choose { 1: cuboid(1, 1, 1); 3: sphere(2) }\n"
        "    sphere(1) at (3, 0, 0) }\n"
        "  1: {}\n"
        "}\n"
        "c = choose { 1: sphere(0.5); 1: {} } at (0, 2, 0)\n"
    ),
    "what the file draws, seen in its parts": (
        "let w ~ uniform(0.2, 0.4)\n"
        "let tall ~ bernoulli(0.4)\n"
        "part p(k: int) { let x ~ uniform(0.2, 0.4)\n"
        "  cuboid(w, if tall then 2 else 1, x) at (k * w, 0, 0) }\n"
        "a = p(1)\n"
        "b = p(5)\n"
    ),
    "a part that may be nothing": (
        "part p() { let x ~ uniform(0.2, 0.4)\n"
        "  if x > 0.25 { sphere(0.1) } }\n"
        "a = p()\n"
        "b = p() at (1, 0, 0)\n"
        "cuboid(1, 1, 1)\n"
    ),
    "a recursion": (
        "part storey(k: int, w) { let h ~ uniform(0.1, 0.3)\n"
        "  cuboid(w, h, 1)\n"
        "  if k < 2 { choose { 1: storey(k + 1, w * 0.8) at (0, 0.5, 0); 1: {} } } }\n"
        "let w ~ uniform(0.9, 1.1)\n"
        "storey(0, w)\n"
    ),
}


@pytest.mark.parametrize("name", CONSTRUCTS)
def test_every_observation_has_the_sum_of_its_derivations(name: str) -> None:
    """Also of what is drawn and refused, which is no observation, and makes the sum less than 1."""
    program = check_text(CONSTRUCTS[name], "construct.shape")
    expected = run_through(program, GRID)
    assert len(expected) > 1
    chart = Chart(tree_grammar(program, GRID))
    found = {seen: chart.inside(seen).p for seen in expected}
    assert found == pytest.approx(dict(expected), abs=1e-12)
    refused = name.startswith("a requirement")
    assert (sum(expected.values()) == pytest.approx(1.0, abs=1e-9)) is not refused
