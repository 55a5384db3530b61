"""A cover of `contains` by parts: where each of the program's parts is as large as is asked, and nothing else settled.

Of a program of very many structures the sizes of one part hang on few choices and draws. Cells of the slice that makes
a part are cells of the program, with all else free; a derivation counts for the first part that is as large as asked.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Final, final

from grammars.conditioning.bounding import Opened, bounded
from grammars.conditioning.cells import Cells, everything, merged
from grammars.conditioning.covering import Cover, cover
from grammars.conditioning.query import Clause, Contains, First, Query, Step, Test
from grammars.conditioning.slicing import Leaf, leaves
from grammars.conditioning.task import Task
from shapelang.execution.budget import Limits
from shapelang.semantics.program import Program

_WORK: Final = 2_000
"""Of the cover of one part: some hundred runs at most, each of a few statements."""

_FAR: Final = 600
"""Of that of each way to it, with the sizes that hang on other parts."""


@final
@dataclass(frozen=True, slots=True, eq=False)
class _Base:
    """A part, and the cells of the alternatives in which it stands."""

    leaf: Leaf
    cells: Cells


def by_parts(task: Task) -> Cover | None:
    """The smallest cover that the parts of one `contains` give; None where nothing is asked so, or no slices are made.

    Values given from outside may be meant for what a slice leaves out: with such there is none.
    """
    if task.fixed or task.grid is not None:
        return None
    found = [each for k in range(len(task.query.clauses)) if (each := _of_clause(task, k)) is not None]
    return min(found, key=Cover.volume) if found else None


def _of_clause(task: Task, number: int) -> Cover | None:
    test = task.query.clauses[number].test
    if not isinstance(test, Contains) or not test.path or test.which is not None:
        return None
    bases = _bases(task.program, test.path[-1], task.limits)
    if bases is None:
        return None
    parts = [(base.leaf, cells) for base in bases if (cells := _near(task, base, test))]
    groups: list[Cells] = []
    for k, (leaf, cells) in enumerate(parts):
        alone = replace(test, at=leaf.at)
        before = {other.at: replace(test, at=other.at) for other, _ in parts[:k] if not other.excludes(leaf)}
        before.pop(leaf.at, None)
        way = _in_place(task.query, number, First(alone, tuple(before.values())))
        first = Task(leaf.whole, Query((Clause("", alone),)), {}, task.limits, frozenset())
        groups += [replace(each, way=way, first=first) for each in cells]
    return Cover(tuple(groups), frozenset() if groups else frozenset((frozenset((number,)),)), 0)


def _near(task: Task, base: _Base, test: Contains) -> tuple[Cells, ...]:
    """Cells in which a part may be as large as asked, along the sides that hang on no other part."""
    x, y, z = (1.0 if axis in base.leaf.left else size for axis, size in enumerate(test.size))
    near = replace(test, size=(x, y, z), at=base.leaf.at)
    here = Task(base.leaf.near, Query((Clause("", near),)), {}, task.limits, frozenset())
    found = cover(here, _WORK, within=base.cells).groups
    if not base.leaf.left:
        return found
    alone = Task(base.leaf.whole, Query((Clause("", replace(test, at=base.leaf.at)),)), {}, task.limits, frozenset())
    return tuple(each for group in merged(found) for each in cover(alone, _FAR, within=group).groups)


def _in_place(query: Query, number: int, test: Test) -> tuple[Test, ...]:
    return tuple(test if k == number else clause.test for k, clause in enumerate(query.clauses))


@lru_cache(maxsize=64)
def _bases(program: Program, step: Step, limits: Limits) -> tuple[_Base, ...] | None:
    """Every part that a step may mean and that can be, settled where it stands."""
    found = leaves(program, step)
    if found is None:
        return None
    settled = ((leaf, _settled(leaf, limits)) for leaf in found)
    return tuple(_Base(leaf, cells) for leaf, cells in settled if cells is not None)


def _settled(leaf: Leaf, limits: Limits) -> Cells | None:
    """The cell of the alternatives on the way to a part; None where one of them cannot be taken."""
    task, cells, taken = Task(leaf.near, Query(()), {}, limits, frozenset()), everything(), dict(leaf.taken)
    while isinstance(known := bounded(task, cells), Opened) and known.address in taken:
        way = next((way for way in known.ways or () if way[0] == taken[known.address]), None)
        if way is None:
            return None
        cells = cells.settled(known.address, *way)
    return cells
