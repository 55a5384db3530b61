"""Quantiles that must never change, bit by bit: a program's variants are these numbers."""

from __future__ import annotations

import struct

import numpy as np
import pytest

from shapelang.chance.distributions import Support, quantile
from shapelang.chance.families import (
    Bernoulli,
    Beta,
    Categorical,
    Distribution,
    LogNormal,
    Normal,
    Poisson,
    Uniform,
    UniformInt,
)
from shapelang.numbers import FLOAT, NUMPY

U = (2.0**-53, 0.03125, 0.3, 0.75, 1.0 - 2.0**-53)

GOLDEN: list[tuple[Distribution, Support | None, tuple[str, ...]]] = [
    (
        Normal(mean=0.0, sd=1.0),
        None,
        ("c0206b48528cea51", "bffdcdbfee3cb020", "bfe0c7e39582c5fa", "3fe5956b87528a49", "40206b48528cea51"),
    ),
    (
        Normal(mean=0.45, sd=0.03),
        (0.3, 0.6),
        ("3fd333333333d0d8", "3fd9393b5e67fab2", "3fdbcb0bfc883c7c", "3fde185331e9272a", "3fe333333332c4e6"),
    ),
    (
        Normal(mean=0.0, sd=1.0),
        (5.0, 6.0),
        ("4014000000000000", "4014063e2b8a46d8", "401445afdaa8a9fc", "40150943057d30a0", "4017fffffffffffa"),
    ),
    (
        LogNormal(mean=0.0, sd=0.5),
        None,
        ("3f90e3c31d632c92", "3fd9378b4b78b38f", "3fe89e9271d9e05c", "3ff66ad51396cd11", "404e5078a3fd5625"),
    ),
    (
        LogNormal(mean=0.0, sd=0.5),
        (0.5, 1.0),
        ("3fe0000000000001", "3fe0a8e6f5e7fc45", "3fe54e74c5a27bf2", "3fec09483cc1fe63", "3fefffffffffffff"),
    ),
    (
        Uniform(low=-1.0, high=2.0),
        None,
        ("bfeffffffffffffd", "bfed000000000000", "bfb99999999999a0", "3ff4000000000000", "3ffffffffffffffe"),
    ),
    (
        Uniform(low=-1.0, high=2.0),
        (0.0, 9.0),
        ("3cb0000000000000", "3fb0000000000000", "3fe3333333333333", "3ff8000000000000", "3fffffffffffffff"),
    ),
    (
        UniformInt(low=1, high=6),
        None,
        ("3ff0000000000000", "3ff0000000000000", "4000000000000000", "4014000000000000", "4018000000000000"),
    ),
    (
        Beta(a=2.0, b=3.0),
        None,
        ("3e3279a74673c153", "3fb37537b0a14fde", "3fd16ebd0ecac2b5", "3fe165d000ed7325", "3feffff9a680060e"),
    ),
    (
        Beta(a=0.5, b=0.5),
        None,
        ("3963bd3cc9be456e", "3f63b92e176d6cc8", "3fca61b9f7154ab9", "3feb504f333f9e00", "3fefffffffffffff"),
    ),
    (
        Beta(a=2.0, b=3.0),
        (0.2, 0.7),
        ("3fc999999999999a", "3fcb7b74022897cd", "3fd51e6db0982493", "3fe0fd80f91b9122", "3fe6666666666664"),
    ),
    (
        Bernoulli(p=0.3),
        None,
        ("3ff0000000000000", "3ff0000000000000", "0000000000000000", "0000000000000000", "0000000000000000"),
    ),
    (
        Categorical(labels=("a", "b", "c"), weights=(3.0, 0.0, 1.5)),
        None,
        ("0000000000000000", "0000000000000000", "0000000000000000", "4000000000000000", "4000000000000000"),
    ),
    (
        Poisson(mean=4.0),
        None,
        ("0000000000000000", "3ff0000000000000", "4008000000000000", "4014000000000000", "4051000000000000"),
    ),
    (
        Poisson(mean=4.0),
        (2, 7),
        ("4000000000000000", "4000000000000000", "4008000000000000", "4014000000000000", "401c000000000000"),
    ),
    (
        Poisson(mean=900.0),
        None,
        ("4084c80000000000", "408a680000000000", "408ba00000000000", "408cc00000000000", "4094500000000000"),
    ),
]


def pattern(value: float) -> str:
    return struct.pack(">d", float(value)).hex()


@pytest.mark.parametrize(("dist", "support", "patterns"), GOLDEN)
def test_bit_patterns(dist: Distribution, support: Support | None, patterns: tuple[str, ...]) -> None:
    assert tuple(pattern(quantile(FLOAT, dist, u, support)) for u in U) == patterns
    with np.errstate(all="ignore"):
        lanes = quantile(NUMPY, dist, np.array(U), support)
    assert tuple(pattern(x) for x in lanes) == patterns
