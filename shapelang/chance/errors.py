"""What can be wrong with chance: an address, a parameter, a support. The interpreter says at which place."""

from __future__ import annotations

from typing import final

from shapelang.diagnostics import ShapelangError
from shapelang.geometry.pose import Real


@final
class AddressError(ShapelangError):
    """A text is not an address."""


@final
class ParameterError(ShapelangError):
    """A distribution's parameter is impossible: `name` of the parameter, `value`, and what it must be."""

    def __init__(self, name: str, value: Real, demand: str) -> None:
        self.name, self.value, self.demand = name, value, demand
        super().__init__(f"{name} is {shown(value)}, but must be {demand}")


@final
class SupportError(ShapelangError):
    """A support is empty, reversed, not for this distribution, or holds almost none of its probability."""


def shown(value: Real) -> str:
    """A number for a message; lanes are not spelled out."""
    return f"{value:.6g}" if isinstance(value, (int, float)) else "impossible in some variant"
