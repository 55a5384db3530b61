"""TORCH: the number that has a gradient. Imports torch (2 s): only what differentiates imports this file."""

from __future__ import annotations

from typing import Any, TypeAlias, final

import numpy as np
import torch

from shapelang.geometry.pose import Real
from shapelang.numbers import FLOAT

Tensor: TypeAlias = torch.Tensor


@final
class TorchNumbers:
    """Numbers are float64 tensors of lanes on one device, mixed with Python floats; tests are bool tensors or bools.

    The same operations in the same order as FLOAT, each rounded by itself, so values have the same bits; gradients are
    those of the operations, with these choices where there is none: a square root has slope 0 at 0, a minimum and a
    maximum follow the argument they return (the first of equal ones), floor has slope 0, |x| has slope 0 at 0.
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
        """Chosen lane by lane; the side not taken gets no gradient."""
        if not isinstance(test, torch.Tensor):
            return then if test else otherwise
        return torch.where(test, _tensor(then, test), _tensor(otherwise, test))

    def sqrt(self, x: Real) -> Real:
        """Square root; NaN below zero."""
        if not isinstance(x, torch.Tensor):
            return FLOAT.sqrt(x)
        known = x.detach()
        root = _rounded_sqrt(known)
        sloping = (known > 0.0) & (known < torch.inf)
        slope = torch.where(sloping, 0.5 / torch.where(sloping, root, 1.0), 0.0)
        # The difference is 0, but has the gradient.
        nothing = torch.where(sloping, x, 0.0) - torch.where(sloping, known, 0.0)
        return torch.where(sloping, root + nothing * slope, root)

    def floor(self, x: Real) -> Real:
        """Floor."""
        return torch.floor(x.detach()) if isinstance(x, torch.Tensor) else FLOAT.floor(x)

    def minimum(self, a: Real, b: Real) -> Real:
        """The smaller; a where equal; NaN if either is."""
        return self.where((a <= b) | (a != a), a, b)

    def maximum(self, a: Real, b: Real) -> Real:
        """The larger; a where equal; NaN if either is."""
        return self.where((a >= b) | (a != a), a, b)

    def absolute(self, x: Real) -> Real:
        """|x|."""
        return abs(x)

    def exp2i(self, k: Real) -> Real:
        """2**k, exactly."""
        if not isinstance(k, torch.Tensor):
            return FLOAT.exp2i(k)
        return torch.ldexp(torch.ones_like(k), k.detach().to(torch.int32))

    def frexp(self, x: Real) -> tuple[Real, Real]:
        """Mantissa in [0.5, 1) and exponent; the mantissa has the gradient of x · 2**−exponent."""
        if not isinstance(x, torch.Tensor):
            return FLOAT.frexp(x)
        _, exponent = torch.frexp(x.detach())
        exponent = exponent.to(torch.float64)
        half = torch.floor(exponent * 0.5)
        # Powers of two multiply exactly; in two steps, since one alone may overflow.
        return x * self.exp2i(-half) * self.exp2i(half - exponent), exponent

    def all(self, test: Any) -> bool:
        """In every lane."""
        return bool(test.all()) if isinstance(test, torch.Tensor) else bool(test)

    def any(self, test: Any) -> bool:
        """In some lane."""
        return bool(test.any()) if isinstance(test, torch.Tensor) else bool(test)

    def divide(self, a: Real, b: Real) -> Real:
        """The quotient a / b."""
        if isinstance(b, torch.Tensor):
            # torch takes a float over a tensor as a product with the reciprocal, which rounds twice.
            return _tensor(a, b) / b
        if isinstance(a, torch.Tensor):
            return a / _tensor(b, a)
        return FLOAT.divide(a, b)

    def integer(self, x: Real) -> Any:
        """Lanes of int64, or an int."""
        return x.detach().to(torch.int64) if isinstance(x, torch.Tensor) else int(x)

    def real(self, x: Any) -> Real:
        """Lanes of float64, or a float."""
        return x.to(torch.float64) if isinstance(x, torch.Tensor) else float(x)


def _rounded_sqrt(x: Tensor) -> Tensor:
    """The square root, exactly rounded: torch's own on the CPU goes through MKL, which is an ulp off one time in 80."""
    if x.device.type != "cpu":
        return torch.sqrt(x)
    with np.errstate(all="ignore"):
        return torch.from_numpy(np.sqrt(x.numpy()))


def _tensor(value: Real, like: Tensor) -> Tensor:
    if isinstance(value, torch.Tensor):
        return value
    return torch.tensor(value, dtype=torch.float64, device=like.device)


TORCH = TorchNumbers()
"""Many variants of one structure at once, with gradients: lanes of float64 on any device."""
