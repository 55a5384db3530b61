"""A cover never loses a derivation that meets the query, and forms never lose a value."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from grammars.conditioning.cells import Cells
from grammars.conditioning.covering import cover
from grammars.conditioning.forms import Form, Maybe
from grammars.conditioning.measuring import holds
from grammars.conditioning.numbers import FORMS
from grammars.conditioning.reach import reach_box
from grammars.conditioning.reading import query_of
from grammars.conditioning.seeing import Seen
from grammars.conditioning.task import Task
from shapelang.chance.address import key
from shapelang.chance.draw import uniform
from shapelang.execution.interpreter import DEFAULT_LIMITS
from shapelang.execution.simulate import simulate
from shapelang.execution.trace import Trace
from shapelang.geometry.pose import Pose
from shapelang.numbers import FLOAT, NUMPY
from shapelang.representations.surface import flattened
from shapelang.semantics.check import check_text, load

HANGING = """\
let style: name ~ categorical(low: 1, high: 2)
let tall ~ normal(0.5, 0.05) in [0.4, 0.6]
let wide ~ normal(0.5 * tall, 0.02)
let deep ~ normal(wide, 0.05) in [0.1, 0.5]
let many: int ~ poisson(10 * tall) in [2, 9]
let long ~ lognormal(wide - 1, 0.1)
let share ~ uniform(0.1, tall)
base = choose {
  tall: box = cuboid(wide, tall, deep)
  1: can = cylinder(wide / 2, tall) rotate z 40 * share
}
for i in 0..many { rung = cuboid(long, 0.02, share) at (0, i * tall / many, 0) }
if style == "high" { top = sphere(max(0.05, share * wide)) attach bottom to base.top }
require wide < 0.8 * deep + share
"""


def _within(cells: Cells, trace: Trace) -> bool:
    """Whether some cell holds the uniform numbers that a trace was drawn from."""
    inside = np.ones(cells.count, dtype=bool)
    for address, (low, high) in cells.ranges.items():
        u = uniform(FLOAT, trace.seed, key(address))
        inside = inside & (low <= u) & (u <= high)
    return bool(inside.any()) and all(address in trace.choices for address in cells.taken)


@pytest.mark.parametrize(
    ("name", "clauses"),
    [
        ("hanging", ["height > 0.55"]),
        ("hanging", ["width > 0.4 or count(rung) == 5", "base.depth < 0.35"]),
        ("hanging", ["base.width < 0.45", "many > 3"]),
        ("examples/chair.shape", ["height > 0.92", "seat.top.y < 0.47"]),
        ("examples/chair.shape", ["fits(0.5, 0.88, 0.6)", "not count(slat) == 5"]),
        ("examples/street_lamp.shape", ["height > 4.5"]),
    ],
)
def test_no_derivation_that_meets_the_query_is_lost(name: str, clauses: list[str]) -> None:
    program = check_text(HANGING, "hanging.shape") if name == "hanging" else load(name)
    query = query_of(program, clauses)
    found = cover(Task(program, query, {}, DEFAULT_LIMITS, frozenset()), work=1000)
    met = 0
    for seed in range(50):
        trace = simulate(program, seed)
        seen = Seen(FLOAT, trace.assembly, trace.choices)
        if trace.rejections == 0 and all(holds(clause.test, seen) for clause in query.clauses):
            met += 1
            assert any(_within(cells, trace) for cells in found.groups), seed
    assert met


def test_cells_are_disjoint_where_choices_are_fixed() -> None:
    program = check_text("let a ~ normal(1, 0.2)\nlet n: int ~ uniform(1, 3)\nblock = cuboid(n, a, a)\n", "b.shape")
    found = cover(Task(program, query_of(program, ["height > 0.5 * width"]), {}, DEFAULT_LIMITS, frozenset()), work=300)
    for seed in range(100):
        trace = simulate(program, seed)
        assert sum(_count(cells, trace) for cells in found.groups) <= 1


def _count(cells: Cells, trace: Trace) -> int:
    """In how many cells its uniform numbers lie."""
    if any(trace.choices[address].value != option for address, option in cells.taken.items()):
        return 0
    inside = np.ones(cells.count, dtype=bool)
    for address, (low, high) in cells.ranges.items():
        u = uniform(FLOAT, trace.seed, key(address))
        inside = inside & (low < u) & (u < high)
    return int(inside.sum())


number = st.floats(-3, 3)


@given(number, number, number, st.floats(0, 2), st.floats(-1, 1), st.floats(-1, 1), st.floats(-1, 1))
def test_forms_hold_every_value(mid: float, a: float, b: float, rest: float, e: float, f: float, g: float) -> None:
    first = Form(np.array([mid]), {0: np.array([a])}, np.array([rest]))
    second = Form(np.array([a]), {0: np.array([b]), 1: np.array([mid])})
    x, y = mid + a * e + rest * g, a + b * e + mid * f
    cases = [
        (first + second, x + y), (first - second, x - y), (first * second, x * y), (first * first, x * x),
        (abs(first), abs(x)), (FORMS.minimum(first, second), min(x, y)), (FORMS.maximum(first, second), max(x, y)),
        (FORMS.sqrt(abs(second)), abs(y) ** 0.5), (FORMS.native.exp(first), np.exp(x)),
        (FORMS.native.sincos(first)[0], np.sin(x)), (FORMS.native.sincos(first)[1], np.cos(x)),
        (FORMS.native.log(abs(first) + 0.1), np.log(abs(x) + 0.1)), (1.0 / (abs(second) + 0.2), 1 / (abs(y) + 0.2)),
        (FORMS.floor(first), np.floor(x)), (FORMS.native.pow(abs(first), 1.3), abs(x) ** 1.3),
        (FORMS.native.atan2(first, second), np.arctan2(x, y)),
        (FORMS.where(first < second, first, second * 2.0), x if x < y else 2 * y),
    ]  # fmt: skip
    for k, (form, value) in enumerate(cases):
        slack = 1e-9 * (1 + abs(value))
        assert form.low[0] - slack <= value <= form.high[0] + slack, k


@given(number, number, number, st.floats(-1, 1))
def test_tests_that_are_certain_are_right(mid: float, a: float, b: float, e: float) -> None:
    first, second = Form(np.array([mid]), {0: np.array([a])}), Form(np.array([b]), {0: np.array([mid])})
    x, y = mid + a * e, b + mid * e
    for test, truth in ((first < second, x < y), (first <= second, x <= y), (first > second, x > y)):
        assert isinstance(test, Maybe)
        if abs(x - y) > 1e-9:
            assert not (test.yes[0] and not truth) and not (test.no[0] and truth)
    both = (first < second) & (first > second)
    assert not both.yes[0]


SOLIDS = [
    "cuboid(0.3, 0.5, 0.2)", "sphere(0.3)", "ellipsoid(0.3, 0.6, 0.2)", "cylinder(0.2, 0.7)", "capsule(0.1, 0.6)",
    "cone(0.3, 0.5, top_radius: 0.1)", "cone(0.1, 0.5, top_radius: 0.3)", "torus(0.4, 0.1)",
    "wedge(0.4, 0.3, 0.2)", "prism(0.5, sides: 6, radius: 0.3)", "prism(0.5, sides: 5, radius: 0.3, taper: 0.4)",
    "prism(0.5, points: [(0, 0), (1, 0), (0, 1)], taper: 1.5)", "lathe([(0.3, 0), (0.1, 0.2), (0.1, 0.8), (0.4, 1)])",
    "union { cuboid(0.3, 0.5, 0.2) rotate z 30; mirror x { sphere(0.2) at (0.3, 0.1, 0) } }",
    "hull { cone(0.2, 0.5) rotate x 20 at (0, 1, 0); cuboid(0.1, 0.1, 0.4) }",
    "superquadric(0.4, 0.3, 0.5, e1: 0.3, e2: 0.2)", "superquadric(0.4, 0.3, 0.5, e1: 1.4, e2: 0.7)",
]  # fmt: skip
BOXED = ["superquadric(0.4, 0.3, 0.5, taper_x: 0.5)", "difference { cuboid(1, 1, 1); sphere(0.6) at (0.5, 0.5, 0.5) }"]


@pytest.mark.parametrize("solid", SOLIDS + BOXED)
@pytest.mark.parametrize("turn", ["rotate x 0", "rotate z -50, y 20", "scale 2 rotate x 30"])
def test_reach_is_that_of_the_mesh(solid: str, turn: str) -> None:
    program = check_text(f"mirror x {{ thing = {solid} {turn} at (0.1, 0.2, 0.3) }}\n", "one.shape")
    assembly = simulate(program, 0).assembly
    mesh = flattened(assembly, 128).positions
    seen = Seen(FLOAT, assembly, {})
    box = seen.box(())
    assert box is not None
    size = mesh.max(axis=0) - mesh.min(axis=0)
    assert (np.array(box.low) <= mesh.min(axis=0) + 1e-9).all()
    assert (np.array(box.high) >= mesh.max(axis=0) - 1e-9).all()
    if solid in SOLIDS:
        assert np.allclose(box.size, size, rtol=6e-3)


def test_reach_of_lanes_is_that_of_floats() -> None:
    program = check_text("thing = superquadric(0.4, 0.3, 0.5, e1: 0.3, e2: 0.7)\n", "one.shape")
    part = simulate(program, 0).assembly.root.children[0].part
    turn = (0.8, -0.6, 0.0, 0.6, 0.8, 0.0, 0.0, 0.0, 1.0)
    lanes = tuple(np.array([v, v]) for v in turn)
    one = reach_box(FLOAT, part, Pose(turn))
    many = reach_box(NUMPY, part, Pose((lanes[0], lanes[1], lanes[2], lanes[3], lanes[4], 0.0, 0.0, 0.0, 1.0)))
    assert [v[0] if isinstance(v, np.ndarray) else v for v in many.high] == list(one.high)


def test_a_choice_that_fails_a_clause_is_left_out_with_all_behind_it() -> None:
    """What stands behind is far too much to be gone through."""
    text = (
        "param style ~ categorical(round: 1, square: 9)\nfor i in 0..40 {\n"
        "  knob = choose { 1: ball = sphere(0.1); 1: cuboid(0.1, 0.1, 0.1) } at (i, 0, 0)\n}\n"
        'if style == "round" { top = sphere(1) }\n'
    )
    program = check_text(text, "knobs.shape")
    for clause in ('style == "round"', 'not style == "square"', '"square" != style'):
        task = Task(program, query_of(program, [clause]), {}, DEFAULT_LIMITS, frozenset())
        found = cover(task, work=600)
        assert abs(found.volume() - 0.1) < 1e-9
        assert found.excluded == {frozenset((0,))}
