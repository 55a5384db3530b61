"""The torch number in the evaluator: values equal to floats bit by bit, slopes equal to finite differences."""

from __future__ import annotations

import math
from pathlib import Path
from typing import Any

import pytest
import torch

from shapelang.diagnostics import UsageError
from shapelang.execution.differentiate import differentiate, lifted_values
from shapelang.execution.replay import ReplayError, replay
from shapelang.execution.simulate import simulate
from shapelang.execution.trace import Trace
from shapelang.numbers import is_finite
from shapelang.semantics.check import check_text, load
from shapelang.semantics.program import Program
from tests.conformance.backends import bits
from tests.execution.reals import reals

ROOT = Path(__file__).resolve().parents[2]
EXAMPLES = sorted((ROOT / "examples").glob("*.shape")) + sorted((ROOT / "tests/determinism/programs").glob("*.shape"))

DEVICES = [
    "cpu",
    pytest.param("cuda", marks=pytest.mark.skipif(not torch.cuda.is_available(), reason="no CUDA device")),
]

STEP = 1e-6
"""Of central differences: their error is about STEP² · f''' / 6 + 1e-16 · f / STEP, near 1e-10 of the values here."""

NEAR = 1e-6

AB = "param a = 0.7\nparam b = 0.4\n"
CONSTRUCTS = {
    "arithmetic": AB + "cuboid(a + b, a * b, a / b)\ncuboid(a - b, -a + 2, pow(a, b))",
    "int and real mixed": AB + "param n: int = 3\nfor i in 0..n { cuboid(a + i, b * i + 1, 1) at (i * a, 0, 0) }",
    "vectors": AB + "let v = (a, b, 1) * 2 + (b, a, a)\ncuboid(v.x, v.y, v.z) at v / 3",
    "vector functions": AB
    + "let v = (a, b, 1)\ncuboid(length(v), distance(v, (b, 0, a)), mod(a * 7, b)) at v * length(v) / 3",
    "functions": AB
    + "cuboid(sqrt(a), abs(a - b), min(a, b))\ncuboid(max(a, b), clamp(a, 0, b), lerp(a, b, 0.3))\n"
    + "cuboid(sin(40 * a) + 2, cos(30 * b), tan(50 * b))\ncuboid(atan2(a, b), asin(b) + 1, acos(b))",
    "exponentials": AB + "cuboid(exp(a), log(a) + 2, pow(1.3, b))",
    "if as a value": AB + "cuboid(if a > b then a else b, if a < b then a else 2 * b, 1)",
    "if as a block": AB + "if a > b { cuboid(a, b, 1) } else { sphere(a) }",
    "params from params": "param a = 0.7\nparam c = a * 2 + 1\ncuboid(a, c, 1)",
    "a range": "param a = 0.7 in [0.5, 0.9]\ncuboid(a, 1, 1)",
    "parts": AB
    + "part p(w, h = a * 2) { let top = (0, h, 0)\ncuboid(w, h, 1) at (0, w, 0) }\np(a)\nq = p(b, a) at (1, a, 0)",
    "at, rotate, scale": AB + "cuboid(1, a, b) scale a rotate x 30 * a, y b * 100, z 20 at (a, b, a * b)",
    "attach": AB + "base = cuboid(a, b, 1) at (0, a, 0)\ncuboid(b, 1, 1) attach bottom(-1, 1) to base.top(a, b)",
    "attach after a turn": AB + "base = cuboid(a, b, 1) rotate y 90 * a\nsphere(b) attach left to base.right",
    "align": AB
    + "base = cuboid(a, b, 1) at (a, 0, 0)\ncuboid(b, 1, 1) align x left to base.right align y top to base.top",
    "between": AB + "cylinder(0.1, _) between (a, 0, b) and (b, 1 + a, 0)",
    "mirror": AB + "mirror x, z { cuboid(a, b, 1) at (a, 0, b) }",
    "array": AB + "array 3 by (a, b, 0) { cuboid(a, b, 1) }",
    "ring": AB + "ring 5 about y { cuboid(a, b, 1) rotate z 10 * a at (1 + a, b, 0) }",
    "for": AB + "for i in 0..4 { cuboid(a, b, 1 + i * a) at (i * a, i * b, 0) }",
    "split": AB + "split x of (a * 3, b, 1) { 0.2: cuboid(_, _, _); ~1: sphere(a * 0.1); 20%: cuboid(_, _, _) }",
    "repeat": AB + "split y of (1, 2 + a, b) { repeat 0.5: cuboid(scope.x, scope.y * 0.5, scope.z) }",
    "union": AB + "union blend a * 0.1 { cuboid(a, b, 1); sphere(b) at (a, 0, 0) }",
    "difference": AB + "difference { cuboid(a, b, 1); cylinder(b * 0.3, 2 * a) rotate x 40 * a }",
    "intersection": AB + "intersection { cuboid(a, b, 1); sphere(a) at (b * 0.1, 0, 0) }",
    "hull": AB + "hull { cuboid(a, b, 1); sphere(b) at (a, 0, 0) }",
    "material": AB + "material m = { color: #804020, roughness: b, metallic: a }\ncuboid(a, b, 1) with m",
    "superquadric": AB + "superquadric(1, a, b, e1: a, e2: b, taper_x: a * 0.2, taper_z: b * 0.1, bend: 30 * a)",
    "bent between": AB + "cylinder(b * 0.1, _) between (0, a, 0) and (0, -b, 1)",
    "round ones": AB
    + "ellipsoid(a, b, 1)\ncylinder(a, b)\ncone(radius: a, top_radius: b * 0.2, height: b)\ncapsule(b * 0.2, 1 + a)\n"
    + "torus(radius: a, tube: b * 0.2, arc: 200 * a)",
    "prism and lathe": AB
    + "prism(b, points: [(0, 0), (a, 0), (a, b), (0, 1)])\nlathe([(0, 0), (a, 0), (b, 1), (0, a + 1)])\nwedge(a, b, 1)",
    "draws": "param a ~ normal(0.7, 0.1)\nlet b ~ lognormal(-1, 0.2)\nlet c ~ beta(3, 4)\nlet d ~ uniform(a, a + 1)\ncuboid(a, b, c + d)",
    "draws in ranges": "let a ~ normal(0.7, 0.1) in [0.6, 0.9]\nlet b ~ beta(2, 3) in [0.1, 0.8]\ncuboid(a, b, 1)",
    "draws from draws": "let a ~ uniform(0.5, 1)\nlet b ~ normal(a * 2, a * 0.1)\npart p() { let c ~ uniform(a, b)\ncuboid(a, b, c) }\np()",
    "choose": AB + "choose { 1: cuboid(a, b, 1); 2: sphere(a) }\nx = choose { a: cuboid(1, a, b); b: cylinder(a, b) }",
    "require": "let a ~ uniform(0, 1)\nrequire a > 0.5\ncuboid(a, 1, 1)",
}


