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
from grammars.conditioning.measuring import holds
from grammars.conditioning.seeing import Seen
from shapelang.chance.address import key
from shapelang.chance.distributions import quantile
from shapelang.chance.draw import hash64, uniform
from shapelang.chance.families import Beta, Distribution, LogNormal, Normal, Uniform
from shapelang.execution.batch import MIN_LANES, Batch, Structure
from shapelang.execution.errors import Diverged, Rejected
from shapelang.execution.interpreter import execute
from shapelang.execution.trace import Support, Trace
from shapelang.geometry.pose import Real
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
        waiting = [np.arange(len(positions))]
        while waiting:
            lanes = waiting.pop()
            if len(lanes) < MIN_LANES:
                for lane in lanes.tolist():
                    self._alone(cells.some(lanes[lanes == lane]), int(tried[lane]), int(positions[lane]))
                continue
            chooser = _InCells(cells.some(lanes), tried[lanes], self.task.grid)
            try:
                yield from self._run(chooser, positions[lanes])
            except Diverged as ways:
                waiting += [lanes[way & chooser.alive] for way in ways.groups if (way & chooser.alive).any()]

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
                for clause in task.query.clauses:
                    met = met & holds(clause.test, seen)
        except (Rejected, _NoneLeft):
            return
        lanes = np.flatnonzero(met)
        if len(lanes):
            kept = tuple(positions[lanes].tolist())
            yield Structure(kept, tuple(lanes.tolist()), assembly, run.choices, True, (0,) * len(kept))

    def _alone(self, cell: Cells, seed: int, position: int) -> None:
        """One proposal on floats: faster than few lanes."""
        task = self.task
        chooser = _InCell(cell, seed, task.grid)
        try:
            run, assembly = execute(task.program, FLOAT, chooser, seed, task.fixed, task.limits)
            self._choices += len(run.choices)
            seen = Seen(FLOAT, assembly, run.choices)
            met = all(holds(clause.test, seen) for clause in task.query.clauses)
        except (Rejected, _NoneLeft):
            return
        if met:
            self._singles[position] = Trace(task.program, seed, run.choices, assembly, True, 0)


class _NoneLeft(Exception):
    """No lane is in its cell any more."""


def _within_sides(u: Any, sides: tuple[Real, Real] | None, n: Numbers) -> Any:
    """An even number between two sides; rounding may reach 0 or 1, which are no uniform numbers."""
    if sides is None:
        return u
    low, high = sides
    return n.minimum(n.maximum(low + (high - low) * u, 2.0**-53), 1.0 - 2.0**-53)


def _rounded(n: Numbers, value: Any, distribution: Distribution, grid: float | None) -> Any:
    """A real as the grid has it."""
    if grid is None or not isinstance(distribution, Normal | LogNormal | Uniform | Beta):
        return value
    return n.floor(value / grid + 0.5) * grid


@final
class _InCell:
    """Draws evenly within one cell, in floats."""

    redraws = False

    def __init__(self, cell: Cells, seed: int, grid: float | None) -> None:
        self.grid = grid
        self.taken, self.seed = cell.taken, seed
        self.sides = {a: (float(low[0]), float(high[0])) for a, (low, high) in cell.ranges.items()}

    def choose(self, n: Numbers, address: str, distribution: Distribution, support: Support, salt: int) -> Any:
        """The quantile of an even number between the sides of the cell."""
        del salt
        u = _within_sides(uniform(n, self.seed, key(address)), self.sides.get(address), n)
        found = _rounded(n, quantile(n, distribution, u, support), distribution, self.grid)
        if address in self.taken and found != self.taken[address]:
            raise _NoneLeft
        return found


@final
class _InCells:
    """Draws evenly within cells, a lane for each; a lane whose choice comes out otherwise than its cell says is dead.

    It keeps the account of failed `require`s as well: nothing is tried again, since that is the whole draw's part.
    """

    redraws = False

    def __init__(self, cells: Cells, seeds: Seeds, grid: float | None) -> None:
        self.grid = grid
        self.cells, self.seeds = cells, seeds
        self.alive = np.ones(cells.count, dtype=bool)

    def choose(self, n: Numbers, address: str, distribution: Distribution, support: Support, salt: int) -> Any:
        """The quantile of an even number between the sides of the cell."""
        del salt
        u = _within_sides(uniform(n, self.seeds, key(address)), self.cells.ranges.get(address), n)
        found = _rounded(n, quantile(n, distribution, u, support), distribution, self.grid)
        if address not in self.cells.taken:
            return found
        option = self.cells.taken[address]
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
