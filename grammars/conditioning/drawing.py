"""Derivations drawn from a cover, and kept where they meet the query: independent, and just as probable as by chance.

A cell is drawn by its volume and a point in it evenly; where that is a derivation of the cell which meets the query it
is kept. So what is kept has the program's own distribution under the query, and no weights.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Final, TypeAlias, final

import numpy as np
from numpy.typing import NDArray

from grammars.conditioning.cells import Cells, everything, merged, together
from grammars.conditioning.covering import Cover
from grammars.conditioning.measuring import holds
from grammars.conditioning.query import Query, Test
from grammars.conditioning.running import Ran, Seeds, runs
from grammars.conditioning.task import Task
from shapelang.chance.address import key
from shapelang.chance.draw import hash64, uniform
from shapelang.execution.batch import Batch, Structure
from shapelang.execution.budget import Limits
from shapelang.execution.interpreter import DEFAULT_LIMITS, checked_values
from shapelang.execution.trace import Trace
from shapelang.numbers import NUMPY
from shapelang.semantics.program import Program

MOST: Final = 10_000
"""Plain derivations that are kept: some hundred megabytes of programs of thirty parts."""

_TRY: Final = key("conditioning.try")
_CELL: Final = key("conditioning.cell")

_Lanes: TypeAlias = tuple[Cells, NDArray[np.int64]]
"""Cells, one for each proposal at these positions."""


@final
@dataclass(frozen=True, slots=True, eq=False)
class Drawn:
    """Which of the proposals meet the query, and the structures that hold these; positions are those of proposals."""

    met: NDArray[np.bool_]
    structures: tuple[Structure, ...]
    singles: Mapping[int, Trace]
    choices: int
    """How many were made in all proposals, as far as they came to their end."""

    def traces(self, program: Program) -> Iterator[Trace]:
        """Those that meet the query, structure by structure."""
        for structure in self.structures:
            places = tuple(range(len(structure.positions)))
            yield from Batch(program, places, (replace(structure, positions=places),), {}).traces()
        yield from self.singles.values()


@final
class Plain:
    """Plain derivations of a program, kept for other queries: what they are hangs on no query.

    Of `MOST` proposals; what is asked for beyond these is run and not kept. `given` as for `Conditional`.
    """

    def __init__(
        self, program: Program, given: Mapping[str, Any] | None = None, limits: Limits = DEFAULT_LIMITS
    ) -> None:
        fixed = checked_values(program, given or {})
        self.task = Task(program, Query(()), fixed, limits, frozenset())
        self._kept: dict[tuple[bytes, range], tuple[Ran, ...]] = {}
        self._left = MOST

    def ran(self, seeds: Seeds, numbers: range) -> Iterable[Ran]:
        """The given tries of every seed, as `Proposals.draw` has them."""
        asked = seeds.tobytes(), numbers
        if asked in self._kept:
            return self._kept[asked]
        tried = _tried(seeds, numbers)
        found = runs(self.task, everything().some(np.zeros(len(tried), dtype=np.int64)), tried, np.arange(len(tried)))
        if self.left(len(tried)):
            self._left -= len(tried)
            return self._kept.setdefault(asked, tuple(found))
        return found

    def left(self, count: int) -> bool:
        """Whether so many more proposals would be kept."""
        return count <= self._left

    def holds(self, seeds: Seeds, numbers: range) -> bool:
        """Whether these were kept."""
        return (seeds.tobytes(), numbers) in self._kept


@final
class Proposals:
    """Draws from one cover; of the cover that leaves nothing out from `plain`."""

    def __init__(self, task: Task, cover: Cover, plain: Plain | None = None) -> None:
        self.task = task
        self.groups = merged(cover.groups)
        self.plain = plain if plain is not None and cover.is_whole() else None
        volumes = [group.volumes() for group in self.groups]
        self.volume = float(sum(v.sum() for v in volumes))
        self._ends = np.cumsum(np.concatenate(volumes))
        self._firsts = np.cumsum([0, *(group.count for group in self.groups)])

    def _cells(self, group: int, cell: NDArray[np.int64], here: NDArray[np.bool_]) -> Cells:
        """The cells of one group that were drawn, as often as they were."""
        return self.groups[group].some(cell[here] - self._firsts[group])

    def draw(self, seeds: Seeds, numbers: range) -> Drawn:
        """The given tries of every seed, (tries, seeds) one after the other; what one seed gives hangs on no other."""
        found = _Found(self.task.program, len(seeds) * len(numbers))
        if self.plain is not None:
            found.add(everything().tests(self.task.query), self.plain.ran(seeds, numbers))
            return found.drawn()
        tried = _tried(seeds, numbers)
        u = np.asarray(uniform(NUMPY, tried, _CELL)) * self._ends[-1]
        cell = np.minimum(np.searchsorted(self._ends, u, side="right"), len(self._ends) - 1)
        group = np.searchsorted(self._firsts, cell, side="right") - 1
        drawn = [(self._cells(k, cell, group == k), np.flatnonzero(group == k)) for k in np.unique(group).tolist()]
        for cells, positions in _passing(drawn, tried):
            found.add(cells.tests(self.task.query), runs(self.task, cells, tried[positions], positions))
        return found.drawn()


def _tried(seeds: Seeds, numbers: range) -> Seeds:
    return np.concatenate([np.asarray(hash64(seeds, _TRY, k), dtype=np.uint64) for k in numbers])


def _passing(drawn: Sequence[_Lanes], seeds: Seeds) -> Iterator[_Lanes]:
    """Those of some proposals that meet what is looked at first, all that look at the same slice at once."""
    by_first: dict[Task, list[_Lanes]] = {}
    for cells, positions in drawn:
        if cells.first is None:
            yield cells, positions
        else:
            by_first.setdefault(cells.first, []).append((cells, positions))
    for first, some in by_first.items():
        positions = np.concatenate([positions for _, positions in some])
        # What is settled follows from the sides, but for their rounding: the run of the program itself looks again.
        cells = together([replace(cells, taken={}) for cells, _ in some])
        tests = everything().tests(first.query)
        passed = np.zeros(len(seeds), dtype=bool)
        for ran in runs(first, cells, seeds[positions], positions):
            passed[ran.positions[_met(ran, tests)]] = True
        for cells, positions in some:
            yield cells.some(passed[positions]), positions[passed[positions]]


def _met(ran: Ran, tests: Sequence[Test]) -> NDArray[np.int64]:
    """The lanes in which tests hold. Raises UsageError where one compares unlike things."""
    met = ran.alive
    with np.errstate(all="ignore"):
        for test in tests:
            met = met & holds(test, ran.seen)
    return np.flatnonzero(met)


@final
class _Found:
    """What meets a query among proposals that ran."""

    def __init__(self, program: Program, count: int) -> None:
        self.program, self.choices = program, 0
        self.met = np.zeros(count, dtype=bool)
        self.structures: list[Structure] = []
        self.singles: dict[int, Trace] = {}

    def add(self, tests: Sequence[Test], proposals: Iterable[Ran]) -> None:
        """Looks at some, of which these tests have to hold. Raises UsageError where one compares unlike things."""
        for ran in proposals:
            seen = ran.seen
            self.choices += len(seen.choices) * len(ran.positions)
            lanes = _met(ran, tests)
            kept = ran.positions[lanes].tolist()
            self.met[kept] = True
            if ran.seed is None and kept:
                self.structures.append(
                    Structure(tuple(kept), tuple(lanes.tolist()), ran.assembly, seen.choices, True, (0,) * len(kept))
                )
            elif ran.seed is not None and kept:
                self.singles[kept[0]] = Trace(self.program, ran.seed, seen.choices, ran.assembly, True, 0)

    def drawn(self) -> Drawn:
        """All of them."""
        return Drawn(self.met, tuple(self.structures), self.singles, self.choices)
