"""Derivations with some reals opened again: what they estimate and what is drawn from them, against plain rejection."""

from __future__ import annotations

from math import isfinite, sqrt

import numpy as np
import pytest

from grammars.conditioning.bounding import Judged, pinned
from grammars.conditioning.cells import everything
from grammars.conditioning.conditioned import Conditional
from grammars.conditioning.covering import Cover, cover, whole
from grammars.conditioning.derivations import Derivations, is_direct
from grammars.conditioning.drawing import Proposals
from grammars.conditioning.reading import query_of
from grammars.conditioning.structures import structures
from grammars.conditioning.task import Task
from shapelang.execution.interpreter import DEFAULT_LIMITS
from shapelang.execution.simulate import simulate
from shapelang.semantics.check import check_text

_STACK = """
let wide ~ normal(0.5, 0.1) in [0.3, 0.7]
let low ~ uniform(0.1, 0.3)
let turn ~ normal(0, 5) in [-20, 20]
let is_high: bool ~ bernoulli(0.3)
base = cuboid(wide, low, 0.4) attach bottom to (0, 0, 0)
post = choose {
  0.7: thin = { let tall ~ normal(2 * low, 0.1) in [0.2, 0.9]
    leg = cuboid(0.1, tall, 0.1) rotate z turn attach bottom to (0, low, 0) }
  0.3: thick = { let much ~ uniform(0.2, 0.6)
    leg = cuboid(0.3, much, 0.3) attach bottom to (0, low + (if is_high then 0.1 else 0), 0)
    cap = cuboid(wide, 0.05, 0.1) attach bottom to leg.top }
}
"""


def _task(*clauses: str, text: str = _STACK) -> Task:
    program = check_text(text, "stack.shape")
    return Task(program, query_of(program, list(clauses)), {}, DEFAULT_LIMITS, frozenset())


def test_a_derivation_is_the_one_that_its_numbers_stand_for():
    """All pinned: the cell has the reals of the run that it was drawn by, and stands for all of its structure."""
    task = _task("height > 0")
    for seed in range(20):
        point, known = pinned(task, everything(), seed)
        assert isinstance(known, Judged) and known.yes.all() and not known.reals
        (trace,) = (
            Proposals(task, Cover((point,), frozenset(), 0))
            .draw(np.arange(1, dtype=np.uint64), range(1))
            .traces(task.program)
        )
        plain = simulate(task.program, seed)
        for address in point.at:
            assert trace.choices[address].value == plain.choices[address].value
        option = 0.7 if plain.choices["post"].value == "thin" else 0.3
        coin = (0.3 if plain.choices["is_high"].value else 0.7) if "is_high" in point.taken else 1.0
        assert float(point.volumes()[0]) == pytest.approx(option * coin, rel=1e-9)


def test_what_is_opened_again_has_its_range_and_weight_back():
    cells = everything().sided("a", np.array([0.25]), np.array([0.75]))
    point = cells.pinned("a", 0.5).pinned("b", 0.125)
    assert point.at == {"a": 0.5, "b": 0.125}
    assert float(point.volumes()[0]) == float(cells.volumes()[0]) == 0.5
    again = point.opened("a", cells.range("a"))
    assert again.at == {"b": 0.125} and again.ranges.keys() == {"a"}
    assert float(again.volumes()[0]) == 0.5 and again.weight == 1.0


@pytest.mark.parametrize(
    "clauses",
    [["height == 0.6"], ["leg.top.y == 0.55", "base.width > 0.55"], ["base.top.y > 0.295", "fits(1, 0.8, 1)"]],
)
def test_draws_are_those_of_plain_rejection(clauses: list[str]):
    """Shares and means by four standard errors of the difference, from the numbers of draws and of derivations."""
    task = _task(*clauses)
    found = structures(task, whole())
    assert found is not None
    plain = Proposals(task, whole()).draw(np.arange(30_000, dtype=np.uint64), range(1))
    opened = Proposals(task, found.cover).draw(np.arange(3000, dtype=np.uint64), range(1))
    share, met = plain.met.mean(), opened.met.mean()
    value = found.cover.volume() * met
    error = sqrt((found.error * met) ** 2 + value**2 / opened.met.sum() + share * (1.0 - share) / 30_000)
    assert abs(value - share) < 4.0 * error < share
    a, b = (
        np.array(
            [
                (t.choices["wide"].value, t.choices["low"].value, t.choices["post"].value == "thin")
                for t in each.traces(task.program)
            ]
        )
        for each in (plain, opened)
    )
    spread = a.var(axis=0) * (1.0 / len(a) + 1.0 / len(b) + 1.0 / found.effective)
    assert (abs(a.mean(axis=0) - b.mean(axis=0)) < 4.0 * np.sqrt(spread)).all()


