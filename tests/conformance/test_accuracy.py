"""The elementary functions against mpmath at 40 digits: at most 1 ulp from the true value, anywhere declared."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

import mpmath
import pytest

from shapelang.numbers import FLOAT
from tests.conformance.points import CASES, Case

COUNT = 20_000
CONTEXT = mpmath.MPContext()
CONTEXT.prec = 135

mp: Any = CONTEXT
TRUTH: dict[str, Callable[..., Any]] = {
    "exp": mp.exp, "log": mp.log, "pow": mp.power,
    "sin": mp.sin, "cos": mp.cos, "tan": mp.tan,
    "asin": mp.asin, "acos": mp.acos, "atan": mp.atan, "atan2": mp.atan2,
    "sind": lambda x: mp.sinpi(x / 180), "cosd": lambda x: mp.cospi(x / 180),
    "tand": lambda x: mp.sinpi(x / 180) / mp.cospi(x / 180) if mp.cospi(x / 180) else mp.inf,
    "asind": lambda x: mp.asin(x) * 180 / mp.pi, "acosd": lambda x: mp.acos(x) * 180 / mp.pi,
    "atand": lambda x: mp.atan(x) * 180 / mp.pi, "atan2d": lambda y, x: mp.atan2(y, x) * 180 / mp.pi,
}  # fmt: skip
# The errors that the docstrings state, in ulp.
MEASURED = {
    "exp": 0.66, "log": 0.80, "pow": 0.62, "sin": 0.76, "cos": 0.76, "tan": 0.80,
    "asin": 0.72, "acos": 0.72, "atan": 0.72, "atan2": 0.72,
    "sind": 0.76, "cosd": 0.76, "tand": 0.80, "asind": 0.72, "acosd": 0.72, "atand": 0.72, "atan2d": 0.72,
}  # fmt: skip


def error(got: float, truth: Any) -> float:
    """How far off, in units in the last place of the true value (below the normal range: of 2**−1074)."""
    rounded = float(truth)
    if math.isinf(got) or math.isinf(rounded):
        return 0.0 if abs(got) == abs(rounded) else math.inf
    return float(abs(mp.mpf(got) - truth) / math.ulp(rounded))


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_error_is_below_one_ulp(case: Case) -> None:
    truth = TRUTH[case.name]
    worst, where = 0.0, ()
    for row in zip(*case.columns(COUNT), strict=True):
        true = truth(*map(mp.mpf, row))
        if abs(true) < 1e-290:
            assert abs(case.function(FLOAT, *row) - true) <= max(60 * 2.0**-1074, 2.0**-51 * abs(true))
            continue  # here or in an intermediate step are subnormal numbers, of fewer digits
        off = error(case.function(FLOAT, *row), true)
        if not off <= worst:
            worst, where = off, row
    assert worst <= MEASURED[case.name], f"{case.name}{where}: {worst} ulp"
