"""Partitions of things drawn from a posterior that is a sum over their blocks; the best that is met is kept.

Talton et al., "Learning design patterns with Bayesian grammar induction", 2012: mergers and splits by a Markov chain
whose law is 2^(−bits). Two things are drawn: if they are in one block, it is split between them at random, else their
blocks are merged (Dahl, "An improved merge-split sampler", 2003); or one thing is moved.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from itertools import combinations
from math import log
from typing import Final, TypeAlias, final

import numpy as np

_MOVED: Final = 0.5
"""Of the steps: one thing is moved."""

Block: TypeAlias = frozenset[int]

Bits: TypeAlias = Callable[[Block], float]
"""Of a block; those of a partition are their sum."""


def merged(blocks: Sequence[Block], bits: Bits) -> list[Block]:
    """Best first: the two blocks whose merger saves most bits are merged, as long as one does."""
    state = dict(enumerate(blocks))
    known = {k: bits(block) for k, block in state.items()}
    gains = {(a, b): known[a] + known[b] - bits(state[a] | state[b]) for a, b in combinations(state, 2)}
    fresh = len(state)
    while gains:
        a, b = max(gains, key=lambda pair: gains[pair])
        if gains[a, b] <= 0.0:
            break
        state[fresh] = state.pop(a) | state.pop(b)
        known[fresh] = known.pop(a) + known.pop(b) - gains[a, b]
        gains = {pair: gain for pair, gain in gains.items() if a not in pair and b not in pair}
        for k in state:
            if k != fresh:
                gains[k, fresh] = known[k] + known[fresh] - bits(state[k] | state[fresh])
        fresh += 1
    return sorted(state.values(), key=min)


def searched(blocks: Sequence[Block], bits: Bits, steps: int, *, seed: int = 0, fixed: bool = False) -> list[Block]:
    """The partition of fewest bits that a chain of so many steps meets, from given blocks on.

    `fixed`: of as many blocks as these.
    """
    chain = _Chain(blocks, bits, seed, fixed)
    here = best = chain.bits(chain.blocks)
    found = chain.blocks
    for _ in range(steps if chain.count > 1 else 0):
        proposed, ways = chain.moved() if chain.rng.random() < _MOVED else chain.split_or_merged()
        there = chain.bits(proposed)
        if log(1.0 - chain.rng.random()) < (here - there) * log(2.0) + ways:
            chain.blocks, here = proposed, there
            if here < best - 1e-9:
                found, best = chain.blocks, here
    return sorted(found, key=min)


@final
class _Chain:
    """Blocks of things 0, 1, …, with the bits of each block, worked out once."""

    def __init__(self, blocks: Sequence[Block], bits: Bits, seed: int, fixed: bool) -> None:
        self.blocks, self.fixed = list(blocks), fixed
        self.count = sum(map(len, blocks))
        self.of_block = bits
        self.rng = np.random.default_rng(seed)
        self.known: dict[Block, float] = {}

    def bits(self, state: Iterable[Block]) -> float:
        """Of all blocks."""
        return sum(self._one(block) for block in state)

    def _one(self, block: Block) -> float:
        if block not in self.known:
            self.known[block] = self.of_block(block)
        return self.known[block]

    def moved(self) -> tuple[list[Block], float]:
        """One thing in another block, or in one of its own; the log-ratio of the ways back and forth."""
        thing = int(self.rng.integers(self.count))
        own = next(block for block in self.blocks if thing in block)
        others = [block for block in self.blocks if block != own]
        targets: list[Block] = [*others, *([frozenset[int]()] if len(own) > 1 and not self.fixed else [])]
        if not targets or (self.fixed and len(own) == 1):
            return self.blocks, 0.0
        target = targets[int(self.rng.integers(len(targets)))]
        after = [block for block in others if block != target]
        after += [target | {thing}, *([own - {thing}] if len(own) > 1 else [])]
        back = len(targets) if self.fixed else len(after) - 1 + (len(target) > 0)
        return after, log(len(targets) / back)

    def split_or_merged(self) -> tuple[list[Block], float]:
        """The block of two things split between them, or their blocks merged."""
        i, j = (int(k) for k in self.rng.choice(self.count, 2, replace=False))
        a, b = (next(block for block in self.blocks if k in block) for k in (i, j))
        both, others = a | b, [block for block in self.blocks if block not in (a, b)]
        if self.fixed and a == b:
            return self.blocks, 0.0
        if a != b and not self.fixed:
            return [*others, both], (2 - len(both)) * log(2.0)
        # Two blocks that stay two are divided anew, which is as likely there as back.
        left = {i, *(k for k in sorted(both - {i, j}) if self.rng.random() < 0.5)}
        return [*others, frozenset(left), both - left], 0.0 if self.fixed else (len(both) - 2) * log(2.0)
