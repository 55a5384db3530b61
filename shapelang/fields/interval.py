"""Bounds of a field over boxes: the value in the middle, and what the slope allows from there."""

from __future__ import annotations

from typing import TypeAlias

import numpy as np

from shapelang.arrays import Float64, PointArray
from shapelang.fields.at import field_at
from shapelang.fields.packed import Packed

Bounds: TypeAlias = Float64[np.ndarray, "m 2"]


def interval(packed: Packed, low: PointArray, high: PointArray) -> Bounds:
    """(m, 2) float64: between which values the field stays in the boxes from low (m, 3) to high (m, 3).

    Sound for every point, 32-bit values at lattice nodes included; +inf without leaves. Raises UsageError as
    `field_at` does.
    """
    middle, half = (low + high) * 0.5, (high - low) * 0.5
    found = field_at(packed, middle)
    # Once for the value in the middle, once for those that it is compared with.
    change = np.sqrt((half * half).sum(axis=1)) * packed.bound + 2.0 * found.rounding
    return np.stack([found.values - change, found.values + change], axis=1)
