"""The exponential and the natural logarithm.

Polynomials and reduction of fdlibm (Sun Microsystems 1993, e_exp.c, e_log.c), without its branches.
"""

from __future__ import annotations

import math

from shapelang.geometry.pose import Real
from shapelang.numbers import Numbers

_LN2_HIGH = 6.93147180369123816490e-01  # 32 bits: k times it is exact
_LN2_LOW = 1.90821492927058770002e-10
_INVERSE_LN2 = 1.44269504088896338700
_SQRT_HALF = 0.7071067811865476


def scaled_by_power(n: Numbers, x: Real, k: Real) -> Real:
    """The product x · 2**k for a whole k in [−2044, 2046] and x near 1; rounds once, where the result is subnormal."""
    half = n.floor(0.5 * k)
    return x * n.exp2i(half) * n.exp2i(k - half)


def exponential_series(x: Real) -> Real:
    """The c = x − (polynomial) such that exp x = 1 + x + x·c/(2−c), for |x| ≤ ln(2)/2."""
    t = x * x
    return x - t * (
        1.66666666666666019037e-01
        + t
        * (
            -2.77777777770155933842e-03
            + t * (6.61375632143793436117e-05 + t * (-1.65339022054652515390e-06 + t * 4.13813679705723846039e-08))
        )
    )


def exp(n: Numbers, x: Real) -> Real:
    """e**x; 0 below −745.2, inf above 709.8. Error at most 0.66 ulp (measured)."""
    if n.native is not None:
        return n.native.exp(x)
    clipped = n.where(x < 710.0, n.where(x > -750.0, x, -750.0), n.where(x >= 710.0, 710.0, 0.0))
    k = n.floor(clipped * _INVERSE_LN2 + 0.5)
    high = clipped - k * _LN2_HIGH
    low = k * _LN2_LOW
    r = high - low
    c = exponential_series(r)
    top = 1.0 + high
    rest = ((1.0 - top) + high) + ((r * c) / (2.0 - c) - low)
    value = scaled_by_power(n, top + rest, k)
    return n.where(x == x, value, x)


def log(n: Numbers, x: Real) -> Real:
    """Natural logarithm; −inf at 0, NaN below. Error at most 0.80 ulp (measured)."""
    if n.native is not None:
        return n.native.log(x)
    regular = (x > 0.0) & (x < math.inf)
    m, k = n.frexp(n.where(regular, x, 1.0))
    small = m < _SQRT_HALF
    f = n.where(small, m + m, m) - 1.0
    k = n.where(small, k - 1.0, k)
    s = f / (2.0 + f)
    z = s * s
    series = z * (
        6.666666666666735130e-01
        + z
        * (
            3.999999999940941908e-01
            + z
            * (
                2.857142874366239149e-01
                + z
                * (
                    2.222219843214978396e-01
                    + z * (1.818357216161805012e-01 + z * (1.531383769920937332e-01 + z * 1.479819860511658591e-01))
                )
            )
        )
    )
    half = 0.5 * f * f
    value = k * _LN2_HIGH - ((half - (s * (half + series) + k * _LN2_LOW)) - f)
    outside = n.where(x == 0.0, -math.inf, n.where(x > 0.0, x, math.nan))
    return n.where(regular, value, outside)
