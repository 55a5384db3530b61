"""The distributions of the language: a closed union of frozen records, and what their parameters must be."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, TypeAlias, assert_never, final

from shapelang.chance import beta, poisson
from shapelang.chance.choose import total_weight
from shapelang.chance.errors import ParameterError
from shapelang.geometry.pose import Real
from shapelang.numbers import Numbers

LARGEST = 1e300
"""No parameter may be larger: sums and differences of two stay finite."""

LARGEST_INT = 2.0**52


@final
@dataclass(frozen=True, slots=True)
class Normal:
    """normal(mean, sd); sd > 0."""

    mean: Real
    sd: Real


@final
@dataclass(frozen=True, slots=True)
class LogNormal:
    """lognormal(mean, sd): exp of a normal with these two; sd > 0."""

    mean: Real
    sd: Real


@final
@dataclass(frozen=True, slots=True)
class Uniform:
    """uniform(low, high) of reals; low < high."""

    low: Real
    high: Real


@final
@dataclass(frozen=True, slots=True)
class UniformInt:
    """uniform(low, high) of an int: the whole numbers low … high, both included."""

    low: Real
    high: Real


@final
@dataclass(frozen=True, slots=True)
class Beta:
    """beta(a, b) on [0, 1]; 0.001 ≤ a, b ≤ 10,000."""

    a: Real
    b: Real


@final
@dataclass(frozen=True, slots=True)
class Bernoulli:
    """bernoulli(p): true with probability p."""

    p: Real


@final
@dataclass(frozen=True, slots=True)
class Categorical:
    """categorical(label: weight, …); its value is the index of a label."""

    labels: tuple[str | int, ...]
    weights: tuple[Real, ...]


@final
@dataclass(frozen=True, slots=True)
class Poisson:
    """poisson(mean): whole numbers from 0 on; 0 < mean ≤ 10,000."""

    mean: Real


Distribution: TypeAlias = Normal | LogNormal | Uniform | UniformInt | Beta | Bernoulli | Categorical | Poisson


def check(n: Numbers, dist: Distribution) -> None:
    """Refuse impossible parameters.

    Raises:
        ParameterError: in some variant; NaN is refused everywhere.
    """
    match dist:
        case Normal(mean, sd) | LogNormal(mean, sd):
            _demand(n, abs(mean) <= LARGEST, "mean", mean, "finite")
            _demand(n, (sd > 0.0) & (sd <= LARGEST), "sd", sd, "above 0 and finite")
        case Uniform(low, high):
            _demand(n, abs(low) <= LARGEST, "low", low, "finite")
            _demand(n, (high > low) & (high <= LARGEST), "high", high, "above low and finite")
        case UniformInt(low, high):
            _demand(n, (abs(low) <= LARGEST_INT) & (n.floor(low) == low), "low", low, "a whole number")
            whole = (abs(high) <= LARGEST_INT) & (n.floor(high) == high)
            _demand(n, whole & (high >= low), "high", high, "a whole number from low on")
        case Beta(a, b):
            _demand(n, (a >= beta.SMALLEST) & (a <= beta.LARGEST), "a", a, "from 0.001 to 10000")
            _demand(n, (b >= beta.SMALLEST) & (b <= beta.LARGEST), "b", b, "from 0.001 to 10000")
        case Bernoulli(p):
            _demand(n, (p >= 0.0) & (p <= 1.0), "p", p, "from 0 to 1")
        case Categorical(labels, weights):
            if len(labels) != len(weights) or len(set(labels)) != len(labels):
                raise ParameterError("the count of weights", len(weights), "that of the labels, all different")
            total_weight(n, weights)
        case Poisson(mean):
            _demand(n, (mean > 0.0) & (mean <= poisson.LARGEST_MEAN), "mean", mean, "above 0 and at most 10000")
        case _:
            assert_never(dist)


def _demand(n: Numbers, test: Any, name: str, value: Real, demand: str) -> None:
    if not n.all(test):
        raise ParameterError(name, value, demand)
