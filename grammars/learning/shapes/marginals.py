"""Bits of columns of numbers of which no parameter is told: likelihoods with these integrated out, in closed form."""

from __future__ import annotations

from math import log
from typing import Final

import numpy as np

_CELLS: Final = 10.0
"""Bits of a mean: 1,024 cells are as likely; and of a deviation: as many, evenly in its logarithm."""

_SHARP: Final = 0.5
"""Bits of a number that is always the same."""

_NOISE: Final = 1.0
"""Cells: the deviation that every sample has by being told to one."""


def marginal(n: np.ndarray, total: np.ndarray, squares: np.ndarray, tolerance: float) -> np.ndarray:
    """Bits of columns from how many numbers they have, their sums and the sums of their squares, in cells.

    A column is all the same, to within a tolerance (cells), or normal with unknown mean and deviation (Bernardo and
    Smith, "Bayesian Theory", 1994, 5.2: prior 1 / σ over a stretch), either as likely. Of no numbers: 0.
    """
    from scipy.special import gammaln

    count = np.maximum(n, 1.0)
    off = np.maximum(squares - total**2 / count, 0.0)
    free = np.maximum(count - 1.0, 1e-9)
    spread = 0.5 * free * np.log(0.5 * (off + count * _NOISE**2)) - gammaln(0.5 * free)
    spread += 0.5 * np.log(count) + 0.5 * free * log(2.0 * np.pi) + log(2.0 * _CELLS * log(2.0))
    normal = _CELLS + np.where(count > 1.0, spread / log(2.0), 0.0)
    same = np.where(off <= count * tolerance**2, _CELLS + _SHARP * count, np.inf)
    return np.where(n > 0.0, 1.0 - np.logaddexp2(-normal, -same), 0.0)


def standing(times: np.ndarray, of: np.ndarray) -> np.ndarray:
    """Bits of whether each of some stands where it may, by how often it did (beta with ½ and ½ before)."""
    from scipy.special import betaln

    return -(betaln(times + 0.5, of - times + 0.5) - betaln(0.5, 0.5)) / log(2.0)
