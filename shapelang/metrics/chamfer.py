"""Chamfer distance: how far the surfaces of two meshes are apart, on average."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from math import inf
from time import perf_counter
from typing import Final, final

import numpy as np

from shapelang.arrays import Float64
from shapelang.metrics.sampling import surface_points
from shapelang.metrics.triangles import Points, Triangles

SAMPLES: Final = 100_000
"""Points on each surface."""

_FIRST: Final = 0.1
"""This part of the points is measured in any case, and tells how long the others will take."""


@final
@dataclass(frozen=True, slots=True, eq=False)
class SurfaceDistances:
    """Distances of points on one surface from the other's triangles, metres; `diagonal` is that of the reference."""

    of_reference: Float64[np.ndarray, " n"]
    """From the reference to the other: what the other has missed."""
    of_other: Float64[np.ndarray, " n"]
    """From the other to the reference: what the other has added."""
    diagonal: float

    @property
    def chamfer(self) -> float:
        """Mean of both directions, in % of the reference's diagonal."""
        return float(50.0 * (self.of_reference.mean() + self.of_other.mean()) / self.diagonal)


def distances_to(mesh: Triangles, points: Points) -> Float64[np.ndarray, " n"]:
    """(n,) exact distances of points from the nearest triangle."""
    return _distances_from(mesh)(points)


def _distances_from(mesh: Triangles) -> Callable[[Points], Float64[np.ndarray, " n"]]:
    """`distances_to` for several lots of points: the tree is built once, which takes most of the time of a few."""
    import igl

    tree = igl.AABB()
    tree.init(mesh.positions, mesh.faces)

    def distances(points: Points) -> Float64[np.ndarray, " n"]:
        squared = tree.squared_distance(mesh.positions, mesh.faces, np.ascontiguousarray(points))[0]
        return np.sqrt(np.asarray(squared, np.float64).reshape(-1))

    return distances


def surface_distances(
    reference: Triangles, other: Triangles, samples: int = SAMPLES, seed: int = 0, seconds: float = inf
) -> SurfaceDistances:
    """Area-uniform points of each mesh, with their exact distances from the triangles of the other.

    With fewer `seconds` than all the samples need, the first of them: at least a tenth.
    """
    began = perf_counter()
    of_reference = surface_points(reference, samples, seed)
    of_other = surface_points(other, samples, seed + 1)
    first = round(_FIRST * samples)
    to_other, to_reference = _distances_from(other), _distances_from(reference)
    seconds -= perf_counter() - began
    started = perf_counter()
    apart = to_other(of_reference[:first]), to_reference(of_other[:first])
    pace = (perf_counter() - started) / max(first, 1)
    last = first + int(min(samples - first, max(seconds - pace * first, 0.0) / max(pace, 1e-12)))
    return SurfaceDistances(
        np.concatenate([apart[0], to_other(of_reference[first:last])]),
        np.concatenate([apart[1], to_reference(of_other[first:last])]),
        reference.diagonal,
    )


def chamfer(reference: Triangles, other: Triangles, samples: int = SAMPLES, seed: int = 0) -> float:
    """The mean of the two mean distances, in % of the reference's diagonal; 0 for equal surfaces.

    Point to triangle and not point to point, so that there is no sampling floor (Fan, Su, Guibas, "A Point Set
    Generation Network", CVPR 2017, has the point-to-point form). Not squared.
    """
    return surface_distances(reference, other, samples, seed).chamfer
