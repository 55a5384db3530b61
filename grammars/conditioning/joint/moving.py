"""Lines of derivations: one real of each stands in several places, and what is asked is looked at there."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, final

import numpy as np
from numpy.typing import NDArray

from grammars.conditioning.forms import Bools, Lanes
from grammars.conditioning.joint.crossings import Crossings, Points, crossings
from grammars.conditioning.joint.lanes import Moved, Told
from grammars.conditioning.joint.running import Jointly, moved
from grammars.conditioning.lanes import Columns, taken
from grammars.conditioning.measuring import value
from grammars.conditioning.query import EQUAL, Compare
from grammars.conditioning.running import Positions
from grammars.conditioning.task import Task
from shapelang.chance import normal
from shapelang.chance.families import Distribution, Normal, Uniform
from shapelang.execution.trace import Support
from shapelang.numbers import NUMPY

NONE: Final = -1
"""Of a lane in which no real is moved."""

_POINTS: Final = np.array([1e-4, 0.2, 0.8, 1.0 - 1e-4])
"""Where a line is looked at first."""

_WITHIN: Final = 1.25 * EQUAL
"""A little more than an equality allows: between two points a line is not quite straight."""


@final
@dataclass(frozen=True, slots=True, eq=False)
class Moves:
    """Reals that stand where they were moved: (moves, lanes) the place of each among the addresses, and its share.

    Of several moves of one real the last counts.
    """

    addresses: tuple[str, ...]
    which: NDArray[np.int64]
    at: NDArray[np.float64]

    @staticmethod
    def none(addresses: tuple[str, ...], count: int) -> Moves:
        """Nothing is moved in so many lanes."""
        return Moves(addresses, np.zeros((0, count), dtype=np.int64), np.zeros((0, count)))

    def then(self, which: NDArray[np.int64], at: Lanes) -> Moves:
        """With one more real of each lane moved."""
        return Moves(self.addresses, np.vstack([self.which, which]), np.vstack([self.at, at]))

    def some(self, lanes: Positions) -> Moves:
        """Those of some lanes."""
        return Moves(self.addresses, self.which[:, lanes], self.at[:, lanes])

    def moved(self) -> Moved:
        """The same by address."""
        found: dict[str, tuple[Bools, Lanes]] = {}
        for which, at in zip(self.which, self.at, strict=True):
            for place in np.unique(which[which != NONE]).tolist():
                here, address = which == place, self.addresses[place]
                before, there = found.get(address) or (np.zeros_like(here), at)
                found[address] = before | here, np.where(here, at, there)
        return found


@final
@dataclass(frozen=True, slots=True, eq=False)
class Draws:
    """Plain derivations: lanes of columns."""

    columns: Columns
    lanes: Positions

    def some(self, lanes: Positions) -> Draws:
        """Some of them, each as often as it is named."""
        return Draws(self.columns, self.lanes[lanes])

    def run(self, task: Task, moves: Moves) -> Jointly:
        """A joint run of them with what was moved."""
        return moved(task, self.columns, self.lanes, moves.moved())


def difference(demand: Compare, ran: Jointly) -> Lanes:
    """(lanes,) by how much the sides of an equality differ; NaN where they are not there, or the program refuses."""
    found = np.full(len(ran.alone), np.nan)
    for each in ran.together:
        with np.errstate(all="ignore"):
            left, right = value(demand.left, each.seen), value(demand.right, each.seen)
            if left is not None and right is not None:
                found = np.where(each.alive, left - right, found)
    return found


@final
class Lines:
    """The lines of some derivations along one real each, `which` of the addresses; all lanes have one."""

    def __init__(self, task: Task, demand: Compare, draws: Draws, moves: Moves, which: NDArray[np.int64]) -> None:
        self.task, self.demand, self.draws, self.moves, self.which = task, demand, draws, moves, which
        self.place = {address: place for place, address in enumerate(moves.addresses)}

    def crossings(self) -> Crossings:
        """(pieces, lanes) shares between which the demand may be met: they hang on nothing that stands on the line."""
        told, places, seen = self._looked(np.repeat(_POINTS[:, None], len(self.which), axis=1))
        middle, length = crossings(places, seen, _WITHIN).middle()
        lanes = np.flatnonzero(length > 0.0)
        if len(lanes):
            between = self._shares(told, middle)[lanes]
            _, more, found = self._some(lanes)._looked(between[None])
            places, seen = _with(places, seen, lanes, more[0], found[0])
        last = crossings(places, seen, _WITHIN)
        low = np.array([self._shares(told, each) for each in last.low])
        high = np.array([self._shares(told, each) for each in last.high])
        return Crossings(low, np.where(last.lengths() > 0.0, high, low))

    def _some(self, lanes: Positions) -> Lines:
        return Lines(self.task, self.demand, self.draws.some(lanes), self.moves.some(lanes), self.which[lanes])

    def _looked(self, shares: Points) -> tuple[Sequence[Told], Points, Points]:
        """What was drawn, and at shares of the lines (points, lanes) where that is along them, and what is seen."""
        every, at = np.tile(np.arange(len(self.which)), len(shares)), shares.reshape(-1)
        which = self.which[every]
        ran = self.draws.some(every).run(self.task, self.moves.some(every).then(which, at))
        places, seen = self._places(ran.told, which, at), difference(self.demand, ran)
        return ran.told, places.reshape(shares.shape), seen.reshape(shares.shape)

    def _places(self, told: Sequence[Told], which: NDArray[np.int64], shares: Lanes) -> Lanes:
        """Where shares of a line are along it: the number that is drawn, of families whose shares are known of it."""
        found = shares.copy()
        for each in told:
            if each.address in self.place and isinstance(each.distribution, Normal | Uniform):
                found = np.where((which == self.place[each.address]) & each.lanes, each.value, found)
        return found

    def _shares(self, told: Sequence[Told], places: Lanes) -> Lanes:
        """The shares of places along the lines; `told` is of runs of which the first are these lanes."""
        found, count = places.copy(), len(self.which)
        for each in told:
            if each.address not in self.place or not isinstance(each.distribution, Normal | Uniform):
                continue
            lanes = np.flatnonzero((self.which == self.place[each.address]) & each.lanes[:count])
            if len(lanes):
                found[lanes] = _share(*taken(each.distribution, each.support, places, lanes))
        return np.clip(found, 0.0, 1.0)


def _with(places: Points, seen: Points, lanes: Positions, more: Lanes, found: Lanes) -> tuple[Points, Points]:
    """Points of lines with one more of some lanes, in order; of others the last one twice."""
    places, seen = np.vstack([places, places[-1:]]), np.vstack([seen, seen[-1:]])
    places[-1, lanes], seen[-1, lanes] = more, found
    order = places.argsort(axis=0, kind="stable")
    return np.take_along_axis(places, order, axis=0), np.take_along_axis(seen, order, axis=0)


def _share(distribution: Distribution, value: Lanes, support: Support) -> Lanes:
    """The share of a distribution below a value."""
    low, high = support or (-np.inf, np.inf)
    match distribution:
        case Normal(mean, sd):
            between = normal.interval(NUMPY, (low - mean) / sd, (high - mean) / sd)
            return np.asarray(normal.share_between(NUMPY, (value - mean) / sd, between))
        case Uniform(least, most):
            first, last = np.maximum(least, low), np.minimum(most, high)
            return (value - first) / (last - first)
        case _:
            return value
