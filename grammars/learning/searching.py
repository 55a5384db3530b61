"""Partitions of places drawn from their posterior, from the greedy merger on; the best that is met is kept.

Talton et al., "Learning design patterns with Bayesian grammar induction", 2012: mergers and splits of nonterminals by a
Markov chain whose law is 2^(−bits). Two places are drawn: if they are one nonterminal, it is split between them at
random, else their nonterminals are merged (Dahl, "An improved merge-split sampler", 2003); or one place is moved.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from functools import reduce
from math import log
from typing import Final, TypeAlias, final

import numpy as np

from grammars.learning.merging import Class, class_of
from grammars.learning.slots import Seen, Slot, together

STEPS: Final = 2_000

_MOVED: Final = 0.5
"""Of the steps: one place is moved."""

_Block: TypeAlias = frozenset[int]


def searched(classes: Sequence[Class], places: Mapping[Slot, Seen], grid: float, steps: int = STEPS) -> list[Class]:
    """The shortest partition of the places that a chain of so many steps meets, from given classes on."""
    chain = _Chain(list(places.items()), grid)
    number = {slot: k for k, slot in enumerate(places)}
    state = [frozenset(number[slot] for slot in one.slots) for one in classes]
    here = best = chain.bits(state)
    found = state
    for _ in range(steps if len(places) > 1 else 0):
        proposed, ways = chain.moved(state) if chain.rng.random() < _MOVED else chain.split_or_merged(state)
        there = chain.bits(proposed)
        if log(1.0 - chain.rng.random()) < (here - there) * log(2.0) + ways:
            state, here = proposed, there
            if here < best - 1e-9:
                found, best = state, here
    return [chain.one(block) for block in sorted(found, key=min)]


@final
class _Chain:
    """Blocks of places with their classes, each worked out once."""

    def __init__(self, places: Sequence[tuple[Slot, Seen]], grid: float) -> None:
        self.places, self.grid = places, grid
        self.rng = np.random.default_rng(0)
        self.known: dict[_Block, Class] = {}

    def one(self, block: _Block) -> Class:
        """The class of a block."""
        if block not in self.known:
            inside = [self.places[k] for k in sorted(block)]
            seen = reduce(together, (seen for _, seen in inside))
            self.known[block] = class_of(tuple(slot for slot, _ in inside), seen, self.grid)
        return self.known[block]

    def bits(self, state: Iterable[_Block]) -> float:
        """Of all classes."""
        return sum(self.one(block).bits for block in state)

    def moved(self, state: list[_Block]) -> tuple[list[_Block], float]:
        """One place in another block, or in one of its own; the log-ratio of the ways back and forth."""
        place = int(self.rng.integers(len(self.places)))
        own = next(block for block in state if place in block)
        others = [block for block in state if block != own]
        targets: list[_Block] = [*others, *([frozenset[int]()] if len(own) > 1 else [])]
        if not targets:
            return state, 0.0
        target = targets[int(self.rng.integers(len(targets)))]
        after = [block for block in others if block != target]
        after += [target | {place}, *([own - {place}] if len(own) > 1 else [])]
        back = len(after) - 1 + (len(target) > 0)
        return after, log(len(targets) / back)

    def split_or_merged(self, state: list[_Block]) -> tuple[list[_Block], float]:
        """The block of two places split between them, or their blocks merged."""
        i, j = (int(k) for k in self.rng.choice(len(self.places), 2, replace=False))
        a, b = (next(block for block in state if k in block) for k in (i, j))
        others = [block for block in state if block not in (a, b)]
        if a != b:
            return [*others, a | b], (2 - len(a | b)) * log(2.0)
        left = {i, *(k for k in sorted(a - {i, j}) if self.rng.random() < 0.5)}
        return [*others, frozenset(left), a - left], (len(a) - 2) * log(2.0)
