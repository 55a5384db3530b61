"""What a choice of a program could have been instead."""

from __future__ import annotations

from math import ceil, exp, floor
from typing import Any, Final, assert_never

from shapelang.chance.distributions import (
    Bernoulli,
    Beta,
    Categorical,
    LogNormal,
    Normal,
    Poisson,
    Uniform,
    UniformInt,
)
from shapelang.execution.trace import Choice

_MOST: Final = 32
"""Whole numbers that are tried, those nearest to the middle of the support."""

_TAIL: Final = 4.0
"""Standard deviations of a Poisson that has no range."""


def options_of(choice: Choice) -> tuple[Any, ...]:
    """Every value that a choice could have; none of one that draws a real."""
    match choice.distribution:
        case Categorical(labels=labels):
            return tuple(labels)
        case Bernoulli():
            return (False, True)
        case UniformInt(low, high):
            return _whole(choice, low, high)
        case Poisson(mean):
            return _whole(choice, 0, mean + _TAIL * mean**0.5 + 1.0)
        case Normal() | LogNormal() | Uniform() | Beta():
            return ()
    assert_never(choice.distribution)


def mode_of(choice: Choice) -> Any:
    """The most probable value of a real; the value itself of other choices."""
    match choice.distribution:
        case Normal(mean, _):
            wanted = mean
        case LogNormal(mean, sd):
            wanted = exp(mean - sd * sd)
        case Uniform(low, high):
            wanted = 0.5 * (low + high)
        case Beta(a, b):
            wanted = (a - 1.0) / (a + b - 2.0) if a > 1.0 and b > 1.0 else a / (a + b)
        case Categorical() | Bernoulli() | Poisson() | UniformInt():
            return choice.value
        case _:
            assert_never(choice.distribution)
    return wanted if choice.support is None else min(max(wanted, choice.support[0]), choice.support[1])


def _whole(choice: Choice, low: float, high: float) -> tuple[int, ...]:
    if choice.support is not None:
        low, high = max(low, choice.support[0]), min(high, choice.support[1])
    first, last = ceil(low), floor(high)
    spare = max(0, (last - first + 1 - _MOST) // 2)
    return tuple(range(first + spare, last - spare + 1))
