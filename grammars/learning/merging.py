"""Places of a corpus that are one nonterminal: merged where that is shorter to write.

Bayesian model merging (Stolcke and Omohundro, "Inducing probabilistic grammars by Bayesian model merging", 1994; for
shapes Talton et al., "Learning design patterns with Bayesian grammar induction", 2012): from the most specific grammar
the pair whose merger shortens the description most is merged, again and again.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations
from math import lgamma, log
from typing import Final, final

from grammars.learning.clusters import Cluster, clusters
from grammars.learning.slots import Seen, Slot, together

_ITEM: Final = 24.0
"""Bits of an item of a rule: its place, and which nonterminal it is."""

_RULE: Final = 8.0
"""Bits of a rule besides its items."""


@final
@dataclass(frozen=True, slots=True)
class Class:
    """Places that are one nonterminal: terminals by kind, bodies with their counts, and the bits of all of it."""

    slots: tuple[Slot, ...]
    seen: Seen
    terminals: Mapping[str, tuple[Cluster, ...]]
    bits: float

    @property
    def clusters(self) -> list[Cluster]:
        """All its terminals."""
        return [cluster for of_kind in self.terminals.values() for cluster in of_kind]

    @property
    def counts(self) -> list[int]:
        """How often each rule was taken: terminals first, then bodies."""
        return [*(len(cluster.vectors) for cluster in self.clusters), *self.seen.bodies.values()]

    @property
    def alone(self) -> bool:
        """Whether it is one terminal, which is told where it stands: no nonterminal."""
        return not self.seen.bodies and len(self.clusters) == 1


def merged(places: Mapping[Slot, Seen], grid: float) -> list[Class]:
    """The places as nonterminals."""
    classes: dict[int, Class] = {k: class_of((slot,), seen, grid) for k, (slot, seen) in enumerate(places.items())}
    gains = {pair: g for pair in combinations(classes, 2) if (g := _gain(classes, pair, grid)) is not None}
    fresh = len(classes)
    while gains:
        pair, (gain, joined) = max(gains.items(), key=lambda item: item[1][0])
        if gain <= 0.0:
            break
        for k in pair:
            del classes[k]
        gains = {other: g for other, g in gains.items() if not set(other) & set(pair)}
        for k in classes:
            found = _gain({**classes, fresh: joined}, (k, fresh), grid)
            if found is not None:
                gains[k, fresh] = found
        classes[fresh] = joined
        fresh += 1
    return list(classes.values())


def _gain(classes: Mapping[int, Class], pair: tuple[int, int], grid: float) -> tuple[float, Class] | None:
    """The bits that a merger saves; None for places at which nothing of one kind was seen."""
    a, b = classes[pair[0]], classes[pair[1]]
    if not (set(a.seen.leaves) & set(b.seen.leaves) or set(a.seen.bodies) & set(b.seen.bodies)):
        return None
    joined = class_of((*a.slots, *b.slots), together(a.seen, b.seen), grid)
    return a.bits + b.bits - joined.bits, joined


def class_of(slots: tuple[Slot, ...], seen: Seen, grid: float) -> Class:
    """Places as one nonterminal, with what was seen at all of them."""
    terminals = {kind: tuple(clusters(vectors, grid)) for (kind, _), vectors in seen.leaves.items()}
    found = [cluster for of_kind in terminals.values() for cluster in of_kind]
    counts = [*(len(cluster.vectors) for cluster in found), *seen.bodies.values()]
    rules = sum(_RULE + _ITEM * len(skeleton) for skeleton in seen.bodies) + _RULE * len(found)
    return Class(slots, seen, terminals, rules + sum(c.bits for c in found) + _choosing(counts))


def _choosing(counts: Sequence[int]) -> float:
    """Bits of which rule was taken each time, weights unknown and alike before (Dirichlet with 1 for each)."""
    n, k = sum(counts), len(counts)
    found = lgamma(n + k) - lgamma(k) - sum(lgamma(c + 1) for c in counts)
    return found / log(2.0)


def targets(classes: Sequence[Class]) -> dict[Slot, int]:
    """The class of each place."""
    return {slot: k for k, one in enumerate(classes) for slot in one.slots}
