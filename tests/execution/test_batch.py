"""`simulate_batch` gives for every seed what `simulate` gives, in every bit of every number."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from shapelang.assembly.part import Placed
from shapelang.diagnostics import ProgramError
from shapelang.execution.batch import simulate_batch
from shapelang.execution.simulate import simulate
from shapelang.execution.trace import Trace
from shapelang.semantics.check import check_text, load
from shapelang.semantics.program import Program
from tests.docs.blocks import examples
from tests.language.runs import program

ROOT = Path(__file__).parents[2]
SEEDS = (0, 1, 2, 3, 4, 5, 6, 2**63, 2**64 - 1, -1)

TRICKY = {
    "conditional over lanes": "let x ~ normal(0, 1)\nlet y = if x > 0 then sqrt(x) else -x * 2\ncuboid(1 + y, 1, 1) at (if x > 1 then (x, 0, 0) else (0, x, 0))",
    "division by zero in the branch not taken": "let n: int ~ uniform(0, 2)\nlet w = if n == 0 then 1 else 1 / n\ncuboid(w, 1, 1)",
    "division by zero in some lanes": "let n: int ~ uniform(0, 3)\ncuboid(1 / n, 1, 1)",
    "domain of a branch": "let x ~ uniform(-1, 1)\nlet y = if x > 0 then log(x) else 0.0\nsphere(0.5) at (y, 0, 0)",
    "structure by a real": "let x ~ uniform(0, 1)\nif x < 0.5 { a = cuboid(x, 1, 1) } else { b = sphere(x) }\nfor i in 0..floor(x * 4) { c = sphere(x) at (i, 0, 0) }",
    "slices": "let w ~ uniform(1, 5)\nsplit x of (w, 1, 1) { 10%: cuboid(_, _, _); repeat 0.7: b = cuboid(_, w / 9, _); ~w: {}; max(w - 3, 0): c = cuboid(_, _, _) }",
    "rejected in some lanes": "let x ~ normal(0, 1)\nfor i in 0..3 { let u ~ uniform(0, 1); require u > x / 4; a = cuboid(u + 0.1, 1, 1) at (i, 0, 0) }\nrequire a[0].width + x > 0",
    "impossible in some lanes": "let x ~ uniform(-1, 1)\ncuboid(x, 1, 1)\nlet y ~ normal(0, x + 0.9)\nsphere(1) at (y, 0, 0)",
    "chooses": "let x ~ uniform(0, 1)\na = choose { x: cuboid(1, 1, 1); 1 - x: choose { 1: sphere(x); 1: b = cone(x, 1) }; 0: {} } rotate z 30 * x",
    "between opposite": "let x ~ bernoulli(0.5)\nlet y = if x then 1.0 else -1.0\na = cylinder(0.1, _) between (0, 0, 0) and (0, y, 0)\nb = cuboid(_, 0.1, 0.2) between (y, 0, 0) and (0, y / 3, 1)",
    "bools": "part p(tall: bool, w) { cuboid(w, if tall and w > 0.5 then 2 else 1, 1); meta tall = tall }\nlet a ~ bernoulli(0.5)\nlet w ~ uniform(0, 1)\nlet b ~ bernoulli(if a then w else 0.3)\np(a or not b, w)\nif b == a { sphere(0.1) } else { let c ~ bernoulli(w); sphere(if c then w else 2) at (if b then 1 else 2, 0, 0) }\nfor i in 0..(if a then 1 else 2) { cone(1, w) }\nrequire not (a and w < 0.2)",
    "predicates": "for i in 0..4 { let u ~ uniform(-1, 1); a = cuboid(0.3, 0.3, 0.3) rotate y u * 90 at (u, 0.15, 0)\nfor j in 0..i { require not overlaps(a, a[j]) }\nrequire supported(a) }",
    "symmetry": "let x ~ uniform(0.1, 1)\nlet n: int ~ poisson(3) in [1, 5]\nring n about z { mirror y { a = cone(x, 1, top_radius: x / 2) rotate x 10 * x at (x, 1, 0) } } scale x\nb = sphere(0.1) at a[0][1].top",
    "solids": "let x ~ uniform(0.1, 1)\na = union blend x / 4 { sphere(x); cuboid(x, 1, 1) at (x, x, 0) } rotate z 100 * x\nb = difference { cuboid(1, 1, 1); a2 = sphere(x / 2) at (x, 0, 0) }",
    "all distributions": "let a ~ normal(0, 1) in [-1, 0.5]\nlet b ~ lognormal(a, 0.3)\nlet c ~ beta(1 + b, 2)\nlet d ~ categorical(x: c, y: b)\nlet e: int ~ poisson(b)\nlet f ~ bernoulli(c)\nlet g: int ~ uniform(1, 3)\ncuboid(b + 0.01, c + 0.01, if f then g + e else 2 + c)\nif d == \"x\" { sphere(1) }",
    "materials and meta": "let x ~ uniform(0, 1)\nmaterial m = { color: #102030, roughness: x }\n{ meta k = x * 2; tag \"t\"; a = sphere(x + 0.1) with m } at (x, 0, 0)",
    "trigonometry": "let x ~ uniform(-400, 400)\nlet y = sin(x) + cos(x) * tan(x / 9) + asin(sin(x)) + acos(cos(x)) + atan2(x, 3) + exp(x / 400) + log(x * x + 1) + pow(x * x, 0.3) + mod(x, 7)\nsphere(1) rotate x x, y y at (y, 0, 0)",
    "chain": "let a ~ uniform(0, 1)\nlet b ~ uniform(0, 1)\nrequire abs(a - b) < 0.001\nsphere(1) at (a, b, 0)",
    "vectors": "part p(size) { cuboid(size.x, size.y, size.z) }\nlet x ~ uniform(1, 2)\na = p((x, 1, x * 2))\nb = p(size: a.size / 2) attach left to a.right(x - 1.5, 0)",
}  # fmt: skip


def dump(trace: Trace) -> Iterator[Any]:
    """Every value of a trace, as text that tells −0 from 0 and all bits of a number."""
    yield from ((a, repr(c.value), repr(c.distribution), repr(c.support)) for a, c in trace.choices.items())
    yield repr((trace.log_prob, trace.conditioned, trace.assembly.parameters, trace.assembly.seed))
    stack = list(trace.assembly.root.children)
    while stack:
        here: Placed = stack.pop()
        part = here.part
        yield repr((here.label, here.pose, part.name, part.kind, part.box, part.geometry, part.relations, part.count))
        yield repr((part.arguments, part.anchors, part.material, part.tags, part.meta, sorted(part.names or {})))
        stack.extend(part.children)
    yield repr(trace.assembly.root.relations)


def check(p: Program, seeds: tuple[int, ...] = SEEDS) -> None:
    """Both ways, for every seed."""
    single: list[Any] = []
    for seed in seeds:
        try:
            single.append(list(dump(simulate(p, seed))))
        except ProgramError as error:
            single.append(str(error))
    good = [s for s, d in zip(seeds, single, strict=True) if isinstance(d, list)]
    batch = simulate_batch(p, good)
    for seed, trace in zip(good, batch.traces(), strict=True):
        assert list(dump(trace)) == single[seeds.index(seed)], seed
    if len(good) < len(seeds):
        with pytest.raises(ProgramError):
            simulate_batch(p, seeds)


@pytest.mark.parametrize("name", TRICKY)
def test_tricky(name: str) -> None:
    """Where lanes part, fail, or take both branches."""
    check(program(TRICKY[name]))


EXAMPLES = sorted((ROOT / "examples").glob("*.shape"))


@pytest.mark.parametrize("path", EXAMPLES, ids=[p.stem for p in EXAMPLES])
def test_examples(path: Path) -> None:
    """All that is shown."""
    check(load(path), SEEDS[:4])


BLOCKS = [
    b for b, error in examples(ROOT / "docs" / "language.md") if error is None and ("~" in b.text or "choose" in b.text)
]


@pytest.mark.parametrize("text", [b.text for b in BLOCKS], ids=[str(b.line) for b in BLOCKS])
def test_blocks_of_the_reference(text: str) -> None:
    """Those that draw."""
    check(check_text(text, "<doc>"))


def test_bools_that_choose_between_numbers_do_not_part_a_batch() -> None:
    text = "".join(f"let off_{k} ~ bernoulli(0.5)\nsphere(if off_{k} then 1.5 else 2.5)\n" for k in range(8))
    assert len(simulate_batch(program(text), SEEDS).structures) == 1


def test_traces_in_blocks_are_in_the_order_of_the_seeds(monkeypatch: pytest.MonkeyPatch) -> None:
    p = program(TRICKY["conditional over lanes"] + "\nn = choose { 1: cuboid(1, 1, 1); 2: b = sphere(1) }")
    whole = [list(dump(trace)) for trace in simulate_batch(p, range(60)).traces()]
    monkeypatch.setattr("shapelang.execution.batch.BLOCK", 3)
    batch = simulate_batch(p, range(60))
    assert [list(dump(trace)) for trace in batch.traces()] == whole
    assert [trace.seed for trace in batch.traces()] == list(range(60))


def test_what_is_shared_in_a_batch_is_shared_in_each_variant() -> None:
    p = program("let w ~ uniform(0.5, 1)\nmirror x { leg = cuboid(w, 1, 1) at (2, 0, 0) }\nb = cuboid(3, 1, 1)")
    traces = list(simulate_batch(p, range(5)).traces())
    for trace in traces:
        first, second, _ = trace.assembly.root.children
        assert first.part is second.part
    assert len({id(trace.assembly.root.children[0].part) for trace in traces}) == 5
