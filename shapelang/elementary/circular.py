"""Sine, cosine and tangent of radians.

The kernels on [−π/4, π/4] are the polynomials of fdlibm (Sun Microsystems 1993, k_sin.c, k_cos.c, k_tan.c). The
argument is reduced by Cody and Waite's method (Software Manual for the Elementary Functions, 1980) with π/2 in four
pieces of 33, 33, 33 and 53 bits: fully for |x| ≤ 2**20 · π/2 ≈ 1.6e6; up to 2**52 to about an ulp of x; beyond, and at
±inf, NaN.
"""

from __future__ import annotations

import math

from shapelang.elementary.double import high_half, two_sum
from shapelang.geometry.pose import Real
from shapelang.numbers import Numbers

_LIMIT = 4503599627370496.0  # 2**52: from here on the floats are whole numbers
_TWO_OVER_PI = 0.6366197723675814
_P1 = 1.5707963267341256
_P2 = 6.077100506303966e-11
_P3 = 2.0222662487111665e-21
_P4 = 8.4784276603689e-32
_QUARTER_PI = 0.7853981633974483
_QUARTER_PI_LOW = 3.061616997868383e-17


def sine_kernel(x: Real, low: Real) -> Real:
    """sin(x + low) for |x| ≤ π/4 and a low below half an ulp of x."""
    z = x * x
    v = z * x
    r = 8.33333333332248946124e-03 + z * (
        -1.98412698298579493134e-04
        + z * (2.75573137070700676789e-06 + z * (-2.50507602534068634195e-08 + z * 1.58969099521155010221e-10))
    )
    return x - ((z * (0.5 * low - v * r) - low) - v * -1.66666666666666324348e-01)


def cosine_kernel(x: Real, low: Real) -> Real:
    """cos(x + low) for |x| ≤ π/4 and a low below half an ulp of x."""
    z = x * x
    r = z * (
        4.16666666666666019037e-02
        + z
        * (
            -1.38888888888741095749e-03
            + z
            * (
                2.48015872894767294178e-05
                + z * (-2.75573143513906633035e-07 + z * (2.08757232129817482790e-09 + z * -1.13596475577881948265e-11))
            )
        )
    )
    half = 0.5 * z
    w = 1.0 - half
    return w + (((1.0 - w) - half) + (z * r - x * low))


def reduced(n: Numbers, x: Real) -> tuple[Real, Real, Real]:
    """(q, r, low) with x = q · π/2 + r + low, q whole and |r| ≤ π/4; NaN beyond the limit."""
    x = n.where(abs(x) <= _LIMIT, x, math.nan)
    q = n.floor(x * _TWO_OVER_PI + 0.5)
    a, a_low = two_sum(x - q * _P1, -(q * _P2))  # both products and the first difference are exact
    b, b_low = two_sum(a, -(q * _P3))
    low = (a_low + b_low) - q * _P4
    r = b + low
    return q, r, (b - r) + low


def turned(n: Numbers, q: Real, sine: Real, cosine: Real) -> tuple[Real, Real]:
    """Sine and cosine after q quarter turns more."""
    quadrant = q - 4.0 * n.floor(0.25 * q)
    odd = (quadrant == 1.0) | (quadrant == 3.0)
    s = n.where(odd, cosine, sine)
    c = n.where(odd, sine, cosine)
    return (
        n.where(quadrant >= 2.0, -s, s),
        n.where((quadrant == 1.0) | (quadrant == 2.0), -c, c),
    )


def sincos(n: Numbers, x: Real) -> tuple[Real, Real]:
    """Sine and cosine together. Error at most 0.76 ulp each for |x| ≤ 1.6e6 (measured)."""
    if n.native is not None:
        return n.native.sincos(x)
    q, r, low = reduced(n, x)
    return turned(n, q, sine_kernel(r, low), cosine_kernel(r, low))


def sin(n: Numbers, x: Real) -> Real:
    """Sine."""
    return sincos(n, x)[0]


def cos(n: Numbers, x: Real) -> Real:
    """Cosine."""
    return sincos(n, x)[1]


def tangent_kernel(n: Numbers, x: Real, low: Real, odd: Real) -> Real:
    """tan(x + low) for |x| ≤ π/4; where `odd`, −1/tan (0 gives −inf or inf, as the sign of zero has it)."""
    big = abs(x) >= 0.67434
    back = x < 0.0
    x0 = n.where(back, -x, x)
    low0 = n.where(back, -low, low)
    x = n.where(big, (_QUARTER_PI - x0) + (_QUARTER_PI_LOW - low0), x)
    low = n.where(big, 0.0, low)
    z = x * x
    r = low + z * (z * x * _tangent_series(z) + low) + 3.33333333333334091986e-01 * (z * x)
    w = x + r
    side = n.where(odd, -1.0, 1.0)
    folded = side - 2.0 * (x + (r - w * w / n.where(big, w + side, 1.0)))
    folded = n.where(back, -folded, folded)
    return n.where(big, folded, n.where(odd, _minus_inverse(n, x, r, w), w))


def _tangent_series(z: Real) -> Real:
    """(tan x − x − x³/3) / x⁵ in z = x²."""
    w = z * z
    r = 1.33333333333201242699e-01 + w * (
        2.18694882948595424599e-02
        + w
        * (
            3.59207910759131235356e-03
            + w * (5.88041240820264096874e-04 + w * (7.81794442939557092300e-05 + w * -1.85586374855275456654e-05))
        )
    )
    v = 5.39682539762260521377e-02 + w * (
        8.86323982359930005737e-03
        + w
        * (
            1.45620945432529025516e-03
            + w * (2.46463134818469906812e-04 + w * (7.14072491382608190305e-05 + w * 2.59073051863633712884e-05))
        )
    )
    return r + z * v


def _minus_inverse(n: Numbers, x: Real, r: Real, w: Real) -> Real:
    """−1 / (x + r), where w = x + r rounded."""
    safe = n.where(w == 0.0, 1.0, w)
    w_high = high_half(safe)
    rest = r - (w_high - x)
    a = -1.0 / safe
    a_high = high_half(a)
    result = a_high + a * (1.0 + a_high * w_high + a_high * rest)
    return n.where(w == 0.0, n.divide(-1.0, w), result)


def tan(n: Numbers, x: Real) -> Real:
    """Tangent. Error at most 0.80 ulp for |x| ≤ 1.6e6 (measured)."""
    if n.native is not None:
        s, c = n.native.sincos(x)
        return s / c
    q, r, low = reduced(n, x)
    return tangent_kernel(n, r, low, q - 2.0 * n.floor(0.5 * q) == 1.0)
