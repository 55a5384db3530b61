"""Vectors of length 1."""

from __future__ import annotations

import numpy as np

from shapelang.arrays import AnyArray


def unit(vectors: AnyArray) -> AnyArray:
    """Vectors of length 1; those that have none look up."""
    length = np.sqrt((vectors * vectors).sum(axis=1))
    safe = np.where(length > 0.0, length, 1.0)
    return np.where((length > 0.0)[:, None], vectors / safe[:, None], (0.0, 1.0, 0.0))
