"""The least change after which linear demands are met, nearly."""

from __future__ import annotations

from functools import lru_cache
from typing import Any, Final

import numpy as np

_PLAY: Final = 1e-9
"""What the second program is given over the first one's least, which is a number of finite precision."""


def least_change(rows: np.ndarray, missing: np.ndarray, most: np.ndarray, allowed: float) -> np.ndarray:
    """The x (n,) of the least sum of |x| with |rows x - missing| <= allowed, else <= the least that can be had.

    rows (m, n), missing (m,); most (n, 2): how far each may go down and up. Two linear programs: by a small simplex
    where there is one least change (a hundredth of the time), and by HiGHS where several are as small, or it is not
    sure. No change where neither is solved.
    """
    from shapelang.io.kernels.simplex import only_least_change

    alone, bound, found = only_least_change(rows, missing, most, allowed, _PLAY)
    if alone:
        return found
    if bound < 0.0:
        return least_change_by_highs(rows, missing, most, allowed)
    # Who tries many statements on one assembly asks the same again.
    return _asked(rows.shape, rows.tobytes(), missing.tobytes(), most.tobytes(), bound).copy()


@lru_cache(maxsize=256)
def _asked(shape: tuple[int, int], rows: bytes, missing: bytes, most: bytes, bound: float) -> np.ndarray:
    arrays = (np.frombuffer(each) for each in (rows, missing, most))
    return _change_within(next(arrays).reshape(shape), next(arrays), next(arrays).reshape(-1, 2), bound)


def least_change_by_highs(rows: np.ndarray, missing: np.ndarray, most: np.ndarray, allowed: float) -> np.ndarray:
    """The same by HiGHS alone: one of several that are as small."""
    from scipy.optimize import linprog

    both, sides, count = np.vstack([rows, -rows]), np.concatenate([missing, -missing]), rows.shape[1]
    bounds = [*((-down, up) for down, up in most), (0.0, None)]
    slack = np.hstack([both, -np.ones((len(both), 1))])
    least = linprog(np.append(np.zeros(count), 1.0), A_ub=slack, b_ub=sides, bounds=bounds)
    if least.status != 0:
        return np.zeros(count)
    return _change_within(rows, missing, most, max(allowed, float(least.fun) * (1.0 + _PLAY) + _PLAY))


def _change_within(rows: np.ndarray, missing: np.ndarray, most: np.ndarray, bound: float) -> np.ndarray:
    # Not `linprog`, which looks at its arguments for longer than HiGHS takes.
    from scipy.optimize import Bounds, milp

    both, sides, count = np.vstack([rows, -rows]), np.concatenate([missing, -missing]), rows.shape[1]
    split: Any = (np.hstack([both, -both]), -np.inf, sides + bound)
    ends: Any = np.concatenate([most[:, 1], most[:, 0]])
    found = milp(np.ones(2 * count), constraints=split, bounds=Bounds(0.0, ends))
    return np.zeros(count) if found.x is None else found.x[:count] - found.x[count:]
