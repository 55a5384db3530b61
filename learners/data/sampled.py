"""Shapes that a program draws: as many as one likes, each known by its seed."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final, final

from learners.bounds import Cells, Count
from learners.data.kept import kept
from learners.data.packed import PackedGrids, packed
from learners.data.program_texts import ProgramText, checked, whole
from learners.data.solid_grids import solid_grid
from shapelang.arrays import OccupancyArray
from shapelang.execution.simulate import simulate

HELD_OUT: Final = 1 << 40
"""The first seed of the shapes that are kept away from learning."""
KEPT_AWAY: Final = 10
"""One shape is kept away for so many to learn from."""


@final
@dataclass(frozen=True, slots=True)
class Sampled:
    """Shapes of a program of chance.

    program: its text and those of the files that it uses. count: of shapes to learn from. resolution: cells along each
    axis.
    """

    program: ProgramText
    count: Count
    resolution: Cells


def sampled_grids(config: Sampled, held_out: bool) -> PackedGrids:
    """The shapes to learn from, or those kept away. Raises what the program's check and run raise."""
    first, count = (HELD_OUT, -(-config.count // KEPT_AWAY)) if held_out else (0, config.count)
    made_from = f"sampled {first} {count}\n{whole(config.program)}"
    return kept(made_from, config.resolution, lambda: packed(_grids(config, first, count), config.resolution))


def _grids(config: Sampled, first: int, count: int) -> Iterator[OccupancyArray | None]:
    program = checked(config.program)
    for seed in range(first, first + count):
        yield solid_grid(simulate(program, seed).assembly, config.resolution)