def value(x: Any) -> float:
    return x.item() if isinstance(x, torch.Tensor) else float(x)


def weight(k: int) -> float:
    """So that no two numbers' slopes cancel."""
    return math.cos(1.7 * k) + 0.1


def total(values: list[Any]) -> Any:
    found: Any = 0.0
    for k, value in enumerate(values):
        found = found + weight(k) * value
    return found


def rerun(program: Program, trace: Trace, name: str, change: float) -> tuple[float, float]:
    """The weighted sum of an assembly's numbers, and the log-probability, with one value changed."""
    choices = {a: c.value for a, c in trace.choices.items()}
    given = {n: v for n, v in trace.assembly.parameters.items() if n not in choices}
    where = choices if name in choices else given
    where[name] = where[name] + change
    made = replay(program, choices, given)
    return total([float(x) for x in reals(made.assembly)]), made.log_prob


@pytest.mark.parametrize("device", DEVICES)
@pytest.mark.parametrize("name", list(CONSTRUCTS))
def test_slopes_are_those_of_finite_differences(name: str, device: str) -> None:
    program = check_text(CONSTRUCTS[name])
    trace = simulate(program, 3)
    params, choices = lifted_values(trace, device)
    (made,) = differentiate(program, params, choices).structures
    inputs = {k: v for k, v in (*params.items(), *choices.items()) if isinstance(v, torch.Tensor)}
    assert inputs
    outputs = (total(list(reals(made.assembly))), made.log_prob())
    slopes = [
        torch.autograd.grad(out.sum(), list(inputs.values()), allow_unused=True, retain_graph=True)
        if isinstance(out, torch.Tensor) and out.requires_grad
        else [None] * len(inputs)
        for out in outputs
    ]
    for k, key in enumerate(inputs):
        above, below = rerun(program, trace, key, STEP), rerun(program, trace, key, -STEP)
        for which in range(2):
            slope = slopes[which][k]
            expected = (above[which] - below[which]) / (2 * STEP)
            got = 0.0 if slope is None else float(slope)
            assert got == pytest.approx(expected, rel=NEAR, abs=NEAR * (1 + abs(above[which]))), (key, which)


