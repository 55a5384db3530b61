"""Every kind of number under test: a further one is one more line of `BACKENDS`."""

from __future__ import annotations

import struct
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, final

import numpy as np
import pytest
import torch

from shapelang.numbers import FLOAT, NUMPY, Numbers
from shapelang.torch_numbers import TORCH


@final
@dataclass(frozen=True, slots=True)
class Backend:
    """A kind of number; `each` applies a function of reals to columns of floats, one result a row."""

    numbers: Numbers
    each: Callable[..., list[Any]]
    exact: bool = True
    """Whether it must give the bits of Python's floats."""


def _one_by_one(function: Callable[..., Any], *columns: Sequence[float]) -> list[Any]:
    return [function(FLOAT, *row) for row in zip(*columns, strict=True)]


def _as_lanes(function: Callable[..., Any], *columns: Sequence[float]) -> list[Any]:
    with np.errstate(all="ignore"):
        return function(NUMPY, *(np.array(column) for column in columns)).tolist()


def _as_tensors(device: str) -> Callable[..., list[Any]]:
    def each(function: Callable[..., Any], *columns: Sequence[float]) -> list[Any]:
        return function(TORCH, *(torch.tensor(c, dtype=torch.float64, device=device) for c in columns)).tolist()

    return each


BACKENDS = {
    "FloatNumbers": Backend(FLOAT, _one_by_one),
    "NumpyNumbers": Backend(NUMPY, _as_lanes),
    "TorchNumbers": Backend(TORCH, _as_tensors("cpu")),
}
"""By class and device."""

CUDA = "TorchNumbers on CUDA"

if torch.cuda.is_available():
    BACKENDS[CUDA] = Backend(TORCH, _as_tensors("cuda"))

MISSING = [] if CUDA in BACKENDS else [pytest.param(CUDA, marks=pytest.mark.skip(reason="no CUDA device"))]
"""Parameters of the tests beside those of `BACKENDS`: skipped by name."""

SPICY = (
    0.0, -0.0, 1.0, -1.0, 0.5, -0.5, 0.1, 1.5, 2.0, -2.5, 3.0, 1e-8, 1e16, -1e16, 2.0**52, 2.0**53 + 2, 0.1 + 0.2,
    1e300, -1e300, 1.7976931348623157e308, 2.2250738585072014e-308, 5e-324, -5e-324, 1e-310,
    float("inf"), float("-inf"), float("nan"),
)  # fmt: skip


def bits(x: float) -> int:
    """The bit pattern of a float; of every NaN the same, for its sign and payload mean nothing."""
    return -1 if x != x else int.from_bytes(struct.pack("<d", x), "little")
