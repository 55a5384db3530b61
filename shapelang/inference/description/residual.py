"""Bits of what a program leaves unsaid: the cells that it has wrong, and the surface that it does not explain."""

from __future__ import annotations

from typing import Final

import numpy as np

from shapelang.arrays import Float64
from shapelang.inference.description.codes import among, whole
from shapelang.metrics.chamfer import SurfaceDistances
from shapelang.metrics.fscore import THRESHOLD
from shapelang.metrics.inside import inside
from shapelang.metrics.iou import Overlap
from shapelang.metrics.sampling import surface_points
from shapelang.metrics.triangles import Triangles, face_areas

STEP: Final = THRESHOLD
"""Of the diagonal: the side of a patch of surface, and the distance below which it is explained."""

_EACH: Final = 10
"""Of so many points on a surface one is asked whether it lies inside the other solid."""


def volume_bits(solids: Overlap, cells: int) -> float:
    """Which cells of the program's are empty in the mesh, and which of the other cells are full.

    `solids`: the mesh first, the program second, counted on a grid of `cells` in all.
    """
    return among(solids.second, solids.second - solids.both) + among(cells - solids.second, solids.first - solids.both)


def surface_bits(given: Triangles, made: Triangles, distances: SurfaceDistances, samples: int, seed: int) -> float:
    """Which patches of both surfaces are further than a step from the other surface, and how many steps.

    A patch is a square of one step, 1 % of the mesh's diagonal. What one surface has inside the other's solid, such as
    faces between parts that touch, is told by the volume. `samples`, `seed`: those of the distances.
    """
    step = STEP * distances.diagonal
    sides = (
        (_seen(given, made, distances.of_reference, step, samples, seed), given),
        (_seen(made, given, distances.of_other, step, samples, seed + 1), made),
    )
    return sum(patch_bits(apart / step, float(face_areas(one).sum()) / (step * step)) for apart, one in sides)


def _seen(
    one: Triangles, other: Triangles, apart: Float64[np.ndarray, " n"], step: float, samples: int, seed: int
) -> Float64[np.ndarray, " m"]:
    """Some of the distances of points on a surface from the other surface; 0 of points inside the other."""
    points = surface_points(one, samples, seed)[: len(apart) : _EACH]
    seen = apart[::_EACH].copy()
    far = np.flatnonzero(seen > step)
    seen[far[inside(other, points[far])]] = 0.0
    return seen


def patch_bits(apart: Float64[np.ndarray, " n"], patches: float) -> float:
    """`apart`: distances in steps, of points spread evenly over so many patches."""
    far = apart[apart > 1.0]
    if len(far) == 0:
        return among(round(patches), 0)
    wrong = patches * len(far) / len(apart)
    lengths, counts = np.unique(far.astype(np.int64), return_counts=True)
    each = sum(whole(int(length)) * int(count) for length, count in zip(lengths, counts, strict=True)) / len(far)
    return among(round(patches), round(wrong)) + wrong * each
