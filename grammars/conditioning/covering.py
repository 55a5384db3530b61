"""Cells that hold every derivation which meets a query: the inside pass over choices, and branch and bound on draws.

Choices are settled one by one, in the order of the program; a prefix that cannot meet the query is left out with all
that begins with it. Cells of settled prefixes are made tighter where an attribute is affine in a draw, and halved along
the draw that has most to do with what is open. Whatever is left when the work allowed is done stays in the cover: it is
always whole, and only its waste hangs on the bounds.
"""

from __future__ import annotations

import heapq
from dataclasses import dataclass, replace
from itertools import combinations
from math import inf
from typing import Final, assert_never, final

import numpy as np

from grammars.conditioning.bounding import OWN, Impossible, Judged, Opened, Parted, Unbounded, bounded
from grammars.conditioning.cells import Cells, everything
from grammars.conditioning.forms import Bools
from grammars.conditioning.query import Clause, Query
from grammars.conditioning.task import Task

WORK: Final = 12_000
"""Parts and draws that runs on forms may make: two or three seconds."""

SURE: Final = 0.6
"""When so much of the cover meets the query for certain, drawing is cheaper than bounding on."""

_WIDEST: Final = 256
"""Cells of one run."""

_RUN: Final = 20
"""What any run costs, however soon it ends."""

_SMALLEST: Final = 1e-12
"""The probability of a cell that is halved no more."""


@final
@dataclass(frozen=True, slots=True, eq=False)
class Cover:
    """Disjoint sets of derivations, within `groups` of cells; what is in none does not meet the query.

    `excluded` has, for all that was left out, the numbers of the clauses that fail there. `work` is what it cost.
    """

    groups: tuple[Cells, ...]
    excluded: frozenset[frozenset[int]]
    work: int

    def is_whole(self) -> bool:
        """Whether it leaves nothing out: one cell without sides."""
        return len(self.groups) == 1 and not self.groups[0].ranges and self.groups[0].weight == 1.0

    def volume(self) -> float:
        """At least the probability of the query."""
        return float(sum(group.volumes().sum() for group in self.groups))

    def refused_by(self) -> tuple[int, ...]:
        """A smallest set of clauses of which one fails in everything that was left out, as far as is known."""
        reasons = [reason - {OWN} for reason in self.excluded if OWN not in reason]
        known = sorted({clause for reason in reasons for clause in reason})
        for size in range(1, len(known) + 1):
            for some in combinations(known, size):
                if all(reason & set(some) for reason in reasons):
                    return some
        return ()


def cover(task: Task, work: int = WORK, worth: float = inf, within: Cells | None = None) -> Cover:
    """A cover of the derivations that meet a task's query, `within` some cells or of all. The same for the same task,
    on every machine.

    Where after a quarter of the work more than `worth` of all derivations are left no more is done.
    """
    covering = _Covering(task, work, worth)
    covering.put(everything() if within is None else replace(within, tight=False))
    covering.run()
    return covering.found()


