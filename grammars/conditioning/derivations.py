"""A cover of derivations that are drawn by chance, each with one real for each demand of the query opened again.

Choices and reals are those of the program. The reals that are opened are cut to where the demands can be met, the
others stay where they are drawn: runs on forms then hold few symbols, and plain numbers besides, and take a tenth of
the time. What is left weighs as much as it was likely to be drawn (importance sampling, as for structures). Which reals
are opened is learned from derivations of their own, and hangs on nothing but which reals there are.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence, Set
from dataclasses import replace
from typing import Final, final

import numpy as np

from grammars.conditioning.bounding import Judged, bounded, pinned
from grammars.conditioning.cells import Cells
from grammars.conditioning.covering import Cover
from grammars.conditioning.query import Compare, Contains, Every, First, Fits, Leaves, Not, Shows, Some, Test
from grammars.conditioning.task import Task
from shapelang.chance.address import key
from shapelang.chance.draw import hash64, uniform
from shapelang.numbers import FLOAT

MOST: Final = 2_000
"""Derivations that are drawn."""

ENOUGH: Final = 64.0
"""As many are effective where no more are drawn."""

_LEAST: Final = 256
"""Derivations of which fewer say nothing of how many are effective: what weighs much may not have been drawn yet."""

_LEARNED: Final = 16
"""Derivations that tell which reals have most to do with the demands."""

_WORK: Final = 100_000
"""Parts and draws of runs on forms: some seconds."""

_RUN: Final = 20
"""What any run costs, however soon it ends."""

_SYMBOLS: Final = 8
"""How often a run in which all reals are forms takes the time of one in which few are."""

_FINE: Final = 2.0**-10
"""The width of a point along each real, where it is asked what its demands hang on."""

_LITTLE: Final = 0.05
"""A share of the greatest slope below which a demand does not count as hanging on a real."""

_CUTS: Final = 5
"""Runs that cut cells, which are halved between them: demands are told better where reals are narrower."""

_IDLE: Final = 0.9
"""Of the volume before: where so much is left after cells were halved, they are halved no more."""

_WIDEST: Final = 64
"""Cells that are halved at once."""

_DRAW: Final = key("conditioning.derivation")
_LEARN: Final = key("conditioning.derivation.learn")
_CELL: Final = key("conditioning.derivation.cell")


def is_direct(tests: Sequence[Test]) -> bool:
    """Whether demands say all that is open in tests, whatever the structure is: one part and one side are meant."""
    return all(map(_is_direct, tests))


def _is_direct(test: Test) -> bool:
    match test:
        case Compare() | Fits() | Leaves():
            return True
        case Contains(at=at):
            return at is not None
        case First(inner):
            return _is_direct(inner)
        case Every(tests):
            return is_direct(tests)
        case Shows() | Some() | Not():
            return False


def _chances(cells: Sequence[Cells], volumes: np.ndarray) -> np.ndarray:
    """How often each cell is drawn: by its volume half of the time, and as often from each way otherwise.

    Of ways of which little is left much may meet the query, and of those of which much is left little.
    """
    ways = [cell.way for cell in cells]
    number = {way: k for k, way in enumerate(dict.fromkeys(ways))}
    which = np.array([number[way] for way in ways])
    together = np.bincount(which, volumes)
    return 0.5 * volumes / volumes.sum() + 0.5 * volumes / (together[which] * len(number))


@final
class _Pivots:
    """Which reals are opened: for each demand one on which it hangs whenever that is drawn, if there is any, and of
    several such that on which it hangs most.
    """

    def __init__(self) -> None:
        self.there = Counter[str]()
        self.slopes: list[dict[str, list[float]]] = []

    def learn(self, there: Set[str], slopes: Sequence[Mapping[str, float]]) -> None:
        """Of a derivation the reals that there are, and how much each demand hangs on them."""
        self.there.update(there)
        self.slopes += [{} for _ in range(len(slopes) - len(self.slopes))]
        for known, demand in zip(self.slopes, slopes, strict=False):
            most = max(demand.values(), default=0.0)
            for address, slope in demand.items():
                if slope > _LITTLE * most:
                    known.setdefault(address, []).append(slope / most)

    def of(self, there: Set[str]) -> tuple[str, ...]:
        """Those of a derivation: they hang on which reals there are, and on nothing else of it."""
        found = [[address for address in known if address in there] for known in self.slopes]
        return tuple(
            dict.fromkeys(
                max(some, key=lambda address: self._worth(known[address], self.there[address]))
                for known, some in zip(self.slopes, found, strict=True)
                if some
            )
        )

    def _worth(self, slopes: Sequence[float], there: int) -> tuple[float, float]:
        return round(len(slopes) / (there + 1), 1), sum(slopes) / len(slopes)


@final
class Derivations:
    """Derivations drawn from a cover, the same for the same task on every machine: `kept`, what is left of them.

    `volumes` has the volume left of each that was drawn.
    """

    def __init__(self, task: Task, cover: Cover, known: float = 0.0) -> None:
        """`known` is the volume of what is not drawn from, but will be beside these."""
        self.task, self.known, self.left = task, known, _WORK
        self.cells = [replace(g.some(np.array([k])), first=None) for g in cover.groups for k in range(g.count)]
        volumes = np.array([float(cell.volumes()[0]) for cell in self.cells])
        chances = _chances(self.cells, volumes)
        self.ends, self.stands_for = np.cumsum(chances), volumes / np.maximum(chances, 1e-300)
        self.pivots = _Pivots()
        self.volumes: list[float] = []
        self.kept: list[Cells] = []
        self._learn()

    def run(self) -> None:
        """As many as there is work for, or as are enough."""
        while self.left > 0 and len(self.volumes) < MOST and self._effective() < ENOUGH:
            self._draw()

    def _effective(self) -> float:
        """Kish's effective number so far; of few none is told."""
        count, squares = len(self.volumes), float(sum(v * v for v in self.volumes))
        return (sum(self.volumes) + self.known * count) ** 2 / squares if count >= _LEAST and squares > 0.0 else 0.0

    def _learn(self) -> None:
        for number in range(_LEARNED):
            _, point, known = self._drawn(number, _LEARN)
            near = point
            for address, u in point.at.items():
                near = near.opened(address, (np.array([max(u - _FINE, 0.0)]), np.array([min(u + _FINE, 1.0)])))
            here = bounded(self.task, near, ()) if isinstance(known, Judged) else known
            if isinstance(here, Judged):
                self.left -= _SYMBOLS * (_RUN + here.cost)
                self.pivots.learn(point.at.keys(), here.slopes)

    def _drawn(self, number: int, stream: int) -> tuple[int, Cells, object]:
        """A cell by its chance, and a derivation of it with what is known of that."""
        seed = int(hash64(number, stream, 0))
        u = float(uniform(FLOAT, seed, _CELL)) * self.ends[-1]
        cell = min(int(np.searchsorted(self.ends, u, side="right")), len(self.cells) - 1)
        point, known = pinned(self.task, self.cells[cell], seed)
        self._pay(known)
        return cell, point, known

    def _pay(self, known: object, count: int = 1) -> None:
        self.left -= round((_RUN + (known.cost if isinstance(known, Judged) else 0)) * (1.0 + count / _WIDEST))

    def _draw(self) -> None:
        cell, point, known = self._drawn(len(self.volumes), _DRAW)
        found = self._cut(self.cells[cell], point, known) if isinstance(known, Judged) else None
        if found is None:
            self.volumes.append(0.0)
            return
        one = float(self.stands_for[cell] / point.volumes()[0])
        self.volumes.append(one * float(found.volumes().sum()))
        self.kept.append(found.weighed(one * found.weight))

    def found(self) -> tuple[tuple[Cells, ...], np.ndarray]:
        """What is left, weighed so that its volume estimates that of all that is, and the volumes left of each."""
        count = len(self.volumes)
        return tuple(each.weighed(each.weight / count) for each in self.kept), np.array(self.volumes) / count

    def _cut(self, cells: Cells, point: Cells, known: Judged) -> Cells | None:
        """What may meet the query of a derivation, some of its reals being opened; None where nothing may."""
        opened = self.pivots.of(point.at.keys())
        points = point
        for address in opened:
            points = points.opened(address, cells.range(address))
        before = 0.0
        for _ in range(_CUTS if opened else 0):
            found = bounded(self.task, points, opened, lines=True)
            self._pay(found, points.count)
            if not isinstance(found, Judged):
                # A choice hangs on what was opened.
                break
            some = ~found.no & (found.tighter.volumes() > 0.0)
            if not some.any():
                return None
            points = found.tighter.some(some)
            volume = float(points.volumes().sum())
            if found.yes.all() or points.count > _WIDEST or volume > _IDLE * before > 0.0:
                return points
            before = volume
            widths = np.array([high - low for low, high in map(points.range, opened)])
            points = points.halves([opened[k] for k in widths.argmax(axis=0).tolist()])
        else:
            if opened:
                return points
        return None if known.no.all() else point
