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
from grammars.conditioning.joint.base import Base
from grammars.conditioning.joint.joining import alternatives
from grammars.conditioning.joint.running import Joint, is_joint, jointly
from grammars.conditioning.measuring import passing
from grammars.conditioning.query import Query, Test
from grammars.conditioning.running import Positions, Ran, Seeds, runs
from grammars.conditioning.task import Task
from shapelang.chance.address import key
from shapelang.chance.draw import hash64, uniform
from shapelang.execution.batch import Batch, Structure
from shapelang.execution.budget import Limits
from shapelang.execution.interpreter import DEFAULT_LIMITS, checked_values
from shapelang.execution.trace import Trace
from shapelang.numbers import NUMPY
from shapelang.semantics.program import Program

MOST: Final = 16_384
"""Plain derivations that are kept: some hundred megabytes of programs of thirty parts."""

_TOGETHER: Final = 64
"""Fewer proposals run on their own."""

_A_WAY: Final = 4
"""Proposals for each alternative of a program of which fewer run as fast on their own."""

_MOST_ALTERNATIVES: Final = 1_000
"""Alternatives of a program of which some thousand proposals run as fast on their own."""

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
    seeds: Seeds
    """Those of the proposals."""
    unmade: NDArray[np.bool_]
    """Which of those that meet the query are in no structure yet, since they ran together with others."""

    def traces(self, program: Program) -> Iterator[Trace]:
        """Those that meet the query, structure by structure."""
        for structure in self.structures:
            places = tuple(range(len(structure.positions)))
            yield from Batch(program, places, (replace(structure, positions=places),), {}).traces()
        yield from self.singles.values()


@final
@dataclass(frozen=True, slots=True, eq=False)
class _Block:
    """Proposals that ran together, with their positions, and those that ran on their own."""

    together: tuple[tuple[Positions, Joint], ...]
    alone: Iterable[Ran]
    too_wide: bool = False
    """Whether they could not run together."""


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
        self.base = Base(self.task)
        self._kept: dict[tuple[bytes, range, bool], _Block] = {}
        self._left = MOST

    def block(self, seeds: Seeds, numbers: range, joint: bool) -> _Block:
        """The given tries of every seed, as `Proposals.draw` has them; run together where that is asked for."""
        asked = seeds.tobytes(), numbers, joint
        if asked in self._kept:
            return self._kept[asked]
        tried = _tried(seeds, numbers)
        found = _block(self.task, [(everything(len(tried)), np.arange(len(tried)))], tried, joint)
        if self.left(len(tried)):
            self._left -= len(tried)
            self._kept[asked] = found = replace(found, alone=tuple(found.alone))
        return found

    def left(self, count: int) -> bool:
        """Whether so many more proposals would be kept."""
        return count <= self._left

    def holds(self, seeds: Seeds, numbers: range, joint: bool) -> bool:
        """Whether these were kept."""
        return (seeds.tobytes(), numbers, joint) in self._kept


