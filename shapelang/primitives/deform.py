"""Taper and bend of the superquadric (Solina & Bajcsy 1990, eq. 8–16), there along z, here along +Y.

Everything is on the unit profile: t = y / (half height) in [-1, 1], half width (1 − |t|^(2/e))^(e/2).
"""

from __future__ import annotations

from collections.abc import Callable
from typing import final

from shapelang.elementary import atan2, sincosd
from shapelang.elementary import pow as power
from shapelang.frozen import frozen
from shapelang.geometry.pose import Real
from shapelang.numbers import Numbers

RADIAN = 0.017453292519943295
LEAST_BEND = 1e-9
"""Degrees; below this a bend moves nothing by more than rounding does, and is taken as none."""

_GOLDEN = 0.6180339887498949
_CELLS = 48
_STEPS = 32  # 0.618^32 of two cells: 2e-8, and near a maximum the value errs by the square of that
_HALVINGS = 32  # likewise


@final
@frozen
class Taper:
    """x ↦ x · (1 + slope · t) / widest, so that a solid that filled its box fills it still.

    `widest` is the greatest value of (1 + |slope| t)(1 − t^(2/e))^(e/2).
    """

    slope: Real
    widest: Real

    def scale(self, t: Real) -> Real:
        """By what x is multiplied at the height t."""
        return (1.0 + self.slope * t) / self.widest

    def least(self, n: Numbers) -> Real:
        """The smallest scale."""
        return (1.0 - n.absolute(self.slope)) / self.widest

    def most(self, n: Numbers) -> Real:
        """The greatest scale."""
        return (1.0 + n.absolute(self.slope)) / self.widest


def taper(n: Numbers, slope: Real, e: Real) -> Taper:
    """The taper of a profile with exponent e. Without a slope it is exactly none."""
    straight = slope == 0.0
    if n.all(straight):
        return Taper(slope, 1.0)
    return Taper(slope, n.where(straight, 1.0, _widest(n, n.absolute(slope), e)))


def _widest(n: Numbers, k: Real, e: Real) -> Real:
    """At the maximum 2 k t^p + t^(p − 1) = k, p = 2/e, whose left side rises: found by halving."""
    p = 2.0 / e
    low: Real = 0.0
    high: Real = 1.0
    for _ in range(_HALVINGS):
        t = (low + high) * 0.5
        raised = power(n, t, p)
        above = 2.0 * k * raised + raised / t > k
        low, high = n.where(above, low, t), n.where(above, t, high)
    t = (low + high) * 0.5
    return n.maximum((1.0 + k * t) * profile(n, t, e), 1.0)


def profile(n: Numbers, t: Real, e: Real) -> Real:
    """(1 − |t|^(2/e))^(e/2)."""
    return power(n, n.maximum(1.0 - power(n, n.absolute(t), 2.0 / e), 0.0), e * 0.5)


@final
@frozen
class Bend:
    """The y axis becomes an arc of the radius `radius` that turns towards +X (−X where `side` is −1)."""

    radius: Real
    side: Real
    flat: Real
    """Where there is no bend; the radius is then finite and of no meaning."""

    def bent(self, n: Numbers, x: Real, y: Real) -> tuple[Real, Real]:
        """X = r − (r − x) cos γ, Y = (r − x) sin γ, γ = y / r; r (1 − cos γ) by the half angle, exact for large r."""
        s, c = self.turned(n, y)
        half, _ = sincosd(n, y / self.radius * 0.5 / RADIAN)
        u = x * self.side
        across = u * c + self.radius * (2.0 * half * half)
        return n.where(self.flat, x, across * self.side), n.where(self.flat, y, (self.radius - u) * s)

    def turned(self, n: Numbers, y: Real) -> tuple[Real, Real]:
        """Sine and cosine of the angle at the height y."""
        return sincosd(n, y / self.radius / RADIAN)

    def straightened(self, n: Numbers, x: Real, y: Real) -> tuple[Real, Real]:
        """The inverse; heights wrap behind the centre of the bend."""
        u, r = x * self.side, self.radius
        arm = r - u
        reach = n.sqrt(arm * arm + y * y)
        across = (2.0 * r * u - u * u - y * y) / (r + reach)
        return n.where(self.flat, x, across * self.side), n.where(self.flat, y, r * atan2(n, y, arm))


def bend(n: Numbers, degrees: Real, height: Real) -> Bend:
    """The bend by an angle, which keeps the length of the axis."""
    size = n.absolute(degrees)
    flat = size < LEAST_BEND
    radius = height / (n.where(flat, 1.0, size) * RADIAN)
    return Bend(radius, n.where(degrees < 0.0, -1.0, 1.0), flat)


def greatest(n: Numbers, f: Callable[[Real], Real], low: float, high: float) -> Real:
    """The greatest value of f on an interval within [-1, 1]: the two best places of a grid, then golden sections.

    Two, since of two maxima a grid may show the lesser one higher. The grid is a hundred times as fine towards -1 and
    1, where a profile falls steeply.
    """
    step = (high - low) / _CELLS

    def at(u: Real) -> Real:
        t = u * (1.5 - 0.5 * (u * u))
        return f(t * (1.5 - 0.5 * (t * t)))

    nodes = [low + step * k for k in range(_CELLS + 1)]
    values = [at(u) for u in nodes]
    best, place = values[0], nodes[0] + values[0] * 0.0
    for u, value in zip(nodes, values, strict=True):
        better = value > best
        best, place = n.where(better, value, best), n.where(better, u, place)
    second, other = best - 1.0, place
    for u, value in zip(nodes, values, strict=True):
        better = (n.absolute(place - u) > 1.5 * step) & (value > second)
        second, other = n.where(better, value, second), n.where(better, u, other)
    first = _climbed(n, at, n.maximum(place - step, low), n.minimum(place + step, high))
    last = _climbed(n, at, n.maximum(other - step, low), n.minimum(other + step, high))
    return n.maximum(best, n.maximum(first, last))


def _climbed(n: Numbers, f: Callable[[Real], Real], a: Real, d: Real) -> Real:
    """The maximum within an interval that has one, by golden sections."""
    b, c = d - (d - a) * _GOLDEN, a + (d - a) * _GOLDEN
    left, right = f(b), f(c)
    for _ in range(_STEPS):
        lower = left > right
        a, d = n.where(lower, a, b), n.where(lower, c, d)
        t = n.where(lower, d - (d - a) * _GOLDEN, a + (d - a) * _GOLDEN)
        value = f(t)
        b, c = n.where(lower, t, c), n.where(lower, b, t)
        left, right = n.where(lower, value, right), n.where(lower, left, value)
    return n.maximum(left, right)
