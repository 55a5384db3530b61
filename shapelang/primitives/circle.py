"""Points of the unit circle, once per number of segments."""

from __future__ import annotations

from functools import lru_cache

import numpy as np

from shapelang.arrays import RealArray, read_only
from shapelang.elementary import sincosd
from shapelang.numbers import FLOAT

TURN = 6.283185307179586
PI = 3.141592653589793


@lru_cache(maxsize=64)
def circle(segments: int, arc: float = 360.0) -> tuple[RealArray, RealArray]:
    """(cos, sin) at segments + 1 angles from 0 to `arc` degrees; a full circle ends exactly where it began."""
    pairs = [sincosd(FLOAT, arc * k / segments) for k in range(segments + 1)]
    if arc == 360.0:
        pairs[-1] = pairs[0]
    table = np.array(pairs)
    cos, sin = np.ascontiguousarray(table[:, 1]), np.ascontiguousarray(table[:, 0])
    read_only(cos, sin)
    return cos, sin


def length2(x: RealArray, y: RealArray) -> RealArray:
    """√(x² + y²), elementwise."""
    return np.sqrt(x * x + y * y)
