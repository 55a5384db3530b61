"""What a column of numbers is: a constant, or a draw from a family, by the shorter description."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from math import e, erf, inf, log2, pi, sqrt
from typing import Final, TypeAlias, final

from grammars.charts.forms import Form
from grammars.charts.model import Draw

_WRITTEN: Final = 12.0
"""Bits of a number that is written: one of some thousand steps."""

_ENDS: Final = 3.0
"""Bits against a draw that has ends."""

_FAMILY: Final = 2.0
"""Bits of which family it is, or none."""

_NARROWEST: Final = 1.0 / 6.0
"""Steps: the least deviation, so that nearly all of it lies in one cell."""

_WIDE: Final = 4.0
"""Steps: the mass of a cell of a normal that is wider is its density there, to within 0.4 %."""


@final
@dataclass(frozen=True, slots=True)
class Constant:
    """The same steps whenever it is seen."""

    steps: int


@final
@dataclass(frozen=True, slots=True)
class Drawn:
    """A draw of its own."""

    draw: Draw


Pattern: TypeAlias = Constant | Drawn


@final
@dataclass(frozen=True, slots=True)
class Column:
    """What a column is, and the bits of it with all its numbers."""

    pattern: Pattern
    bits: float


def column(steps: Sequence[int], grid: float) -> Column:
    """The shorter of what numbers in steps of the grid may be, its parameters those that make them most probable."""
    low, high, n = min(steps), max(steps), len(steps)
    if low == high:
        return Column(Constant(low), _FAMILY + _WRITTEN)
    # A parameter is worth writing to half of the logarithm of how many numbers it is for (Rissanen 1978).
    text = _FAMILY + 2.0 * max(0.5 * log2(n), 1.0) + _WRITTEN
    mean = sum(steps) / n
    # What the grid adds to a variance, 1/12 of a step squared, is taken off (Sheppard's correction).
    deviation = sqrt(max(sum((k - mean) ** 2 for k in steps) / n - 1.0 / 12.0, _NARROWEST**2))
    heaped = text + _normal(steps, mean, deviation)
    # The ends of what is even lie beyond the outermost samples, and what lies beyond them is impossible.
    even = text + n * log2(high - low + 1.0) + n * log2(1.0 + 2.0 / (n - 1)) + _ENDS
    if heaped <= even:
        return Column(Drawn(Draw("normal", (Form(mean * grid), Form(deviation * grid)))), heaped)
    return Column(Drawn(Draw("uniform", (Form((low - 0.5) * grid), Form((high + 0.5) * grid)))), even)


def _normal(steps: Sequence[int], mean: float, deviation: float) -> float:
    """−Σ log2 of the masses of the cells."""
    if deviation >= _WIDE:
        squares = sum((k - mean) ** 2 for k in steps)
        return len(steps) * log2(sqrt(2.0 * pi) * deviation) + 0.5 * squares / deviation**2 * log2(e)
    bits, scale = 0.0, deviation * sqrt(2.0)
    for k, count in Counter(steps).items():
        mass = 0.5 * (erf((k + 0.5 - mean) / scale) - erf((k - 0.5 - mean) / scale))
        bits += -count * log2(mass) if mass > 0.0 else inf
    return bits
