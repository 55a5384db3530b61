"""The compiled search for a bound. Kept apart, since numba takes a third of a second to load."""

# pyright: reportUntypedFunctionDecorator=false

from __future__ import annotations

import numpy as np

from shapelang.rendering.compiled import compiled


@compiled
def bound(values: np.ndarray, gain: np.ndarray, order: np.ndarray) -> float:
    """The bound b for which the gain of all values ≤ b is largest, in the order of the values; NaN where none helps.

    It lies halfway to the next value, or to the next with a negative gain where that is nearer: of equal sums the place
    before free space and not before a neighbour ends the part.
    """
    total, peak, top = 0.0, 0.0, -1
    for k in range(len(order)):
        total += gain[order[k]]
        if total > peak:
            peak, top = total, k
    if top < 0:
        return np.nan
    here = values[order[top]]
    if top + 1 == len(order):
        return float(here)
    first, beyond = values[order[top + 1]], here
    for k in range(top + 1, len(order)):
        if gain[order[k]] < 0.0:
            beyond = values[order[k]]
            break
    return float(0.5 * (here + min(first, beyond)))
