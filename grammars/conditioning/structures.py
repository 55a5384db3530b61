"""A cover of structures that are drawn by chance, where those that meet a query are too many to be settled one by one.

Of each drawn structure (all choices settled) some points are drawn: cells that are small along every real. Along one
real for each demand of the query such a cell is opened again and cut to where the demand can be met, the others staying
where they are drawn. A cell weighs as much as it was likely not to be drawn, so that sums over the cover estimate sums
over all derivations that meet the query (importance sampling: all from the program, one real for each demand from the
query).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from math import inf, sqrt
from typing import Final, final

import numpy as np

from grammars.conditioning.bounding import Bounded, Impossible, Judged, bounded, bounded_by_chance
from grammars.conditioning.cells import Cells
from grammars.conditioning.covering import Cover
from grammars.conditioning.derivations import Derivations, is_direct
from grammars.conditioning.task import Task
from shapelang.chance.address import key
from shapelang.chance.draw import hash64, uniform
from shapelang.numbers import FLOAT, NUMPY

MOST: Final = 1_000
"""Structures that are drawn."""

_WORK: Final = 20_000
"""Parts and draws of runs on forms, as often as there are cells to a run's hundred: some seconds."""

_RUN: Final = 20
"""What any run costs, however soon it ends."""

_LANES: Final = 100
"""Cells that make a run twice as long."""

_POINTS: Final = 32
"""Of each structure."""

_FINE: Final = 10
"""The side of a point's cell along each real is 2 to minus this of what there is."""

_FINEST: Final = 600
"""Powers of 2 along all reals together: a float ends at 1,022, and choices have their share of it."""

_OPENED: Final = 6
"""Reals at most along which a cell is opened."""

_CUTS: Final = 5
"""Runs that cut cells, which are halved between them: demands are told better where reals are narrower."""

_IDLE: Final = 0.9
"""Of the volume before: where so much is left after cells were halved, they are halved no more."""

_WIDEST: Final = 256
"""Cells that are halved at once."""

_STRUCTURE: Final = key("conditioning.structure")
_CELL: Final = key("conditioning.structure.cell")
_POINT: Final = key("conditioning.structure.point")


@final
@dataclass(frozen=True, slots=True, eq=False)
class Structures:
    """What was drawn: the cover of what is left, and the volume left of each structure, as often as it was drawn.

    `known` is the volume of what was not drawn, since it is bounded well enough. A structure has its points once,
    however often it is drawn: `further` is what these leave open in the variance of all volumes and in the sum of their
    squares, which from the volumes alone looks as if each draw had points of its own.
    """

    cover: Cover
    volumes: np.ndarray
    known: float = 0.0
    further: tuple[float, float] = (0.0, 0.0)

    @property
    def effective(self) -> float:
        """Kish's effective number of structures: (Σ w)² / Σ w², the sum with what is known."""
        squares = float((self.volumes**2).sum()) + self.further[1]
        return float(self.volumes.sum() + self.known) ** 2 / squares if squares > 0.0 else inf

    @property
    def error(self) -> float:
        """The standard error of the volume of the cover; one structure tells none."""
        if len(self.volumes) == 1:
            return inf
        return sqrt(float(self.volumes.var(ddof=1)) * len(self.volumes) + self.further[0])


def structures(task: Task, cover: Cover) -> Structures | None:
    """Structures drawn from a cover, with points in each. The same for the same task, on every machine.

    None where nothing is left of any, which says nothing of those that were not drawn.
    """
    if all(is_direct(group.tests(task.query)) for group in cover.groups):
        found = _by_derivations(task, cover)
        if found is not None:
            return found if found.cover.groups else None
    drawing = _Drawing(task, cover)
    while drawing.left > 0 and drawing.count < MOST:
        drawing.draw()
    return drawing.found()


