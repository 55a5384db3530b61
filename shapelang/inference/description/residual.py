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
"""Of so many points on the program's surface one is asked whether it lies inside the mesh."""


def volume_bits(solids: Overlap, cells: int) -> float:
    """Which cells of the program's are empty in the mesh, and which of the other cells are full.

    `solids`: the mesh first, the program second, counted on a grid of `cells` in all.
    """
    return among(solids.second, solids.second - solids.both) + among(cells - solids.second, solids.first - solids.both)


def surface_bits(given: Triangles, made: Triangles, distances: SurfaceDistances, samples: int, seed: int) -> float:
    """Which patches of both surfaces are further than a step from the other surface, and how many steps.

    A patch is a square of one step, 1 % of the mesh's diagonal. What the program's surface has inside the mesh, such as
    faces between parts that touch, claims nothing. `samples`, `seed`: those that the distances were measured with.
    """
    step = STEP * distances.diagonal
    own = surface_points(made, samples, seed + 1)[: len(distances.of_other) : _EACH]
    claimed = distances.of_other[::_EACH].copy()
    far = np.flatnonzero(claimed > step)
    claimed[far[inside(given, own[far])]] = 0.0
    sides = ((distances.of_reference, given), (claimed, made))
    return sum(patch_bits(apart / step, float(face_areas(one).sum()) / (step * step)) for apart, one in sides)


def patch_bits(apart: Float64[np.ndarray, " n"], patches: float) -> float:
    """`apart`: distances in steps, of points spread evenly over so many patches."""
    far = apart[apart > 1.0]
    if len(far) == 0:
        return among(round(patches), 0)
    wrong = patches * len(far) / len(apart)
    lengths, counts = np.unique(far.astype(np.int64), return_counts=True)
    each = sum(whole(int(length)) * int(count) for length, count in zip(lengths, counts, strict=True)) / len(far)
    return among(round(patches), round(wrong)) + wrong * each
