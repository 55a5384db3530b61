"""Where along a line a number is as it should be: what is seen at some points of it, joined by straight pieces."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypeAlias, final

import numpy as np
from numpy.typing import NDArray

from grammars.conditioning.forms import Lanes

Points: TypeAlias = NDArray[np.float64]
"""(points, lanes)"""


@final
@dataclass(frozen=True, slots=True, eq=False)
class Crossings:
    """Of each lane the pieces of its line in which a number may be small: (pieces, lanes) ends along it.

    A piece in which it is nowhere has no length.
    """

    low: Points
    high: Points

    def lengths(self) -> Points:
        """(pieces, lanes), never negative."""
        return np.maximum(self.high - self.low, 0.0)

    def middle(self) -> tuple[Lanes, Lanes]:
        """(lanes,) the middle of the longest piece, and how long all are together."""
        lengths = self.lengths()
        longest, every = lengths.argmax(axis=0), np.arange(lengths.shape[1])
        return 0.5 * (self.low + self.high)[longest, every], lengths.sum(axis=0)


def crossings(at: Points, seen: Points, within: float) -> Crossings:
    """Where the straight pieces between points along a line, in order, keep |what is seen| within something.

    at: (points, lanes) places along the line, growing · seen: (points, lanes), NaN where there is nothing to see.
    """
    a, b = seen[:-1], seen[1:]
    with np.errstate(all="ignore"):
        rise = b - a
        first, second = (-within - a) / rise, (within - a) / rise
        flat = np.abs(a) <= within
        start = np.where(rise == 0.0, np.where(flat, 0.0, 1.0), np.clip(np.fmin(first, second), 0.0, 1.0))
        end = np.where(rise == 0.0, np.where(flat, 1.0, 0.0), np.clip(np.fmax(first, second), 0.0, 1.0))
    known = np.isfinite(a) & np.isfinite(b)
    start, end = np.where(known, start, 1.0), np.where(known, end, 0.0)
    low, width = at[:-1], at[1:] - at[:-1]
    return Crossings(low + start * width, low + end * width)
