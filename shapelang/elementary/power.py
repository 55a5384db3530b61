"""Powers.

After fdlibm's e_pow.c (Sun Microsystems 1993): log2|x| as an unevaluated sum of 53 + 26 bits, times y, then 2** of it.
"""

from __future__ import annotations

import math

from shapelang.elementary.double import Pair, high_half
from shapelang.elementary.exponential import exponential_series, scaled_by_power
from shapelang.geometry.pose import Real
from shapelang.numbers import Numbers

_LOG2_1_5 = 5.84962487220764160156e-01
_LOG2_1_5_LOW = 1.35003920212974897128e-08
_CP = 9.61796693925975554329e-01  # 2 / (3 ln 2)
_CP_HIGH = 9.61796700954437255859e-01
_CP_LOW = -7.02846165095275826516e-09
_LN2 = 6.93147180559945286227e-01
_LN2_HIGH = 6.93147182464599609375e-01
_LN2_LOW = -1.90465429995776804525e-09
_HUGE = 18446744073709551616.0  # 2**64: with such an exponent everything but ±1 is 0 or inf


def pow(n: Numbers, x: Real, y: Real) -> Real:
    """x**y as C99 has it: x**0 and 1**y are 1; a negative x needs a whole y, else NaN; 0**negative is inf.

    A zero result may lose its sign. Error at most 0.62 ulp (measured).
    """
    if n.native is not None:
        return n.native.pow(x, y)
    size = abs(x)
    regular = (size > 0.0) & (size < math.inf)
    exponent = n.where(y == y, n.minimum(n.maximum(y, -_HUGE), _HUGE), 0.0)
    magnitude = _exp2_product(n, exponent, *_log2(n, n.where(regular, size, 1.0)))
    grows = ((size > 1.0) & (y > 0.0)) | ((size < 1.0) & (y < 0.0))
    magnitude = n.where(regular, magnitude, n.where(grows, math.inf, 0.0))
    magnitude = n.where((size == 1.0) & (abs(y) == math.inf), 1.0, magnitude)
    whole = n.floor(y) == y
    odd = whole & (abs(y) < 9007199254740992.0) & (2.0 * n.floor(0.5 * exponent) != exponent)
    signed = n.where((x < 0.0) & odd, -magnitude, magnitude)
    undefined = ((x < 0.0) & (size < math.inf) & (whole ^ True)) | (x != x) | (y != y)
    return n.where((y == 0.0) | (x == 1.0), 1.0, n.where(undefined, math.nan, signed))


def _log2(n: Numbers, x: Real) -> Pair:
    """log2 of a finite x > 0 as a sum, the first of 26 bits."""
    m, k = n.frexp(x)
    m, k = m + m, k - 1.0
    top = m >= 1.7320508075688772  # sqrt 3
    m, k = n.where(top, 0.5 * m, m), n.where(top, k + 1.0, k)
    middle = m >= 1.224744871391589  # sqrt 1.5
    base = n.where(middle, 1.5, 1.0)
    ln_high, ln_low = _ratio_log(m, base)
    z_high = _CP_HIGH * ln_high
    z_low = _CP_LOW * ln_high + ln_low * _CP + n.where(middle, _LOG2_1_5_LOW, 0.0)
    offset = n.where(middle, _LOG2_1_5, 0.0)
    high = high_half(((z_high + z_low) + offset) + k)
    return high, z_low - (((high - k) - offset) - z_high)


def _ratio_log(m: Real, base: Real) -> Pair:
    """1.5 · ln(m / base) as a sum, the first of 26 bits; m / base within [0.8, 1.3]."""
    u = m - base
    v = 1.0 / (m + base)
    s = u * v
    s_high = high_half(s)
    t_high = high_half(m + base)
    t_low = m - (t_high - base)
    s_low = v * ((u - s_high * t_high) - s_high * t_low)
    s2 = s * s
    r = (
        s2
        * s2
        * (
            5.99999999999994648725e-01
            + s2
            * (
                4.28571428578550184252e-01
                + s2
                * (
                    3.33333329818377432918e-01
                    + s2
                    * (2.72728123808534006489e-01 + s2 * (2.30660745775561754067e-01 + s2 * 2.06975017800338417784e-01))
                )
            )
        )
    )
    r = r + s_low * (s_high + s)
    s2 = s_high * s_high
    t_high = high_half(3.0 + s2 + r)
    t_low = r - ((t_high - 3.0) - s2)
    u = s_high * t_high
    v = s_low * t_high + t_low * s
    high = high_half(u + v)
    return high, v - (high - u)


def _exp2_product(n: Numbers, y: Real, high: Real, low: Real) -> Real:
    """2 ** (y · (high + low)), |y| ≤ 2**64 and `high` of 26 bits."""
    y_high = high_half(y)
    part = (y - y_high) * high + y * low
    p = y_high * high
    inside = abs(p + part) < 1100.0
    over = p + part > 0.0
    part, p = n.where(inside, part, 0.0), n.where(inside, p, 0.0)
    k = n.floor(p + part + 0.5)
    p = p - k
    t = high_half(part + p)
    u = t * _LN2_HIGH
    v = (part - (t - p)) * _LN2 + t * _LN2_LOW
    z = u + v
    w = v - (z - u)
    c = exponential_series(z)
    r = (z * c) / (c - 2.0) - (w + z * w)
    top = 1.0 + z
    rest = ((1.0 - top) + z) - r
    return n.where(inside, scaled_by_power(n, top + rest, k), n.where(over, math.inf, 0.0))
