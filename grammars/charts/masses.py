"""The probability of a cell of the grid: what is drawn is rounded, so that no density and no unit is left in it."""

from __future__ import annotations

from math import exp, inf
from typing import assert_never

from shapelang.chance import beta, normal
from shapelang.chance.distributions import log_prob
from shapelang.chance.families import (
    Bernoulli,
    Beta,
    Categorical,
    Distribution,
    LogNormal,
    Normal,
    Poisson,
    Uniform,
    UniformInt,
)
from shapelang.elementary import log
from shapelang.numbers import FLOAT

Range = tuple[float, float]


def mass(distribution: Distribution, support: Range | None, steps: int, grid: float) -> float:
    """P(a draw is rounded to so many steps): the share of (k − ½, k + ½] · grid; of whole numbers that of the number.

    Raises ParameterError and SupportError as a draw does.
    """
    match distribution:
        case Poisson() | UniformInt():
            return exp(log_prob(FLOAT, distribution, steps, support))
        case Bernoulli() | Categorical():
            raise TypeError("a bool or label has no steps")
        case Normal() | LogNormal() | Uniform() | Beta():
            low, high = (-inf, inf) if support is None else support
            cell = (max(low, (steps - 0.5) * grid), min(high, (steps + 0.5) * grid))
            if cell[1] <= cell[0]:
                return 0.0
            # The whole is asked first: a support that holds nothing is refused there as where it is drawn from.
            log_prob(FLOAT, distribution, cell[0], support)
            return _between(distribution, cell) / _between(distribution, (low, high))
        case _:
            assert_never(distribution)


def _between(distribution: Normal | LogNormal | Uniform | Beta, bounds: Range) -> float:
    """F(high) − F(low)."""
    low, high = bounds
    match distribution:
        case Normal(mean, sd):
            return normal.interval(FLOAT, (low - mean) / sd, (high - mean) / sd).mass
        case LogNormal(mean, sd):
            ends = [(-inf if x <= 0.0 else inf if x == inf else log(FLOAT, x) - mean) / sd for x in bounds]
            return normal.interval(FLOAT, ends[0], ends[1]).mass
        case Uniform(first, last):
            return max(0.0, min(high, last) - max(low, first)) / (last - first)
        case Beta(a, b):
            return beta.interval(FLOAT, a, b, min(max(low, 0.0), 1.0), min(max(high, 0.0), 1.0)).mass
        case _:
            assert_never(distribution)
