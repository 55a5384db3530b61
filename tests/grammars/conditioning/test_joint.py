"""Runs of many structures together, held to runs of one structure each."""

from __future__ import annotations

import numpy as np
import pytest
from numpy.typing import NDArray

from grammars.conditioning.cells import everything
from grammars.conditioning.covering import whole
from grammars.conditioning.drawing import Plain, Proposals
from grammars.conditioning.joint.running import is_joint, jointly
from grammars.conditioning.measuring import holds
from grammars.conditioning.reading import query_of
from grammars.conditioning.running import runs
from grammars.conditioning.seeing import Seen
from grammars.conditioning.task import Task
from shapelang.assembly.part import Part, Placed
from shapelang.execution.interpreter import DEFAULT_LIMITS
from shapelang.semantics.check import check_text

LANES = 600

STAND = """
part foot(width) {
  style = choose {
    2: plain = cuboid(width, 0.1, width)
    1: round = { let r ~ uniform(0.05, 0.2); disc = cylinder(r, 0.1) }
    1: bare = {}
  }
}
let tall ~ uniform(0.4, 1.2)
base = choose {
  3: one = foot(0.3)
  1: leaning = cuboid(0.4, 0.1, 0.3) rotate z 20 at (0, 0.1, 0)
}
  rotate y 30
post = cuboid(0.05, tall, 0.05) attach bottom to base.top
top_or_not = choose {
  1: with_top = {
    let slats: int ~ uniform(1, 4)
    let wide ~ normal(0.4 * tall, 0.05) in [0.1, 0.6]
    array slats by (0, 0.08, 0) { slat = cuboid(wide, 0.02, 0.1) } attach bottom to post.top
    mirror x {
      knob_or_not = choose { 1: knob = sphere(0.04) at (0.3, tall, 0); 2: none = {} }
    }
  }
  1: without_top = {}
}
"""

REFUSED = """
let wide ~ uniform(-0.2, 0.5)
whole = choose {
  1: box = cuboid(wide, 0.2, 0.2)
  1: pair = {
    let apart ~ uniform(0.1, 0.4)
    first = cuboid(0.1, 0.1, 0.1)
    second = cuboid(wide, 0.1, apart) attach left to first.right
  }
}
"""

TURNING = """
let lower: int ~ uniform(1, 3)
step = choose {
  1: low = cuboid(1, 0.1 * lower, 1)
  1: high = { for_each = cuboid(0.5, 0.3, 0.5) rotate x 10, z 5 }
  0: never = cuboid(9, 9, 9)
}
  at (0, 0.3, 0)
let off: bool ~ bernoulli(0.3)
let more ~ lognormal(-2, 0.4)
on = sphere(0.1) at step.top + (if off then more else 0, 0.1, 0)
"""

ASKED = {
    STAND: [
        "height > 0.7", "base.width != 0.3", "count(cuboid) == 3", "count(cuboid) != 3 and not count(sphere) == 2",
        "cuboid.width < 0.45", "sphere.top.y > 0.6 or cylinder.width > 0.2", "fits(0.6, 1.0, 0.5)",
        "contains(cylinder, 0.2, 0.1, 0.2)", "not contains(foot, 0.3, 0.1, 0.3)", "cuboid.depth == cuboid.width",
        "slat.left.x + 0.1 < width / 2", "cylinder.width != 0.2", "knob_or_not.left.x > 0.2",
    ],
    REFUSED: ["width > 0.3", "count(cuboid) == 2", "second.depth < 0.2", "count(whole) == 1 and width > 0.3",
        "not first.width == 0.1",
    ],
    TURNING: ["height > 0.6", "count(for_each) == 1", "on.left.x - step.center.x > 0.2", "step.height == 0.2"],
}  # fmt: skip


def _held(program_text: str, clause: str) -> tuple[NDArray[np.bool_], NDArray[np.bool_], int]:
    """In which lanes a clause holds, by joint runs and by runs of one structure each; how many ran jointly."""
    program = check_text(program_text, "joint.shape")
    task = Task(program, query_of(program, [clause]), {}, DEFAULT_LIMITS, frozenset())
    seeds, cells = np.arange(LANES, dtype=np.uint64), everything().some(np.zeros(LANES, dtype=np.int64))
    together, apart = np.zeros(LANES, dtype=bool), np.zeros(LANES, dtype=bool)
    joint = jointly(task, cells, seeds)
    assert not joint.alone.any()
    count = 0
    for each in joint.together:
        together |= each.alive & _all(task, each.seen)
        count += int(each.alive.sum())
    for ran in runs(task, cells, seeds, np.arange(LANES)):
        apart[ran.positions] = ran.alive & _all(task, ran.seen)
    return together, apart, count


def _all(task: Task, seen: Seen) -> NDArray[np.bool_]:
    with np.errstate(all="ignore"):
        return np.asarray(holds(task.query.clauses[0].test, seen), dtype=bool)


@pytest.mark.parametrize(("text", "clause"), [(text, clause) for text, some in ASKED.items() for clause in some])
def test_what_holds_of_lanes_that_ran_together_holds_of_each(text: str, clause: str) -> None:
    together, apart, _ = _held(text, clause)
    assert (together == apart).all()
    assert 0 < together.sum() < LANES


def test_what_runs_together_is_drawn_as_what_runs_apart() -> None:
    program = check_text(STAND, "stand.shape")
    task = Task(program, query_of(program, ["count(slat) > 2"]), {}, DEFAULT_LIMITS, frozenset())
    drawn = Proposals(task, whole()).draw(np.arange(LANES, dtype=np.uint64), range(1))
    assert is_joint(task) and 50 < drawn.met.sum() < 300
    for trace in drawn.traces(program):
        assert sum(child.part.name == "slat" for child in _below(trace.assembly.root)) > 2
    kept = Proposals(task, whole(), Plain(program)).draw(np.arange(LANES, dtype=np.uint64), range(1))
    assert (kept.met == drawn.met).all()


def _below(part: Part) -> list[Placed]:
    return [each for child in part.children for each in (child, *_below(child.part))]


DEEP = """
part twig(n) {
  grow = choose {
    1: more = { a = twig(n + 1) at (0.1, 1, 0); b = twig(n + 2) at (-0.1, 1, 0) }
    1.5: end = cuboid(n, 1, 1)
  }
}
root = twig(1)
"""

HELD = """
let a ~ uniform(0.1, 1)
require a > 0.5
cuboid(a, 1, 1)
"""

REPEATED = """
for i in 0..3 { choose { 1: box = cuboid(1, 1, 1); 1: none = {} } at (i, 0, 0) }
"""


@pytest.mark.parametrize("text", [HELD, REPEATED])
def test_what_asks_more_of_parts_than_their_boxes_runs_apart(text: str) -> None:
    program = check_text(text, "apart.shape")
    assert not is_joint(Task(program, query_of(program, ["height > 0"]), {}, DEFAULT_LIMITS, frozenset()))


def test_ways_that_are_more_than_pay_run_apart() -> None:
    program = check_text(DEEP, "deep.shape")
    task = Task(program, query_of(program, ["height > 3"]), {}, DEFAULT_LIMITS, frozenset())
    seeds = np.arange(100, dtype=np.uint64)
    assert jointly(task, everything().some(np.zeros(100, dtype=np.int64)), seeds, 100).alone.all()
    assert 5 < Proposals(task, whole()).draw(seeds, range(1)).met.sum() < 60
