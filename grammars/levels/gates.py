"""Where chunks of an endless level meet: decided by their common border alone, so that both sides agree."""

from __future__ import annotations

from typing import Final, TypeAlias

from grammars.levels.dice import Dice
from grammars.levels.lots import WAY, Crossing, Side

Chunk: TypeAlias = tuple[int, int]
"""Column and row of a chunk: +1 in the first is one side further along +X, in the second along +Z."""

MIDDLE: Final = 0.25
"""A gate stands in the middle part of its border: this share of it, at most, away from the middle."""


def gate_of(seed: int, chunk: Chunk, side: Side, length: int) -> Crossing:
    """The gate in one side of a chunk, in the chunk's own tiles. The neighbour gets the same place along the border."""
    column, row = chunk
    dx, dz = side.value
    # The border is called after the chunk on its low side.
    low = (column + min(dx, 0), row + min(dz, 0))
    dice = Dice(seed).under("gate_x" if side.along_x is False else "gate_z", *low)
    reach = int(length * MIDDLE)
    start = length // 2 - WAY // 2 + dice.whole("start", -reach, reach)
    return Crossing(side, 0 if dx + dz < 0 else length, start)


def gates_of(seed: int, chunk: Chunk, length: int) -> tuple[Crossing, ...]:
    """The four gates of a chunk."""
    return tuple(gate_of(seed, chunk, side, length) for side in Side)
