"""How probable a number of an example is under its description, cell by cell of a grid: masses that sum to 1."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from math import copysign, erfc, isfinite, sqrt
from typing import Final

import numpy as np

from grammars.learning.shapes.describing import ANYWHERE, Affine, Counted, Described, Spread

_ALL: Final = 1 << 60
"""More cells than any number is off 0."""


def cell_of(value: float, step: float) -> int:
    """The cell of a grid that a value is told to."""
    return round(value / step)


def mass_of(number: Described, value: float, features: np.ndarray, sharp: float) -> float:
    """Of the value's cell, by the features (m,) that the number may hang on; over all cells these sum to 1.

    `sharp`: how probable it is that what is exact to within a tolerance is in the very cell. What clamping to the
    number's ends moves by more than its tolerance is at the end.
    """
    mean = float(number.mean.at(features))
    cell = cell_of(value, number.step)
    match number.spread:
        case None:
            return _within(number, cell, mean, sharp)
        case Spread("loose", _, _, _, share):
            # Both ways to one cell: what is drawn may come to lie where the mean is.
            exact, drawn = masses_of_loose(number, value, features, sharp)
            return (1.0 - share) * exact + share * drawn
        case spread:
            return sum(_drawn(number.step, spread, mean, low, high) for low, high in _coming_to(number, cell))


def masses_of_loose(number: Described, value: float, features: np.ndarray, sharp: float) -> tuple[float, float]:
    """Of the value's cell where a loose number is what it mostly is, and where it is off."""
    mean, spread = float(number.mean.at(features)), number.spread
    assert spread is not None
    cell = cell_of(value, number.step)
    # Draws are told from the mean's cell, since those of values less a mean on the edge of two may be the same.
    middle = cell_of(mean, number.step)
    low, high = (end - middle * number.step for end in number.ends)
    drawn = replace(number, mean=Affine(0.0), spread=replace(spread, family="normal"), ends=(low, high))
    off = mass_of(drawn, (cell - middle) * number.step, features, sharp)
    return _within(number, cell, mean, sharp), off


def mass_of_count(number: Counted, value: int) -> float:
    """The share of a whole number among those that were seen."""
    return dict(number.counts).get(value, 0.0) / sum(count for _, count in number.counts)


def holds(number: Described, value: float, mean: float) -> bool:
    """Whether a value is what a number mostly is."""
    first, last = _held(number, mean)
    return first <= cell_of(value, number.step) <= last


def is_sharp(number: Described, value: float, features: np.ndarray) -> bool | None:
    """Whether a number that is what it mostly is, to within its tolerance, is that very cell; None of any other."""
    mean = float(number.mean.at(features))
    exact = number.spread is None or number.spread.family == "loose"
    if not exact or not holds(number, value, mean):
        return None
    return cell_of(value, number.step) == cell_of(_clamped(number, mean), number.step)


def _within(number: Described, cell: int, mean: float, sharp: float) -> float:
    first, last = _held(number, mean)
    if first == last:
        return float(cell == first)
    if cell == cell_of(_clamped(number, mean), number.step):
        return sharp
    return (1.0 - sharp) / (last - first) if first <= cell <= last else 0.0


def _held(number: Described, mean: float) -> tuple[int, int]:
    """The cells of what lies within the tolerance of the mean."""
    mean, reach = _clamped(number, mean), _reach(number)
    return cell_of(mean - reach, number.step), cell_of(mean + reach, number.step)


def _reach(number: Described) -> float:
    return number.tolerance * 1.001 + 1e-9


def _clamped(number: Described, value: float) -> float:
    low, high = number.ends
    return min(max(value, low), high)


def _coming_to(number: Described, cell: int) -> Iterator[tuple[int, int]]:
    """From which to which cell a draw comes to be told as a cell, when it is clamped."""
    if number.ends == ANYWHERE:
        yield cell, cell
        return
    reach, (low, high) = _reach(number), number.ends
    first, last = _end_at(low - reach, number.step), _end_at(high + reach, number.step)
    if first <= cell <= last:
        yield cell, cell
    if cell == _end_at(low, number.step):
        yield -_ALL, first - 1
    if cell == _end_at(high, number.step):
        yield last + 1, _ALL


def _end_at(end: float, step: float) -> int:
    return cell_of(end, step) if isfinite(end) else int(copysign(_ALL, end))


def _drawn(step: float, spread: Spread, mean: float, low: int, high: int) -> float:
    """Of the cells from one to another."""
    first, last = cell_of(spread.low, step), cell_of(spread.high, step)
    low, high = max(low, first), min(high, last)
    if low > high:
        return 0.0
    if spread.family == "uniform":
        return (high - low + 1) / (last - first + 1)
    ends = ((k * step - mean) / spread.deviation for k in (first - 0.5, low - 0.5, high + 0.5, last + 0.5))
    least, below, above, most = ends
    whole = _between(least, most)
    return _between(below, above) / whole if whole > 0.0 else 0.0


def _between(low: float, high: float) -> float:
    """Of a standard normal draw; from the nearer tail, so that small masses are not lost."""
    if low > 0.0:
        return 0.5 * (erfc(low / sqrt(2.0)) - erfc(high / sqrt(2.0)))
    return 0.5 * (erfc(-high / sqrt(2.0)) - erfc(-low / sqrt(2.0)))
