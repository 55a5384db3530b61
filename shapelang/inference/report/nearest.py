"""Which of several surfaces is the nearest to a point."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, final

import numpy as np

from shapelang.arrays import Float64, Int64
from shapelang.metrics.chamfer import distances_to
from shapelang.metrics.triangles import Points, Triangles, joined

_TIE: Final = 1e-6
"""Distances that differ by less than this part of the diagonal are one distance: the same face, told twice."""


@final
@dataclass(frozen=True, slots=True, eq=False)
class Nearest:
    """distance: (n,) metres to the nearest surface · piece: (n,) its number, −1 where no distance is a number."""

    distance: Float64[np.ndarray, " n"]
    piece: Int64[np.ndarray, " n"]


def nearest_pieces(pieces: Sequence[Triangles], points: Points, diagonal: float) -> Nearest:
    """The nearest of at least one piece for each of (n, 3) points, exactly, to the triangles.

    Of several at one distance (parts that touch, or whose faces lie in one plane) it is the first. `diagonal`: that of
    the whole, metres; what counts as one distance is measured by it.
    """
    distance = distances_to(joined(pieces), points)
    found = np.full(len(points), -1, np.int64)
    reach = distance + _TIE * diagonal
    for number, piece in enumerate(pieces):
        free = np.flatnonzero(found < 0)
        low, high = piece.bounds
        beyond = np.maximum(np.maximum(low - points[free], points[free] - high), 0.0)
        # Only where the piece's box comes as near as the nearest surface can the piece be that surface.
        near = free[(beyond**2).sum(axis=1) <= reach[free] ** 2]
        if len(near):
            found[near[distances_to(piece, points[near]) <= reach[near]]] = number
    return Nearest(distance, found)
