"""Runs of the evaluator on proposals: lanes of one structure together, single ones on floats. No query is asked yet."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, final

import numpy as np
from numpy.typing import NDArray

from grammars.conditioning.cells import Cells
from grammars.conditioning.lanes import Columns, rounded
from grammars.conditioning.requires import Once
from grammars.conditioning.seeing import Seen
from grammars.conditioning.task import Task
from shapelang.assembly.assembly import Assembly
from shapelang.chance.families import Distribution
from shapelang.execution.batch import MIN_LANES
from shapelang.execution.errors import Rejected
from shapelang.execution.interpreter import execute
from shapelang.execution.trace import Support
from shapelang.numbers import FLOAT, NUMPY, Numbers

Seeds = NDArray[np.uint64]
Positions = NDArray[np.int64]


@final
@dataclass(frozen=True, slots=True, eq=False)
class Ran:
    """Proposals of one structure, by position, and what is seen of them; `seed` is that of one that ran on floats.

    Lanes that are not `alive` mean nothing.
    """

    positions: Positions
    alive: NDArray[np.bool_]
    seed: int | None
    assembly: Assembly
    seen: Seen


def runs(task: Task, cells: Cells, seeds: Seeds, positions: Positions) -> Iterator[Ran]:
    """Proposals from lanes of cells that take the same alternatives; those that the program refuses are left out.

    Raises ProgramError what a run raises.
    """
    columns = Columns(cells, seeds)
    waiting = [np.arange(len(positions))]
    while waiting:
        lanes = waiting.pop()
        if len(lanes) < MIN_LANES:
            yield from _one_by_one(task, columns, lanes, positions)
            continue
        chooser = _InCells(columns, lanes, task.grid)
        yield from _together(task, chooser, positions)
        waiting += [lanes[others] for others in chooser.apart]


def _together(task: Task, chooser: _InCells, positions: Positions) -> Iterator[Ran]:
    lanes = chooser.lanes
    try:
        with np.errstate(all="ignore"):
            run, assembly = execute(task.program, NUMPY, chooser, 0, task.fixed, task.limits, redraws=chooser)
            yield Ran(positions[lanes], chooser.alive, None, assembly, Seen(NUMPY, assembly, run.choices))
    except _NoneLeft:
        return
    except Rejected:
        # Something is impossible in some of the lanes: each tells by itself whether it is one of them.
        yield from _one_by_one(task, chooser.columns, lanes[chooser.alive], positions)


def _one_by_one(task: Task, columns: Columns, lanes: Positions, positions: Positions) -> Iterator[Ran]:
    """Proposals on floats: faster than few lanes."""
    for lane in lanes.tolist():
        seed = int(columns.seeds[lane])
        try:
            run, assembly = execute(
                task.program, FLOAT, _InCell(columns, lane, task.grid), seed, task.fixed, task.limits
            )
        except (Rejected, _NoneLeft):
            continue
        seen = Seen(FLOAT, assembly, run.choices)
        yield Ran(positions[lane : lane + 1], np.ones(1, dtype=bool), seed, assembly, seen)


class _NoneLeft(Exception):
    """No lane is in its cell any more."""


@final
class _InCell:
    """Draws evenly within one cell, in floats."""

    redraws = False

    def __init__(self, columns: Columns, lane: int, grid: float | None) -> None:
        self.columns, self.lane, self.grid = columns, lane, grid

    def choose(self, n: Numbers, address: str, distribution: Distribution, support: Support, salt: int) -> Any:
        """The quantile of an even number between the sides of the cell."""
        del salt
        drawn = self.columns.at(address, distribution, support, self.lane)
        found = rounded(n, drawn, distribution, self.grid)
        taken = self.columns.cells.taken
        if address in taken and found != taken[address]:
            raise _NoneLeft
        return found


@final
class _InCells(Once):
    """Draws evenly within cells, a lane for each; a lane whose choice comes out otherwise than its cell says is dead.

    It keeps the account of failed `require`s as well: nothing is tried again, since that is the whole draw's part.
    Where lanes would go different ways the run goes on with most of them; the others are set `apart`, for other runs.
    """

    redraws = False

    def __init__(self, columns: Columns, lanes: Positions, grid: float | None) -> None:
        self.columns, self.lanes, self.grid = columns, lanes, grid
        self.alive = np.ones(len(lanes), dtype=bool)
        self.apart: list[NDArray[np.bool_]] = []

    def choose(self, n: Numbers, address: str, distribution: Distribution, support: Support, salt: int) -> Any:
        """The quantile of an even number between the sides of the cell."""
        del salt
        drawn, self.alive = self.columns.among(address, distribution, support, self.lanes, self.alive)
        found = rounded(n, drawn, distribution, self.grid)
        if address not in self.columns.cells.taken:
            return found
        option = self.columns.cells.taken[address]
        self.alive = self.alive & (found == option)
        if not self.alive.any():
            raise _NoneLeft
        return option

    def reject(self, lanes: Any, draws: int) -> None:
        """A `require` fails in some lanes."""
        del draws
        self.alive = self.alive & ~lanes

    def among_alive(self, lanes: Any) -> Any:
        """The values of the lanes that count."""
        return lanes if self.alive.all() else lanes[self.alive]

    def deciding(self, lanes: Any) -> Any:
        """The one value that most lanes have; those that have another are set apart."""
        values, counts = np.unique(self.among_alive(lanes), return_counts=True)
        if len(values) > 1:
            most = values[counts.argmax()]
            self.apart += [self.alive & (lanes == value) for value in values if value != most]
            self.alive = self.alive & (lanes == most)
        return self.among_alive(lanes)
