"""Families of bodies by Bayesian merging: best first from each body alone, and a chain from there."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import numpy as np

from grammars.learning.partitions import Block, merged, searched
from grammars.learning.shapes.bodies import Body
from grammars.learning.shapes.families import families
from grammars.learning.shapes.matching import Matching
from grammars.learning.shapes.posterior import Table, table_of
from grammars.learning.shapes.precision import Precision, evenly

_STEPS: Final = 4_000

_SAMPLED: Final = 200
"""Bodies that are merged and searched; of more, the others join the family that they take the fewest bits in."""

_MOST: Final = 8
"""Families by shared parts that the chain may begin with, where it is not said how many."""


def divided(
    bodies: Sequence[Body], precision: Precision, matching: Matching, count: int | None, seed: int
) -> list[list[int]]:
    """Bodies, by number, in the families of most posterior that are found, the largest first; or in `count` of them.

    The chain goes on from mergers, or from where bodies of one family share most parts: whichever is better.
    """
    linked = list(families(bodies, _MOST if count is None else count, matching))
    if len(linked[-1]) == 1:
        return linked[-1]
    table = table_of(bodies, precision, matching)
    some = sorted({*evenly(len(bodies), _SAMPLED), *(group[0] for group in linked[-1])})
    part, place = table.only(some), {body: k for k, body in enumerate(some)}
    starts = [[frozenset(place[b] for b in group if b in place) for group in groups] for groups in linked]
    if count is not None:
        return _all(table, some, searched(starts[-1], part.bits, _STEPS, seed=seed, fixed=True))
    starts = [[block for block in start if block] for start in starts]
    starts.append(merged([frozenset([k]) for k in range(len(some))], part.bits))
    best = min(starts, key=lambda start: sum(map(part.bits, start)))
    return _all(table, some, searched(best, part.bits, _STEPS, seed=seed))


def _all(table: Table, some: Sequence[int], blocks: Sequence[Block]) -> list[list[int]]:
    """The families of the bodies that were searched, with all others, each in the family that it fits best."""
    groups = [[some[k] for k in sorted(block)] for block in blocks]
    sums = [table.sums(group) for group in groups]
    before = [table.of_sums(one) for one in sums]
    joined: list[list[int]] = [list(group) for group in groups]
    for body in sorted(set(range(len(table.extents))) - set(some)):
        own = table.sums([body])
        further = [table.of_sums(one.plus(own)) - bits for one, bits in zip(sums, before, strict=True)]
        joined[int(np.argmin(further))].append(body)
    return sorted((sorted(group) for group in joined), key=len, reverse=True)
