"""Which boxes meet, and groups of those that do not."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import numpy as np

from shapelang.arrays import AnyArray
from shapelang.representations.solids.shell import Shell

_TOGETHER: Final = 512
"""Shells that are looked at together: the table of pairs has the square of it."""


def groups(shells: Sequence[Shell], margin: float) -> list[list[Shell]]:
    """The shells in groups whose members' boxes are further apart than a margin, metres; in an order of their own."""
    found: list[list[Shell]] = []
    for start in range(0, len(shells), _TOGETHER):
        some = shells[start : start + _TOGETHER]
        meet = boxes_meet(*boxes([shell.points for shell in some]), margin)
        group = np.full(len(some), -1)
        for k in range(len(some)):
            taken = set(group[meet[k]].tolist())
            group[k] = next(number for number in range(len(some)) if number not in taken)
        found += [
            [some[k] for k in np.flatnonzero(group == number).tolist()] for number in range(group.max(initial=-1) + 1)
        ]
    return found


def boxes(points: Sequence[AnyArray]) -> tuple[AnyArray, AnyArray]:
    """The low and the high corners (n, 3) of the boxes of n arrays of points (…, 3)."""
    flat = [some.reshape(-1, 3) for some in points]
    starts = np.cumsum([0, *(len(some) for some in flat[:-1])])
    together = np.concatenate(flat)
    return np.minimum.reduceat(together, starts, axis=0), np.maximum.reduceat(together, starts, axis=0)


def boxes_meet(low: AnyArray, high: AnyArray, margin: float) -> AnyArray:
    """(n, n): which pairs of boxes are nearer than a margin, metres, on every axis; each meets itself."""
    near: AnyArray = np.all(low[:, None] <= high[None] + margin, axis=2)
    return np.logical_and(near, near.T)
