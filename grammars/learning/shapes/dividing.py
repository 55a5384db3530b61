"""Families of bodies by Bayesian merging: best first from each body alone, and a chain from there."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final

import numpy as np

from grammars.learning.partitions import Block, merged, searched
from grammars.learning.shapes.bodies import Body
from grammars.learning.shapes.families import families
from grammars.learning.shapes.posterior import Table, table_of
from grammars.learning.shapes.precision import Precision

_STEPS: Final = 4_000

_SAMPLED: Final = 200
"""Bodies that are merged and searched; of more, the others join the family that they take the fewest bits in."""

_MOST: Final = 8
"""Families, where it is not said how many."""


def divisions(bodies: Sequence[Body], precision: Precision, count: int | None, seed: int) -> Iterator[list[list[int]]]:
    """Ways to divide bodies, by number, into so many families, or into two and more; the largest family first.

    By the parts that they share, and by the posterior: from so many families on, or from none merged.
    """
    linked = [groups for groups in families(bodies, _MOST if count is None else count) if len(groups) > 1]
    if not linked:
        return
    table = table_of(bodies, precision)
    if count is None:
        yield from linked
        yield from (groups for groups in [_merged(table, seed)] if 1 < len(groups) <= _MOST)
    else:
        yield linked[-1]
        yield _searched(table, linked[-1], seed)


def _merged(table: Table, seed: int) -> list[list[int]]:
    some = sampled(len(table.extents))
    part = table.only(some)
    blocks = merged([frozenset([k]) for k in range(len(some))], part.bits)
    return _all(table, some, searched(blocks, part.bits, _STEPS, seed=seed))


def _searched(table: Table, groups: Sequence[Sequence[int]], seed: int) -> list[list[int]]:
    """In as many families. Of each at least one body is searched."""
    some = sorted({*sampled(len(table.extents)).tolist(), *(group[0] for group in groups)})
    place = {body: k for k, body in enumerate(some)}
    blocks = [frozenset(place[body] for body in group if body in place) for group in groups]
    return _all(table, np.array(some), searched(blocks, table.only(some).bits, _STEPS, seed=seed, fixed=True))


def sampled(count: int) -> np.ndarray:
    """(n,): as many as are searched of so many bodies, evenly."""
    return np.unique(np.linspace(0, count - 1, min(count, _SAMPLED)).round().astype(int))


def _all(table: Table, some: Sequence[int] | np.ndarray, blocks: Sequence[Block]) -> list[list[int]]:
    """The families of the bodies that were searched, with all others, each in the family that it fits best."""
    groups = [[int(some[k]) for k in sorted(block)] for block in blocks]
    sums = [table.sums(group) for group in groups]
    before = [table.of_sums(one) for one in sums]
    joined: list[list[int]] = [list(group) for group in groups]
    for body in sorted(set(range(len(table.extents))) - {int(k) for k in some}):
        own = table.sums([body])
        further = [table.of_sums(one.plus(own)) - bits for one, bits in zip(sums, before, strict=True)]
        joined[int(np.argmin(further))].append(body)
    return sorted((sorted(group) for group in joined), key=len, reverse=True)
