"""The number a program runs on: one protocol, with FLOAT (Python floats) and NUMPY (lanes: one value a variant).

Every operation rounds the same on both: only + − × ÷ sqrt, comparisons, floor and selection are taken from the
machine, everything else is built from them in `elementary.py`. So FLOAT and NUMPY give equal bits, on any x86-64 CPU.
"""

from __future__ import annotations

from typing import Any, Protocol

from shapelang.geometry.pose import Real


class Numbers(Protocol):
    """Operations on numbers of one kind; `Real` is a float, or an array of float64 lanes of shape (b,).

    Arithmetic and comparison are the operators of Python. Everything here takes floats and lanes mixed.
    """

    @property
    def batched(self) -> bool:
        """Whether a number may be an array of lanes."""
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
