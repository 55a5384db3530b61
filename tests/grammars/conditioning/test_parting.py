"""Slices make their part as the program does, and covers by parts count every derivation once."""

from __future__ import annotations

from math import sqrt

import numpy as np
import pytest

from grammars.conditioning.conditioned import Conditional
from grammars.conditioning.covering import whole
from grammars.conditioning.drawing import Proposals
from grammars.conditioning.errors import Infeasible
from grammars.conditioning.parting import by_parts
from grammars.conditioning.query import Step
from grammars.conditioning.reading import query_of
from grammars.conditioning.seeing import Node, Seen
from grammars.conditioning.slicing import leaves
from grammars.conditioning.task import Task
from shapelang.execution.interpreter import DEFAULT_LIMITS
from shapelang.execution.simulate import simulate
from shapelang.numbers import FLOAT
from shapelang.semantics.check import check_text, load

_ARMS = """
part arm(long, thick, spare) {
  let wide ~ uniform(0.8, 1.2)
  let unused ~ uniform(0, spare)
  bone = cuboid(thick * wide, long, thick) rotate x 10
  hand = choose {
    0.4: ball = sphere(0.1)
    0.6: fist = cuboid(0.02 + unused, 0.1, 0.1) attach bottom to bone.top
  }
}
let size ~ uniform(0.4, 0.6)
let is_off: bool ~ bernoulli(0.3)
let off ~ uniform(0.02, 0.05)
let turn ~ uniform(-20, 20)
base = cuboid(size, 0.2, 0.3) rotate y turn
side = choose {
  0.5: long_arm = arm(0.5 + (if is_off then off else 0), 0.1, base.height)
  0.3: block = cuboid(0.1, base.width, 0.1) rotate y turn attach left to base.right
  0.2: none = {}
}
mirror x { foot = cuboid(0.1, size, 0.1) attach top to base.point(0.8, -1, 0) }
let count: int ~ uniform(1, 4)
for i in 0..count { ball = sphere(0.1) at (i, 1, 0) }
"""


def _task(text: str, *clauses: str) -> Task:
    program = check_text(text, "arms.shape")
    return Task(program, query_of(program, list(clauses)), {}, DEFAULT_LIMITS, frozenset())


def _names(seen: Seen, node: Node) -> tuple[str, ...]:
    at = next(k for k, each in enumerate(seen.nodes) if each is node)
    return (*(each.part.name for each in seen._ways[at][1:]), node.part.name)  # pyright: ignore[reportPrivateUsage]


def test_every_part_is_found_with_the_names_on_the_way_to_it():
    found = leaves(check_text(_ARMS, "arms.shape"), Step("cuboid"))
    assert found is not None
    assert [(leaf.at, leaf.taken, leaf.left) for leaf in found] == [
        (("base",), (), frozenset()),
        (("side", "bone"), (("side", 0),), frozenset()),
        (("side", "hand"), (("side", 0), ("side/hand", 1)), frozenset({0})),
        (("side",), (("side", 1),), frozenset({1})),
        (("foot",), (), frozenset()),
    ]
    # The two alternatives exclude one another, and neither the foot.
    assert found[1].excludes(found[3]) and not found[1].excludes(found[4])


@pytest.mark.parametrize(("text", "step"), [(_ARMS, "cuboid"), (_ARMS, "arm"), ("examples/barrel.shape", "cylinder")])
def test_a_slice_makes_its_part_as_the_program_does(text: str, step: str):
    """The same draws at the same addresses: sizes are equal to the last bit, and no other part of the name is there."""
    program = load(text) if text.endswith(".shape") else check_text(text, "arms.shape")
    found = leaves(program, Step(step))
    assert found is not None and found
    met = 0
    for seed in range(25):
        trace = simulate(program, seed)
        seen = Seen(FLOAT, trace.assembly, trace.choices)
        for leaf in found:
            alone = simulate(leaf.whole, seed)
            there = Seen(FLOAT, alone.assembly, alone.choices)
            path = (Step(step),)
            sizes = {seen.own_size(node) for node in seen.at(leaf.at, path)}
            assert sizes == {there.own_size(node) for node in there.at(leaf.at, path)} or leaf.at in {
                other.at for other in found if other is not leaf
            }
            met += bool(sizes)
            assert all(_names(seen, node) == leaf.at for node in seen.at(leaf.at, path))
    assert met


