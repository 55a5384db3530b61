"""What follows when a model is made wider: how far each plane of it goes, for each metre that the whole grows."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from statistics import fmean
from typing import Final, TypeAlias, final

_THIN: Final = 0.1
"""Of the whole: what is thinner keeps its thickness."""

_END: Final = 0.07
"""Of the whole: what is nearer to an end keeps its distance from it."""

_SIDE: Final = 0.35
"""Of the whole: what stands at an end and reaches no further in keeps its size, as legs, arms and drawers do."""

_MIDDLE: Final = 0.03
"""Of the whole: what is nearer to the middle of what is symmetric stays there."""

_CHAIN: Final = 0.4
"""Of the whole: thin things that touch and together reach further are no one thing."""


@final
@dataclass(frozen=True, slots=True)
class Even:
    """All planes across an axis move in proportion, thicknesses too; the low end, at `low` metres, by `start`."""

    low: float
    size: float
    start: float

    def share(self, place: float) -> float:
        """That of the plane that lies there."""
        return self.start + (place - self.low) / self.size


@final
@dataclass(frozen=True, slots=True)
class Kept:
    """Planes across one axis, which keep their distance from ends and thin things. `places`: in order, metres;
    `shares`: of each, what it moves by for each metre that the whole grows.
    """

    places: Sequence[float]
    shares: Sequence[float]

    def share(self, place: float) -> float:
        """That of the plane that lies there."""
        k = bisect_left(self.places, place)
        near = [j for j in (k - 1, k) if 0 <= j < len(self.places)]
        return self.shares[min(near, key=lambda j: abs(self.places[j] - place))]


@final
@dataclass(frozen=True, slots=True)
class Cut:
    """What lies beyond `at`, metres, moves as one, and what reaches through there is stretched; on both sides of the
    origin where that is `symmetric`.
    """

    at: float
    symmetric: bool

    def share(self, place: float) -> float:
        """That of the plane that lies there."""
        if self.symmetric:
            return 0.0 if abs(place) < self.at else 0.5 if place > 0.0 else -0.5
        return float(place > self.at)


Spread: TypeAlias = Kept | Even | Cut


def spreads_of(
    free: Iterable[tuple[float, float]],
    rigid: Iterable[tuple[float, float]],
    meeting: Iterable[tuple[tuple[float, float], float]],
    mirrored: bool,
    near: float,
) -> tuple[float, Sequence[Spread]]:
    """How large the whole is, and how the planes of pieces may move, which reach from low to high; the likelier first.

    Those in `rigid` keep their size in any case; `meeting` are reaches, and a plane within each where a longer piece
    ends. `near`: metres within which two planes are one. What is symmetric about the origin stays so; where some of it
    is `mirrored` there, the origin stays; and else the low end does.
    """
    whole, fixed = [*free], [*rigid]
    places = _distinct((p for pair in (*whole, *fixed) for p in pair), near)
    low, high = places[0], places[-1]
    size = high - low
    symmetric = abs(low + high) <= (_MIDDLE * size if mirrored else 2.0 * near)
    even = Even(low, max(size, near), -0.5 if symmetric else 0.0)
    kept = [p for p in whole if p[1] - p[0] < (_SIDE if _at_end(p, low, high) else _THIN) * size]
    about = mirrored and not symmetric
    images = [(q, p) for p in places for q in places if p > 0.0 and abs(p + q) <= near] if about else []
    ends = [(reach[0], at) for reach, at in meeting if reach in kept and reach[1] - reach[0] < _THIN * size]
    pairs = [*kept, *fixed, *ends, *((q, p) for q, p in images if p - q < _CHAIN * size)]
    groups = _joined(places, pairs, _CHAIN * size)
    shares = {place: _share(group, even) for group in groups for place in group}
    if about:
        by = fmean(0.5 * (shares[p] + shares[q]) for q, p in images) if images else 0.0
        shares = {place: share - by for place, share in shares.items()}
        even = Even(low, even.size, low / even.size)
    return size, (Kept(places, [shares[place] for place in places]), even)


def _share(group: Sequence[float], even: Even) -> float:
    """Of planes that move together: as an end that is near, or as their middle does."""
    first, last = (even.share(place(group)) - even.start for place in (min, max))
    if first < _END and first <= 1.0 - last:
        return even.start
    if 1.0 - last < _END:
        return even.start + 1.0
    middle = 0.5 * (first + last) + even.start
    return 0.0 if even.start and abs(middle) < _MIDDLE else middle


def _at_end(pair: tuple[float, float], low: float, high: float) -> bool:
    near = 0.06 * (high - low)
    return pair[0] - low < near or high - pair[1] < near


def _distinct(places: Iterable[float], near: float) -> list[float]:
    found: list[float] = []
    for place in sorted(places):
        if not found or place - found[-1] > near:
            found.append(place)
    return found


def _joined(places: Sequence[float], pairs: Iterable[tuple[float, float]], most: float) -> list[list[float]]:
    """Planes that a thin piece holds together are one group, unless that reaches too far."""
    group: dict[float, list[float]] = {place: [place] for place in places}
    for pair in sorted(pairs, key=lambda p: p[1] - p[0]):
        a, b = (min(places, key=lambda place: abs(place - p)) for p in pair)
        first, second = group[a], group[b]
        both = [*first, *second]
        if first is not second and max(both) - min(both) <= max(most, abs(b - a)):
            for place in both:
                group[place] = both
    return [*{id(found): found for found in group.values()}.values()]
