"""Points of the unit circle, once per number of segments."""

from __future__ import annotations

from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from shapelang.elementary import sincosd
from shapelang.numbers import FLOAT

TURN = 6.283185307179586
PI = 3.141592653589793


@lru_cache(maxsize=64)
def circle(segments: int, arc: float = 360.0) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """(cos, sin) at segments + 1 angles from 0 to `arc` degrees; a full circle ends exactly where it began."""
    pairs = [sincosd(FLOAT, arc * k / segments) for k in range(segments + 1)]
    if arc == 360.0:
        pairs[-1] = pairs[0]
    table = np.array(pairs)
    return _kept(table[:, 1]), _kept(table[:, 0])


def _kept(values: NDArray[np.float64]) -> NDArray[np.float64]:
    """A copy of its own that nobody may write to."""
    own = np.ascontiguousarray(values)
    own.setflags(write=False)
    return own


def length2(x: NDArray[np.float64], y: NDArray[np.float64]) -> NDArray[np.float64]:
    """√(x² + y²), elementwise."""
    return np.sqrt(x * x + y * y)