@final
class Proposals:
    """Draws from one cover; of the cover that leaves nothing out from `plain`."""

    def __init__(self, task: Task, cover: Cover, plain: Plain | None = None) -> None:
        self.task = task
        self.groups = merged(cover.groups)
        self.plain = plain if plain is not None and cover.is_whole() else None
        self._joint = is_joint(task) and alternatives(task.program) <= _MOST_ALTERNATIVES
        self._tests = everything().tests(task.query)
        volumes = [group.volumes() for group in self.groups]
        self.volume = float(sum(v.sum() for v in volumes))
        self._ends = np.cumsum(np.concatenate(volumes))
        self._firsts = np.cumsum([0, *(group.count for group in self.groups)])

    @property
    def joint(self) -> bool:
        """Whether proposals of all structures may run together."""
        return self._joint

    def draw(self, seeds: Seeds, numbers: range) -> Drawn:
        """The given tries of every seed, (tries, seeds) one after the other; what one seed gives hangs on no other."""
        drawn = self.seen(seeds, numbers)
        return self.made(drawn, drawn.met)

    def seen(self, seeds: Seeds, numbers: range) -> Drawn:
        """The same, but of what ran together no structures yet."""
        tried = _tried(seeds, numbers)
        found = _Found(self.task.program, tried)
        if self.plain is not None:
            self._see(found, self._tests, self.plain.block(seeds, numbers, self._joint))
            return found.drawn()
        alike: dict[tuple[Test, ...], list[_Lanes]] = {}
        for cells, positions in _passing(self._cells(tried, np.arange(len(tried))), tried):
            alike.setdefault(cells.tests(self.task.query), []).append((cells, positions))
        for tests, some in alike.items():
            self._see(found, tests, _block(self.task, some, tried, self._joint and tests == self._tests))
        return found.drawn()

    def _see(self, found: _Found, tests: Sequence[Test], block: _Block) -> None:
        # What did not run together once has more ways through it than pay.
        self._joint = self._joint and not block.too_wide
        found.see(tests, block)

    def made(self, drawn: Drawn, wanted: NDArray[np.bool_]) -> Drawn:
        """What was drawn, with the structures of those that are wanted; others that are in none do not count."""
        found = _Found(self.task.program, drawn.seeds)
        for cells, positions in self._cells(drawn.seeds, np.flatnonzero(drawn.unmade & wanted)):
            ran = runs(self.task, cells, drawn.seeds[positions], positions)
            found.see(cells.tests(self.task.query), _Block((), ran))
        return replace(
            drawn,
            met=found.met | (drawn.met & ~drawn.unmade),
            structures=(*drawn.structures, *found.structures),
            singles={**drawn.singles, **found.singles},
            unmade=np.zeros_like(drawn.unmade),
        )

    def _cells(self, tried: Seeds, positions: Positions) -> list[_Lanes]:
        """The cells that some proposals are drawn from."""
        u = np.asarray(uniform(NUMPY, tried[positions], _CELL)) * self._ends[-1]
        cell = np.minimum(np.searchsorted(self._ends, u, side="right"), len(self._ends) - 1)
        group = np.searchsorted(self._firsts, cell, side="right") - 1
        return [
            (self.groups[k].some(cell[group == k] - self._firsts[k]), positions[group == k])
            for k in np.unique(group).tolist()
        ]


def _block(task: Task, drawn: Sequence[_Lanes], tried: Seeds, joint: bool) -> _Block:
    """Some proposals, run together as far as that pays."""
    positions = np.concatenate([here for _, here in drawn])
    pays = len(positions) >= max(_TOGETHER, _A_WAY * alternatives(task.program))
    if not (joint and pays) or any(cells.at for cells, _ in drawn):
        return _Block((), _alone(task, drawn, tried, np.ones(len(tried), dtype=bool)))
    cells = together([replace(cells, taken={}) for cells, _ in drawn])
    # A way costs no more than a run of one structure: with more of them than lanes these are as fast.
    found = jointly(task, cells, tried[positions], max(_TOGETHER, len(positions)))
    alone = np.zeros(len(tried), dtype=bool)
    alone[positions[found.alone]] = True
    ran = tuple((positions, each) for each in found.together)
    return _Block(ran, _alone(task, drawn, tried, alone), bool(found.alone.all()))


def _alone(task: Task, drawn: Sequence[_Lanes], tried: Seeds, which: NDArray[np.bool_]) -> Iterator[Ran]:
    for cells, positions in drawn:
        some = which[positions]
        yield from runs(task, cells.some(some), tried[positions[some]], positions[some])


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
        found = _Found(first.program, seeds)
        found.see(tests, _block(first, [(cells, positions)], seeds, is_joint(first)))
        passed = found.met
        for cells, positions in some:
            yield cells.some(passed[positions]), positions[passed[positions]]


@final
class _Found:
    """What meets a query among proposals that ran."""

    def __init__(self, program: Program, tried: Seeds) -> None:
        self.program, self.tried, self.choices = program, tried, 0
        self.met = np.zeros(len(tried), dtype=bool)
        self.unmade = np.zeros(len(tried), dtype=bool)
        self.structures: list[Structure] = []
        self.singles: dict[int, Trace] = {}

    def see(self, tests: Sequence[Test], block: _Block) -> None:
        """Looks at some, of which these tests have to hold. Raises UsageError where one compares unlike things."""
        for positions, joint in block.together:
            self.unmade[positions[passing(joint.seen, joint.alive, tests)]] = True
        for ran in block.alone:
            self._add(tests, ran)
        self.met |= self.unmade

    def _add(self, tests: Sequence[Test], ran: Ran) -> None:
        seen = ran.seen
        self.choices += len(seen.choices) * len(ran.positions)
        lanes = np.flatnonzero(passing(seen, ran.alive, tests))
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
        return Drawn(self.met, tuple(self.structures), self.singles, self.choices, self.tried, self.unmade)
