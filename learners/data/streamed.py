"""Shapes that a program draws without end, each when it is asked for, and all that is known of one."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Final, final

import numpy as np
import torch

from learners.bounds import Cells
from learners.chance import generator
from learners.data.examples import ENDLESS, Examples
from learners.data.points import sampled_points
from learners.data.program_texts import ProgramText, checked
from learners.data.sampled import Sampled, sampled_grids
from learners.data.solid_grids import solid_grid
from learners.data.surface import surface_points
from learners.data.views import Depths, fixed_views
from learners.tensors import Grids, Indices, Points, Values
from shapelang.diagnostics import UsageError
from shapelang.execution.simulate import simulate
from shapelang.execution.trace import Trace
from shapelang.semantics.program import Program

AWAY: Final = 200
"""Shapes that are held out: those that are held out of `Sampled` with ten times as many."""
TRIES: Final = 16
"""Seeds that are tried for a shape with a cell inside."""


@final
@dataclass(frozen=True, slots=True)
class Streamed:
    """Shapes of a program of chance, another one for each index.

    program: its text and those of the files that it uses. resolution: cells along each axis.
    """

    program: ProgramText
    resolution: Cells


@final
@dataclass(frozen=True, eq=False)
class Drawn:
    """A draw of a program. trace: the program, its choices and the assembly; grid: (1, r, r, r) its cells."""

    trace: Trace
    grid: Grids

    def points(self, count: int) -> Points:
        """(1, count, 3) on the surface of its cells, in the cube from -1 to 1."""
        return surface_points(self.grid, count)

    def occupancy(self, count: int, seed: int) -> tuple[Points, Values]:
        """(1, count, 3) centres of cells, those near the surface first, and (1, count) whether they are inside."""
        return sampled_points(self.grid, count, generator(seed, "occupancy"))

    def renders(self, views: int) -> Depths:
        """(1, views, r, r) depths as 1 to 3 cameras along x, y and z see it."""
        return fixed_views(self.grid, views)


@final
@dataclass(frozen=True, eq=False)
class StreamedShapes:
    """Those to learn from: the same index is the same shape, in whichever worker, run or order it is asked for."""

    config: Streamed

    @property
    def resolution(self) -> int:
        """As the set has it."""
        return self.config.resolution

    @property
    def axes(self) -> int:
        """Solids have three: x, y (up), z."""
        return 3

    @property
    def classes(self) -> int:
        """One."""
        return 1

    def __len__(self) -> int:
        return ENDLESS

    def grids(self, indices: Indices) -> Grids:
        """(b, r, r, r)."""
        return torch.cat([self.drawn(index).grid for index in indices.tolist()])

    def labels(self, indices: Indices) -> Indices:
        """All 0."""
        return torch.zeros_like(indices)

    def drawn(self, index: int) -> Drawn:
        """The draw of an index; where its seed makes nothing but what is thinner than a cell, that of a further seed.

        Raises UsageError where none of `TRIES` seeds makes more.
        """
        for attempt in range(TRIES):
            # From HELD_OUT = 2^40 on are the seeds of what is held out.
            trace = simulate(self._program, index + 2 * attempt * ENDLESS)
            grid = solid_grid(trace.assembly, self.config.resolution)
            if grid is not None:
                return Drawn(trace, torch.from_numpy(np.ascontiguousarray(grid))[None])
        cells = self.config.resolution
        raise UsageError(f"every shape is thinner than a cell: of {TRIES} seeds nothing is inside at {cells} cells")

    @cached_property
    def _program(self) -> Program:
        return checked(self.config.program)


def streamed_examples(config: Streamed, held_out: bool) -> Examples:
    """The shapes without end to learn from, or those held out. Raises what the program's check and run raise."""
    if held_out:
        return sampled_grids(Sampled(config.program, 10 * AWAY, config.resolution), held_out=True)
    return StreamedShapes(config)
