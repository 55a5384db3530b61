"""Exact line searches: where to put a bound so that it keeps most of the region and least of the free space."""

from __future__ import annotations

import numpy as np


def best_bound(values: np.ndarray, gain: np.ndarray) -> float | None:
    """The bound b for which the gain of all values ≤ b is largest; None where no value helps."""
    order = np.argsort(values, kind="stable")
    total = np.cumsum(gain[order])
    if len(total) == 0 or total.max() <= 0:
        return None
    peak = total.max()
    # Of equal sums take the last place before the sum falls: free space and not a neighbour ends the part.
    top = int(np.flatnonzero(total == peak)[0])
    here = float(values[order[top]])
    after = order[top + 1 :]
    worse = np.flatnonzero(gain[after] < 0)
    beyond = float(values[after[worse[0]]]) if len(worse) else here
    first = float(values[after[0]]) if len(after) else here
    return 0.5 * (here + min(first, beyond))
