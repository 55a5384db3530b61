"""Bits of what a program leaves unsaid: the cells that it has wrong, and the surface that it does not explain."""

from __future__ import annotations

from typing import Final

import numpy as np

from shapelang.arrays import Float64
from shapelang.inference.description.codes import among, whole
from shapelang.metrics.chamfer import SurfaceDistances
from shapelang.metrics.fscore import THRESHOLD
from shapelang.metrics.iou import Overlap

STEP: Final = THRESHOLD
"""Of the diagonal: the side of a patch of surface, and the distance below which it is explained."""


def volume_bits(solids: Overlap, cells: int) -> float:
    """Which cells of the program's are empty in the mesh, and which of the other cells are full.

    `solids`: the mesh first, the program second, counted on a grid of `cells` in all.
    """
    return among(solids.second, solids.second - solids.both) + among(cells - solids.second, solids.first - solids.both)


def surface_bits(distances: SurfaceDistances, given_area: float, made_area: float) -> float:
    """Which patches of both surfaces are further than a step from the other surface, and how many steps.

    A patch is a square of one step, 1 % of the mesh's diagonal; areas in its unit squared.
    """
    step = STEP * distances.diagonal
    sides = ((distances.of_reference, given_area), (distances.of_other, made_area))
    return sum(_patch_bits(apart / step, area / (step * step)) for apart, area in sides)


def _patch_bits(apart: Float64[np.ndarray, " n"], patches: float) -> float:
    """`apart`: distances in steps, of points spread evenly over so many patches."""
    far = apart[apart > 1.0]
    if len(far) == 0:
        return among(round(patches), 0)
    wrong = patches * len(far) / len(apart)
    lengths, counts = np.unique(far.astype(np.int64), return_counts=True)
    each = sum(whole(int(length)) * int(count) for length, count in zip(lengths, counts, strict=True)) / len(far)
    return among(round(patches), round(wrong)) + wrong * each
