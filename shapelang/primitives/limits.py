"""What sizes a primitive may have."""

from __future__ import annotations

from typing import Final

from shapelang.geometry.pose import Real
from shapelang.primitives.protocol import Refusal

LARGEST: Final = 1e6
SMALLEST: Final = 1e-7
"""Metres: below this, vertices of one solid would coincide in the 32-bit floats of every exchange format."""


def length(name: str, value: Real) -> tuple[Refusal, ...]:
    """A size above 0 and within the limits; NaN is refused too, since no comparison with it holds."""
    good = (value >= SMALLEST) & (value <= LARGEST)
    if good is True:
        return ()
    message = f"{name} must be between {SMALLEST:g} and {LARGEST:g} m"
    if good is False and value <= 0:
        message = f"{name} must be above 0, not {value:g}"
    return ((_not(good), message),)


def at_least(name: str, value: Real, low: Real, what: str) -> tuple[Refusal, ...]:
    """value ≥ low, where `what` names the lower bound."""
    good = value >= low
    return () if good is True else ((_not(good), f"{name} must be at least {what}"),)


def within(name: str, value: Real, low: float, high: float) -> tuple[Refusal, ...]:
    """low ≤ value ≤ high."""
    good = (value >= low) & (value <= high)
    return () if good is True else ((_not(good), f"{name} must lie in [{low:g}, {high:g}]"),)


def _not(test: Real) -> Real:
    return (not test) if test is True or test is False else ~test
