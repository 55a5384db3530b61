"""Estimated numbers as a person would have written them: the plainest that the samples allow.

Ends of a uniform draw lie beyond the outermost samples, by an n-th of the range on average (the German tank problem):
plain ends beyond them keep fresh samples possible. A number with few digits is the likelier one; each digit costs what
it takes to write (Rissanen 1978).
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from math import ceil, floor, log2, sqrt
from typing import Final

from grammars.charts.forms import Form
from grammars.charts.model import Draw

_LEVELS: Final = (1.0, 0.5, 0.1, 0.05, 0.01, 0.005, 0.001, 0.0005, 0.0001)
"""What a plain number is a multiple of, the plainest first."""

_LEVEL: Final = 1.6
"""Bits from one level to the next: a factor of two or five."""

_FINEST: Final = 50.0
"""Parts of a range: its ends are told no finer."""

_TRIED: Final = 4
"""Ends of one level."""

_FARTHEST: Final = 6.0

_ERRORS: Final = 1.5
"""Standard errors within which a plainer number may lie."""


def plainly(draw: Draw, steps: Sequence[int], grid: float) -> Draw:
    """The draw with plain numbers, from the samples that it was fitted to (in steps of the grid).

    Uniform draws are widened to plain ends. The mean of a normal that hangs on nothing and its deviation move by 1.5
    standard errors at most. Others stay.
    """
    n = len(steps)
    match draw.family:
        case "uniform":
            low, high = min(steps) * grid, max(steps) * grid
            first, second = _range(low, high, n)
            return replace(draw, arguments=(Form(first), Form(second)))
        case "normal" if not draw.arguments[0].terms:
            mean, deviation = (form.constant for form in draw.arguments)
            first = plainest(mean, _ERRORS * deviation / sqrt(n))
            second = plainest(deviation, _ERRORS * deviation / sqrt(2.0 * n))
            return replace(draw, arguments=(Form(first), Form(second if second > 0.0 else deviation)))
        case _:
            return draw


def plainest(value: float, within: float) -> float:
    """The multiple of the coarsest level within a distance of a value; else the value."""
    for level in _LEVELS:
        near = round(value / level) * level
        if abs(near - value) <= within:
            return round(near, 6)
    return value


def _range(low: float, high: float, n: int) -> tuple[float, float]:
    """The range that is told shortest, together with n samples that reach from low to high."""
    span = max(high - low, 1e-9)
    pairs = ((a, b) for a in _beyond(low, span, n, -1) for b in _beyond(high, span, n, 1))

    def bits(pair: tuple[float, float]) -> float:
        # A range is written by its ends, or as what it is about and how far it goes.
        ends = _written(pair[0]) + _written(pair[1])
        about = _written(0.5 * (pair[0] + pair[1])) + _written(0.5 * (pair[1] - pair[0]))
        return n * log2(max(pair[1] - pair[0], 1e-9) / span) + min(ends, about)

    return min(pairs, key=lambda pair: (bits(pair), -(pair[1] - pair[0])))


def _beyond(outermost: float, span: float, n: int, side: int) -> Iterator[float]:
    """Plain ends within a few times of where the next sample would lie."""
    for level in _LEVELS:
        if level * _FINEST < span:
            return
        first = ceil(outermost / level - 1e-6) if side > 0 else floor(outermost / level + 1e-6)
        for k in range(_TRIED):
            end = (first + side * k) * level
            if k and abs(end - outermost) > _FARTHEST * span / n:
                break
            yield round(end, 6)


def _written(value: float) -> float:
    """Bits of a number by its level."""
    levels = (k for k, level in enumerate(_LEVELS) if abs(round(value / level) * level - value) < 1e-9)
    return _LEVEL * next(levels, len(_LEVELS))
