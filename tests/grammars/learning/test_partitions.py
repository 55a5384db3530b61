"""Partitions by mergers and by a chain: against all partitions of few things."""

from __future__ import annotations

from itertools import combinations

import numpy as np
import pytest

from grammars.learning.partitions import Bits, Block, merged, searched


def _partitions(things: list[int]) -> list[list[Block]]:
    if not things:
        return [[]]
    first, rest = things[0], things[1:]
    found: list[list[Block]] = []
    for partition in _partitions(rest):
        found.append([frozenset([first]), *partition])
        found += [[*partition[:k], partition[k] | {first}, *partition[k + 1 :]] for k in range(len(partition))]
    return found


def _bits(seed: int) -> Bits:
    """Of blocks: 4, and of each pair in one what a table says."""
    table: list[list[float]] = np.random.default_rng(seed).normal(0.0, 3.0, (7, 7)).tolist()
    return lambda block: 4.0 + sum(table[a][b] for a, b in combinations(sorted(block), 2))


def _alone() -> list[Block]:
    return [frozenset([k]) for k in range(7)]


@pytest.mark.parametrize("seed", range(6))
def test_the_chain_finds_the_best_of_all_partitions(seed: int) -> None:
    bits = _bits(seed)
    best = min(sum(map(bits, p)) for p in _partitions(list(range(7))))
    assert sum(map(bits, searched(_alone(), bits, 4_000))) == pytest.approx(best)


@pytest.mark.parametrize("seed", range(6))
def test_a_chain_of_so_many_blocks_finds_the_best_of_these(seed: int) -> None:
    bits = _bits(seed)
    start = [frozenset([0, 1, 2, 3, 4]), frozenset([5]), frozenset([6])]
    best = min(sum(map(bits, p)) for p in _partitions(list(range(7))) if len(p) == 3)
    found = searched(start, bits, 4_000, fixed=True)
    assert len(found) == 3 and sum(map(bits, found)) == pytest.approx(best)


def test_two_blocks_are_merged_as_long_as_that_saves_bits_the_best_pair_first() -> None:
    worth = {frozenset([0, 1]): 3.0, frozenset([1, 2]): 2.0, frozenset([3, 4]): 1.0}

    def bits(block: Block) -> float:
        return -sum(w for pair, w in worth.items() if pair <= block) + 2.5 * (len(block) > 2)

    # 0 and 1 save 3; to have 2 with them as well would save 2 and cost 2.5.
    assert merged([frozenset([k]) for k in range(5)], bits) == [frozenset([0, 1]), frozenset([2]), frozenset([3, 4])]


def test_neither_is_worse_than_where_it_started() -> None:
    for seed in range(6):
        bits = _bits(seed)
        greedy = merged(_alone(), bits)
        assert sum(map(bits, greedy)) <= sum(map(bits, _alone()))
        assert sum(map(bits, searched(greedy, bits, 50, seed=seed))) <= sum(map(bits, greedy)) + 1e-9
