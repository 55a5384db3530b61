"""Shared arithmetic of the round primitives' fields."""

from __future__ import annotations

from shapelang.geometry.pose import Real
from shapelang.numbers import Numbers


def radial(n: Numbers, x: Real, z: Real) -> Real:
    """Distance from the y axis."""
    return n.sqrt(x * x + z * z)


def rectangle(n: Numbers, u: Real, v: Real) -> Real:
    """Distance to a quarter plane u ≤ 0, v ≤ 0 (negative inside), exact."""
    p, q = n.maximum(u, 0.0), n.maximum(v, 0.0)
    return n.sqrt(p * p + q * q) + n.minimum(n.maximum(u, v), 0.0)
