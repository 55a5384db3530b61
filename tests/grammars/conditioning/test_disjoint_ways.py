"""Ways in which a test can hold, of structures drawn by chance, against plain rejection: every derivation counts once.

Tolerances are four standard errors of the difference, from the numbers of draws and of structures; seeds are fixed.
"""

from __future__ import annotations

from math import sqrt

import numpy as np
import pytest

from grammars.conditioning.bounding import Judged, bounded_by_chance
from grammars.conditioning.cells import everything
from grammars.conditioning.covering import Cover, whole
from grammars.conditioning.drawing import Drawn, Proposals
from grammars.conditioning.reading import query_of
from grammars.conditioning.structures import structures
from grammars.conditioning.task import Task
from shapelang.execution.interpreter import DEFAULT_LIMITS
from shapelang.execution.trace import Trace
from shapelang.semantics.check import check_text

_TEXT = """
let a ~ uniform(0.3, 0.7)
let b ~ normal(a, 0.05) in [0.2, 0.8]
first = cuboid(0.1, a, 0.1)
second = cuboid(0.1, b, 0.1) at (1, 0, 0)
third = choose {
  0.4: low = cuboid(0.1, 0.5 * (a + b), 0.1) at (2, 0, 0)
  0.6: high = sphere(b / 2) at (2, 0, 0)
}
fourth = choose {
  1: sphere(0.1)
  1: cone(0.1, 0.1)
  1: {}
}
"""

_PLAIN = 15_000


def _task(clause: str) -> Task:
    program = check_text(_TEXT, "posts.shape")
    return Task(program, query_of(program, [clause]), {}, DEFAULT_LIMITS, frozenset())


def _drawn(task: Task, cover: Cover, count: int) -> Drawn:
    return Proposals(task, cover).draw(np.arange(count, dtype=np.uint64), range(1))


def _values(trace: Trace) -> tuple[float, ...]:
    a, b = trace.choices["a"].value, trace.choices["b"].value
    return a, b, (a - b) ** 2, trace.choices["third"].value == "low"


@pytest.mark.parametrize(
    ("clause", "least"),
    [
        ("contains(cuboid, 0.1, 0.5, 0.1)", 2),
        ("first.height > 0.69 or second.height > 0.69 or third.height < 0.31", 2),
        ("contains(cuboid, 0.1, 0.4, 0.1) or second.height > 0.7", 2),
    ],
)
def test_draws_by_ways_are_those_of_plain_rejection(clause: str, least: int):
    task = _task(clause)
    _, known = bounded_by_chance(task, everything(), 0)
    assert isinstance(known, Judged) and len(known.ways) >= least
    found = structures(task, whole())
    assert found is not None
    plain, parted = _drawn(task, whole(), _PLAIN), _drawn(task, found.cover, 4000)
    share, met = plain.met.mean(), parted.met.mean()
    value = found.cover.volume() * met
    error = sqrt((found.error * met) ** 2 + value**2 / parted.met.sum() + share * (1.0 - share) / _PLAIN)
    assert abs(value - share) < 4.0 * error < share
    a, b = (np.array([_values(trace) for trace in each.traces(task.program)]) for each in (plain, parted))
    # 32 points of each of 6 structures, of which one real is opened for each way: of the other so many are independent.
    independent = min(len(b), 32 * 6 * least)
    apart = abs(a.mean(axis=0) - b.mean(axis=0))
    assert (apart < 4.0 * np.sqrt(a.var(axis=0) * (1.0 / len(a) + 1.0 / independent))).all()
