"""The posterior of families of bodies: a prior by description length, and the likelihood of what stands in them.

Bayesian model merging (Stolcke and Omohundro 1994; of shapes Talton et al. 2012): each body is a family of its own at
first. What a family says of a part is how often it stands, where and how large: weights and parameters are integrated
out, so that the bits of a family are a sum over its parts, from counts and sums alone.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterator, Sequence
from dataclasses import dataclass, replace
from math import lgamma, log
from typing import Final, final

import numpy as np

from grammars.learning.shapes.bodies import Body, Item
from grammars.learning.shapes.marginals import marginal, standing
from grammars.learning.shapes.matching import Matching
from grammars.learning.shapes.precision import ANGLE, Precision

_PART: Final = 12.0
"""Bits of a part that is written, besides its numbers."""

_FAMILY: Final = 12.0
"""Bits of a family that is written."""

_RARE: Final = 0.003
"""Of the bodies: parts in fewer are not looked at."""

_WAYS: Final = 6
"""Of telling where a part is along an axis: its low end, middle or high end, as lengths or as shares of the body."""

_COLUMNS: Final = 3 * (2 + _WAYS) + 3
"""Of a part: along each axis its extent as a length and as a share, and where it is; and its turns."""


@final
@dataclass(frozen=True, slots=True, eq=False)
class Table:
    """Bodies by the parts that all of a corpus have: `present` (bodies, parts), `numbers` (bodies, parts, columns).

    Numbers are in cells, 0 of what is not there; `of` (parts,) is the part that each stands in, −1 of the whole;
    `extents` (bodies, 3) are those of the whole; `tolerance` in cells.
    """

    present: np.ndarray
    numbers: np.ndarray
    of: np.ndarray
    extents: np.ndarray
    tolerance: float

    def bits(self, block: frozenset[int]) -> float:
        """Of bodies as one family."""
        return self.of_sums(self.sums(sorted(block)))

    def sums(self, rows: Sequence[int]) -> Sums:
        """Of some bodies."""
        numbers, extents = self.numbers[rows], self.extents[rows]
        return Sums(
            len(rows),
            self.present[rows].sum(axis=0),
            np.stack([numbers.sum(axis=0), np.einsum("bpc,bpc->pc", numbers, numbers)]),
            np.stack([extents.sum(axis=0), (extents**2).sum(axis=0)]),
        )

    def of_sums(self, sums: Sums) -> float:
        """Bits of bodies with such sums as one family; of n of them (n − 1)! ways in a Chinese restaurant."""
        held = np.flatnonzero(sums.times)
        n = sums.times[held].astype(float)
        within = np.where(self.of[held] < 0, float(sums.count), sums.times[self.of[held]])
        columns = marginal(n[:, None], sums.numbers[0, held], sums.numbers[1, held], self.tolerance)
        whole = marginal(np.full(3, float(sums.count)), sums.extents[0], sums.extents[1], self.tolerance)
        parts = _PART * len(held) + float(standing(n, within).sum()) + float(_shortest(columns).sum())
        return _FAMILY + parts + float(whole.sum()) - lgamma(sums.count) / log(2.0)

    def only(self, rows: Sequence[int] | np.ndarray) -> Table:
        """Of some of the bodies."""
        return replace(self, present=self.present[rows], numbers=self.numbers[rows], extents=self.extents[rows])


@final
@dataclass(frozen=True, slots=True, eq=False)
class Sums:
    """Of some bodies: how many they are, in how many each part stands, and sums of numbers and of their squares.

    `numbers` (2, parts, columns), `extents` (2, 3).
    """

    count: int
    times: np.ndarray
    numbers: np.ndarray
    extents: np.ndarray

    def plus(self, other: Sums) -> Sums:
        """With those of other bodies."""
        return Sums(
            self.count + other.count,
            self.times + other.times,
            self.numbers + other.numbers,
            self.extents + other.extents,
        )


def _shortest(columns: np.ndarray) -> np.ndarray:
    """(parts, columns) -> (parts,): each extent and place told in the shortest way."""
    along = columns[:, : 3 * (2 + _WAYS)].reshape(len(columns), 3, 2 + _WAYS)
    return (
        along[..., :2].min(axis=-1).sum(axis=1) + along[..., 2:].min(axis=-1).sum(axis=1) + columns[:, -3:].sum(axis=1)
    )


def table_of(bodies: Sequence[Body], precision: Precision, matching: Matching) -> Table:
    """What stands in the bodies of a corpus, and in what stands there, by the roles of its parts.

    Without parts that stand in few of many bodies: they cost about as much in whatever family they are.
    """
    every: list[tuple[int, dict[int, np.ndarray]]] = []
    _fill(dict(enumerate(bodies)), -1, precision, matching, every)
    found = _frequent(every, max(1.0, _RARE * len(bodies)))
    present = np.zeros((len(bodies), len(found)), bool)
    numbers = np.zeros((len(bodies), len(found), _COLUMNS))
    for part, (_, rows) in enumerate(found):
        for body, row in rows.items():
            present[body, part] = True
            numbers[body, part] = row
    extents = np.array([body.size for body in bodies]) / precision.step
    return Table(
        present, numbers, np.array([of for of, _ in found], int), extents, precision.tolerance / precision.step
    )


def _frequent(
    every: Sequence[tuple[int, dict[int, np.ndarray]]], fewest: float
) -> list[tuple[int, dict[int, np.ndarray]]]:
    """The parts that stand often enough, which those that they stand in do as well."""
    place = {k: n for n, k in enumerate(k for k, (_, rows) in enumerate(every) if len(rows) >= fewest)}
    return [(place.get(every[k][0], -1), every[k][1]) for k in place]


def _fill(
    bodies: dict[int, Body],
    of: int,
    precision: Precision,
    matching: Matching,
    found: list[tuple[int, dict[int, np.ndarray]]],
) -> None:
    """The parts of bodies, by the number of the example that each stands in, and the parts of these."""
    numbers = list(bodies)
    _, assignments = matching.roles([bodies[k] for k in numbers])
    seen: dict[Hashable, dict[int, Item]] = {}
    for k, assignment in zip(numbers, assignments, strict=True):
        for item, role in zip(bodies[k].items, assignment, strict=True):
            if role is not None:
                seen.setdefault((role, item.copies, item.content), {})[k] = item
    typical = np.mean([bodies[k].size for k in numbers], axis=0)
    for items in seen.values():
        part = len(found)
        found.append((of, {k: _row(bodies[k], item, typical, precision) for k, item in items.items()}))
        inner = {k: item.body for k, item in items.items() if item.body is not None}
        if inner:
            _fill(inner, part, precision, matching, found)


def _row(body: Body, item: Item, typical: np.ndarray, precision: Precision) -> np.ndarray:
    return np.array([*_along(body, item, typical, precision), *(item.turns / ANGLE.step)])


def _along(body: Body, item: Item, typical: np.ndarray, precision: Precision) -> Iterator[float]:
    for k in range(3):
        size = max(float(body.size[k]), 1e-9)
        share = float(typical[k]) / size / precision.step
        yield float(item.size[k]) / precision.step
        yield float(item.size[k]) * share
        for side in (-0.5, 0.0, 0.5):
            end = float(item.centre[k] + side * item.size[k])
            yield end / precision.step
            yield end * share
