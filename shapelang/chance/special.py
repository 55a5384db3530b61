"""Special functions of the distributions, from the elementary ones: the same bits everywhere."""

from __future__ import annotations

from shapelang.elementary import exp, log
from shapelang.elementary.double import high_half
from shapelang.geometry.pose import Real
from shapelang.numbers import Numbers, either

_ERFC = (
    4.335744696880128e-11,
    -1.37212432109558e-10,
    -5.47796315403793e-10,
    1.7887492189077536e-09,
    3.979908209935334e-09,
    -1.470518755238763e-08,
    -2.1917128684776733e-08,
    1.1009041560728304e-07,
    7.89343963476142e-08,
    -8.249127434964572e-07,
    2.909062968371427e-07,
    5.709201212226352e-06,
    -1.1220753452725425e-05,
    -2.4398942309069806e-05,
    0.00015062130746391778,
    -0.0001992567764579197,
    -0.0007577732195352293,
    0.005031969992810925,
    -0.01619773406595253,
    0.03716751553591141,
    -0.0663303658116485,
    0.09373283499843951,
    -0.10103906603632504,
    0.06809705425469036,
    0.015379652102620042,
    -0.1396211168405625,
    1.2329951186255526,
)
"""(1 + 2x) · exp(x²) · erfc(x) as a polynomial in (x − 4)/(x + 4) on x ≥ 0, highest power first."""


def polynomial(coefficients: tuple[float, ...], x: Real) -> Real:
    """Horner's rule, highest power first."""
    value: Real = coefficients[0]
    for coefficient in coefficients[1:]:
        value = value * x + coefficient
    return value


def erfc(n: Numbers, x: Real) -> Real:
    """2/√π ∫ₓ^∞ exp(−t²) dt, relative error below 1e-15 where not subnormal.

    The form of M. Shepherd and J. Laframboise, "Chebyshev approximation of (1 + 2x) exp(x²) erfc x", Math. Comp. 36
    (1981), with coefficients computed to 60 digits for the centre 4; exp(−x²) in two factors, the
    first's exponent exact.
    """
    size = n.minimum(abs(x), 40.0)
    high = high_half(size)
    decay = exp(n, -high * high) * exp(n, -(size - high) * (size + high))
    value = decay * polynomial(_ERFC, (size - 4.0) / (size + 4.0)) / (1.0 + 2.0 * size)
    return n.where(x < 0.0, 2.0 - value, value)


def deviance(n: Numbers, x: Real, m: Real) -> Real:
    """The value x ln(x/m) + m − x for x, m > 0, without cancellation where they are near (Loader's bd0)."""
    return either(
        n,
        abs(x - m) < 0.1 * (x + m),
        lambda: _near_deviance(x, m),
        lambda: x * log(n, n.divide(x, m)) + m - x,
    )


_ODD_INVERSES = tuple(1.0 / (2 * j + 1) for j in range(10, 0, -1))


def _near_deviance(x: Real, m: Real) -> Real:
    v = (x - m) / (x + m)
    z = v * v
    return (x - m) * v + 2.0 * x * v * z * polynomial(_ODD_INVERSES, z)
