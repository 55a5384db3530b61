"""Estimated draws as a person would have written them, and as they cost least in what is still to come.

A number with few digits is the likelier one (each digit costs what it takes to write, Rissanen 1978). So every plain
range and every plain normal that the samples allow has a posterior probability, and of all of them the draw is told
under which a fresh sample takes the fewest bits on average over that posterior. What is uncertain with few samples is
weighed, not decided: a range that may end further out is told wider, or as a normal.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from math import ceil, e, floor, inf, log2, pi
from typing import Final, TypeAlias, final

import numpy as np
from numpy.typing import NDArray

from grammars.charts.forms import Form
from grammars.charts.model import Draw

_LEVELS: Final = (1.0, 0.5, 0.1, 0.05, 0.01, 0.005, 0.001, 0.0005, 0.0001)
"""What a plain number is a multiple of, the plainest first."""

_WRITTEN: Final = (0.0, 0.0, *(log2(count * 10.0**k) for k in range(4) for count in (8.0, 10.0)))
"""Bits of which number of its level one is: there are so many in a unit. The last is of those of no level."""

_FINEST: Final = 50.0
"""Parts of a range: its ends are told no finer. Parts of a standard error: a mean or deviation is told no finer."""

_TRIED: Final = 8
"""Ends of one level."""

_FARTHEST: Final = 8.0
"""Of an n-th of the range of n samples: no end lies further out."""

_ERRORS: Final = 3.0
"""Standard errors within which a mean lies; a deviation is no less likely than a mean so far off."""

_UNLIKELY: Final = 14.0
"""Bits: what is that much less probable than the most probable draw is left out."""

_IMPOSSIBLE: Final = 20.0
"""Bits of a sample that cannot be."""

_SHARE: Final = 0.01
"""Plain spreads as shares of the middle are multiples of this."""

_SHARES: Final = 50
"""Of them, of ranges and of normals, that may recur."""

_OTHERWISE: Final = 1.0
"""Columns more, whose shares may be any, and whose middles may be of any level."""

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
    deviation and bits; of all of them, (k + m,), the bits of the samples, the spread as a share of the middle (which
    of those that may recur, 0 where it is none) and the level of the middle.
    """

    even: Array
    heaped: Array
    samples: Array
    shares: NDArray[np.int64]
    levels: NDArray[np.int64]


@final
@dataclass(frozen=True, slots=True, eq=False)
class _Pool:
    """How many columns, by expectation, have each share (2 _SHARES + 1,), and middles of each level."""

    shares: Array
    levels: Array

    def added(self, other: _Pool, sign: float) -> _Pool:
        """With those of another, or without."""
        return _Pool(self.shares + sign * other.shares, self.levels + sign * other.levels)


_NONE: Final = _Pool(np.zeros(2 * _SHARES + 1), np.zeros(len(_LEVELS) + 1))


def told(columns: Sequence[Sequence[int]], grid: float) -> list[Draw]:
    """The draws of columns of samples, in steps of a grid; in none are all samples equal.

    Spreads that recur, as shares of what they are about, are likelier than others: ± 20 % here speaks for ± 20 % there.
    So are levels of middles. How often each does is found together with the draws, of each column by what the others
    are (empirical Bayes, by expectation and maximisation).
    """
    options = [_options(np.array(steps, np.float64) * grid, grid) for steps in columns]
    return [_cheapest(one, _posterior(one, others)) for one, others in zip(options, _pools(options), strict=True)]


def apart(columns: Sequence[Sequence[int]], pieces: Sequence[Sequence[Sequence[int]]], grid: float) -> list[float]:
    """Bits that it saves to tell each column, whose pieces come from several places, as a draw of its own for each.

    A column and its pieces are weighed over all draws that they may be, by what the other columns are.
    """
    options = [_options(np.array(steps, np.float64) * grid, grid) for steps in columns]
    saved: list[float] = []
    for one, others, of_one in zip(options, _pools(options), pieces, strict=True):
        each = [_options(np.array(steps, np.float64) * grid, grid) for steps in of_one] if len(of_one) > 1 else [one]
        saved.append(_evidence(one, others) - sum(_evidence(piece, others) for piece in each))
    return saved


def _pools(options: Sequence[_Options]) -> list[_Pool]:
    """Of each column what the others are."""
    pool, own = _NONE, [_NONE] * len(options)
    for _ in range(_ROUNDS):
        for k, one in enumerate(options):
            others = pool.added(own[k], -1.0)
            own[k] = _counted(one, _posterior(one, others))
            pool = others.added(own[k], 1.0)
    return [pool.added(mine, -1.0) for mine in own]


