"""Proposals in lanes are what the same seeds give one by one, and no lane is lost for what is wrong with another."""

from __future__ import annotations

from math import erf, sqrt
from typing import Any

import numpy as np
import pytest

from grammars.conditioning.conditioned import Conditional
from grammars.conditioning.covering import cover, whole
from grammars.conditioning.drawing import Drawn, Plain, Proposals
from grammars.conditioning.reading import query_of
from grammars.conditioning.task import Task
from shapelang.execution.interpreter import DEFAULT_LIMITS
from shapelang.execution.lanes import lane_value
from shapelang.semantics.check import check_text

PARTED = """\
let off ~ bernoulli(0.4)
let n: int ~ poisson(2) in [0, 4]
let a ~ normal(1, 0.2) in [0.5, 1.5]
let b ~ normal(a, 0.2) in [0.5, 1.5]
for i in 0..n { post = choose { 3: cuboid(0.1, a, 0.1); 1: cone(0.1, if off then a else b) } at (i, 0, 0) }
if off { cap = sphere(b) } else { if b > 1.1 { cap = sphere(a) } }
"""


def proposals(text: str, clause: str) -> Proposals:
    program = check_text(text, "drawn.shape")
    return Proposals(Task(program, query_of(program, [clause]), {}, DEFAULT_LIMITS, frozenset()), whole())


def chosen(drawn: Drawn) -> dict[int, dict[str, Any]]:
    """The values of every proposal that meets the query."""
    found = {p: {a: c.value for a, c in trace.choices.items()} for p, trace in drawn.singles.items()}
    for structure in drawn.structures:
        for position, lane in zip(structure.positions, structure.lanes, strict=True):
            found[position] = {a: lane_value(c.value, lane) for a, c in structure.choices.items()}
    return found


@pytest.mark.parametrize("clause", ["height > 1.1", "off == true", "off != true and count(post) < 3"])
def test_lanes_give_what_single_runs_give(clause: str) -> None:
    seeds = np.arange(300, dtype=np.uint64)
    together = chosen(proposals(PARTED, clause).draw(seeds, range(1)))
    one = proposals(PARTED, clause)
    alone = {k: met[0] for k in range(300) if (met := chosen(one.draw(seeds[k : k + 1], range(1))))}
    assert together == alone
    assert 30 < len(together) < 270


def test_what_can_be_one_value_alone_is_drawn_in_all_lanes() -> None:
    text = "let n: int ~ poisson(2) in [3, 3]\nlet a ~ uniform(1, 2)\nfor i in 0..n { cuboid(1, a, 1) at (i, 0, 0) }\n"
    drawn = proposals(text, "height > 0").draw(np.arange(8, dtype=np.uint64), range(1))
    assert drawn.met.all() and all(choices["n"] == 3 for choices in chosen(drawn).values())
    assert len(chosen(drawn)) == 8


def test_lanes_that_are_impossible_leave_the_others_what_they_are() -> None:
    """Where a > 0.5 the bounds of b are reversed; else P(b > 0.4) is that of a normal cut off at a."""
    text = "let a ~ uniform(0, 1)\nlet b ~ normal(0.3, 0.1) in [a, 0.5]\nblock = cuboid(1, b, 1)\n"
    met = proposals(text, "height > 0.4").draw(np.arange(4000, dtype=np.uint64), range(1)).met

    def below(x: float) -> float:
        return 0.5 * (1.0 + erf((x - 0.3) / 0.1 / sqrt(2.0)))

    starts = (np.arange(2000) + 0.5) / 4000
    exact = float(np.mean([(below(0.5) - below(max(a, 0.4))) / (below(0.5) - below(a)) for a in starts])) / 2
    assert abs(met.mean() - exact) < 4.0 * sqrt(exact * (1.0 - exact) / 4000)


def test_bools_that_choose_between_numbers_leave_one_structure() -> None:
    text = "".join(
        f"let off_{k} ~ bernoulli(0.5)\nlet x_{k} ~ normal(0, 1)\nsphere(1) at (if off_{k} then x_{k} else 0, 0, 0)\n"
        for k in range(6)
    )
    found = proposals(text, "width > 0").draw(np.arange(100, dtype=np.uint64), range(1))
    assert len(found.structures) == 1 and not found.singles


def test_what_is_kept_for_other_queries_gives_what_each_gives_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    program = check_text(PARTED, "drawn.shape")
    kept = Plain(program)
    queries = [query_of(program, [clause]) for clause in ("height > 1.1", "count(cap) == 1", "n == 2 and off == false")]
    alone = [Conditional(program, query).draw(range(20)) for query in queries]
    Conditional(program, queries[0], plain=kept).draw(range(20))
    shared = [Conditional(program, query, plain=kept).draw(range(20)) for query in queries]
    assert [each.choices() for each in shared] == [each.choices() for each in alone]
    # All that is asked for again was run.
    monkeypatch.setattr("grammars.conditioning.running.execute", None)
    again = Conditional(program, queries[0], plain=kept).draw(range(20))
    assert again.choices() == alone[0].choices()


def test_bounds_that_leave_out_little_are_given_up() -> None:
    rows = "".join(f"row_{k} = choose {{ 1: sphere(0.1)\n 1: cone(0.1, 0.1) }} at (0, {k}, 0)\n" for k in range(14))
    program = check_text("let a ~ uniform(0, 1)\npost = cuboid(0.1, 30 + a, 0.1)\n" + rows, "rows.shape")
    task = Task(program, query_of(program, ["post.height > 30.9"]), {}, DEFAULT_LIMITS, frozenset())
    given_up = cover(task, 4000, worth=0.7)
    assert given_up.volume() > 0.7
    assert given_up.work < 2000 < cover(task, 4000).work
