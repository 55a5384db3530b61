"""Points of the unit circle, once per number of segments."""

from __future__ import annotations

from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from shapelang.elementary import sincosd
from shapelang.numbers import FLOAT


@lru_cache(maxsize=64)
def circle(segments: int, arc: float = 360.0) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """(cos, sin) at segments + 1 angles from 0 to `arc` degrees; a full circle ends exactly where it began."""
    pairs = [sincosd(FLOAT, arc * k / segments) for k in range(segments + 1)]
    if arc == 360.0:
        pairs[-1] = pairs[0]
    table = np.array(pairs)
    table.setflags(write=False)
    return table[:, 1], table[:, 0]


def length2(x: NDArray[np.float64], y: NDArray[np.float64]) -> NDArray[np.float64]:
    """√(x² + y²), elementwise."""
    return np.sqrt(x * x + y * y)