@pytest.mark.parametrize("device", DEVICES)
@pytest.mark.parametrize("path", EXAMPLES, ids=lambda p: p.stem)
def test_values_are_those_of_floats(path: Path, device: str) -> None:
    program = load(path)
    for seed in range(2):
        trace = simulate(program, seed)
        (made,) = differentiate(program, *lifted_values(trace, device)).structures
        expected = [bits(float(x)) for x in reals(trace.assembly)]
        assert [bits(value(x)) for x in reals(made.assembly)] == expected
        assert bits(value(made.log_prob())) == bits(trace.log_prob)


def test_lanes_part_where_they_decide_differently() -> None:
    program = check_text("param a = 1.0 in [0, 3]\nif a > 1.5 { cuboid(a, 1, 1) } else { sphere(a) }")
    a = torch.tensor([1.0, 2.0, 1.25, 2.5], dtype=torch.float64, requires_grad=True)
    found = differentiate(program, {"a": a}, {})
    assert [s.positions.tolist() for s in found.structures] == [[1, 3], [0, 2]]
    for structure in found.structures:
        (leaf,) = structure.assembly.leaves()
        (slope,) = torch.autograd.grad(leaf.part.box.high[0].sum() * 2, a)
        # The half width of the cuboid is a / 2, that of the sphere a.
        each = 1.0 if structure.positions.tolist() == [1, 3] else 2.0
        assert slope.tolist() == [each * (k in structure.positions) for k in range(4)]


def test_lanes_that_a_require_or_a_range_refuses_are_told() -> None:
    program = check_text("param a = 1.0 in [0, 3]\nrequire a < 2\ncuboid(a, 1, 1)")
    a = torch.tensor([1.0, 2.5, 4.0, 0.0], dtype=torch.float64)
    found = differentiate(program, {"a": a}, {})
    assert [s.positions.tolist() for s in found.structures] == [[0]]
    refused = {failure.code: lanes.tolist() for lanes, failure in found.refused}
    assert refused == {"E406": [1], "E409": [2], "E401": [3]}


def test_what_is_not_given_or_of_the_wrong_kind() -> None:
    program = check_text("param n: int = 1\nparam a = 1.0\nlet b ~ uniform(0, 1)\ncuboid(a, 1 + b, n)")
    one = torch.ones(1, dtype=torch.float64)
    with pytest.raises(ReplayError, match="the choice 'b' is not given"):
        differentiate(program, {"a": one}, {})
    with pytest.raises(UsageError, match="'n' takes a"):
        differentiate(program, {"n": one}, {"b": one})
    with pytest.raises(UsageError, match="float64 tensor of one dimension"):
        differentiate(program, {"a": one.float()}, {"b": one})
    with pytest.raises(UsageError, match="of one length"):
        differentiate(program, {"a": torch.ones(2, dtype=torch.float64)}, {"b": one})


def test_every_real_of_a_run_is_finite_and_known() -> None:
    """The programs above make what they say: no slope was compared with that of an empty assembly."""
    for text in CONSTRUCTS.values():
        found = list(reals(simulate(check_text(text), 3).assembly))
        assert len(found) > 10
        assert all(is_finite(float(x)) for x in found)
