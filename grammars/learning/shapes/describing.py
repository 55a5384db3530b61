"""What a column of numbers is: a constant, a function of another number, or a draw around either, by the shorter text.

The length of a description is the bits of what is written and the bits of the samples under it, both to one step of a
grid (Rissanen 1978). A dependence is worth its slope, and the bits of which number it is on.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from math import floor, inf, log, log2, log10, pi, sqrt
from typing import Final, Literal, TypeAlias, final

import numpy as np

_WRITTEN: Final = 10.0
"""Bits of a number that is written."""

_SIMPLE: Final = 2.0
"""Bits of 0, of 1, or of an equality."""

_MISSED: Final = 24.0
"""Bits of a sample that an exact description misses: it is then told apart."""

_MISSES: Final = 0.04
"""Of the samples: more are never missed."""

_FAR: Final = 7.0
"""Median absolute deviations beyond which a sample may be missed: 4.7 standard deviations of a normal."""

_FEWEST_LOOSE: Final = 8
"""Samples of which most may hold and some not."""

_MOST_LOOSE: Final = 0.5
"""Of the samples."""

_SLOPES: Final = (1.0, 0.5, -0.5)

_SLOPE: Final = 0.005
"""To which other slopes are written."""

_STEEPEST: Final = 3.0

ANYWHERE: Final = (-inf, inf)
"""Ends of what is not clamped."""

_FEWEST: Final = 4
"""Samples from which a dependence is estimated."""


@final
@dataclass(frozen=True, slots=True, eq=False)
class Affine:
    """constant + slope · feature, the feature by its place in the list; without one a constant."""

    constant: float
    slope: float = 0.0
    feature: int | None = None

    def at(self, features: Sequence[np.ndarray] | np.ndarray) -> np.ndarray | float:
        """Its values, from those of the features."""
        return self.constant + (0.0 if self.feature is None else self.slope * features[self.feature])


@final
@dataclass(frozen=True, slots=True)
class Spread:
    """A draw about the mean, within [low, high]: of a uniform one the range is all there is.

    A `loose` one is the mean itself but with the probability `share`; then a normal draw, within the range, is added.
    It was so in the examples `off`, by number; numbers with one `tie` are off together.
    """

    family: Literal["normal", "uniform", "loose"]
    deviation: float
    low: float
    high: float
    share: float = 1.0
    off: tuple[int, ...] = ()
    tie: str = ""


@final
@dataclass(frozen=True, slots=True)
class Counted:
    """A whole number, by how often each was seen."""

    counts: tuple[tuple[int, float], ...]


@final
@dataclass(frozen=True, slots=True, eq=False)
class Described:
    """A number: exactly its mean, to within `tolerance`, or spread about it; `bits` of all its samples and its text.

    Whatever it is, it is then clamped to its `ends`.
    """

    mean: Affine
    spread: Spread | None
    tolerance: float
    step: float
    bits: float
    ends: tuple[float, float] = ANYWHERE


Number: TypeAlias = Described | Counted


def described(
    values: np.ndarray,
    x: np.ndarray,
    tolerance: float,
    step: float,
    *,
    besides: np.ndarray | None = None,
    loosely: bool = True,
) -> Described:
    """The shortest description of values (n,) by features (m, n).

    Exact ones hold to within the tolerance, samples are told to a step; `besides` (m,): bits of hanging on a feature
    that is unlikely to be meant; `loosely`: what holds for most may be exact for these.
    """
    which = log2(len(x) + 1.0) + _SIMPLE + (np.zeros(len(x)) if besides is None else besides)
    options = [*_exact(values, x, which, tolerance, step), *_spread(values, x, which, tolerance, step)]
    if loosely and len(values) >= _FEWEST_LOOSE:
        options += _loose(values, x, which, tolerance, step)
    return min(options, key=lambda option: option.bits)


def counted(values: Sequence[int]) -> Counted:
    """How often each whole number was seen."""
    return Counted(tuple((v, float(values.count(v))) for v in sorted(set(values))))


def independent(values: np.ndarray, tolerance: float, step: float) -> Described:
    """A uniform draw, whatever it hangs on: what a most specific description says."""
    if float(np.ptp(values)) <= tolerance:
        return Described(Affine(plain(float(np.median(values)), step)), None, tolerance, step, _WRITTEN)
    return _uniform(values, tolerance, step)


def plain(value: float, step: float) -> float:
    """The number of fewest digits within half a step."""
    digits = max(0, -floor(log10(max(step, 1e-9))))
    return (
        next(
            (r for d in range(digits + 1) if abs((r := round(value, d)) - value) <= 0.5 * step),
            round(value, digits + 1),
        )
        + 0.0
    )


def thousandths(share: float) -> float:
    """A probability to a thousandth, a smaller one to a millionth: of what was seen it is never 0."""
    return round(share, 3) or round(share, 6)


def _exact(values: np.ndarray, x: np.ndarray, which: np.ndarray, tolerance: float, step: float) -> Iterator[Described]:
    n, allowed = len(values), _MISSES * len(values)

    def held(mean: Affine, bits: float) -> Iterator[Described]:
        missed = int((np.abs(values - mean.at(x)) > tolerance).sum())
        if missed <= allowed:
            yield Described(mean, None, tolerance, step, bits + _MISSED * missed)

    middle = 0.5 * (float(values.min()) + float(values.max()))
    if float(np.ptp(values)) > 2.0 * tolerance:
        middle = float(np.median(values))
    yield from held(Affine(0.0), _SIMPLE)
    yield from held(Affine(plain(middle, step)), _WRITTEN)
    if not len(x) or n < 2:
        return
    for slope in _SLOPES:
        rest = values - slope * x
        constants = np.median(rest, axis=1)
        for k in np.flatnonzero((np.abs(rest) > tolerance).sum(axis=1) <= allowed).tolist():
            yield from held(Affine(0.0, slope, k), float(which[k]) + _SIMPLE)
        apart = np.abs(rest - constants[:, None]) > 1.5 * tolerance
        for k in np.flatnonzero(apart.sum(axis=1) <= allowed).tolist():
            yield from held(Affine(plain(float(constants[k]), step), slope, k), float(which[k]) + _SIMPLE + _WRITTEN)
    slopes, constants, shares = _lines(x, values)
    # What is off by a tolerance is off by slopes of these: a steep line holds nothing exactly.
    for k in np.flatnonzero((np.abs(values - shares[:, None] * x) > 2.0 * tolerance).sum(axis=1) <= allowed).tolist():
        if abs(shares[k]) > _STEEPEST:
            continue
        yield from held(Affine(0.0, plain(float(shares[k]), _SLOPE), k), float(which[k]) + _WRITTEN)
    rest = values - slopes[:, None] * x - constants[:, None]
    for k in np.flatnonzero((np.abs(rest) > 2.0 * tolerance).sum(axis=1) <= allowed).tolist():
        if n > 3 and abs(slopes[k]) <= _STEEPEST:
            line = Affine(plain(float(constants[k]), step), plain(float(slopes[k]), _SLOPE), k)
            yield from held(line, float(which[k]) + 2.0 * _WRITTEN)


def _spread(values: np.ndarray, x: np.ndarray, which: np.ndarray, tolerance: float, step: float) -> Iterator[Described]:
    n = len(values)
    digits = max(0.5 * log2(n), 1.0) + 4.0
    yield _uniform(values, tolerance, step)
    yield _normally(values, x, Affine(plain(float(values.mean()), step)), 2.0 * digits, tolerance, step)
    if n < _FEWEST or not len(x):
        return
    slopes, constants, shares = _lines(x, values)
    varied = np.ptp(x, axis=1) > 4.0 * tolerance
    if not varied.any():
        return
    lines = np.where(varied, ((values - slopes[:, None] * x - constants[:, None]) ** 2).sum(axis=1), np.inf)
    k = int(lines.argmin())
    line = Affine(plain(float(constants[k]), step), plain(float(slopes[k]), _SLOPE), k)
    if not _is_exact(values, x, line, tolerance):
        yield _normally(values, x, line, float(which[k]) + 3.0 * digits + _steep(line), tolerance, step)
    through = np.where(varied, ((values - shares[:, None] * x) ** 2).sum(axis=1), np.inf)
    k = int(through.argmin())
    line = Affine(0.0, plain(float(shares[k]), _SLOPE), k)
    if not _is_exact(values, x, line, tolerance):
        yield _normally(values, x, line, float(which[k]) + 2.0 * digits, tolerance, step)


def _is_exact(values: np.ndarray, x: np.ndarray, line: Affine, tolerance: float) -> bool:
    """Whether a line is no mean of draws: these were so sharp that none might be made where what it hangs on is off."""
    return abs(line.slope) <= _STEEPEST and bool((np.abs(values - line.at(x)) <= tolerance).all())


def _steep(line: Affine) -> float:
    """Bits against a line that makes much of a small difference."""
    return 2.0 * _WRITTEN if abs(line.slope) > _STEEPEST else 0.0


def _loose(values: np.ndarray, x: np.ndarray, which: np.ndarray, tolerance: float, step: float) -> Iterator[Described]:
    """What holds for most, and is off by a normal draw for the others."""
    n = len(values)
    common = plain(_mode(values, tolerance), step)
    options = [(Affine(0.0), _SIMPLE), (Affine(common), _WRITTEN)]
    for slope in _SLOPES:
        hits = (np.abs(values - slope * x) <= tolerance).sum(axis=1) if len(x) else np.zeros(0)
        options += [
            (Affine(0.0, slope, k), float(which[k]) + _SIMPLE) for k in np.argsort(-hits, kind="stable")[:2].tolist()
        ]
    for mean, bits in options:
        rest = values - mean.at(x)
        where = np.flatnonzero(np.abs(rest) > tolerance)
        off = rest[where]
        share = (len(off) + 0.5) / (n + 1.0)
        if not 1 < len(off) <= _MOST_LOOSE * n:
            continue
        drawn = _normally(
            off, np.zeros((0, len(off))), Affine(0.0), 2.0 * max(0.5 * log2(n), 1.0) + 8.0, tolerance, step
        )
        assert drawn.spread is not None
        spread = replace(drawn.spread, family="loose", share=thousandths(share), off=tuple(where.tolist()))
        told = -len(off) * log2(share) - (n - len(off)) * log2(1.0 - share)
        yield Described(mean, spread, tolerance, step, bits + told + drawn.bits)


def _mode(values: np.ndarray, tolerance: float) -> float:
    """The middle of the most samples that lie within a tolerance of one another."""
    ordered = np.sort(values)
    ends = np.searchsorted(ordered, ordered + 2.0 * tolerance, side="right")
    first = int((ends - np.arange(len(ordered))).argmax())
    return 0.5 * float(ordered[first] + ordered[ends[first] - 1])


def _uniform(values: np.ndarray, tolerance: float, step: float) -> Described:
    """From end to end, each end moved out by how far the next sample would lie beyond it on average."""
    n = len(values)
    low, high = float(values.min()), float(values.max())
    beyond = (high - low + step) / max(n - 1, 1)
    low, high = _outward(low - beyond, high + beyond, low, high, step)
    bits = n * log2(max((high - low) / step, 1.0)) + 2.0 * (max(0.5 * log2(n), 1.0) + 4.0)
    return Described(Affine(0.5 * (low + high)), Spread("uniform", 0.0, low, high), tolerance, step, bits)


def _normally(values: np.ndarray, x: np.ndarray, mean: Affine, bits: float, tolerance: float, step: float) -> Described:
    """Within a plain range; samples far from all others are missed, where they are few."""
    rest = values - mean.at(x)
    far = np.abs(rest - np.median(rest))
    inner = far <= max(_FAR * float(np.median(far)), step)
    if np.count_nonzero(~inner) > _MISSES * len(values):
        inner = np.ones(len(values), bool)
    missed = len(values) - int(np.count_nonzero(inner))
    values, rest = values[inner], rest[inner]
    n = len(values)
    deviation = sqrt(float((rest**2).sum()) / max(n - (1 if mean.feature is None else 2), 1))
    deviation = max(round(deviation, max(0, 1 - floor(log10(max(deviation, step))))), 0.3 * step)
    low, high = float(values.min()), float(values.max())
    beyond = max((high - low) / max(n - 1, 1), step)
    low, high = _outward(low - beyond, high + beyond, low, high, step)
    # The mass of a cell as its density times the step: candidates are compared, a score is exact.
    samples = n * log2(sqrt(2.0 * pi) * deviation / step) + float((rest**2).sum()) / (2.0 * deviation**2 * log(2.0))
    bits += max(samples, 0.0) + _MISSED * missed
    return Described(mean, Spread("normal", deviation, low, high), tolerance, step, bits)


def _outward(low: float, high: float, least: float, most: float, step: float) -> tuple[float, float]:
    """Plain ends about [low, high]; what is above 0 stays above it."""
    unit = 10.0 ** floor(log10(max(high - low, step)))
    for size in (0.5 * unit, 0.1 * unit, 0.05 * unit):
        ends = floor(low / size) * size, -floor(-high / size) * size
        if ends[1] - ends[0] <= 1.25 * (high - low):
            low, high = ends
            break
    if least > 0.0 >= low:
        low = min(0.5 * least, least - step) if least > 2.0 * step else 0.5 * least
    if most < 0.0 <= high:
        high = 0.5 * most
    return round(low, 6), round(high, 6)


def _lines(x: np.ndarray, y: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Of least squares on each row: slopes and constants, and slopes of lines through 0."""
    across = x - x.mean(axis=1, keepdims=True)
    slopes = (across @ (y - y.mean())) / np.maximum((across**2).sum(axis=1), 1e-12)
    return slopes, y.mean() - slopes * x.mean(axis=1), (x @ y) / np.maximum((x**2).sum(axis=1), 1e-12)