def _counted(one: _Options, weights: Array) -> _Pool:
    """What a column adds to a pool."""
    shares = np.bincount(one.shares, weights, len(_NONE.shares)).astype(np.float64)
    return _Pool(shares, np.bincount(one.levels, weights, len(_NONE.levels)).astype(np.float64))


def _posterior(one: _Options, others: _Pool) -> Array:
    """Of each draw."""
    bits = _bits(one, others)
    weights = np.exp2(np.maximum(bits.min() - bits, -_UNLIKELY))
    weights[bits > bits.min() + _UNLIKELY] = 0.0
    return weights / weights.sum()


def _evidence(one: _Options, others: _Pool) -> float:
    """Bits of the samples, whichever the draw is."""
    bits = _bits(one, others)
    return float(bits.min() - np.log2(np.exp2(bits.min() - bits).sum()))


def _bits(one: _Options, others: _Pool) -> Array:
    """Of each draw, its samples and what it takes to write it: as it is, or its middle and one of the pool's shares."""
    levels = others.levels + _OTHERWISE / len(others.levels)
    shares = others.shares + 0.5 * _OTHERWISE / (len(others.shares) - 1)
    shares[0] = others.shares[0] + 0.5 * _OTHERWISE
    of_shares, of_levels = -np.log2(shares / shares.sum()), -np.log2(levels / levels.sum())
    levels_of = (of_levels + np.array(_WRITTEN))[one.levels]
    recurring = np.where(one.shares > 0, of_shares[one.shares] + levels_of, inf)
    own = np.concatenate([one.even[:, 2], one.heaped[:, 2]]) + _FAMILY + 2.0 * log2(len(levels)) + of_shares[0]
    return one.samples + np.minimum(own, recurring)


def _options(values: Array, grid: float) -> _Options:
    even = np.array(sorted(set(_ranges(values, grid))))
    heaped = np.array(sorted(set(_normals(values, grid))))
    squares = ((values - heaped[:, :1]) ** 2).sum(axis=1)
    n = len(values)
    samples = np.concatenate([
        n * np.log2(even[:, 1] - even[:, 0]),
        n * np.log2(heaped[:, 1] * np.sqrt(2.0 * pi)) + 0.5 * log2(e) * squares / heaped[:, 1] ** 2,
    ])  # fmt: skip
    middles = np.concatenate([0.5 * (even[:, 1] + even[:, 0]), heaped[:, 0]])
    levels = np.array([_level(middle) for middle in middles.tolist()])
    # Shares of ranges are kept apart from those of normals.
    spreads = np.concatenate([0.5 * (even[:, 1] - even[:, 0]), heaped[:, 1]])
    parts = spreads / np.where(middles == 0.0, np.inf, np.abs(middles)) / _SHARE
    near = np.rint(parts)
    plain = (np.abs(near - parts) < 1e-4) & (near >= 1) & (near <= _SHARES)
    near += np.repeat([0, _SHARES], [len(even), len(heaped)])
    return _Options(even, heaped, samples, np.where(plain, near, 0).astype(np.int64), levels)


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
            apart = written(first) + written(second)
            about = written(0.5 * (first + second)) + written(0.5 * (second - first))
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
    least, most = _factors(n)
    deviations = [deviation, *_between(least * deviation, most * deviation, error / np.sqrt(2.0))]
    reach = _ERRORS * most * error
    for first in [mean, *_between(mean - reach, mean + reach, error)]:
        for second in deviations:
            yield first, second, written(first) + written(second)


def _factors(n: int) -> tuple[float, float]:
    """The least and the most that a deviation is of the one that n samples have, r: n (ln r + ½ r⁻² − ½) = ½ errors².

    A few samples may lie much closer together than they do on average: nine with 0.4 of the deviation.
    """
    from scipy.special import lambertw

    # With u = r⁻² it is u − ln u = 1 + errors² / n, that is −u e⁻ᵘ = z.
    z = -np.exp(-1.0 - _ERRORS**2 / n)
    return float((-lambertw(z, -1).real) ** -0.5), float((-lambertw(z, 0).real) ** -0.5)


def _between(low: float, high: float, error: float) -> Iterator[float]:
    """Plain numbers of a range, as fine as an error asks for."""
    for level in _LEVELS:
        if level * _FINEST < error * 10.0:
            return
        yield from (round(k * level, 6) for k in range(ceil(low / level), floor(high / level) + 1))


def written(value: float) -> float:
    """Bits of a number that is written, by its level."""
    return _WRITTEN[_level(value)]


def _level(value: float) -> int:
    """Which of the levels a number is of, the plainest that it is a multiple of; their number for none."""
    levels = (k for k, level in enumerate(_LEVELS) if abs(round(value / level) * level - value) < 1e-9)
    return next(levels, len(_LEVELS))
