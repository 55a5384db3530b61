"""Laws for what was never seen: of whole numbers on a grid, without an end, and of kinds from a closed set."""

from __future__ import annotations

from collections import Counter
from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final, final

_HALF: Final = 0.5
"""Pseudo-count of whatever may be (Jeffreys' prior; of counts, the estimator of Krichevsky and Trofimov 1981)."""

_BINS: Final = 32


def share(times: float, of: float, ways: int = 2) -> float:
    """How probable it is that the next is of a kind that was seen so many times of so many, of some ways."""
    return (times + _HALF) / (of + _HALF * ways)


def anywhere(cell: int) -> float:
    """Of a whole number of which nothing is known: half of 1 / (m (m + 1)) on either side of 0; these sum to 1."""
    m = cell + 1 if cell >= 0 else -cell
    return 0.5 / (m * (m + 1))


@final
@dataclass(frozen=True, slots=True)
class Histogram:
    """Masses of cells: even within each of some bins from `first` on, `width` cells wide, and `anywhere` besides."""

    first: int
    width: int
    bins: tuple[float, ...]
    beyond: float

    def mass(self, cell: int) -> float:
        """Above 0 for every cell; over all of them these sum to 1."""
        k = (cell - self.first) // self.width
        inside = self.bins[k] / self.width if 0 <= k < len(self.bins) else 0.0
        return (1.0 - self.beyond) * inside + self.beyond * anywhere(cell - self.first)


def histogram(cells: Sequence[int]) -> Histogram:
    """Of cells that were seen; of none, nothing is known."""
    if not cells:
        return Histogram(0, 1, (), 1.0)
    first, last = min(cells), max(cells)
    width = -(-(last - first + 1) // _BINS)
    ways = -(-(last - first + 1) // width)
    counts = Counter((cell - first) // width for cell in cells)
    bins = tuple(share(counts[k], len(cells), ways) for k in range(ways))
    return Histogram(first, width, bins, share(0.0, len(cells)))


@final
@dataclass(frozen=True, slots=True)
class Kinds:
    """How often each of a closed set of `ways` kinds was seen."""

    counts: Mapping[Hashable, int]
    ways: int

    def mass(self, kind: Hashable) -> float:
        """Above 0 for every kind of the set; over these it sums to 1."""
        return share(self.counts.get(kind, 0), sum(self.counts.values()), self.ways)


def kinds(seen: Sequence[Hashable], ways: int) -> Kinds:
    """Of kinds that were seen."""
    return Kinds(Counter(seen), ways)
