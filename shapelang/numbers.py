"""The number a program runs on: one protocol, with FLOAT (Python floats) and NUMPY (lanes: one value a variant).

Every operation rounds the same on both: only + − × ÷ sqrt, comparisons, floor and selection are taken from the
machine, everything else is built from them in `elementary/`. So FLOAT and NUMPY give equal bits, on any x86-64 CPU, and
so does TORCH (`torch_numbers.py`), which has gradients. Only the number of fields on tensors (`fields/batched`) takes a
library's own elementary functions: it is `native`.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any, Final, Protocol, TypeGuard, final, runtime_checkable

import numpy as np

from shapelang.geometry.pose import Real


class Native(Protocol):
    """Elementary functions of a library, near to the exactly rounded way of `elementary` but not the same on every
    machine: for fields on many points, never for what a program decides or makes. Radians.
    """

    def exp(self, x: Real) -> Real:
        """e**x."""
        ...

    def log(self, x: Real) -> Real:
        """Natural logarithm."""
        ...

    def pow(self, x: Real, y: Real) -> Real:
        """x**y for x ≥ 0."""
        ...

    def sincos(self, x: Real) -> tuple[Real, Real]:
        """Sine and cosine."""
        ...

    def atan2(self, y: Real, x: Real) -> Real:
        """The angle of (x, y)."""
        ...


@runtime_checkable
class Numbers(Protocol):
    """Operations on numbers of one kind; `Real` is a float, or an array of float64 lanes of shape (b,).

    Arithmetic and comparison are the operators of Python. Everything here takes floats and lanes mixed.
    """

    @property
    def batched(self) -> bool:
        """Whether a number may be an array of lanes."""
        ...

    @property
    def native(self) -> Native | None:
        """The library whose elementary functions stand in for those of `elementary`; None where bits count."""
        ...

    def where(self, test: Any, then: Real, otherwise: Real) -> Real:
        """`then` where the test holds, else `otherwise`; both are computed."""
        ...

    def sqrt(self, x: Real) -> Real:
        """Square root, exactly rounded; of a negative number NaN."""
        ...

    def floor(self, x: Real) -> Real:
        """The largest whole number not above x, as a real."""
        ...

    def minimum(self, a: Real, b: Real) -> Real:
        """The smaller."""
        ...

    def maximum(self, a: Real, b: Real) -> Real:
        """The larger."""
        ...

    def absolute(self, x: Real) -> Real:
        """|x|."""
        ...

    def exp2i(self, k: Real) -> Real:
        """2**k for a whole number k (as a real) in [-1022, 1023], exactly."""
        ...

    def frexp(self, x: Real) -> tuple[Real, Real]:
        """(m, e) with x = m · 2**e and 0.5 ≤ m < 1, for finite x > 0; e is a whole number as a real."""
        ...

    def all(self, test: Any) -> bool:
        """Whether a test (bool or lanes of bool) holds in every lane."""
        ...

    def any(self, test: Any) -> bool:
        """Whether a test holds in some lane."""
        ...

    def divide(self, a: Real, b: Real) -> Real:
        """The quotient a / b as IEEE 754 has it: ±inf or NaN over zero, never an exception."""
        ...

    def integer(self, x: Real) -> Any:
        """A whole real as an integer: Python int, or lanes of int64."""
        ...

    def real(self, x: Any) -> Real:
        """An integer (Python int, NumPy lanes of integers or float64 up to 2**53) as a number of this kind."""
        ...


_LARGEST: Final = 1.7976931348623157e308


def is_finite(value: object) -> TypeGuard[int | float]:
    """Whether a value from outside is a number that a double can hold: no bool, no NaN, no infinity, no int beyond."""
    return isinstance(value, int | float) and not isinstance(value, bool) and -_LARGEST <= value <= _LARGEST


def either(n: Numbers, test: Any, then: Callable[[], Real], otherwise: Callable[[], Real]) -> Real:
    """`n.where` of two results of which only the needed ones are computed.

    A lane's value does not depend on the other lanes, so skipping a side that no lane needs changes no bit.
    """
    if n.all(test):
        return then()
    if not n.any(test):
        return otherwise()
    return n.where(test, then(), otherwise())


@final
class FloatNumbers:
    """Numbers are Python floats (ints do where a float does); tests are bools. The reference."""

    @property
    def batched(self) -> bool:
        """Never."""
        return False

    @property
    def native(self) -> None:
        """None."""
        return None

    def where(self, test: bool, then: Real, otherwise: Real) -> Real:
        """`then` or `otherwise`."""
        return then if test else otherwise

    def sqrt(self, x: float) -> float:
        """Square root; NaN below zero."""
        return math.sqrt(x) if x >= 0.0 else math.nan

    def floor(self, x: float) -> float:
        """Floor by exact division; inf and NaN stay."""
        return x // 1.0 if x - x == 0.0 else x

    def minimum(self, a: float, b: float) -> float:
        """The smaller; a where equal; NaN if either is."""
        return a if a <= b or a != a else b

    def maximum(self, a: float, b: float) -> float:
        """The larger; a where equal; NaN if either is."""
        return a if a >= b or a != a else b

    def absolute(self, x: float) -> float:
        """|x|."""
        return abs(x)

    def exp2i(self, k: float) -> float:
        """2**k, exactly."""
        return math.ldexp(1.0, int(k))

    def frexp(self, x: float) -> tuple[float, float]:
        """Mantissa in [0.5, 1) and exponent."""
        mantissa, exponent = math.frexp(x)
        return mantissa, float(exponent)

    def all(self, test: bool) -> bool:
        """The test itself."""
        return bool(test)

    def any(self, test: bool) -> bool:
        """The test itself."""
        return bool(test)

    def divide(self, a: float, b: float) -> float:
        """The quotient a / b; where Python would raise ZeroDivisionError, what the processor would have given."""
        if b != 0.0:
            return a / b
        if a == 0.0 or a != a:
            return math.nan
        return math.copysign(math.inf, a) * math.copysign(1.0, b)

    def integer(self, x: float) -> int:
        """The int."""
        return int(x)

    def real(self, x: int | float) -> float:
        """The float."""
        return float(x)


FLOAT = FloatNumbers()
"""One variant: Python floats."""


class NumpyNumbers:
    """Numbers are float64 arrays of lanes, shape (b,), mixed with Python floats; tests are bool arrays or bools.

    NumPy's warnings (overflow, invalid) about lanes that go to inf or NaN are the caller's to silence, once around a
    whole run: `with np.errstate(all="ignore")`.
    """

    @property
    def batched(self) -> bool:
        """Always."""
        return True

    @property
    def native(self) -> None:
        """None."""
        return None

    def where(self, test: Any, then: Real, otherwise: Real) -> Real:
        """Chosen lane by lane."""
        if isinstance(test, np.ndarray):
            return np.where(test, then, otherwise)
        return then if test else otherwise

    def sqrt(self, x: Real) -> Real:
        """Square root; NaN below zero."""
        return np.sqrt(x) if isinstance(x, np.ndarray) else FLOAT.sqrt(x)

    def floor(self, x: Real) -> Real:
        """Floor."""
        return np.floor(x) if isinstance(x, np.ndarray) else FLOAT.floor(x)

    def minimum(self, a: Real, b: Real) -> Real:
        """The smaller; a where equal (np.minimum leaves that to the CPU: 0 or −0); NaN if either is."""
        return self.where((a <= b) | (a != a), a, b)

    def maximum(self, a: Real, b: Real) -> Real:
        """The larger; a where equal; NaN if either is."""
        return self.where((a >= b) | (a != a), a, b)

    def absolute(self, x: Real) -> Real:
        """|x|."""
        return abs(x)

    def exp2i(self, k: Real) -> Real:
        """2**k, exactly."""
        return np.ldexp(1.0, k.astype(np.int32)) if isinstance(k, np.ndarray) else FLOAT.exp2i(k)

    def frexp(self, x: Real) -> tuple[Real, Real]:
        """Mantissa in [0.5, 1) and exponent."""
        if not isinstance(x, np.ndarray):
            return FLOAT.frexp(x)
        mantissa, exponent = np.frexp(x)
        return mantissa, exponent.astype(np.float64)

    def all(self, test: Any) -> bool:
        """In every lane."""
        return bool(np.all(test)) if isinstance(test, np.ndarray) else bool(test)

    def any(self, test: Any) -> bool:
        """In some lane."""
        return bool(np.any(test)) if isinstance(test, np.ndarray) else bool(test)

    def divide(self, a: Real, b: Real) -> Real:
        """The quotient a / b, silently."""
        if not isinstance(a, np.ndarray) and not isinstance(b, np.ndarray):
            return FLOAT.divide(a, b)
        with np.errstate(all="ignore"):
            return np.divide(a, b)

    def integer(self, x: Real) -> Any:
        """Lanes of int64, or an int."""
        return x.astype(np.int64) if isinstance(x, np.ndarray) else int(x)

    def real(self, x: Any) -> Real:
        """Lanes of float64, or a float."""
        return x.astype(np.float64) if isinstance(x, np.ndarray) else float(x)


NUMPY = NumpyNumbers()
"""Many variants of one structure at once: lanes of float64."""
