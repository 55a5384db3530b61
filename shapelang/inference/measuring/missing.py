"""Parts of a mesh that a program leaves out: nothing is lost without a word."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, final

import numpy as np

from shapelang.metrics.chamfer import SurfaceDistances
from shapelang.metrics.connected import connected
from shapelang.metrics.inside import inside
from shapelang.metrics.sampling import surface_points
from shapelang.metrics.triangles import Triangles

_FAR: Final = 0.02
"""Of the diagonal: points of the mesh farther from the program's surface are left out."""

_LINKED: Final = 0.03
"""Of the diagonal: left-out points nearer to each other are of one part."""

_REACH: Final = 0.04
"""Of the diagonal: a part is as far from the program somewhere at least."""

_FEWEST: Final = 6
_LOOKED_AT: Final = 4000
"""Left-out points that are put into parts."""


@final
@dataclass(frozen=True, slots=True)
class Missing:
    """A part that is left out: the extents of its points along the axes, and the middle of these."""

    size: tuple[float, float, float]
    middle: tuple[float, float, float]

    @property
    def note(self) -> str:
        """For a person."""
        size = " × ".join(f"{value:.2g}" for value in self.size)
        place = ", ".join(f"{value:.3g}" for value in self.middle)
        return f"A part of the mesh, {size} at ({place}), stands where the program has nothing."


def missing_parts(
    given: Triangles, made: Triangles, distances: SurfaceDistances, samples: int, seed: int
) -> tuple[Missing, ...]:
    """The connected parts of a mesh far from what was made of it, the largest first; what lies inside that is not left
    out. `samples`, `seed`: those of the distances.
    """
    from scipy.spatial import KDTree

    apart, diagonal = distances.of_reference, distances.diagonal
    far = np.flatnonzero(apart > _FAR * diagonal)
    far = far[:: max(1, -(-len(far) // _LOOKED_AT))]
    if len(far) < _FEWEST:
        return ()
    points = surface_points(given, samples, seed)[far]
    out = ~inside(made, points)
    points, depth = points[out], apart[far][out]
    if len(points) < _FEWEST:
        return ()
    pairs = KDTree(points).query_pairs(_LINKED * diagonal, output_type="ndarray")
    label = connected(len(points), pairs[:, 0], pairs[:, 1])
    parts = (label == k for k in np.unique(label))
    found = [_extents(points[own]) for own in parts if own.sum() >= _FEWEST and depth[own].max() > _REACH * diagonal]
    return tuple(sorted(found, key=lambda part: -max(part.size)))


def _extents(points: np.ndarray) -> Missing:
    low, high = points.min(axis=0), points.max(axis=0)
    a, b, c = (high - low).tolist()
    x, y, z = (0.5 * (low + high)).tolist()
    return Missing((a, b, c), (x, y, z))
