"""Elementary functions from + − × ÷ sqrt, comparison and floor alone: equal bits on every CPU and for every `Numbers`.

Each takes the `Numbers` first. Written once: a further kind of number needs no further function. Angles are radians, in
the functions ending in `d` degrees. Outside its domain a function gives NaN or ±inf, and never raises. The largest
errors measured against mpmath (100,000 points each, ordinary and hard; `tests/conformance/test_accuracy.py`) are stated
with each function in ulp, units in the last place of the result.
"""

from shapelang.elementary.arc import acos, acosd, asin, asind, atan, atan2, atan2d, atand
from shapelang.elementary.circular import cos, sin, sincos, tan
from shapelang.elementary.degrees import cosd, sincosd, sind, tand
from shapelang.elementary.exponential import exp, log
from shapelang.elementary.power import pow

__all__ = [
    "exp", "log", "pow",
    "sin", "cos", "sincos", "tan",
    "asin", "acos", "atan", "atan2",
    "sind", "cosd", "sincosd", "tand",
    "asind", "acosd", "atand", "atan2d",
]  # fmt: skip
