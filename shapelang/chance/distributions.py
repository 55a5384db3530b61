"""The two verbs of a distribution: `quantile` turns a uniform number into a value, `log_prob` weighs a value.

A support [lo, hi], closed, truncates: u runs over the mass between the bounds alone, so nothing is ever redrawn, and
log p = log f(x) − log(F(hi) − F(lo)), with sums of masses for whole numbers. Values are reals; for `Poisson` and
`UniformInt` integers (int, or lanes of int64), for `Bernoulli` bools, for `Categorical` the index of a label (so that
lanes and floats agree; `dist.labels[index]` is the label).
"""

from __future__ import annotations

import math
from typing import Any, TypeAlias, assert_never

from shapelang.chance import beta, normal, poisson
from shapelang.chance.choose import choose_index, choose_log_prob
from shapelang.chance.errors import SupportError, shown
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
from shapelang.chance.moments import natural_support
from shapelang.elementary import exp, log
from shapelang.elementary.double import Pair
from shapelang.geometry.pose import Real
from shapelang.numbers import Numbers

Support: TypeAlias = tuple[Real, Real]
"""Closed bounds [lo, hi] of a value."""

SMALLEST_MASS = 1e-12
"""A support with less of the probability than this is an error: it would be the tail's shape that is drawn."""

Value: TypeAlias = Any
"""A real, an integer, a bool or an index; or lanes of one of them."""


def quantile(n: Numbers, dist: Distribution, u: Real, support: Support | None = None) -> Value:
    """The value with the share u of the (truncated) probability below it, u in (0, 1).

    Raises:
        ParameterError: a parameter is impossible.
        SupportError: the support is reversed, holds a mass below 1e-12, or is given to a bool or a label.
    """
    check(n, dist)
    match dist:
        case Normal(mean, sd):
            low, high = _bounds(n, dist, support)
            z = normal.quantile_between(n, u, _normal_interval(n, dist, low, high))
            return _clamped(n, mean + sd * z, low, high)
        case LogNormal(mean, sd):
            low, high = _bounds(n, dist, support)
            z = normal.quantile_between(n, u, _normal_interval(n, dist, log(n, low), log(n, high)))
            return _clamped(n, exp(n, mean + sd * z), low, high)
        case Uniform():
            low, high = _bounds(n, dist, support)
            _uniform_mass(n, dist, low, high)
            return _clamped(n, low + u * (high - low), low, high)
        case UniformInt():
            low, high = _whole_bounds(n, dist, support)
            return n.integer(n.minimum(low + n.floor(u * (high - low + 1.0)), high))
        case Beta(a, b):
            low, high = _bounds(n, dist, support)
            return _clamped(n, beta.quantile_between(n, a, b, u, _beta_interval(n, dist, low, high)), low, high)
        case Bernoulli(p):
            _no_support(support, "a bool")
            return u < p
        case Categorical(_, weights):
            _no_support(support, "a label")
            return choose_index(n, weights, u)
        case Poisson(mean):
            first, last, mass = _poisson_window(n, dist, support)
            return n.integer(poisson.quantile(n, mean, first, last, u * mass))
        case _:
            assert_never(dist)


def log_prob(n: Numbers, dist: Distribution, x: Value, support: Support | None = None) -> Real:
    """Log density of a real, log mass of anything else, under the truncation; −inf outside the support.

    Raises:
        ParameterError: a parameter is impossible.
        SupportError: as `quantile`.
    """
    check(n, dist)
    match dist:
        case Bernoulli(p):
            _no_support(support, "a bool")
            return log(n, n.where(x == True, p, n.where(x == False, 1.0 - p, 0.0)))  # noqa: E712 (lanes)
        case Categorical(_, weights):
            _no_support(support, "a label")
            return choose_log_prob(n, weights, x)
        case UniformInt():
            low, high = _whole_bounds(n, dist, support)
            return _within(n, (n.floor(n.real(x)) == x), x, (low, high), -log(n, high - low + 1.0))
        case Poisson(mean):
            mass = _poisson_window(n, dist, support)[2]
            value = poisson.log_mass(n, mean, n.real(x)) - log(n, mass)
            return _within(n, True, x, _bounds(n, dist, support), value)
        case Normal() | LogNormal() | Uniform() | Beta():
            bounds = _bounds(n, dist, support)
            return _within(n, True, x, bounds, _log_density(n, dist, x, bounds, support is not None))
        case _:
            assert_never(dist)


