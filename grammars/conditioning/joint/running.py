"""Joint runs: many proposals of many structures by one run of the evaluator, or a few."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Final, assert_never, final

import numpy as np
from numpy.typing import NDArray

from grammars.conditioning.cells import Cells, everything
from grammars.conditioning.forms import Bools
from grammars.conditioning.joint.joining import is_joinable, joined_code
from grammars.conditioning.joint.lanes import JointLanes, Moved, NoneLeft, Shadows, Told, Unjoinable
from grammars.conditioning.joint.numbers import PRESENT
from grammars.conditioning.lanes import Columns
from grammars.conditioning.measuring import passing
from grammars.conditioning.query import Compare, Contains, Every, First, Fits, Leaves, Not, Query, Shows, Some, Test
from grammars.conditioning.seeing import Seen
from grammars.conditioning.task import Task
from shapelang.diagnostics import ProgramError
from shapelang.execution.errors import Rejected
from shapelang.execution.interpreter import execute

MOST_WAYS: Final = 4096
"""Ways through bodies of one joint run: some seconds."""

_MANY: Final = 1_000
"""Times what one run may spend: all alternatives are spent for."""


@final
@dataclass(frozen=True, slots=True, eq=False)
class Joint:
    """What is seen of lanes that ran together; those that are not `alive` mean nothing."""

    alive: Bools
    seen: Seen


@final
@dataclass(frozen=True, slots=True, eq=False)
class Jointly:
    """All lanes of some proposals: those that ran together, and those that have to run on their own."""

    together: tuple[Joint, ...]
    alone: Bools
    told: tuple[Told, ...] = ()
    """The draws of those that ran together."""


def is_joint(task: Task) -> bool:
    """Whether what a task asks can be seen of lanes that run together."""
    query = task.query
    return is_joinable(task.program) and not query.mentions() and all(_is_joint(c.test) for c in query.clauses)


def _is_joint(test: Test) -> bool:
    match test:
        case Compare() | Fits():
            return True
        case Contains(which=which):
            return which is None
        case Every(tests) | Some(tests):
            return all(map(_is_joint, tests))
        case Not(inner):
            return _is_joint(inner)
        case Leaves() | Shows() | First():
            # Asked of one structure.
            return False
    assert_never(test)


def jointly(task: Task, cells: Cells, seeds: NDArray[np.uint64], ways: int = MOST_WAYS) -> Jointly:
    """Proposals from lanes of cells, of whatever structure; their choices are settled by the sides of the cells alone.

    All are left to run on their own where they cannot run together, or not in so many ways through bodies.
    """
    return _jointly(task, JointLanes(Columns(replace(cells, taken={}), seeds), np.arange(len(seeds)), task.grid, ways))


def plain(seeds: NDArray[np.uint64]) -> Columns:
    """What plain derivations draw."""
    return Columns(everything(len(seeds)), seeds)


def moved(task: Task, columns: Columns, lanes: NDArray[np.int64], moves: Moved) -> Jointly:
    """Some lanes of columns, each as often as it is named, with some of their draws elsewhere."""
    return _jointly(task, JointLanes(columns, lanes, task.grid, MOST_WAYS, moves))


def shadowed(task: Task, columns: Columns) -> Jointly:
    """What is drawn where the program refuses nothing."""
    return _jointly(task, Shadows(columns, np.arange(len(columns.seeds)), task.grid, MOST_WAYS))


def meets(query: Query, ran: Jointly) -> Bools:
    """The lanes that meet a query."""
    found = np.zeros_like(ran.alone)
    for each in ran.together:
        found = found | passing(each.seen, each.alive, everything().tests(query))
    return found


def _jointly(task: Task, lanes: JointLanes) -> Jointly:
    try:
        return Jointly(tuple(_runs(task, lanes)), lanes.alone, tuple(lanes.told))
    except (Unjoinable, ProgramError):
        return Jointly((), np.ones_like(lanes.alone))


def _runs(task: Task, lanes: JointLanes) -> Iterator[Joint]:
    """Runs until none waits: where the program itself parts, not a body in it, it runs again."""
    waiting = [lanes.alive]
    limits = replace(task.limits, fuel=_MANY * task.limits.fuel, instances=_MANY * task.limits.instances)
    while waiting:
        lanes.alive = waiting.pop()
        try:
            with np.errstate(all="ignore"):
                run, assembly = execute(
                    task.program, PRESENT, lanes, 0, task.fixed, limits, redraws=lanes, code=joined_code(task.program)
                )
            yield Joint(lanes.alive, Seen(PRESENT, assembly, run.choices))
        except Rejected as refused:
            lanes.refuse(refused)
        except NoneLeft:
            pass
        waiting += lanes.apart()
