"""F-score: how much of two surfaces lies within a threshold of the other."""

from __future__ import annotations

from typing import Final

from shapelang.metrics.chamfer import SAMPLES, SurfaceDistances, surface_distances
from shapelang.metrics.triangles import Triangles

THRESHOLD: Final = 0.01
"""Part of the reference's diagonal."""


def fscore(reference: Triangles, other: Triangles, samples: int = SAMPLES, seed: int = 0) -> float:
    """F-score at 1 % of the reference's diagonal, in [0, 1]."""
    return fscore_of(surface_distances(reference, other, samples, seed))


def fscore_of(distances: SurfaceDistances, threshold: float = THRESHOLD) -> float:
    """Harmonic mean of precision and recall at a threshold given as a part of the reference's diagonal.

    Knapitsch et al., "Tanks and Temples", TOG 2017, section 4, with exact distances from the triangles.
    """
    limit = threshold * distances.diagonal
    recall = float((distances.of_reference <= limit).mean())
    precision = float((distances.of_other <= limit).mean())
    return 2.0 * precision * recall / (precision + recall) if precision + recall > 0.0 else 0.0
