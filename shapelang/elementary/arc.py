"""Inverse circular functions, in radians and in degrees.

All are the angle of a vector (x, y): asin t that of (sqrt(1 − t²), t), and so on, each coordinate with what its
rounding lost. The angle is brought to the first half quadrant, there to one of three breakpoints, and summed by the
polynomial of fdlibm (Sun Microsystems 1993, s_atan.c). Degrees have breakpoints of their own, so atan2d(1, 1) is 45 and
asind(0.5) is 30. Errors are at most 0.72 ulp (measured); of degrees 60 · 2**−1074 where the angle is below 1e-290.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import final

from shapelang.elementary.double import Pair, two_product, two_sum
from shapelang.geometry.pose import Real
from shapelang.numbers import Numbers


@final
@dataclass(frozen=True, slots=True)
class _Unit:
    """A unit of angle: how many in a radian, in an eighth of a turn, and in atan ½, each with what rounding lost."""

    radian: float
    radian_low: float
    eighth: float
    eighth_low: float
    half: float
    half_low: float


_RADIANS = _Unit(1.0, 0.0, 0.7853981633974483, 3.061616997868383e-17, 0.4636476090008061, 2.2698777452961687e-17)
_DEGREES = _Unit(57.29577951308232, -1.9878495670576283e-15, 45.0, 0.0, 26.56505117707799, -6.673432494950659e-16)


def atan2(n: Numbers, y: Real, x: Real) -> Real:
    """The angle of (x, y) in (−π, π]; 0 at (0, 0). The sign of a zero y or x is not looked at."""
    return _angle(n, _RADIANS, (y, 0.0), (x, 0.0))


def atan2d(n: Numbers, y: Real, x: Real) -> Real:
    """The angle of (x, y) in degrees, in (−180, 180]; 0 at (0, 0). The sign of a zero y or x is not looked at."""
    return _angle(n, _DEGREES, (y, 0.0), (x, 0.0))


def atan(n: Numbers, x: Real) -> Real:
    """Arc tangent in [−π/2, π/2]."""
    return _angle(n, _RADIANS, (x, 0.0), (1.0, 0.0))


def atand(n: Numbers, x: Real) -> Real:
    """Arc tangent in degrees."""
    return _angle(n, _DEGREES, (x, 0.0), (1.0, 0.0))


def asin(n: Numbers, x: Real) -> Real:
    """Arc sine in [−π/2, π/2]; NaN outside [−1, 1]."""
    return _angle(n, _RADIANS, (x, 0.0), _other_side(n, x))


def asind(n: Numbers, x: Real) -> Real:
    """Arc sine in degrees."""
    return _angle(n, _DEGREES, (x, 0.0), _other_side(n, x))


def acos(n: Numbers, x: Real) -> Real:
    """Arc cosine in [0, π]; NaN outside [−1, 1]."""
    return _angle(n, _RADIANS, _other_side(n, x), (x, 0.0))


def acosd(n: Numbers, x: Real) -> Real:
    """Arc cosine in degrees."""
    return _angle(n, _DEGREES, _other_side(n, x), (x, 0.0))


def _other_side(n: Numbers, x: Real) -> Pair:
    """sqrt(1 − x²) as a sum; NaN where |x| > 1."""
    x = n.where(abs(x) <= 1.0, x, math.nan)
    p, p_low = two_product(x, x)
    square, square_low = two_sum(1.0, -p)
    rest = square_low - p_low
    square, rest = square + rest, (square - (square + rest)) + rest
    root = n.sqrt(square)
    again, again_low = two_product(root, root)
    return root, (((square - again) - again_low) + rest) / n.where(root == 0.0, 1.0, 2.0 * root)


def _angle(n: Numbers, unit: _Unit, y: Pair, x: Pair) -> Real:
    """The angle of a vector; NaN if a coordinate is."""
    if n.native is not None:
        return n.native.atan2(y[0], x[0]) * unit.radian
    # Not |y|, whose slope at 0 is none; the sum takes the sign off −0.
    vertical, horizontal = (n.where(t < 0.0, -t, t) + 0.0 for t in (y[0], x[0]))
    vertical_low = n.where(y[0] < 0.0, -y[1], y[1])
    horizontal_low = n.where(x[0] < 0.0, -x[1], x[1])
    steep = vertical > horizontal
    large = n.where(steep, vertical, horizontal)
    small = n.where(steep, horizontal, vertical)
    large_low = n.where(steep, vertical_low, horizontal_low)
    small_low = n.where(steep, horizontal_low, vertical_low)
    t, t_low = _ratio(n, (small, small_low), (large, large_low))
    high, low = _first_octant(n, unit, t, t_low)
    back = x[0] < 0.0
    outward = steep == back  # from 0° upwards, or from 90° towards 180°
    base = n.where(steep, 2.0, n.where(back, 4.0, 0.0))  # in eighths of a turn: exact
    high = n.where(outward, high, -high)
    low = n.where(outward, low, -low)
    value, rest = two_sum(base * unit.eighth, high)
    angle = value + (rest + (base * unit.eighth_low + low))
    angle = n.where(y[0] < 0.0, -angle, angle)
    return n.where((y[0] == y[0]) & (x[0] == x[0]), angle, math.nan)


def _ratio(n: Numbers, small: Pair, large: Pair) -> Pair:
    """The ratio small / large as a sum, 0 ≤ small ≤ large; of two zeros 0, of two infinities 1."""
    size = large[0]
    endless = size == math.inf
    den = n.where(endless | (size == 0.0), 1.0, size)
    num = n.where(endless, n.where(small[0] == math.inf, 1.0, 0.0), small[0])
    t = num / den
    scale = n.where(size > 1e150, 2.0**-600, n.where(size < 1e-150, 2.0**600, 1.0))
    lift = n.where((num * scale < 1e-200) & (scale <= 1.0), 2.0**600, 1.0)  # else the product's rest would underflow
    both = scale * lift
    den, num, lifted = den * scale, num * both, t * lift
    back, back_low = two_product(lifted, den)
    rest = ((num - back) - back_low) + (small[1] * both - lifted * large[1] * scale)
    return t, rest / n.where(den == 0.0, 1.0, den) / lift


def _first_octant(n: Numbers, unit: _Unit, t: Real, t_low: Real) -> Pair:
    """atan(t + t_low) in the unit as a sum, for t in [0, 1]."""
    near = t < 0.4375
    middle = t < 0.6875
    u = n.where(near, t, n.where(middle, (2.0 * t - 1.0) / (2.0 + t), (t - 1.0) / (t + 1.0)))
    z = u * u
    series = z * (
        3.33333333333329318027e-01
        + z
        * (
            -1.99999999998764832476e-01
            + z
            * (
                1.42857142725034663711e-01
                + z
                * (
                    -1.11111104054623557880e-01
                    + z
                    * (
                        9.09088713343650656196e-02
                        + z
                        * (
                            -7.69187620504482999495e-02
                            + z
                            * (
                                6.66107313738753120669e-02
                                + z
                                * (
                                    -5.83357013379057348645e-02
                                    + z
                                    * (
                                        4.97687799461593236017e-02
                                        + z * (-3.65315727442169155270e-02 + z * 1.62858201153657823623e-02)
                                    )
                                )
                            )
                        )
                    )
                )
            )
        )
    )
    part, part_low = two_product(u, unit.radian)
    part_low = part_low + (u * unit.radian_low + unit.radian * (t_low / (1.0 + t * t) - u * series))
    base = n.where(near, 0.0, n.where(middle, unit.half, unit.eighth))
    base_low = n.where(near, 0.0, n.where(middle, unit.half_low, unit.eighth_low))
    high, rest = two_sum(base, part)
    return high, rest + (base_low + part_low)
