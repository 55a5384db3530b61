"""Derivations drawn from a cover, and kept where they meet the query: independent, and just as probable as by chance.

A cell is drawn by its volume and a point in it evenly; where that is a derivation of the cell which meets the query it
is kept. So what is kept has the program's own distribution under the query, and no weights.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any, Final, final

import numpy as np
from numpy.typing import NDArray

from grammars.conditioning.bounding import Task
from grammars.conditioning.cells import Cells, merged
from grammars.conditioning.covering import Cover
from grammars.conditioning.lanes import Columns
from grammars.conditioning.measuring import holds
from grammars.conditioning.seeing import Seen
from shapelang.chance.address import key
from shapelang.chance.draw import hash64, uniform
from shapelang.chance.families import Beta, Distribution, LogNormal, Normal, Uniform
from shapelang.execution.batch import MIN_LANES, Batch, Structure
from shapelang.execution.errors import Rejected
from shapelang.execution.interpreter import execute
from shapelang.execution.trace import Support, Trace
from shapelang.numbers import FLOAT, NUMPY, Numbers
from shapelang.semantics.program import Program

Seeds = NDArray[np.uint64]
Positions = NDArray[np.int64]

_TRY: Final = key("conditioning.try")
_CELL: Final = key("conditioning.cell")


@final
@dataclass(frozen=True, slots=True, eq=False)
class Drawn:
    """Which of the proposals meet the query, and the structures that hold these; positions are those of proposals."""

    met: NDArray[np.bool_]
    structures: tuple[Structure, ...]
    singles: Mapping[int, Trace]
    choices: int
    """How many were made in all proposals, as far as they came to their end."""

    def traces(self, program: Program) -> Iterator[Trace]:
        """Those that meet the query, structure by structure."""
        for structure in self.structures:
            places = tuple(range(len(structure.positions)))
            yield from Batch(program, places, (replace(structure, positions=places),), {}).traces()
        yield from self.singles.values()


@final
class Proposals:
    """Draws from one cover."""

    def __init__(self, task: Task, cover: Cover) -> None:
        self.task = task
        self.groups = merged(cover.groups)
        volumes = [group.volumes() for group in self.groups]
        self.volume = float(sum(v.sum() for v in volumes))
        self._ends = np.cumsum(np.concatenate(volumes))
        self._firsts = np.cumsum([0, *(group.count for group in self.groups)])

    def draw(self, seeds: Seeds, numbers: range) -> Drawn:
        """The given tries of every seed, (tries, seeds) one after the other; what one seed gives hangs on no other."""
        tried = np.concatenate([np.asarray(hash64(seeds, _TRY, k), dtype=np.uint64) for k in numbers])
        u = np.asarray(uniform(NUMPY, tried, _CELL)) * self._ends[-1]
        cell = np.minimum(np.searchsorted(self._ends, u, side="right"), len(self._ends) - 1)
        group = np.searchsorted(self._firsts, cell, side="right") - 1
        met = np.zeros(len(tried), dtype=bool)
        self._singles: dict[int, Trace] = {}
        self._choices = 0
        structures: list[Structure] = []
        for k in np.unique(group).tolist():
            positions = np.flatnonzero(group == k)
            cells = self.groups[k].some(cell[positions] - self._firsts[k])
            structures += self._within(cells, tried[positions], positions)
        for structure in structures:
            met[list(structure.positions)] = True
        met[list(self._singles)] = True
        return Drawn(met, tuple(structures), self._singles, self._choices)

    def _within(self, cells: Cells, tried: Seeds, positions: Positions) -> Iterator[Structure]:
        """Lanes of cells that take the same alternatives; parted wherever their structures differ."""
        columns = Columns(cells, tried)
        waiting = [np.arange(len(positions))]
        while waiting:
            lanes = waiting.pop()
            if len(lanes) < MIN_LANES:
                for lane in lanes.tolist():
                    self._alone(columns, lane, int(positions[lane]))
                continue
            chooser = _InCells(columns, lanes, self.task.grid)
            yield from self._run(chooser, positions[lanes])
            waiting += [lanes[others] for others in chooser.apart]

    def _run(self, chooser: _InCells, positions: Positions) -> Iterator[Structure]:
        task = self.task
        try:
            with np.errstate(all="ignore"):
                run, assembly = execute(
                    task.program, NUMPY, chooser, 0, task.fixed, task.limits, redraws=chooser
                )  # fmt: skip
                self._choices += len(run.choices) * len(positions)
                seen = Seen(NUMPY, assembly, run.choices)
                met = chooser.alive
                for test in chooser.columns.cells.tests(task.query):
                    met = met & holds(test, seen)
        except _NoneLeft:
            return
        except Rejected:
            # Something is impossible in some of the lanes: each tells by itself whether it is one of them.
            for lane in np.flatnonzero(chooser.alive).tolist():
                self._alone(chooser.columns, int(chooser.lanes[lane]), int(positions[lane]))
            return
        lanes = np.flatnonzero(met)
        if len(lanes):
            kept = tuple(positions[lanes].tolist())
            yield Structure(kept, tuple(lanes.tolist()), assembly, run.choices, True, (0,) * len(kept))

    def _alone(self, columns: Columns, lane: int, position: int) -> None:
        """One proposal on floats: faster than few lanes."""
        task, seed = self.task, int(columns.seeds[lane])
        chooser = _InCell(columns, lane, task.grid)
        try:
            run, assembly = execute(task.program, FLOAT, chooser, seed, task.fixed, task.limits)
            self._choices += len(run.choices)
            seen = Seen(FLOAT, assembly, run.choices)
            met = all(holds(test, seen) for test in columns.cells.tests(task.query))
        except (Rejected, _NoneLeft):
            return
        if met:
            self._singles[position] = Trace(task.program, seed, run.choices, assembly, True, 0)


class _NoneLeft(Exception):
    """No lane is in its cell any more."""


def _rounded(n: Numbers, value: Any, distribution: Distribution, grid: float | None) -> Any:
    """A real as the grid has it."""
    if grid is None or not isinstance(distribution, Normal | LogNormal | Uniform | Beta):
        return value
    return n.floor(value / grid + 0.5) * grid


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
        found = _rounded(n, drawn, distribution, self.grid)
        taken = self.columns.cells.taken
        if address in taken and found != taken[address]:
            raise _NoneLeft
        return found


@final
class _InCells:
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
        found = _rounded(n, drawn, distribution, self.grid)
        if address not in self.columns.cells.taken:
            return found
        option = self.columns.cells.taken[address]
        self.alive = self.alive & (found == option)
        if not self.alive.any():
            raise _NoneLeft
        return option

    def enter(self, address: str, draws: int) -> int:
        """No block is tried again."""
        del address, draws
        return 0

    def leave(self) -> None:
        """Nothing was entered."""

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
