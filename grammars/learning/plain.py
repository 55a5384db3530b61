"""Estimated draws as a person would have written them, and as they cost least in what is still to come.

A number with few digits is the likelier one (each digit costs what it takes to write, Rissanen 1978). So every plain
range and every plain normal that the samples allow has a posterior probability, and of all of them the draw is told
under which a fresh sample takes the fewest bits on average over that posterior. What is uncertain with few samples is
weighed, not decided: a range that may end further out is told wider, or as a normal.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from math import ceil, e, floor, inf, log2, pi
from typing import Final, TypeAlias, final

import numpy as np
from numpy.typing import NDArray

from grammars.charts.forms import Form
from grammars.charts.model import Draw

_LEVELS: Final = (1.0, 0.5, 0.1, 0.05, 0.01, 0.005, 0.001, 0.0005, 0.0001)
"""What a plain number is a multiple of, the plainest first."""

_LEVEL: Final = 1.6
"""Bits from one level to the next: a factor of two or five, so that all numbers of a level are about as probable."""

_FINEST: Final = 50.0
"""Parts of a range: its ends are told no finer. Parts of a standard error: a mean or deviation is told no finer."""

_TRIED: Final = 8
"""Ends of one level."""

_FARTHEST: Final = 8.0
"""Of an n-th of the range of n samples: no end lies further out."""

_ERRORS: Final = 3.0
"""Standard errors within which a mean and a deviation lie."""

_UNLIKELY: Final = 14.0
"""Bits: what is that much less probable than the most probable draw is left out."""

_IMPOSSIBLE: Final = 30.0
"""Bits of a sample that cannot be."""

_SHARE: Final = 0.01
"""Plain spreads as shares of the middle are multiples of this."""

_RECURS: Final = 1.2
"""Columns, by expectation, that have a share that recurs."""

_OTHERWISE: Final = 1.0
"""Columns more, whose shares are of their own."""

_ROUNDS: Final = 6

_FAMILY: Final = 1.0
"""Bits of which family it is."""

_HARDLY: Final = 1e-3
"""Bits of a sample."""

Array: TypeAlias = NDArray[np.float64]


@final
@dataclass(frozen=True, slots=True, eq=False)
class _Options:
    """Draws that a column may be: `even` (k, 3) low, high and bits of writing them, then `heaped` (m, 3) mean,
    deviation and bits; of all of them, (k + m,), the bits of the samples, and the spread as a share of the middle,
    0 where it is not plain.
    """

    even: Array
    heaped: Array
    samples: Array
    shares: Array


def told(columns: Sequence[Sequence[int]], grid: float) -> list[Draw]:
    """The draws of columns of samples, in steps of a grid; in none are all samples equal.

    Spreads that recur, as shares of what they are about, are likelier than others: ± 20 % here speaks for ± 20 % there.
    How often each does is found together with the draws (empirical Bayes, by expectation and maximisation).
    """
    options = [_options(np.array(steps, np.float64) * grid, grid) for steps in columns]
    pool: Mapping[float, float] = {}
    for _ in range(_ROUNDS):
        found: Counter[float] = Counter()
        for one in options:
            for share, weight in zip(one.shares.tolist(), _posterior(one, pool).tolist(), strict=True):
                found[share] += weight
        whole = len(options) + _OTHERWISE
        pool = {share: count / whole for share, count in found.items() if share and count > _RECURS}
    return [_cheapest(one, _posterior(one, pool)) for one in options]


def _posterior(one: _Options, pool: Mapping[float, float]) -> Array:
    """Of each draw, its samples and what it takes to write it: as it is, or its middle and one of the pool's shares."""
    recurring = np.array([-log2(pool[s]) if s in pool else inf for s in one.shares.tolist()])
    middles = np.concatenate([0.5 * (one.even[:, 0] + one.even[:, 1]), one.heaped[:, 0]])
    recurring += np.array([_written(m) for m in middles.tolist()])
    bits = one.samples + np.minimum(np.concatenate([one.even[:, 2], one.heaped[:, 2]]) + _FAMILY, recurring)
    weights = np.exp2(np.maximum(bits.min() - bits, -_UNLIKELY))
    weights[bits > bits.min() + _UNLIKELY] = 0.0
    return weights / weights.sum()


def _options(values: Array, grid: float) -> _Options:
    even = np.array(sorted(set(_ranges(values, grid))))
    heaped = np.array(sorted(set(_normals(values, grid))))
    squares = ((values - heaped[:, :1]) ** 2).sum(axis=1)
    n = len(values)
    samples = np.concatenate([
        n * np.log2(even[:, 1] - even[:, 0]),
        n * np.log2(heaped[:, 1] * np.sqrt(2.0 * pi)) + 0.5 * log2(e) * squares / heaped[:, 1] ** 2,
    ])  # fmt: skip
    # Shares of ranges are kept apart from those of normals by their sign.
    spreads = np.concatenate([even[:, 0] - even[:, 1], heaped[:, 1]])
    middles = np.concatenate([even[:, 1] + even[:, 0], heaped[:, 0]])
    shares = spreads / np.where(middles == 0.0, np.inf, middles)
    plain = np.round(shares / _SHARE) * _SHARE
    return _Options(even, heaped, samples, np.where(np.abs(plain - shares) < 1e-6, np.round(plain, 6), 0.0))


