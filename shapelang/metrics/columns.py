"""Which points of a lattice are inside, by signed crossings of the columns through them along all three axes.

A closed mesh crosses every column evenly, and what the crossings before a point add up to is its winding number. At a
hole the sum of a whole column is not 0: such a column is not heard. A point is decided by two columns or three that
agree, else by neighbours with no face between, and what is left is for the winding number itself.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final, TypeAlias, final

import numpy as np

from shapelang.arrays import AnyArray, Float64, Int64
from shapelang.metrics.triangles import Points, Triangles
from shapelang.threads import in_threads

Axis: TypeAlias = Float64[np.ndarray, " _"]
Lattice: TypeAlias = tuple[Axis, Axis, Axis]
Indices: TypeAlias = Int64[np.ndarray, " n"]

_OVER: Final = ((1, 2, 0), (0, 2, 1), (0, 1, 2))
"""For columns along x, y and z: the two axes that they stand over, and their own."""

_TURNS: Final = (-1, 1, -1)
"""The sign of a crossing, walking up an axis, of a face that is counterclockwise over the two others."""

_SMALL: Final = 1 << 15
"""Below so many faces no sum of crossings outgrows 16 bits."""

_HALVES: Final = 2
"""Pieces in which the columns along one axis are cast: every piece looks at all the faces."""

_ALONE: Final = 1 << 20
"""Steps of about a nanosecond that are done sooner than threads have started."""

_STEPS_A_FACE: Final = 16
"""Those of a face that stands in a column or two on each axis."""

_OPEN: Final = 1 / 16
"""The share of undecided points above which a mesh is open; without 3 % of its faces it has 0.6 %."""

_MARGINS: Final = (2, 2, 1)
"""By how many neighbours a point is outvoted, round after round: a hole that is wide leaves its middle undecided."""


@final
@dataclass(frozen=True, slots=True, eq=False)
class Columns:
    """`grids` (x, y, z): windings along x, and signed crossings in the cell before each point along y and along z.

    `totals`: of the columns along x (y, z), y (x, z) and z (x, y); 0 where a column is crossed evenly.
    """

    grids: tuple[AnyArray, AnyArray, AnyArray]
    totals: tuple[AnyArray, AnyArray, AnyArray]


@final
@dataclass(frozen=True, slots=True, eq=False)
class Decided:
    """`inside` (x, y, z) where it is known; `rest` are the flat indices of the points where columns do not tell."""

    inside: AnyArray
    rest: Indices


def cast_columns(mesh: Triangles, lattice: Lattice) -> Columns:
    """The crossings of every column of a lattice, which has a point at least and ascends on each axis."""
    from shapelang.metrics.kernels.columns import accumulate, cast, places

    corners = [np.ascontiguousarray(mesh.positions[:, k]) for k in range(3)]
    indices = [np.zeros(len(mesh.positions), np.int32) for _ in range(3)]
    counts = tuple(len(line) for line in lattice)
    kind = np.int16 if len(mesh.faces) < _SMALL else np.int32
    grids = tuple(np.zeros(counts, kind) for _ in range(3))
    totals = tuple(np.zeros((counts[u], counts[v]), np.int32) for u, v, _ in _OVER)

    for values, line, found in zip(corners, lattice, indices, strict=True):
        places(values, line, found)

    def work(first: int, last: int) -> None:
        for job in range(first, last):
            axis, half = job // _HALVES, job % _HALVES
            u, v, w = order = _OVER[axis]
            stretch = counts[u] * half // _HALVES, counts[u] * (half + 1) // _HALVES
            taken = [tuple(each[k] for k in order) for each in (corners, indices, lattice)]
            cast(*taken, mesh.faces, stretch, _TURNS[axis], grids[axis].transpose(u, v, w), totals[axis])
            if axis == 0:
                accumulate(grids[0], *stretch)

    _shared(work, 3 * _HALVES, grids[0].size + _STEPS_A_FACE * len(mesh.faces))
    return Columns((grids[0], grids[1], grids[2]), (totals[0], totals[1], totals[2]))


def decide(columns: Columns) -> Decided:
    """What the columns and then the neighbours of a point tell.

    Where more than `_OPEN` is undecided the mesh is open and not only holed: three columns must agree, and no
    neighbour is asked.
    """
    states, waiting = _judged(columns, 2)
    if waiting > _OPEN * states.size:
        states, waiting = _judged(columns, 3)
        return _decided(states, _undecided(states))
    return _decided(states, _settled(columns, states) if waiting else np.zeros(0, np.int64))


def _judged(columns: Columns, needed: int) -> tuple[AnyArray, int]:
    """The states of all points when so many columns are needed, and how many are undecided."""
    from shapelang.metrics.kernels.columns import judge

    even = tuple((total == 0).astype(np.uint8) for total in columns.totals)
    counts = len(columns.totals[1]), columns.totals[0].shape[0], columns.totals[0].shape[1]
    states = np.zeros(counts, np.uint8)
    waiting: list[int] = []

    def work(first: int, last: int) -> None:
        runs = np.zeros((2, counts[2]), columns.grids[0].dtype)
        waiting.append(judge(columns.grids, even, (first, last), needed, runs, states))

    _shared(work, counts[0], states.size)
    return states, sum(waiting)


def _settled(columns: Columns, states: AnyArray) -> Indices:
    """Write the states that neighbours give, and return the flat indices of what is left."""
    from shapelang.metrics.kernels.columns import INSIDE, settle

    rest = _undecided(states)
    for margin in _MARGINS:
        found = np.zeros(len(rest), np.uint8)
        settle(columns.grids, states, rest, margin, found)
        states.reshape(-1)[rest] = found
        rest = rest[found > INSIDE]
    return rest


def _undecided(states: AnyArray) -> Indices:
    from shapelang.metrics.kernels.columns import INSIDE

    return np.flatnonzero(states.reshape(-1) > INSIDE)


def _decided(states: AnyArray, rest: Indices) -> Decided:
    from shapelang.metrics.kernels.columns import INSIDE

    return Decided(states == INSIDE, rest)


def few_windings(mesh: Triangles, points: Points) -> Float64[np.ndarray, " n"]:
    """(n,) winding numbers at a few points, to some hundredths: sooner done than a tree is built."""
    from shapelang.metrics.kernels.windings import BUNDLE, bundles, windings

    made = np.zeros((-(-len(mesh.faces) // BUNDLE), 7))
    found = np.zeros(len(points))
    bundles(mesh.positions, mesh.faces, made)

    def work(first: int, last: int) -> None:
        windings(mesh.positions, mesh.faces, made, points[first:last], found[first:last])

    _shared(work, len(points), len(points) * len(mesh.faces))
    return found


def _shared(work: Callable[[int, int], None], count: int, steps: int) -> None:
    """Call `work` on stretches of 0 … count, in threads where there are enough steps to be shared."""
    if steps < _ALONE:
        work(0, count)
    else:
        in_threads(work, count)
