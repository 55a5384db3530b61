"""Cells: sets of derivations that are boxes of uniform numbers, so that how probable each is follows from its sides.

Every choice is a quantile of a uniform number of its own, whatever its distribution hangs on. Where each uniform number
lies between two bounds, the probability is the product of their distances, with no density in it.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, TypeAlias, final

import numpy as np
from numpy.typing import NDArray

from grammars.conditioning.forms import Bools, Lanes
from grammars.conditioning.query import Query, Test
from grammars.conditioning.task import Task

Range: TypeAlias = tuple[Lanes, Lanes]
"""Least and greatest uniform number, of every lane."""


@final
@dataclass(frozen=True, slots=True, eq=False)
class Cells:
    """Some cells (lanes) that take the same alternatives.

    `taken` has the alternative of each choice that is settled (index, bool or int), `ranges` the sides of each address
    that has any: of a settled choice too, whose range holds the numbers that may lead to it. What is in none is free.
    `weight`: what a cell stands for, where its choices were drawn, as a multiple of its own probability.
    """

    taken: Mapping[str, Any]
    ranges: Mapping[str, Range]
    count: int
    weight: float = 1.0
    way: tuple[Test, ...] = ()
    """Where they stand for one way alone in which a query can hold: tests in place of its own."""
    at: Mapping[str, float] = field(default_factory=dict[str, float])
    """Uniform numbers at which reals stand, which are drawn no more: the weight has what they stand for."""
    tight: bool = False
    """Whether nearly all of it meets what it was bounded for."""
    first: Task | None = None
    """A slice of the program with a test that every derivation meets: what fails it is not run as a whole."""

    def volumes(self) -> Lanes:
        """(count,) the probability of what each cell stands for, before any condition; of a settled choice at most
        that much.
        """
        found = np.full(self.count, self.weight)
        for low, high in self.ranges.values():
            found = found * (high - low)
        return found

    def range(self, address: str) -> Range:
        """The sides at an address."""
        return self.ranges.get(address) or (np.zeros(self.count), np.ones(self.count))

    def some(self, lanes: Bools | NDArray[np.int64]) -> Cells:
        """Some of the cells."""
        ranges = {a: (low[lanes], high[lanes]) for a, (low, high) in self.ranges.items()}
        count = int(lanes.sum()) if lanes.dtype == np.bool_ else len(lanes)
        return replace(self, ranges=ranges, count=count)

    def sided(self, address: str, low: Lanes, high: Lanes) -> Cells:
        """With other sides at one address."""
        return replace(self, ranges={**self.ranges, address: (low, high)})

    def settled(self, address: str, option: Any, low: Lanes, high: Lanes) -> Cells:
        """With one more choice settled."""
        return replace(self.sided(address, low, high), taken={**self.taken, address: option})

    def pinned(self, address: str, share: float) -> Cells:
        """One cell with a real at a share of its range, which stands for the whole of it."""
        low, high = (float(side[0]) for side in self.range(address))
        ranges = {a: sides for a, sides in self.ranges.items() if a != address}
        at = {**self.at, address: min(max(low + (high - low) * share, 2.0**-53), 1.0 - 2.0**-53)}
        return replace(self, ranges=ranges, at=at, weight=self.weight * (high - low))

    def opened(self, address: str, sides: Range) -> Cells:
        """One cell with a real free again between its sides."""
        low, high = sides
        at = {a: u for a, u in self.at.items() if a != address}
        return replace(self, ranges={**self.ranges, address: sides}, at=at, weight=self.weight / float((high - low)[0]))

    def weighed(self, weight: float) -> Cells:
        """With another weight."""
        return replace(self, weight=weight)

    def tests(self, query: Query) -> tuple[Test, ...]:
        """What has to hold in them for a query."""
        return self.way or tuple(clause.test for clause in query.clauses)

    def halves(self, addresses: Sequence[str]) -> Cells:
        """Every cell in two, each along the address that is named for it: lower halves first."""
        ranges = {a: self.range(a) for a in {*self.ranges, *addresses}}
        found: dict[str, Range] = {}
        named = np.array(addresses)
        for address, (low, high) in ranges.items():
            here = named == address
            middle = 0.5 * (low + high)
            found[address] = (
                np.concatenate([low, np.where(here, middle, low)]),
                np.concatenate([np.where(here, middle, high), high]),
            )
        return replace(self, ranges=found, count=2 * self.count)


def everything(count: int = 1) -> Cells:
    """The cell of all derivations, so many times."""
    return Cells({}, {}, count)


def merged(groups: Iterable[Cells]) -> tuple[Cells, ...]:
    """The same cells, those that take the same alternatives and the same way, and weigh as much, together."""
    alike: dict[tuple[object, ...], list[Cells]] = {}
    for group in groups:
        alike.setdefault(
            (group.weight, group.way, group.tight, group.first, tuple(group.taken.items()), tuple(group.at.items())), []
        ).append(group)
    return tuple(together(some) for some in alike.values())


def together(groups: Sequence[Cells]) -> Cells:
    """Some cells in the order of their groups, which differ in no more than their sides."""
    addresses = sorted({address for group in groups for address in group.ranges})
    sides = {a: [group.range(a) for group in groups] for a in addresses}
    ranges = {
        a: (np.concatenate([low for low, _ in s]), np.concatenate([high for _, high in s])) for a, s in sides.items()
    }
    return replace(groups[0], ranges=ranges, count=sum(group.count for group in groups))
