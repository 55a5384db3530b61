"""Near-duplicates: assemblies whose leaf instances can be paired so that all their boxes nearly agree.

A leaf is its kind and nine numbers in metres: the centre of its oriented box, and S = R·diag(half sizes)·Rᵀ, which says
size and direction together and is the same however the box's own axes are named. Two assemblies are as near as the
least t for which a one-to-one pairing of leaves of equal kinds exists in which no number of a pair differs by more than
t. Names, order, materials and texts do not count.
"""

from __future__ import annotations

import math
from collections import defaultdict
from itertools import product
from typing import Final, TypeAlias, final

import numpy as np

from shapelang.arrays import AnyArray
from shapelang.assembly.assembly import Assembly
from shapelang.assembly.part import Geometry, Solid
from shapelang.geometry.box import Box
from shapelang.geometry.oriented import oriented
from shapelang.geometry.pose import Pose

Cell: TypeAlias = tuple[tuple[str, ...], int, int, int]

_SLACK: Final = 1.0 + 1e-9
"""Cells are wider than the tolerance by what rounding may take."""


@final
class Boxes:
    """What is compared of an assembly: `kinds` of the leaves, and (n, 9) numbers, both sorted by kind."""

    __slots__ = ("kinds", "numbers")

    def __init__(self, assembly: Assembly) -> None:
        rows = sorted(
            ((_kind(leaf.geometry), _numbers(leaf.pose, leaf.part.box)) for leaf in assembly.leaves()), key=_of
        )
        self.kinds = tuple(kind for kind, _ in rows)
        self.numbers = np.array([numbers for _, numbers in rows]).reshape(len(rows), 9)

    def features(self) -> tuple[float, float, float]:
        """Three means over the leaves, none of which differs by more than any tolerance between near-duplicates."""
        if not self.kinds:
            return 0.0, 0.0, 0.0
        x, y, z, a, b, c = self.numbers[:, :6].T
        return float(y.mean()), float((a + b + c).mean()) / 3.0, float((np.abs(x) + np.abs(z)).mean()) / 2.0

    def near(self, other: Boxes, tolerance: float) -> bool:
        """Whether the two can be paired within a tolerance."""
        if self.kinds != other.kinds:
            return False
        if bool((np.abs(self.numbers - other.numbers) <= tolerance).all()):
            return True
        apart = np.abs(self.numbers[:, None] - other.numbers[None]).max(axis=2)
        alike = np.array(self.kinds)[:, None] == np.array(other.kinds)[None]
        fits = (apart <= tolerance) & alike
        return bool(fits.any(axis=0).all() and fits.any(axis=1).all()) and _paired(fits)


def _of(row: tuple[str, list[float]]) -> str:
    return row[0]


def _kind(geometry: Geometry) -> str:
    return geometry.operator if isinstance(geometry, Solid) else type(geometry).__name__


def _numbers(pose: Pose, box: Box) -> list[float]:
    here = oriented((pose, box))
    half, axes = here.half, here.axes
    square = [[sum(half[k] * axes[k][i] * axes[k][j] for k in range(3)) for j in range(3)] for i in range(3)]
    return [*here.centre, square[0][0], square[1][1], square[2][2], square[0][1], square[0][2], square[1][2]]


def _paired(fits: AnyArray) -> bool:
    """Whether a bipartite graph (n, n) has a perfect matching."""
    from scipy.sparse import csr_matrix
    from scipy.sparse.csgraph import maximum_bipartite_matching

    return bool((maximum_bipartite_matching(csr_matrix(fits)) >= 0).all())


@final
class Kept:
    """The assemblies that were kept, to be asked for near-duplicates: some 1.5 kB for one of twelve leaves."""

    def __init__(self, tolerance: float) -> None:
        self._tolerance = tolerance
        self._cells: defaultdict[Cell, list[tuple[int, Boxes]]] = defaultdict(list)

    def nearest(self, boxes: Boxes) -> int | None:
        """The first that was kept within the tolerance, by its number; None where there is none."""
        kinds, *places = self._cell(boxes)
        around = product(*((place - 1, place, place + 1) for place in places))
        found = [
            number
            for x, y, z in around
            for number, other in self._cells.get((kinds, x, y, z), ())
            if boxes.near(other, self._tolerance)
        ]
        return min(found, default=None)

    def keep(self, number: int, boxes: Boxes) -> None:
        """Keep one."""
        self._cells[self._cell(boxes)].append((number, boxes))

    def _cell(self, boxes: Boxes) -> Cell:
        x, y, z = (math.floor(each / (self._tolerance * _SLACK)) for each in boxes.features())
        return boxes.kinds, x, y, z
