"""Compiling does not count: the clock for limits of time stands still meanwhile."""

from __future__ import annotations

import numpy as np
from numba import njit

from shapelang.compiling import Working, working_clock


def test_the_clock_stands_until_the_outermost_function_is_compiled() -> None:
    now = [10.0]
    working = Working(lambda: now[0])
    told: list[float] = []
    for seconds, event in ((1.0, working.begun), (2.0, working.begun), (4.0, working.done), (8.0, working.done)):
        now[0] += seconds
        event()
        told.append(working.clock())
    now[0] += 0.5
    assert told == [11.0, 11.0, 11.0, 11.0]
    assert (working.clock(), working.compiling) == (11.5, 14.0)


def test_numba_tells_what_it_compiles() -> None:
    """The first call compiles and the second does not; the one that is called from the other is within its time."""

    @njit
    def twice(x: float) -> float:
        return 2.0 * x

    @njit
    def total(values: np.ndarray) -> float:
        found = 0.0
        for value in values:
            found += twice(value)
        return found

    with working_clock() as working:
        assert total(np.ones(3)) == 6.0
        once = working.compiling
        assert once > 0.0 and working.depth == 0
        assert total(np.zeros(5)) == 0.0
        assert working.compiling == once
