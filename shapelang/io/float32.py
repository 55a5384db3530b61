"""The cast to 32-bit floats that most formats store."""

from __future__ import annotations

import numpy as np

from shapelang.arrays import Float32, Float64
from shapelang.diagnostics import UsageError


def as_float32(values: Float64[np.ndarray, "n k"]) -> Float32[np.ndarray, "n k"]:
    """Rounded to 32 bits, −0 made 0 (equal geometries, equal bytes); raises UsageError for what does not fit."""
    with np.errstate(over="ignore"):
        rounded = values.astype(np.float32) + np.float32(0.0)
    if not np.isfinite(rounded).all():
        raise UsageError("the model is too large for this format: its 32-bit floats end at 3.4e38 m")
    return rounded
