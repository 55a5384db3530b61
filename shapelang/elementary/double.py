"""Error-free sums and products: a result and exactly what its rounding lost.

Sources: T. J. Dekker, "A floating-point technique for extending the available precision", Numer. Math. 18 (1971);
D. E. Knuth, The Art of Computer Programming 2, 4.2.2. They need every operation rounded by itself (no fused
multiply-add), as CPython and NumPy do.
"""

from __future__ import annotations

from typing import TypeAlias

from shapelang.geometry.pose import Real

Pair: TypeAlias = tuple[Real, Real]
"""An unevaluated sum high + low, |low| ≤ half an ulp of high."""

_SPLITTER = 134217729.0  # 2**27 + 1


def high_half(x: Real) -> Real:
    """Round x to 26 bits, so that products of two such are exact; |x| < 1e300."""
    c = _SPLITTER * x
    return c - (c - x)


def two_sum(a: Real, b: Real) -> Pair:
    """The sum a + b, exactly, for any a and b."""
    s = a + b
    t = s - a
    return s, (a - (s - t)) + (b - t)


def two_product(a: Real, b: Real) -> Pair:
    """The product a · b, exactly, when neither overflows nor underflows."""
    p = a * b
    a_high = high_half(a)
    b_high = high_half(b)
    a_low = a - a_high
    b_low = b - b_high
    return p, ((a_high * b_high - p) + a_high * b_low + a_low * b_high) + a_low * b_low