def _by_derivations(task: Task, cover: Cover) -> Structures | None:
    """Derivations of what is not bounded well yet; None where it is not known which of their reals to open, or runs are
    so long that none was drawn: what is known is not all then.
    """
    alone = len(task.query.clauses) == 1
    known = tuple(group for group in cover.groups if group.tight and alone)
    volume = float(sum(group.volumes().sum() for group in known))
    rest = tuple(group for group in cover.groups if not (group.tight and alone))
    if not rest:
        return None
    drawn = Derivations(task, replace(cover, groups=rest), volume)
    if not drawn.pivots.slopes:
        return None
    drawn.run()
    if not drawn.volumes:
        return None
    kept, volumes = drawn.found()
    # Where nothing was left of any, one in as many more might have had all of what it stands for.
    one = 0.0 if volumes.any() else float(sum(group.volumes().sum() for group in rest)) / len(volumes)
    return Structures(Cover((*known, *kept), frozenset(), 0), volumes, volume, (one**2, 0.0))


@final
class _Drawing:
    def __init__(self, task: Task, cover: Cover) -> None:
        self.task, self.left, self.count = task, _WORK, 0
        self.cells = [group.some(np.array([k])) for group in cover.groups for k in range(group.count)]
        self.ends = np.cumsum([float(cell.volumes()[0]) for cell in self.cells])
        self.drawn: dict[tuple[int, tuple[tuple[str, object], ...]], _Structure] = {}

    def draw(self) -> None:
        """One more structure, with its points where it is the first of its kind."""
        seed = int(hash64(self.count, _STRUCTURE, 0))
        self.count += 1
        u = float(uniform(FLOAT, seed, _CELL)) * self.ends[-1]
        which = min(int(np.searchsorted(self.ends, u, side="right")), len(self.cells) - 1)
        cells, known = bounded_by_chance(self.task, self.cells[which], seed)
        self.left -= _RUN + (known.cost if isinstance(known, Judged) else 0)
        alike = which, tuple(cells.taken.items())
        if alike not in self.drawn:
            self.drawn[alike] = _Structure(tuple(self._left(cells, known, seed)), float(cells.volumes()[0]))
        self.drawn[alike].times += 1

    def _left(self, cells: Cells, known: Bounded, seed: int) -> Iterator[_Left]:
        """What may meet the query of one structure; all of it where neither demands nor ways tell that.

        Points that are opened along nothing for a clause would seldom meet it, and what they tell of it be far off.
        """
        match known:
            case Impossible():
                return
            case Judged(no=no) if no.all():
                return
            case Judged(yes=yes) if not yes.all() and known.reals and known.told:
                yield self._cut(_points(cells, known.reals, seed), cells, known.pivots, _small(known.reals))
            case Judged(yes=yes) if not yes.all() and known.reals and len(known.ways) > 1:
                for way in known.ways:
                    alone = replace(cells, way=way)
                    here = self._judged(alone, ())
                    yield from (_whole(alone),) if here is None else self._left(alone, here, seed)
            case _:
                yield _whole(cells)

    def _cut(self, points: Cells, cells: Cells, pivots: tuple[str, ...], small: float) -> _Left:
        """Points opened along the reals that each demand hangs on most, at all or where they are, and cut to these.

        small: the width of a point, as a share of the cells.
        """
        here = self._judged(points, ())
        if here is None:
            return _whole(cells)
        # Where a point fails a demand for certain, only the whole structure tells what it hangs on.
        opened = tuple(dict.fromkeys((*pivots, *here.pivots)))[:_OPENED]
        for address in opened:
            low, high = cells.range(address)
            points = points.sided(address, low.repeat(points.count), high.repeat(points.count))
            points = points.weighed(points.weight * small)
        before, owners = 0.0, np.arange(points.count)
        for _ in range(_CUTS):
            found = self._judged(points, opened)
            if found is None:
                break
            some = ~found.no & (found.tighter.volumes() > 0.0)
            points, owners = found.tighter.some(some), owners[some]
            volume = float(points.volumes().sum())
            if found.yes.all() or not opened or points.count > _WIDEST or volume > _IDLE * before > 0.0:
                break
            if not points.count:
                break
            before = volume
            points, owners = points.halves(_widest(points, opened)), np.concatenate([owners, owners])
        return _Left(points, np.bincount(owners, points.volumes(), minlength=_POINTS))

    def _judged(self, cells: Cells, along: tuple[str, ...]) -> Judged | None:
        """A run on cells, cut along some reals; None where it came to no end."""
        found = bounded(self.task, cells, along)
        if not isinstance(found, Judged):
            self.left -= _RUN
            return None
        self.left -= round((_RUN + found.cost) * (1.0 + cells.count / _LANES))
        return found

    def found(self) -> Structures | None:
        """All that is left, weighed."""
        groups: list[Cells] = []
        volumes: list[float] = []
        variance = squares = 0.0
        for each in self.drawn.values():
            one = self.ends[-1] / (self.count * each.volume)
            volumes += [one * float(each.points.sum())] * each.times
            variance += one**2 * (each.times**2 - each.times) * each.variance()
            squares += one**2 * each.further()
            groups += [left.cells.weighed(one * each.times * left.cells.weight) for left in each.left]
        groups = [group for group in groups if group.count]
        if not groups:
            return None
        return Structures(Cover(tuple(groups), frozenset(), 0), np.array(volumes), further=(variance, squares))


