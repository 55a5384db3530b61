"""Solid IoU of many grids at once, a bit a cell: cells in both over cells in either; 1 for two empty ones."""

from __future__ import annotations

from dataclasses import dataclass
from typing import final

import numpy as np

from shapelang.arrays import AnyArray


def overlaps(one: AnyArray, others: AnyArray) -> AnyArray:
    """IoU of a packed grid (m,) uint8 with each of (n, m): (n,) float64."""
    both = np.bitwise_count(one & others).sum(axis=1, dtype=np.int64)
    either = np.bitwise_count(one | others).sum(axis=1, dtype=np.int64)
    return np.where(either == 0, 1.0, both / np.maximum(either, 1))


@final
@dataclass(frozen=True, slots=True, eq=False)
class Nearest:
    """For each of a set the nearest of another. overlaps (n,): its IoU; indices (n,): which it is."""

    overlaps: AnyArray
    indices: AnyArray


def nearest(ours: AnyArray, theirs: AnyArray) -> Nearest:
    """For each packed grid of (n, m) the one of (k, m) with the highest IoU, the first of equal ones."""
    rows = [overlaps(one, theirs) for one in ours]
    indices = np.array([int(row.argmax()) for row in rows], np.int64)
    return Nearest(np.array([row[index] for row, index in zip(rows, indices, strict=True)]), indices)


def mean_grid(grids: AnyArray, cells: int) -> AnyArray:
    """(m,) the packed cells that are inside in at least half of the packed grids (n, m)."""
    counted = np.zeros(cells, np.int64)
    for one in grids:
        counted += np.unpackbits(one, count=cells)
    return np.packbits(2 * counted >= len(grids))