def _log_density(n: Numbers, dist: Normal | LogNormal | Uniform | Beta, x: Real, bounds: Pair, truncated: bool) -> Real:
    """Log density at a point of the bounds, with the normaliser where truncated."""
    low, high = bounds
    match dist:
        case Normal(mean, sd):
            value = _log_normal_density(n, (x - mean) / sd) - log(n, sd)
            return value - log(n, _normal_interval(n, dist, low, high).mass) if truncated else value
        case LogNormal(mean, sd):
            ln = log(n, n.where(x > 0.0, x, 1.0))
            value = n.where(x > 0.0, _log_normal_density(n, (ln - mean) / sd) - log(n, sd) - ln, -math.inf)
            return value - log(n, _normal_interval(n, dist, log(n, low), log(n, high)).mass) if truncated else value
        case Uniform():
            _uniform_mass(n, dist, low, high)
            return -log(n, high - low)
        case Beta(a, b):
            value = beta.log_density(n, a, b, n.minimum(n.maximum(x, 0.0), 1.0))
            return value - log(n, _beta_interval(n, dist, low, high).mass) if truncated else value
        case _:
            assert_never(dist)


def _log_normal_density(n: Numbers, z: Real) -> Real:
    return -0.5 * z * z - normal.HALF_LOG_TWO_PI


def _within(n: Numbers, also: Any, x: Value, bounds: Pair, value: Real) -> Real:
    return n.where((x >= bounds[0]) & (x <= bounds[1]) & also, value, -math.inf)


def _clamped(n: Numbers, x: Real, low: Real, high: Real) -> Real:
    """Rounding may step over a bound by an ulp."""
    return n.minimum(n.maximum(x, low), high)


def _bounds(n: Numbers, dist: Distribution, support: Support | None) -> Pair:
    """The support within the natural one."""
    least, greatest = natural_support(dist)
    if support is None:
        return least, greatest
    low, high = support
    if not n.all(low <= high):
        raise SupportError(f"the support [{shown(low)}, {shown(high)}] is reversed")
    return n.maximum(low, least), n.minimum(high, greatest)


def _no_support(support: Support | None, what: str) -> None:
    if support is not None:
        raise SupportError(f"{what} has no range to be truncated to")


def _enough(n: Numbers, dist: Distribution, mass: Real, low: Real, high: Real) -> None:
    if not n.all(mass >= SMALLEST_MASS):
        raise SupportError(
            f"{type(dist).__name__.lower()} has a probability of {shown(mass)} in [{shown(low)}, {shown(high)}]; "
            f"at least {SMALLEST_MASS} is needed"
        )


def _normal_interval(n: Numbers, dist: Normal | LogNormal, low: Real, high: Real) -> normal.Interval:
    """Of a normal between two bounds; of a lognormal between their logarithms."""
    between = normal.interval(n, (low - dist.mean) / dist.sd, (high - dist.mean) / dist.sd)
    _enough(n, dist, between.mass, low, high)
    return between


def _beta_interval(n: Numbers, dist: Beta, low: Real, high: Real) -> normal.Interval:
    between = beta.interval(n, dist.a, dist.b, n.minimum(low, 1.0), n.maximum(high, 0.0))
    _enough(n, dist, n.where(low <= high, between.mass, 0.0), low, high)
    return between


def _uniform_mass(n: Numbers, dist: Uniform, low: Real, high: Real) -> None:
    _enough(n, dist, (high - low) / (dist.high - dist.low), low, high)


def _whole_bounds(n: Numbers, dist: UniformInt, support: Support | None) -> Pair:
    low, high = _bounds(n, dist, support)
    low, high = -n.floor(-low), n.floor(high)
    _enough(n, dist, (high - low + 1.0) / (dist.high - dist.low + 1.0), low, high)
    return low, high


def _poisson_window(n: Numbers, dist: Poisson, support: Support | None) -> tuple[Real, Real, Real]:
    """First, last, and the mass from one to the other (1 where not truncated)."""
    bounds = _bounds(n, dist, support)
    first, last = poisson.window(n, dist.mean, bounds)
    if support is None:
        return first, last, 1.0
    mass = poisson.mass(n, dist.mean, first, last)
    _enough(n, dist, mass, *bounds)
    return first, last, mass
