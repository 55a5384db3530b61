"""The number of fields on tensors: torch's own functions, few of them a call, since the points are millions."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any, Final, TypeAlias, final

import torch

from shapelang.geometry.pose import Real
from shapelang.numbers import FLOAT

Tensor: TypeAlias = torch.Tensor

_LEAST: Final[Mapping[torch.dtype, float]] = MappingProxyType({torch.float32: 1e-36, torch.float64: 1e-290})
"""What square roots and powers are kept above, so that their slopes stay finite; far below any length squared."""


@final
class TorchNative:
    """torch's elementary functions; a Python float goes through a tensor."""

    def exp(self, x: Real) -> Real:
        """e**x."""
        return torch.exp(torch.as_tensor(x))

    def log(self, x: Real) -> Real:
        """Natural logarithm."""
        return torch.log(torch.as_tensor(x))

    def pow(self, x: Real, y: Real) -> Real:
        """x**y for x ≥ 0, by logarithms; its slope at 0 is that at the least number kept."""
        if isinstance(x, torch.Tensor):
            return torch.exp2(torch.log2(x.clamp_min(_LEAST[x.dtype])) * y)
        return x**y

    def sincos(self, x: Real) -> tuple[Real, Real]:
        """Sine and cosine."""
        x = torch.as_tensor(x)
        return torch.sin(x), torch.cos(x)

    def atan2(self, y: Real, x: Real) -> Real:
        """The angle of (x, y)."""
        like = y if isinstance(y, torch.Tensor) else x
        return torch.atan2(torch.as_tensor(y).to(like), torch.as_tensor(x).to(like))


_NATIVE = TorchNative()


@final
class TensorNumbers:
    """Numbers are tensors of one dtype and device, of any shapes that broadcast, mixed with Python floats.

    Weaker than `Numbers` asks of what a program runs on, for speed and finite slopes: near FLOAT up to the rounding of
    the dtype; a square root is of at least `_LEAST`, also of 0 and of what is negative; a minimum of equal numbers may
    be either, and shares its slope among them. For fields alone.
    """

    def __init__(self, dtype: torch.dtype) -> None:
        self.dtype = dtype

    @property
    def batched(self) -> bool:
        """Always."""
        return True

    @property
    def native(self) -> TorchNative:
        """torch's."""
        return _NATIVE

    def where(self, test: Any, then: Real, otherwise: Real) -> Real:
        """Chosen element by element."""
        if not isinstance(test, torch.Tensor):
            return then if test else otherwise
        if isinstance(then, torch.Tensor) or isinstance(otherwise, torch.Tensor):
            return torch.where(test, then, otherwise)
        return torch.where(test, torch.tensor(then, dtype=self.dtype, device=test.device), otherwise)

    def sqrt(self, x: Real) -> Real:
        """Square root of what is not negative."""
        return torch.sqrt(x.clamp_min(_LEAST[x.dtype])) if isinstance(x, torch.Tensor) else FLOAT.sqrt(x)

    def floor(self, x: Real) -> Real:
        """Floor."""
        return torch.floor(x) if isinstance(x, torch.Tensor) else FLOAT.floor(x)

    def minimum(self, a: Real, b: Real) -> Real:
        """The smaller."""
        if isinstance(a, torch.Tensor):
            return torch.minimum(a, b) if isinstance(b, torch.Tensor) else a.clamp_max(b)
        return b.clamp_max(a) if isinstance(b, torch.Tensor) else min(a, b)

    def maximum(self, a: Real, b: Real) -> Real:
        """The larger."""
        if isinstance(a, torch.Tensor):
            return torch.maximum(a, b) if isinstance(b, torch.Tensor) else a.clamp_min(b)
        return b.clamp_min(a) if isinstance(b, torch.Tensor) else max(a, b)

    def absolute(self, x: Real) -> Real:
        """|x|."""
        return abs(x)

    def exp2i(self, k: Real) -> Real:
        """2**k."""
        return torch.exp2(k) if isinstance(k, torch.Tensor) else FLOAT.exp2i(k)

    def frexp(self, x: Real) -> tuple[Real, Real]:
        """Mantissa in [0.5, 1) and exponent."""
        if not isinstance(x, torch.Tensor):
            return FLOAT.frexp(x)
        exponent = torch.frexp(x.detach()).exponent.to(x.dtype)
        return x * torch.exp2(-exponent), exponent

    def all(self, test: Any) -> bool:
        """In every element."""
        return bool(test.all()) if isinstance(test, torch.Tensor) else bool(test)

    def any(self, test: Any) -> bool:
        """In some element."""
        return bool(test.any()) if isinstance(test, torch.Tensor) else bool(test)

    def divide(self, a: Real, b: Real) -> Real:
        """The quotient a / b."""
        if isinstance(a, torch.Tensor) or isinstance(b, torch.Tensor):
            return a / b
        return FLOAT.divide(a, b)

    def integer(self, x: Real) -> Any:
        """As int64, or an int."""
        return x.to(torch.int64) if isinstance(x, torch.Tensor) else int(x)

    def real(self, x: Any) -> Real:
        """In the dtype, or a float."""
        return x.to(self.dtype) if isinstance(x, torch.Tensor) else float(x)