def _cheapest(one: _Options, weights: Array) -> Draw:
    """The draw under which a fresh sample takes the fewest bits, on average over what the draw may be."""
    count = len(one.even)
    kept = np.flatnonzero(weights)
    a, b = one.even[kept[kept < count], :2], one.heaped[kept[kept >= count] - count, :2]
    p, q = weights[kept[kept < count]], weights[kept[kept >= count]]
    costs = np.concatenate([_cost_of_ranges(one.even, a, p, b, q), _cost_of_normals(one.heaped, a, p, b, q)])
    # Of what costs hardly more, the more probable one.
    near = np.flatnonzero(costs <= costs.min() + _HARDLY)
    best = int(near[weights[near].argmax()])
    if best < count:
        return Draw("uniform", (Form(float(one.even[best, 0])), Form(float(one.even[best, 1]))))
    mean, deviation, _ = one.heaped[best - count].tolist()
    return Draw("normal", (Form(mean), Form(deviation)))


def _cost_of_ranges(told: Array, ranges: Array, even: Array, normals: Array, heaped: Array) -> Array:
    """Bits of a fresh sample, on average over the posterior, if it is told to be uniform: (told,)."""
    from scipy.special import ndtr

    low, high = told[:, :1], told[:, 1:2]
    inside = np.minimum(high, ranges[:, 1]) - np.maximum(low, ranges[:, 0])
    inside = np.maximum(inside, 0.0) / (ranges[:, 1] - ranges[:, 0])
    within = ndtr((high - normals[:, 0]) / normals[:, 1]) - ndtr((low - normals[:, 0]) / normals[:, 1])
    possible = inside @ even + within @ heaped
    return possible * np.log2(told[:, 1] - told[:, 0]) + (1.0 - possible) * _IMPOSSIBLE


def _cost_of_normals(told: Array, ranges: Array, even: Array, normals: Array, heaped: Array) -> Array:
    """The same if it is told to be normal: of its squared distance from the mean no more counts than the average."""
    middles = 0.5 * (ranges[:, 0] + ranges[:, 1])
    squares = ((told[:, :1] - middles) ** 2 + (ranges[:, 1] - ranges[:, 0]) ** 2 / 12.0) @ even
    squares += ((told[:, :1] - normals[:, 0]) ** 2 + normals[:, 1] ** 2) @ heaped
    return np.log2(told[:, 1] * np.sqrt(2.0 * pi)) + 0.5 * log2(e) * squares / told[:, 1] ** 2


def _ranges(values: Array, grid: float) -> Iterator[tuple[float, float, float]]:
    """Ends of a range about the samples, and the bits of writing it."""
    n, low, high = len(values), float(values.min()), float(values.max())
    span = max(high - low, grid)
    ends = ([low - 0.5 * grid, *_beyond(low, span, n, -1)], [high + 0.5 * grid, *_beyond(high, span, n, 1)])
    for first in ends[0]:
        for second in ends[1]:
            # A range is written by its ends, or as what it is about and how far it goes.
            apart = _written(first) + _written(second)
            about = _written(0.5 * (first + second)) + _written(0.5 * (second - first))
            yield first, second, min(apart, about)


def _beyond(outermost: float, span: float, n: int, side: int) -> Iterator[float]:
    """Plain ends at the outermost sample and up to some times further than the next sample would be on average."""
    for level in _LEVELS:
        if level * _FINEST < span:
            return
        first = ceil(outermost / level - 1e-6) if side > 0 else floor(outermost / level + 1e-6)
        for k in range(_TRIED):
            end = (first + side * k) * level
            if k and abs(end - outermost) > _FARTHEST * span / n:
                break
            yield round(end, 6)


def _normals(values: Array, grid: float) -> Iterator[tuple[float, float, float]]:
    """Means and deviations, and the bits of writing them."""
    n, mean = len(values), float(values.mean())
    # What the grid adds to a variance is taken off; a normal is no narrower than a sixth of a step.
    deviation = float(np.sqrt(max(values.var() * n / (n - 1) - grid**2 / 12.0, (grid / 6.0) ** 2)))
    error = deviation / np.sqrt(n)
    deviations = [deviation, *(d for d in _about(deviation, error / np.sqrt(2.0)) if d > 0.1 * deviation)]
    for first in [mean, *_about(mean, error)]:
        for second in deviations:
            yield first, second, _written(first) + _written(second)


def _about(value: float, error: float) -> Iterator[float]:
    """Plain numbers within a few standard errors."""
    for level in _LEVELS:
        if level * _FINEST < error * 10.0:
            return
        first, last = ceil((value - _ERRORS * error) / level), floor((value + _ERRORS * error) / level)
        yield from (round(k * level, 6) for k in range(first, last + 1))


def _written(value: float) -> float:
    """Bits of a number by its level."""
    levels = (k for k, level in enumerate(_LEVELS) if abs(round(value / level) * level - value) < 1e-9)
    return _LEVEL * next(levels, len(_LEVELS))
