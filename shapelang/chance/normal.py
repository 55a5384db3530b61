"""The standard normal: distribution function, quantile, and both between two bounds.

Quantile: M. Wichura, "Algorithm AS 241: The percentage points of the normal distribution", Applied Statistics 37
(1988), PPND16, relative error about 1e-16 of its rational approximations.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import final

from shapelang.chance.special import erfc, polynomial
from shapelang.elementary import log
from shapelang.geometry.pose import Real
from shapelang.numbers import FLOAT, Numbers, either

HALF_LOG_TWO_PI = 0.9189385332046727

_SQRT_HALF = 0.7071067811865476

_A = (
    2.5090809287301226727e3, 3.3430575583588128105e4, 6.7265770927008700853e4, 4.5921953931549871457e4,
    1.3731693765509461125e4, 1.9715909503065514427e3, 1.3314166789178437745e2, 3.3871328727963666080e0,
)  # fmt: skip
_B = (
    5.2264952788528545610e3, 2.8729085735721942674e4, 3.9307895800092710610e4, 2.1213794301586595867e4,
    5.3941960214247511077e3, 6.8718700749205790830e2, 4.2313330701600911252e1, 1.0,
)  # fmt: skip
_C = (
    7.74545014278341407640e-4, 2.27238449892691845833e-2, 2.41780725177450611770e-1, 1.27045825245236838258e0,
    3.64784832476320460504e0, 5.76949722146069140550e0, 4.63033784615654529590e0, 1.42343711074968357734e0,
)  # fmt: skip
_D = (
    1.05075007164441684324e-9, 5.47593808499534494600e-4, 1.51986665636164571966e-2, 1.48103976427480074590e-1,
    6.89767334985100004550e-1, 1.67638483018380384940e0, 2.05319162663775882187e0, 1.0,
)  # fmt: skip
_E = (
    2.01033439929228813265e-7, 2.71155556874348757815e-5, 1.24266094738807843860e-3, 2.65321895265761230930e-2,
    2.96560571828504891230e-1, 1.78482653991729133580e0, 5.46378491116411436990e0, 6.65790464350110377720e0,
)  # fmt: skip
_F = (
    2.04426310338993978564e-15, 1.42151175831644588870e-7, 1.84631831751005468180e-5, 7.86869131145613259100e-4,
    1.48753612908506148525e-2, 1.36929880922735805310e-1, 5.99832206555887937690e-1, 1.0,
)  # fmt: skip


@final
@dataclass(frozen=True, slots=True)
class Interval:
    """The probability between two bounds: `mass`, and `start` below it, seen from the thinner tail (`mirrored`)."""

    mirrored: Real
    start: Real
    mass: Real


def lower(n: Numbers, z: Real) -> Real:
    """The probability below z, accurate relatively in the lower tail."""
    return 0.5 * erfc(n, z * -_SQRT_HALF)


def quantile(n: Numbers, p: Real) -> Real:
    """The z with probability p below it, 0 < p < 1."""
    q = p - 0.5
    return either(n, abs(q) <= 0.425, lambda: _central(q), lambda: _tail(n, p, q))


def _central(q: Real) -> Real:
    r = 0.180625 - q * q
    return q * polynomial(_A, r) / polynomial(_B, r)


def _tail(n: Numbers, p: Real, q: Real) -> Real:
    r = n.sqrt(-log(n, n.where(q < 0.0, p, 1.0 - p)))
    size = either(
        n,
        r <= 5.0,
        lambda: polynomial(_C, r - 1.6) / polynomial(_D, r - 1.6),
        lambda: polynomial(_E, r - 5.0) / polynomial(_F, r - 5.0),
    )
    return n.where(q < 0.0, -size, size)


def interval(n: Numbers, low: Real, high: Real) -> Interval:
    """The probability between two standardised bounds (±inf allowed)."""
    return _known(low, high) if type(low) is float and type(high) is float else _interval(n, low, high)


@lru_cache(maxsize=4096)
def _known(low: float, high: float) -> Interval:
    """Of bounds that are no lanes: a program has few of them, and asks for each at every draw."""
    return _interval(FLOAT, low, high)


def _interval(n: Numbers, low: Real, high: Real) -> Interval:
    mirrored = low + high > 0.0
    start = lower(n, n.where(mirrored, -high, low))
    return Interval(mirrored, start, lower(n, n.where(mirrored, -low, high)) - start)


def quantile_between(n: Numbers, u: Real, between: Interval) -> Real:
    """The z within an interval with the share u of its mass below."""
    z = quantile(n, between.start + n.where(between.mirrored, 1.0 - u, u) * between.mass)
    return n.where(between.mirrored, -z, z)


def share_between(n: Numbers, z: Real, between: Interval) -> Real:
    """The share of an interval's mass below a z in it; what `quantile_between` inverts, as far as it is rounded."""
    below = (lower(n, n.where(between.mirrored, -z, z)) - between.start) / between.mass
    return n.where(between.mirrored, 1.0 - below, below)
