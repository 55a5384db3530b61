"""Exact line searches: where to put a bound so that it keeps most of the region and least of the free space."""

from __future__ import annotations

import numpy as np


def best_bound(values: np.ndarray, gain: np.ndarray) -> float | None:
    """The bound b for which the gain of all values ≤ b is largest; None where no value helps."""
    from shapelang.inference.solids.line_kernels import bound

    found = bound(values, gain, np.argsort(values, kind="stable"))
    return None if np.isnan(found) else float(found)