@final
class _Covering:
    def __init__(self, task: Task, work: int, worth: float) -> None:
        self.task, self.left, self.work, self.worth = task, work, work, worth
        self.heap: list[tuple[float, int, Cells]] = []
        self.serial = 0
        self.kept: list[Cells] = []
        self.sure = self.open = self.loose = 0.0
        self.excluded: set[frozenset[int]] = set()

    def put(self, cells: Cells) -> None:
        """Cells to look at, the most probable first."""
        volumes = cells.volumes()
        some = volumes > 0.0
        if not some.any():
            return
        cells = cells if some.all() else cells.some(some)
        self.serial += 1
        volume = float(volumes.sum())
        self.open += volume
        heapq.heappush(self.heap, (-volume, self.serial, cells))

    def run(self) -> None:
        """Until enough is certain, nothing is open, or the work is done."""
        while self.heap and self.left > 0 and self.sure < SURE * (self.sure + self.open + self.loose):
            if self.left < 0.75 * self.work and self.sure + self.open + self.loose > self.worth:
                break
            volume, _, cells = heapq.heappop(self.heap)
            self.open += volume
            if cells.count > _WIDEST:
                order = np.argsort(-cells.volumes(), kind="stable")
                self.put(cells.some(order[_WIDEST:]))
                cells = cells.some(order[:_WIDEST])
            self._look(cells)

    def found(self) -> Cover:
        """What is kept, and what was not looked at any more."""
        rest = [cells for _, _, cells in self.heap]
        return Cover((*self.kept, *rest), frozenset(self.excluded), self.work - self.left)

    def _look(self, cells: Cells) -> None:
        known = bounded(self.task, cells)
        self.left -= _RUN
        match known:
            case Opened(_, None) | Unbounded():
                self._keep(cells)
            case Opened(address, ways, failing, cost):
                self.left -= cost
                for (option, low, high), fails in zip(ways or (), failing, strict=True):
                    if fails:
                        self.excluded.add(fails)
                    else:
                        self.put(cells.settled(address, option, low, high))
            case Parted(groups, undecided):
                within = np.zeros(cells.count, dtype=bool)
                for group in groups:
                    within = within | group
                    self.put(cells.some(group))
                self._halve(cells, undecided, known)
                if (~(within | undecided)).any():
                    self.excluded.add(frozenset((OWN,)))
            case Impossible():
                self.excluded.add(frozenset((OWN,)))
            case Judged():
                self._judge(cells, known)
            case _:
                assert_never(known)

    def _judge(self, cells: Cells, known: Judged) -> None:
        self.left -= known.cost
        self.excluded.update(known.failing[k] for k in np.flatnonzero(known.no).tolist())
        if known.yes.any():
            self._keep(cells.some(known.yes), certain=True)
        undecided = ~(known.yes | known.no)
        empty = undecided & (known.tighter.volumes() <= 0.0)
        if empty.any():
            # No side is left where all demands can be met: that may take any of the clauses.
            self.excluded.update(frozenset((k,)) for k in range(len(self.task.query.clauses)))
        self._halve(known.tighter, undecided & ~empty, known)

    def _keep(self, cells: Cells, certain: bool = False) -> None:
        self.kept.append(replace(cells, tight=certain))
        volume = float(cells.volumes().sum())
        if certain:
            self.sure += volume
        else:
            self.loose += volume

    def _halve(self, cells: Cells, lanes: Bools, known: Judged | Parted) -> None:
        """Some of the cells in two, each along the draw that has most to do with what is open there."""
        if not lanes.any():
            return
        here, names = cells.some(lanes), sorted(known.blame)
        if not names:
            self._keep(here)
            return
        weights = np.array([np.broadcast_to(known.blame[name], lanes.shape)[lanes] for name in names])
        chosen = weights.argmax(axis=0)
        small = (here.volumes() < _SMALLEST) | (weights.max(axis=0) <= 0.0)
        if small.any():
            self._keep(here.some(small))
        for address, ways in known.coins.items():
            some = ~small & (chosen == names.index(address))
            if some.any():
                for option, low, high in ways:
                    self.put(here.some(some).settled(address, option, low[lanes][some], high[lanes][some]))
            small = small | some
        if not small.all():
            self.put(here.some(~small).halves([names[k] for k in chosen[~small].tolist()]))


def irreducible(task: Task, refused: Cover) -> tuple[Clause, ...]:
    """Clauses that cannot be met together, none of which can be left out, as far as a third of the work shows.

    `refused` is the empty cover of the task.
    """
    clauses = task.query.clauses
    left = [clauses[k] for k in refused.refused_by()]
    for clause in list(left):
        fewer = [each for each in left if each is not clause]
        if fewer and not cover(replace(task, query=Query(tuple(fewer))), WORK // 3).groups:
            left = fewer
    return tuple(left)


def whole() -> Cover:
    """The cover that leaves nothing out."""
    return Cover((everything(),), frozenset(), 0)