def _widest(cells: Cells, opened: tuple[str, ...]) -> list[str]:
    """Of each cell the opened real along which it is widest."""
    widths = np.array([high - low for low, high in map(cells.range, opened)])
    return [opened[k] for k in widths.argmax(axis=0).tolist()]


def _points(cells: Cells, reals: tuple[str, ...], seed: int) -> Cells:
    """Cells that are small along every real, drawn evenly, and weighed so that together they stand for the whole."""
    seeds = np.asarray(hash64(np.arange(_POINTS, dtype=np.uint64), _POINT, seed & (2**63 - 1)), dtype=np.uint64)
    many, small = cells.some(np.zeros(_POINTS, dtype=np.int64)), _small(reals)
    for address in reals:
        low, high = many.range(address)
        first = np.floor(np.asarray(uniform(NUMPY, seeds, key(address))) / small) * small
        many = many.sided(address, low + (high - low) * first, low + (high - low) * (first + small))
    return many.weighed(cells.weight / (_POINTS * small ** len(reals)))


def _small(reals: tuple[str, ...]) -> float:
    """How wide a point is along each of so many reals: their product is a volume, which has to stay a float."""
    return 2.0 ** -min(_FINE, _FINEST // max(len(reals), 1))


@final
@dataclass(frozen=True, slots=True, eq=False)
class _Left:
    """What is left of a structure, in one way, and how much of that each of its points leaves (points,)."""

    cells: Cells
    points: np.ndarray


def _whole(cells: Cells) -> _Left:
    """All of it, whatever the points."""
    return _Left(cells, np.full(_POINTS, float(cells.volumes().sum()) / _POINTS))


@final
@dataclass(slots=True)
class _Structure:
    """What is left of a structure, in each way that the query can hold, its volume before, how often it was drawn."""

    left: tuple[_Left, ...]
    volume: float
    times: int = 0

    @property
    def points(self) -> np.ndarray:
        """(points,) the volume that each leaves, in all ways together: these have the same points."""
        return sum((left.points for left in self.left), np.zeros(_POINTS))

    def variance(self) -> float:
        """Of the volume that is left, from how it differs between the points."""
        return _POINTS * float(self.points.var(ddof=1))

    def further(self) -> float:
        """Of squares of what all draws leave, besides those of each draw: they tell no more than as many points do."""
        points = self.points
        whole, squares = float(points.sum()) ** 2, float((points**2).sum())
        if squares == 0.0 or np.ptp(points) == 0.0:
            return 0.0
        return whole * self.times * max(self.times * squares / whole - 1.0, 0.0)