@pytest.mark.parametrize(
    "text",
    [
        "for i in 0..2 { leg = cuboid(0.1, 0.4, 0.1) at (i, 0, 0) }\n",
        "part twig(n: int) {\n  leg = cuboid(0.1, 0.1, 0.1)\n  if n > 0 { more = twig(n - 1) }\n}\ntwig(3)\n",
        'a = cuboid(0.1, 0.4, 0.1) tag "cuboid"\n',
        "part pair() {\n  leg = cuboid(0.1, 0.4, 0.1)\n}\na = pair()\nb = cuboid(a.height, 0.1, 0.1)\n"
        "c = pair() attach bottom to b.top\nrequire supported(c)\n",
        "big = { leg = cuboid(0.1, 0.4, 0.1) } scale 2\n",
    ],
)
def test_what_is_not_sliced_is_told(text: str):
    assert leaves(check_text(text, "arms.shape"), Step("cuboid")) is None


def test_parts_that_may_be_meant_together_count_once():
    """By hand: block and foot are as high as the base is wide, which is as asked in 1 of 10 draws; the bone is with
    0.7 · 0.1 where there is an arm.
    """
    task = _task(_ARMS, "contains(cuboid, 0.1, 0.5, 0.1)")
    found = by_parts(task)
    assert found is not None
    drawn = Proposals(task, found).draw(np.arange(6000, dtype=np.uint64), range(1))
    share = float(drawn.met.mean())
    exact = 0.1 + 0.9 * 0.5 * 0.07
    assert abs(found.volume() * share - exact) < 4.0 * found.volume() * sqrt(share * (1.0 - share) / 6000)
    # No less than each part alone, and no more than without knowing whether the arm is off.
    assert 0.1 + 0.3 * 0.1 + 0.5 * 0.07 - 1e-6 < found.volume() < 0.1 + 0.3 * 0.1 + 0.5 * 0.1 + 1e-6
    traces = list(drawn.traces(task.program))
    arms = np.mean([trace.choices["side"].value == "long_arm" for trace in traces])
    wanted = (0.1 * 0.5 + 0.9 * 0.5 * 0.07) / exact
    assert abs(arms - wanted) < 4.0 * sqrt(wanted * (1.0 - wanted) / len(traces))


@pytest.mark.parametrize(
    "clauses",
    [
        ["contains(cuboid, 0.101, 0.5, 0.1)"],
        ["contains(cuboid, 0.1, 0.1, 0.1)", "size > 0.5"],
        ["contains(side.cuboid, 0.1, 0.52, 0.1)", "count(sphere) >= 3"],
    ],
)
def test_draws_are_those_of_plain_rejection(clauses: list[str]):
    """Shares and means of what is accepted, by four standard errors of their difference; seeds are fixed."""
    task = _task(_ARMS.replace("0.02 + unused", "0.09 + 0.1 * unused"), *clauses)
    found = by_parts(task)
    assert found is not None
    many = [
        Proposals(task, cover).draw(np.arange(count, dtype=np.uint64), range(1))
        for cover, count in ((found, 3000), (whole(), 20000))
    ]
    values = [cover.volume() * each.met.mean() for cover, each in zip((found, whole()), many, strict=True)]
    errors = [
        cover.volume() * sqrt(each.met.mean() * (1.0 - each.met.mean()) / len(each.met))
        for cover, each in zip((found, whole()), many, strict=True)
    ]
    assert 0.0 < abs(values[0] - values[1]) < 4.0 * sqrt(errors[0] ** 2 + errors[1] ** 2)
    assert many[0].met.mean() > 2.0 * many[1].met.mean() > 0.0
    seen = [
        np.array(
            [
                (
                    t.choices["side"].value == "block",
                    t.choices["size"].value,
                    t.choices["is_off"].value,
                    t.choices["count"].value,
                )
                for t in each.traces(task.program)
            ]
        )
        for each in many
    ]
    apart = abs(seen[0].mean(axis=0) - seen[1].mean(axis=0))
    assert (apart <= 4.0 * np.sqrt(sum(each.var(axis=0) / len(each) for each in seen)) + 1e-12).all()


def test_what_no_part_can_be_is_refused_by_its_clause():
    rows = "".join(f"row_{k} = choose {{ 1: sphere(0.02)\n 1: cone(0.02, 0.02) }} at (0, {k}, 0)\n" for k in range(16))
    program = check_text(_ARMS + rows, "arms.shape")
    with pytest.raises(Infeasible) as refused:
        Conditional(program, query_of(program, ["count(cone) == 3", "contains(cuboid, 0.3, 0.7, 0.1)"]))
    assert refused.value.clauses == ("contains(cuboid, 0.3, 0.7, 0.1)",)


def test_values_given_from_outside_are_not_sliced():
    program = check_text(_ARMS, "arms.shape")
    query = query_of(program, ["contains(cuboid, 0.1, 0.5, 0.1)"])
    assert by_parts(Task(program, query, {"side": "none"}, DEFAULT_LIMITS, frozenset())) is None
