"""A chain over partitions: its law against enumeration, and that it finds what a bad start misses."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import pytest

from benchmarks.grammars.planted import planted
from grammars.charts.making import made
from grammars.learning.merging import Class, class_of, merged
from grammars.learning.searching import searched
from grammars.learning.slots import Seen, Slot, slots_of, together


def _places(seed: int, count: int) -> tuple[dict[Slot, Seen], float]:
    grammar, rng = planted(seed), np.random.default_rng(seed)
    return slots_of([s for _ in range(count) if (s := made(grammar, rng)) is not None]), grammar.grid


def _bits(classes: list[Class]) -> float:
    return sum(one.bits for one in classes)


def _partitions(items: list[int]) -> list[list[list[int]]]:
    if not items:
        return [[]]
    first, rest = items[0], items[1:]
    found: list[list[list[int]]] = []
    for partition in _partitions(rest):
        found.append([[first], *partition])
        found += [[*partition[:k], [first, *partition[k]], *partition[k + 1 :]] for k in range(len(partition))]
    return found


@pytest.mark.parametrize("seed", [16, 3])
def test_the_chain_finds_the_shortest_of_all_partitions(seed: int) -> None:
    places, grid = _places(seed, 30)
    few = dict(list(places.items())[:6])
    slots = list(few)

    def whole(block: list[int]) -> float:
        seen = few[slots[block[0]]]
        for _, k in pairwise(block):
            seen = together(seen, few[slots[k]])
        return class_of(tuple(slots[k] for k in block), seen, grid).bits

    best = min(sum(map(whole, partition)) for partition in _partitions(list(range(len(slots)))))
    alone = [class_of((slot,), seen, grid) for slot, seen in few.items()]
    assert _bits(searched(alone, few, grid, 1_500)) == pytest.approx(best)


def test_it_is_no_longer_than_where_it_started_and_keeps_every_place() -> None:
    places, grid = _places(1, 40)
    greedy = merged(places, grid)
    found = searched(greedy, places, grid, 300)
    assert _bits(found) <= _bits(greedy) + 1e-9
    assert sorted(map(str, (slot for one in found for slot in one.slots))) == sorted(map(str, places))


def test_one_nonterminal_for_all_is_split_again() -> None:
    places, grid = _places(3, 60)
    seen = None
    for one in places.values():
        seen = one if seen is None else together(seen, one)
    assert seen is not None
    lump = [class_of(tuple(places), seen, grid)]
    greedy = merged(places, grid)
    assert _bits(searched(lump, places, grid, 3_000)) <= _bits(greedy) + 1e-6
