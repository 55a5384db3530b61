"""Numbers of lanes in some of which something is not there: NaN stands for it, and extremes leave it out."""

from __future__ import annotations

from typing import Final, final

import numpy as np

from shapelang.geometry.pose import Real
from shapelang.numbers import NumpyNumbers


@final
class PresentNumbers(NumpyNumbers):
    """Lanes of float64 as `NUMPY` has them, but that the smaller of a number and NaN is the number.

    So the box around parts of which some are not there is that of the others.
    """

    def minimum(self, a: Real, b: Real) -> Real:
        """The smaller of those that are there."""
        return np.fmin(a, b)

    def maximum(self, a: Real, b: Real) -> Real:
        """The larger of those that are there."""
        return np.fmax(a, b)


PRESENT: Final = PresentNumbers()
"""Many variants of many structures at once."""
