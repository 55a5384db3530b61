"""What a distribution declares of itself, untruncated: its support, its mean, its variance."""

from __future__ import annotations

import math
from typing import assert_never

from shapelang.chance.choose import total_weight
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
from shapelang.elementary import exp
from shapelang.geometry.pose import Real
from shapelang.numbers import Numbers


def natural_support(dist: Distribution) -> tuple[Real, Real]:
    """The least and the greatest value, as far as there is one (±inf); of a categorical its indices."""
    match dist:
        case Normal():
            return -math.inf, math.inf
        case LogNormal() | Poisson():
            return 0.0, math.inf
        case Uniform(low, high) | UniformInt(low, high):
            return low, high
        case Beta() | Bernoulli():
            return 0.0, 1.0
        case Categorical(labels):
            return 0.0, float(len(labels) - 1)
        case _:
            assert_never(dist)


def mean(n: Numbers, dist: Distribution) -> Real:
    """The mean; of a bool that of 0 and 1, of a categorical that of its index."""
    match dist:
        case Normal(centre) | Poisson(centre) | Bernoulli(centre):
            return centre
        case LogNormal(centre, sd):
            return exp(n, centre + 0.5 * sd * sd)
        case Uniform(low, high) | UniformInt(low, high):
            return 0.5 * (low + high)
        case Beta(a, b):
            return a / (a + b)
        case Categorical():
            return _index_moment(n, dist, 0.0, 1)
        case _:
            assert_never(dist)


def variance(n: Numbers, dist: Distribution) -> Real:
    """The variance, of what `mean` is the mean of."""
    match dist:
        case Normal(_, sd):
            return sd * sd
        case LogNormal(centre, sd):
            return (exp(n, sd * sd) - 1.0) * exp(n, 2.0 * centre + sd * sd)
        case Uniform(low, high):
            return (high - low) * (high - low) / 12.0
        case UniformInt(low, high):
            count = high - low + 1.0
            return (count * count - 1.0) / 12.0
        case Beta(a, b):
            total = a + b
            return a * b / (total * total * (total + 1.0))
        case Bernoulli(p):
            return p * (1.0 - p)
        case Categorical():
            return _index_moment(n, dist, mean(n, dist), 2)
        case Poisson(centre):
            return centre
        case _:
            assert_never(dist)


def _index_moment(n: Numbers, dist: Categorical, centre: Real, order: int) -> Real:
    total = total_weight(n, dist.weights)
    moment: Real = 0.0
    for k, weight in enumerate(dist.weights):
        away = float(k) - centre
        moment = moment + weight / total * (away if order == 1 else away * away)
    return moment
