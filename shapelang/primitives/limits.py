"""What sizes a primitive may have."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from typing import Any, Final

from shapelang.geometry.pose import Real
from shapelang.numbers import Numbers
from shapelang.primitives.polygon import Point
from shapelang.primitives.protocol import Refusal

LARGEST: Final = 1e6
SMALLEST: Final = 1e-7
"""Metres: below this, vertices of one solid would coincide in the 32-bit floats of every exchange format."""


def refuse(test: Any, message: str) -> tuple[Refusal, ...]:
    """The refusal where the test (bool or lanes of bool) may hold."""
    return () if test is False else ((test, message),)


def length(name: str, value: Real) -> tuple[Refusal, ...]:
    """A size above 0 and within the limits; NaN is refused too, since no comparison with it holds."""
    good = (value >= SMALLEST) & (value <= LARGEST)
    if good is True:
        return ()
    message = f"{name} must be between {SMALLEST:g} and {LARGEST:g} m"
    if good is False and value <= 0:
        message = f"{name} must be above 0, not {value:g}"
    return ((good ^ True, message),)


def at_least(name: str, value: Real, low: Real, what: str) -> tuple[Refusal, ...]:
    """value ≥ low, where `what` names the lower bound."""
    return refuse((value >= low) ^ True, f"{name} must be at least {what}")


def within(name: str, value: Real, low: float, high: float) -> tuple[Refusal, ...]:
    """low ≤ value ≤ high."""
    good = (value >= low) & (value <= high)
    return () if good is True else ((good ^ True, f"{name} must lie in [{low:g}, {high:g}]"),)


def spaced(n: Numbers, points: Sequence[Point]) -> tuple[Refusal, ...]:
    """Points within the limits, each at a distance from the next."""
    good: Any = True
    for x, y in points:
        good = good & (n.absolute(x) <= LARGEST) & (n.absolute(y) <= LARGEST)
    near: Any = False
    for (a, b), (c, d) in pairwise(points):
        near = near | ((n.absolute(a - c) < SMALLEST) & (n.absolute(b - d) < SMALLEST))
    return (
        *refuse(good ^ True, f"points must be numbers within {LARGEST:g} m"),
        *refuse(near, f"points that follow one another must lie {SMALLEST:g} m apart"),
    )
