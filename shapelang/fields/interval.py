"""Bounds of a field over boxes."""

from __future__ import annotations

from shapelang.arrays import AnyArray
from shapelang.fields.packed import Packed


def interval(packed: Packed, low: AnyArray, high: AnyArray) -> AnyArray:
    """(m, 2) float64: between which values the field stays in the boxes from low (m, 3) to high (m, 3); +inf without leaves."""
    raise NotImplementedError
