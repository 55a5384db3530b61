"""Bodies of a corpus in families, by which parts they share: each has a grammar of its own where that is shorter."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final

import numpy as np

from grammars.learning.shapes.bodies import Body
from grammars.learning.shapes.describing import Described
from grammars.learning.shapes.matching import Matching
from grammars.learning.shapes.model import LearnedAlternative, LearnedBody, LearnedPart
from grammars.learning.shapes.used import used_extents

_FEWEST: Final = 3
"""Bodies of a family, on average."""

_PART: Final = 12.0
"""Bits of a part that is written, besides its numbers: what it is, and how it repeats."""

_CHOICE: Final = 12.0
"""Bits of an alternative that is written."""


def families(bodies: Sequence[Body], most: int, matching: Matching) -> Iterator[list[list[int]]]:
    """The bodies, by number, in one family, in two, and so on; by the mean distance of their parts (Jaccard)."""
    from scipy.cluster.hierarchy import fcluster, linkage
    from scipy.spatial.distance import pdist

    yield [list(range(len(bodies)))]
    if len(bodies) < 2 * _FEWEST:
        return
    _, assignments = matching.roles(bodies)
    parts = sorted({_part(b, k, r) for b, a in zip(bodies, assignments, strict=True) for k, r in enumerate(a)})
    column = {part: k for k, part in enumerate(parts)}
    present = np.zeros((len(bodies), len(parts)), bool)
    weights = np.zeros(len(parts))
    for row, (body, assignment) in enumerate(zip(bodies, assignments, strict=True)):
        for k, role in enumerate(assignment):
            place = column[_part(body, k, role)]
            present[row, place] = True
            weights[place] += float(np.prod(body.items[k].size / body.size)) + 0.05
    tree = linkage(pdist(present, "jaccard", w=weights / present.sum(axis=0)), "average")
    before = 1
    for count in range(2, min(most, len(bodies) // _FEWEST) + 1):
        labels = fcluster(tree, count, "maxclust")
        found = [np.flatnonzero(labels == label).tolist() for label in np.unique(labels)]
        if len(found) > before:
            before = len(found)
            yield sorted(found, key=len, reverse=True)


def _part(body: Body, k: int, role: int | None) -> tuple[int, str]:
    return (-1 if role is None else role), str(body.items[k].copies)


def description(extents: Sequence[Described], grammar: LearnedBody) -> float:
    """Bits of a grammar and of the bodies that it was learned from."""
    used = used_extents(grammar, extents)
    return sum(number.bits for k, number in enumerate(extents) if k in used) + _of_body(grammar)


def _of_body(grammar: LearnedBody) -> float:
    return _of_alternative(grammar.root)


def _of_alternative(alternative: LearnedAlternative) -> float:
    found = sum(_of_part(part) for part in alternative.parts)
    for choice in alternative.choices:
        found += choice.bits + sum(_CHOICE + _of_alternative(a) for a in choice.alternatives)
    return found


def _of_part(part: LearnedPart) -> float:
    numbers = [*part.extents, *part.turns, *part.place, *(part.span or ())]
    inside = [number for content in part.contents for number in content.arguments]
    inner = [content.inner for content in part.contents if content.inner is not None]
    told = sum(number.bits for number in (*numbers, *inside))
    return _PART * len(part.contents) + told + sum(map(_of_body, inner))
