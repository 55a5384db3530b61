"""Partitions of places drawn from their posterior, from the greedy merger on; the best that is met is kept."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import reduce
from typing import Final

from grammars.learning import partitions
from grammars.learning.merging import Class, class_of
from grammars.learning.slots import Seen, Slot, together

STEPS: Final = 2_000


def searched(classes: Sequence[Class], places: Mapping[Slot, Seen], grid: float, steps: int = STEPS) -> list[Class]:
    """The shortest partition of the places that a chain of so many steps meets, from given classes on."""
    every = list(places.items())
    known: dict[partitions.Block, Class] = {}

    def one(block: partitions.Block) -> Class:
        if block not in known:
            inside = [every[k] for k in sorted(block)]
            seen = reduce(together, (seen for _, seen in inside))
            known[block] = class_of(tuple(slot for slot, _ in inside), seen, grid)
        return known[block]

    number = {slot: k for k, slot in enumerate(places)}
    start = [frozenset(number[slot] for slot in one.slots) for one in classes]
    return [one(block) for block in partitions.searched(start, lambda block: one(block).bits, steps)]
