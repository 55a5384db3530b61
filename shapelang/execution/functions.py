"""The functions of the language, generic over the number."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

from shapelang import elementary
from shapelang.execution.run import Run
from shapelang.geometry.pose import Real, Vec3, subtract
from shapelang.numbers import Numbers


class DomainError(Exception):
    """An argument outside a function's domain; the message says which."""


def guard(run: Run, bad: Any, message: str) -> None:
    """Raises DomainError where a test holds; lanes that differ part the batch."""
    if bad is False or (bad is not True and not bad.any()):
        return
    if run.truth(bad):
        raise DomainError(message)


def _whole(run: Run, x: Real) -> int:
    value = run.same(x)
    guard(run, not abs(value) <= run.limits.integer, "too large for an int")
    return int(value)


def floor(run: Run, x: Real) -> int:
    """The largest int not above x."""
    return _whole(run, run.n.floor(x))


def ceil(run: Run, x: Real) -> int:
    """-floor(-x)."""
    return _whole(run, -run.n.floor(-x))


def nearest(run: Run, x: Real) -> int:
    """floor(x + 1/2)."""
    return _whole(run, run.n.floor(x + 0.5))


def modulo(run: Run, a: Real, b: Real) -> Real:
    """a − b·floor(a / b); of ints, exactly."""
    guard(run, b == 0, "mod by zero")
    if isinstance(a, int) and isinstance(b, int):
        return a % b
    return a - b * run.n.floor(a / b)


def sign(run: Run, x: Real) -> int:
    """−1, 0 or 1."""
    if run.truth(x > 0):
        return 1
    return -1 if run.truth(x < 0) else 0


def square_root(run: Run, x: Real) -> Real:
    """√x."""
    guard(run, x < 0, "the square root of a negative number")
    return run.n.sqrt(x)


def logarithm(run: Run, x: Real) -> Real:
    """ln x."""
    guard(run, x <= 0, "the logarithm of a number that is not above 0")
    return elementary.log(run.n, x)


def power(run: Run, a: Real, b: Real) -> Real:
    """a to the b."""
    whole = run.n.floor(b) == b
    guard(run, (a < 0) & ~whole if run.n.batched else a < 0 and not whole, "a negative number to a broken power")
    guard(run, (a == 0) & (b < 0), "zero to a negative power")
    return elementary.pow(run.n, a, b)


def tangent(run: Run, angle: Real) -> Real:
    """tan of degrees."""
    quarter = modulo(run, angle * 1.0, 180.0) == 90.0
    guard(run, quarter, "the tangent of a right angle")
    return elementary.tand(run.n, angle)


def arc_sine(run: Run, x: Real) -> Real:
    """asin in degrees."""
    guard(run, run.n.absolute(x) > 1, "the arc sine of a number beyond 1")
    return elementary.asind(run.n, x)


def arc_cosine(run: Run, x: Real) -> Real:
    """acos in degrees."""
    guard(run, run.n.absolute(x) > 1, "the arc cosine of a number beyond 1")
    return elementary.acosd(run.n, x)


def lerp(a: Real, b: Real, t: Real) -> Real:
    """a + (b − a)·t."""
    return a + (b - a) * t


def clamp(n: Numbers, x: Real, low: Real, high: Real) -> Real:
    """min(max(x, low), high)."""
    return n.minimum(n.maximum(x, low), high)


def length(n: Numbers, v: Vec3) -> Real:
    """√(x² + y² + z²)."""
    x, y, z = v
    return n.sqrt(x * x + y * y + z * z)


def distance(n: Numbers, a: Vec3, b: Vec3) -> Real:
    """|a − b|."""
    return length(n, subtract(a, b))


Function = Callable[..., Any]

OF_RUN: Final[dict[str, Function]] = {
    "floor": floor,
    "ceil": ceil,
    "round": nearest,
    "mod": modulo,
    "sign": sign,
    "sqrt": square_root,
    "log": logarithm,
    "pow": power,
    "tan": tangent,
    "asin": arc_sine,
    "acos": arc_cosine,
}
"""Functions that may refuse their arguments or part the batch: `f(run, …)`."""

OF_NUMBERS: Final[dict[str, Function]] = {
    "exp": elementary.exp,
    "sin": elementary.sind,
    "cos": elementary.cosd,
    "atan2": elementary.atan2d,
    "clamp": clamp,
    "distance": distance,
    "length": length,
}
"""Functions of numbers alone: `f(n, …)`."""
