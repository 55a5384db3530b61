"""Solid intersection over union: how much of two solids is the same space."""

from __future__ import annotations

import numpy as np

from shapelang.metrics.inside import centres, occupancy
from shapelang.metrics.triangles import Triangles


def solid_iou(a: Triangles, b: Triangles, n: int = 64) -> float:
    """|A ∩ B| / |A ∪ B| over the centres of n³ cells of the joint bounds; in [0, 1], and 0 when neither has an inside.

    Inside means |winding number| > 1/2 (`metrics.inside`), so holes, soups and inverted windings are allowed. The
    voxel IoU of Choy et al., "3D-R2N2", ECCV 2016, of solids instead of surfaces.
    """
    (low_a, high_a), (low_b, high_b) = a.bounds, b.bounds
    low, high = np.minimum(low_a, low_b), np.maximum(high_a, high_b)
    lattice = centres(low, high, n)
    inside_a, inside_b = occupancy(a, *lattice), occupancy(b, *lattice)
    union = int((inside_a | inside_b).sum())
    return float((inside_a & inside_b).sum()) / union if union else 0.0