def test_which_reals_are_opened_hangs_on_those_that_there_are():
    drawn = Derivations(_task("height == 0.6"), whole())
    assert drawn.pivots.of({"wide", "low", "turn", "post/tall"}) in (("low",), ("post/tall",))
    assert drawn.pivots.of({"wide", "low", "turn", "post/much"}) in (("low",), ("post/much",))
    assert drawn.pivots.of({"wide", "turn"}) in ((), ("turn",))


def test_a_choice_that_hangs_on_what_is_opened_is_not_opened():
    """Which post stands hangs on its height: no line along it stays in one structure, and points alone are kept."""
    either = "  a: cuboid(0.1, a, 0.1)\n  0.5: other = cuboid(0.2, a, 0.2)\n"
    text = f"let a ~ uniform(0.1, 0.9)\npost = choose {{\n{either}}}\n"
    task = _task("height > 0.7", text=text)
    drawn = Derivations(task, whole())
    drawn.run()
    kept, volumes = drawn.found()
    assert all(cells.at.keys() == {"a"} for cells in kept)
    assert abs(volumes.sum() - 0.25) < 4.0 * sqrt(0.25 * 0.75 / len(volumes))


def test_what_is_bounded_well_is_not_drawn():
    """Cells of which nearly all meets the query stay as they are, and weigh what they did."""
    task = _task("base.width > 0.6")
    known = cover(task)
    tight = [group for group in known.groups if group.tight]
    found = structures(task, known)
    assert found is not None and 0 < len(tight) < len(known.groups)
    assert found.known == pytest.approx(float(sum(group.volumes().sum() for group in tight)))
    assert all(any(group is each for each in found.cover.groups) for group in tight)
    assert found.cover.volume() < known.volume() * 1.05


def test_where_nothing_is_left_of_what_was_drawn_there_is_still_an_error():
    """What was not bounded well is above the true 0: its volume may be in error by that of one derivation."""
    task = _task(
        "bar.height > 0.9",
        text="""let a ~ uniform(0, 1)
let b ~ uniform(0, 1)
let c ~ uniform(0.1, 1)
p = choose {
  0.001: one = { bar = cuboid(0.2, 1.5, 0.3) at (0, 0.5, 0) }
  0.999: two = { bar = cuboid(0.2, a * b * c * 0.8999, 0.3) at (0, 0.5, 0) }
}
""",
    )
    known = cover(task)
    rest = sum(float(group.volumes().sum()) for group in known.groups if not group.tight)
    found = structures(task, known)
    assert found is not None and not found.volumes.any() and rest > 0.0
    assert found.error == pytest.approx(rest / len(found.volumes))


def test_where_runs_are_too_long_to_draw_derivations_what_is_open_still_counts():
    """Runs of a thousand parts use the work up while it is learned which reals to open."""
    blocks = "".join(f"b{k} = cuboid(0.1, 0.1, 0.1) at ({k}, 0, 0)\n" for k in range(900))
    task = _task(
        "bar.height > 0.9",
        text=f"""let a ~ uniform(0, 1)
let b ~ uniform(0, 1)
let c ~ uniform(0.1, 1)
{blocks}
p = choose {{
  0.001: one = {{ bar = cuboid(0.2, 1.5, 0.3) at (0, 0.5, 0) }}
  0.999: two = {{ bar = cuboid(0.2, a * b * c + 0.05, 0.3) at (0, 0.5, 0) }}
}}
""",
    )
    known = cover(task)
    assert {group.tight for group in known.groups} == {True, False}
    found = structures(task, known)
    assert found is not None and isfinite(found.error)
    assert any(group.taken["p"] == 1 and not group.tight for group in found.cover.groups)
    proposals = Proposals(task, known)
    exact = proposals.volume * float(proposals.draw(np.arange(500, dtype=np.uint64), range(1)).met.mean())
    assert abs(found.cover.volume() - exact) < 4.0 * found.error + 0.1 * exact


def test_tests_in_which_one_of_several_is_meant_are_not_direct():
    assert is_direct([clause.test for clause in _task("height == 0.6", "fits(1, 1, 1)").query.clauses])
    for clause in ("contains(cuboid, 0.1, 0.5, 0.1)", "height > 0.6 or base.width < 0.4", "not height > 0.6"):
        assert not is_direct([each.test for each in _task(clause).query.clauses])


def test_a_rare_equality_gives_as_many_as_are_asked_for():
    rows = "".join(
        f"row_{k} = choose {{ 1: sphere(0.02)\n 1: cone(0.02, 0.02) }} at (0, 0.01, {k})\n" for k in range(14)
    )
    program = check_text(_STACK + rows, "stack.shape")
    conditional = Conditional(program, query_of(program, ["height == 0.95"]))
    found = conditional.draw(range(40))
    assert len(found.seeds) == 40
    assert found.effective_sample_size > 15.0
    plain = Proposals(_task("height == 0.95"), whole()).draw(np.arange(100_000, dtype=np.uint64), range(1)).met.mean()
    estimate = conditional.probability(1000)
    assert abs(estimate.value - plain) < 4.0 * sqrt(estimate.error**2 + plain / 100_000)
