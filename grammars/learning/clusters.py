"""Leaves of one kind as one terminal or several: cut in two where that is shorter to write."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from math import lgamma, log
from typing import Final, TypeAlias, final

from grammars.learning.numbers import Pattern, column

_GAPS: Final = 4
"""The widest gaps of each column that are tried."""

_ALIKE: Final = 4
"""Leaves of one value of a column that may be a terminal of their own."""

_RULE: Final = 8.0
"""Bits of one more rule: its kind, its weight and where it stands."""

Vector: TypeAlias = tuple[int, ...]


@final
@dataclass(frozen=True, slots=True)
class Cluster:
    """Leaves that one terminal makes: a pattern for each number, and the bits of all of it."""

    patterns: tuple[Pattern, ...]
    vectors: tuple[Vector, ...]
    bits: float


def clusters(vectors: Sequence[Vector], grid: float) -> list[Cluster]:
    """The leaves of one kind as terminals, those of the most leaves first."""
    found: list[Cluster] = []
    waiting = [_cluster(vectors, grid)]
    while waiting:
        whole = waiting.pop()
        best: tuple[float, Cluster, Cluster] | None = None
        for low, high in _cuts(whole.vectors):
            a, b = _cluster(low, grid), _cluster(high, grid)
            gain = whole.bits - a.bits - b.bits - _RULE - _which(len(low), len(high))
            if gain > 0.0 and (best is None or gain > best[0]):
                best = gain, a, b
        if best is None:
            found.append(whole)
        else:
            waiting += best[1:]
    return sorted(found, key=lambda cluster: -len(cluster.vectors))


def _cluster(vectors: Sequence[Vector], grid: float) -> Cluster:
    columns = [column(numbers, grid) for numbers in zip(*vectors, strict=True)]
    return Cluster(tuple(c.pattern for c in columns), tuple(vectors), sum(c.bits for c in columns))


def _which(a: int, b: int) -> float:
    """Bits that say of each leaf which of two terminals made it."""
    return (lgamma(a + b + 2) - lgamma(a + 1) - lgamma(b + 1)) / log(2.0)


def _cuts(vectors: Sequence[Vector]) -> Iterator[tuple[list[Vector], list[Vector]]]:
    """The leaves in two: at the widest gaps of a column, and what is always the same from what varies about it."""
    for k in range(len(vectors[0]) if vectors else 0):
        counts = Counter(vector[k] for vector in vectors)
        gaps = sorted(pairwise(sorted(counts)), key=lambda pair: pair[0] - pair[1])[:_GAPS]
        for _, first in gaps:
            yield [v for v in vectors if v[k] < first], [v for v in vectors if v[k] >= first]
        value, count = counts.most_common(1)[0]
        if _ALIKE <= count < len(vectors):
            yield [v for v in vectors if v[k] == value], [v for v in vectors if v[k] != value]
