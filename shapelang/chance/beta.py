"""The beta distribution: density, distribution function, quantile.

Density by C. Loader's saddle-point form (2000), which keeps its relative accuracy for large parameters; distribution
function by the continued fraction of DLMF 8.17.22, evaluated by Lentz's method; quantile by Newton's method on
log F over log x, kept within a bracket. A lane stops when it has converged and does not look at the others, so that it
has the same bits alone. Shapes 1e-3 ≤ a, b ≤ 1e4.
"""

from __future__ import annotations

import math

from shapelang.chance.normal import HALF_LOG_TWO_PI, Interval
from shapelang.chance.special import deviance
from shapelang.elementary import exp, log
from shapelang.elementary.double import Pair
from shapelang.elementary.gamma import stirling_error
from shapelang.geometry.pose import Real
from shapelang.numbers import Numbers

SMALLEST = 1e-3
LARGEST = 1e4

_TINY = 1e-300
_FRACTION_LIMIT = 1000  # about 130 are needed at 1e4
_NEWTON_LIMIT = 120  # 5 to 8 are usual; a bracket from 1e-300 halves its logarithm in 60
_SETTLED = 1e-10  # a step of Newton below this leaves an error near its square


def log_density(n: Numbers, a: Real, b: Real, x: Real) -> Real:
    """Log density at x in [0, 1]; at an end 0, −inf or +inf as the shape there is 1, above or below."""
    y = 1.0 - x
    inner = n.minimum(n.maximum(x, _TINY), 1.0 - 2.0**-53)
    rest = n.where(y > 0.0, y, 2.0**-53)
    value = _log_binomial(n, a, b, inner, rest) + (log(n, a / (a + b) * b) - log(n, inner) - log(n, rest))
    value = n.where((x <= 0.0) & (a != 1.0), n.where(a > 1.0, -math.inf, math.inf), value)
    return n.where((x >= 1.0) & (b != 1.0), n.where(b > 1.0, -math.inf, math.inf), value)


def _log_binomial(n: Numbers, a: Real, b: Real, x: Real, y: Real) -> Real:
    """The logarithm of Γ(a+b+1) / Γ(a+1) / Γ(b+1) · x**a · y**b, for x + y = 1."""
    total = a + b
    deltas = stirling_error(n, total) - stirling_error(n, a) - stirling_error(n, b)
    distance = deviance(n, a, total * x) + deviance(n, b, total * y)
    return (deltas - distance) - (HALF_LOG_TWO_PI + 0.5 * log(n, a / total * b))


def tails(n: Numbers, a: Real, b: Real, x: Real, y: Real) -> Pair:
    """The probability below x and above x, with y = 1 − x; the smaller is accurate relatively."""
    inner, rest = n.maximum(x, _TINY), n.maximum(y, _TINY)
    beyond = inner * (a + b + 2.0) > a + 1.0
    front, back = n.where(beyond, b, a), n.where(beyond, a, b)
    near, far = n.where(beyond, rest, inner), n.where(beyond, inner, rest)
    weight = exp(n, _log_binomial(n, front, back, near, far)) * (back / (front + back))
    part = n.minimum(weight * _fraction(n, front, back, near), 1.0)
    lower = n.where(x <= 0.0, 0.0, n.where(y <= 0.0, 1.0, n.where(beyond, 1.0 - part, part)))
    upper = n.where(x <= 0.0, 1.0, n.where(y <= 0.0, 0.0, n.where(beyond, part, 1.0 - part)))
    return lower, upper


def _fraction(n: Numbers, a: Real, b: Real, x: Real) -> Real:
    """The continued fraction of the incomplete beta function, for x below (a+1)/(a+b+2)."""
    c: Real = 1.0
    d = 1.0 / _nonzero(n, 1.0 - (a + b) * x / (a + 1.0))
    h = d
    done = h != h
    for m in range(1, _FRACTION_LIMIT):
        odd = a + 2.0 * m
        term = m * (b - m) * x / ((odd - 1.0) * odd)
        d = 1.0 / _nonzero(n, 1.0 + term * d)
        c = _nonzero(n, 1.0 + term / c)
        step = d * c
        term = -(a + m) * (a + b + m) * x / (odd * (odd + 1.0))
        d = 1.0 / _nonzero(n, 1.0 + term * d)
        c = _nonzero(n, 1.0 + term / c)
        last = d * c
        h = n.where(done, h, h * step * last)
        done = done | (abs(last - 1.0) < 1e-15)
        if n.all(done):
            break
    return h


def _nonzero(n: Numbers, x: Real) -> Real:
    return n.where(x == 0.0, _TINY, x)


def interval(n: Numbers, a: Real, b: Real, low: Real, high: Real) -> Interval:
    """The probability between two bounds in [0, 1]; `mirrored` counts from above."""
    below, beside = tails(n, a, b, low, 1.0 - low)
    within, above = tails(n, a, b, high, 1.0 - high)
    mirrored = below > above
    return Interval(mirrored, n.where(mirrored, above, below), n.where(mirrored, beside - above, within - below))


def quantile_between(n: Numbers, a: Real, b: Real, u: Real, between: Interval) -> Real:
    """The x within an interval with the share u of its mass below; never 0 or 1 (1e-300 or 1 − 2**−53 instead)."""
    front, back = n.where(between.mirrored, b, a), n.where(between.mirrored, a, b)
    x, y = _solved(n, front, back, between.start + n.where(between.mirrored, 1.0 - u, u) * between.mass)
    return n.minimum(n.where(between.mirrored, y, x), 1.0 - 2.0**-53)


def _solved(n: Numbers, a: Real, b: Real, p: Real) -> Pair:
    """(x, 1 − x) with probability p below x: solved on the side of the mean on which it lies."""
    middle = a / (a + b)
    below, _ = tails(n, a, b, middle, b / (a + b))
    beyond = p > below
    front, back = n.where(beyond, b, a), n.where(beyond, a, b)
    x = _newton(n, front, back, n.maximum(n.where(beyond, 1.0 - p, p), _TINY), front / (front + back))
    return n.where(beyond, 1.0 - x, x), n.where(beyond, x, 1.0 - x)


def _newton(n: Numbers, a: Real, b: Real, p: Real, middle: Real) -> Real:
    """The x ≤ middle with probability p below it; starts from F ≈ x**a / (a B(a, b))."""
    rest = 1.0 - middle
    scale = a * log(n, middle) + b * log(n, rest) - _log_binomial(n, a, b, middle, rest) - log(n, b / (a + b))
    low: Real = _TINY
    high = middle
    x = n.minimum(n.maximum(exp(n, n.minimum((log(n, p) + scale) / a, 0.0)), _TINY), middle)
    done = x != x
    for _ in range(_NEWTON_LIMIT):
        below = n.maximum(tails(n, a, b, x, 1.0 - x)[0], _TINY)
        slope = exp(n, _log_binomial(n, a, b, x, 1.0 - x)) * (a / (a + b) * b) / (1.0 - x)  # x times the density
        step = log(n, below / p) * n.divide(below, slope)
        short = below < p
        low, high = n.where(short, x, low), n.where(short, high, x)
        moved = x * exp(n, n.minimum(-step, 700.0))
        inside = (moved > low) & (moved < high)
        moved = n.where(inside, moved, n.sqrt(low) * n.sqrt(high))
        small = (abs(step) < _SETTLED) | (high - low <= 2.0**-52 * high)
        moved = n.where(inside | (small ^ True), moved, x)
        x = n.where(done, x, moved)
        done = done | small
        if n.all(done):
            break
    return x
