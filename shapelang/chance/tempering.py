"""Draws at a temperature T: from p(x)**(1/T), normalised over the support.

Of weights w this is w**(1/T); of a normal the same with sd · √T; of a beta, a − 1 and b − 1 divided by T; of a Poisson
each mass**(1/T). A lognormal is the exponential of its normal at T (its density would hang on the unit of x otherwise).
What is uniform has nothing that is more probable, and stays. T → 0 takes the most probable value, T = 1 is the
distribution itself, T → ∞ makes all values alike.
"""

from __future__ import annotations

import math
from typing import Final, assert_never

from shapelang.chance import beta, poisson
from shapelang.chance.distributions import Support, Value, log_prob, quantile
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
    check,
)
from shapelang.elementary import exp, log
from shapelang.elementary import pow as power
from shapelang.geometry.pose import Real
from shapelang.numbers import Numbers

COLDEST: Final = 0.05
HOTTEST: Final = 20.0


def tempered_quantile(n: Numbers, dist: Distribution, u: Real, support: Support | None, temperature: float) -> Value:
    """`quantile` of the distribution at a temperature from `COLDEST` to `HOTTEST`; raises as `quantile` does.

    A support that the colder distribution hardly reaches raises SupportError, though the distribution itself may.
    """
    match dist:
        case Poisson():
            return _Tempered(n, dist, support, temperature).quantile(u)
        case _:
            return quantile(n, tempered(n, dist, temperature), u, support)


def tempered_log_prob(n: Numbers, dist: Distribution, x: Value, support: Support | None, temperature: float) -> Real:
    """`log_prob` of the distribution at a temperature."""
    match dist:
        case Poisson():
            return _Tempered(n, dist, support, temperature).log_mass(x)
        case _:
            return log_prob(n, tempered(n, dist, temperature), x, support)


def tempered(
    n: Numbers,
    dist: Normal | LogNormal | Uniform | UniformInt | Beta | Bernoulli | Categorical,
    temperature: float,
) -> Distribution:
    """The distribution at a temperature; those of one kind are closed under it, but for `Poisson`."""
    check(n, dist)
    coldness = 1.0 / temperature
    match dist:
        case Normal(mean, sd):
            return Normal(mean, sd * math.sqrt(temperature))
        case LogNormal(mean, sd):
            return LogNormal(mean, sd * math.sqrt(temperature))
        case Uniform() | UniformInt():
            return dist
        case Beta(a, b):
            return Beta(_moved(n, a, coldness), _moved(n, b, coldness))
        case Bernoulli(p):
            first, second = _cooled(n, (p, 1.0 - p), coldness)
            return Bernoulli(first / (first + second))
        case Categorical(labels, weights):
            return Categorical(labels, _cooled(n, weights, coldness))
        case _:
            assert_never(dist)


def _moved(n: Numbers, shape: Real, coldness: float) -> Real:
    return n.minimum(n.maximum((shape - 1.0) * coldness + 1.0, beta.SMALLEST), beta.LARGEST)


def _cooled(n: Numbers, weights: tuple[Real, ...], coldness: float) -> tuple[Real, ...]:
    """Powers of weights over the largest of them, so that none overflows and one is 1."""
    most = weights[0]
    for weight in weights[1:]:
        most = n.maximum(most, weight)
    return tuple(power(n, weight / most, coldness) for weight in weights)


class _Tempered:
    """A Poisson at a temperature (the Conway–Maxwell–Poisson distribution of ν = 1/T), summed over a window."""

    __slots__ = ("coldness", "first", "last", "mean", "n", "peak", "support", "total")

    def __init__(self, n: Numbers, dist: Poisson, support: Support | None, temperature: float) -> None:
        # What is wrong with the distribution or its support is wrong at every temperature.
        log_prob(n, dist, 0, support)
        self.n, self.mean, self.coldness = n, dist.mean, 1.0 / temperature
        self.support = (0.0, math.inf) if support is None else support
        spread = (12.0 * n.sqrt(self.mean) + 40.0) * max(1.0, math.sqrt(temperature))
        lowest = n.maximum(-n.floor(-self.support[0]), 0.0)
        self.first = n.maximum(lowest, n.floor(self.mean - spread))
        self.last = n.minimum(n.floor(self.support[1]), n.floor(self.mean + spread))
        mode = n.minimum(n.maximum(n.floor(self.mean), self.first), self.last)
        self.peak = poisson.log_mass(n, self.mean, mode)
        self.total = self._below(self.last)

    def quantile(self, u: Real) -> Value:
        """The smallest whole number whose share of the mass from the first on reaches u."""
        n, target = self.n, u * self.total
        logarithm = self._start()
        sum_, current = exp(n, logarithm), self.first
        while n.any((sum_ < target) & (current < self.last)):
            going = (sum_ < target) & (current < self.last)
            current = n.where(going, current + 1.0, current)
            logarithm = n.where(going, self._next(logarithm, current), logarithm)
            sum_ = n.where(going, sum_ + exp(n, logarithm), sum_)
        return n.integer(current)

    def log_mass(self, k: Value) -> Real:
        """The logarithm of the mass of k."""
        n, x = self.n, self.n.real(k)
        value = (poisson.log_mass(n, self.mean, x) - self.peak) * self.coldness - log(n, self.total)
        return n.where((x >= self.support[0]) & (x <= self.support[1]), value, -math.inf)

    def _below(self, last: Real) -> Real:
        n = self.n
        logarithm, current = self._start(), self.first
        total = exp(n, logarithm)
        while n.any(current < last):
            going = current < last
            current = n.where(going, current + 1.0, current)
            logarithm = n.where(going, self._next(logarithm, current), logarithm)
            total = n.where(going, total + exp(n, logarithm), total)
        return total

    def _start(self) -> Real:
        return (poisson.log_mass(self.n, self.mean, self.first) - self.peak) * self.coldness

    def _next(self, logarithm: Real, k: Real) -> Real:
        """From the mass of k − 1 to that of k, relative to the peak's."""
        n = self.n
        return logarithm + log(n, self.mean / n.maximum(k, 1.0)) * self.coldness
