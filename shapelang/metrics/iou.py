"""Solid intersection over union: how much of two solids is the same space."""

from __future__ import annotations

from dataclasses import dataclass
from typing import final

import numpy as np

from shapelang.metrics.inside import centres, occupancy
from shapelang.metrics.triangles import Triangles


@final
@dataclass(frozen=True, slots=True)
class Overlap:
    """Cells of a grid inside one solid, the other, and both; `cell`: the volume of one in cubic units."""

    first: int
    second: int
    both: int
    cell: float

    @property
    def iou(self) -> float:
        """Intersection over union; 0 when neither has an inside."""
        union = self.first + self.second - self.both
        return self.both / union if union else 0.0


def solid_iou(a: Triangles, b: Triangles, n: int = 64) -> float:
    """|A ∩ B| / |A ∪ B| over the centres of n³ cells of the joint bounds; in [0, 1], and 0 when neither has an inside.

    Inside means |winding number| > 1/2 (`metrics.inside`), so holes, soups and inverted windings are allowed. The
    voxel IoU of Choy et al., "3D-R2N2", ECCV 2016, of solids instead of surfaces.
    """
    return overlap(a, b, n).iou


def overlap(a: Triangles, b: Triangles, n: int = 64) -> Overlap:
    """The counts behind `solid_iou`."""
    (low_a, high_a), (low_b, high_b) = a.bounds, b.bounds
    low, high = np.minimum(low_a, low_b), np.maximum(high_a, high_b)
    lattice = centres(low, high, n)
    inside_a, inside_b = occupancy(a, *lattice), occupancy(b, *lattice)
    both = int((inside_a & inside_b).sum())
    return Overlap(int(inside_a.sum()), int(inside_b.sum()), both, float(np.prod((high - low) / n)))
