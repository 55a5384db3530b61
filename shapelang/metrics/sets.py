"""Two sets of shapes compared by the distances between them: MMD, coverage, 1-nearest-neighbour accuracy.

MMD and COV: Achlioptas et al., "Learning representations and generative models for 3D point clouds", 2018, section 4.
1-NNA: Lopez-Paz and Oquab, "Revisiting classifier two-sample tests", 2017, as Yang et al., "PointFlow", 2019, section
6.1 take it. The Chamfer distance of points is theirs: the means of squared distances to the nearest, of both ways.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, TypeAlias, final

import numpy as np

from shapelang.arrays import Float32, Float64, Int64

Cloud: TypeAlias = Float64[np.ndarray, "_ 3"]
"""Points of one shape, metres."""


_CELLS: Final = 16
"""Along the longest side of the box of all clouds: by the distances of their middles most clouds are ruled out."""
_ROUNDED: Final = 1e-5
"""Of the box's longest side: more than 32 bits round a distance by, and less than what distances are told to."""


@final
@dataclass(frozen=True, slots=True)
class SetScores:
    """`mmd`: mean over the reference of the distance to the nearest made shape. `cov`: share of the reference that is
    nearest to some made shape. `one_nna`: share of all shapes whose nearest other one is of the same set; ½ is best,
    less means that the made ones lie upon the reference.
    """

    mmd: float
    cov: float
    one_nna: float


@final
@dataclass(frozen=True, slots=True, eq=False)
class Nearest:
    """Of each shape of a set the nearest one of some set: its Chamfer distance, square metres, and its index."""

    distances: Float64[np.ndarray, " n"]
    indices: Int64[np.ndarray, " n"]


def nearest(first: Sequence[Cloud], second: Sequence[Cloud]) -> Nearest:
    """Which of the second clouds is nearest to each of the first. All have as many points; 32 bits a coordinate.

    Exact: a cloud is not looked at where its distances to cells say that it is further than the nearest one, and is
    given up once the points seen so far are further than that as a whole.
    """
    return _nearest(_packed(first), _packed(second), same=False)


def nearest_others(clouds: Sequence[Cloud]) -> Nearest:
    """Which of the other ones is nearest to each; at least two clouds."""
    packed = _packed(clouds)
    return _nearest(packed, packed, same=True)


def _packed(clouds: Sequence[Cloud]) -> Float32[np.ndarray, "n 3 k"]:
    return np.ascontiguousarray(np.stack(clouds).transpose(0, 2, 1), dtype=np.float32)


def _nearest(first: Float32[np.ndarray, "n 3 k"], second: Float32[np.ndarray, "m 3 k"], same: bool) -> Nearest:
    from shapelang.metrics.kernels.clouds import nearest_clouds

    distances, indices = np.zeros(len(first)), np.zeros(len(first), dtype=np.int64)
    nearest_clouds(first, second, _least(first, second), same, distances, indices)
    return Nearest(distances, indices)


def _least(first: Float32[np.ndarray, "n 3 k"], second: Float32[np.ndarray, "m 3 k"]) -> Float64[np.ndarray, "n m"]:
    """What the Chamfer distance of each two clouds is at least: a point is no nearer to a cloud than the middle of its
    cell is, less its own distance from that.
    """
    from shapelang.metrics.kernels.clouds import least_one_way, reaches

    low = np.minimum(first.min(axis=(0, 2)), second.min(axis=(0, 2)))
    size = float(max((some.max(axis=(0, 2)) - low).max() for some in (first, second)))
    cell = size / _CELLS if size else 1.0
    out = np.zeros((len(first), len(second)))
    for one, other, found in ((first, second, out), (second, first, out.T)):
        reach = np.zeros((len(other), _CELLS, _CELLS, _CELLS), np.float32)
        reaches(other, low, cell, reach)
        places = np.clip((one - low[:, None]) / cell, 0, _CELLS - 1).astype(np.int64)
        x, y, z = places.transpose(1, 0, 2)
        off = np.linalg.norm(one - low[:, None] - (places + 0.5) * cell, axis=1).astype(np.float32)
        least_one_way(
            (x * _CELLS + y) * _CELLS + z, off + np.float32(_ROUNDED * size), reach.reshape(len(other), -1), found
        )
    return out


def set_scores(made: Nearest, to_reference: Nearest, to_made: Nearest, reference: Nearest) -> SetScores:
    """Scores from the nearest other made shape of each made one, its nearest reference, and the two of each reference.

    Where both are equally far, a made one counts as the nearest.
    """
    same = np.concatenate([made.distances <= to_reference.distances, reference.distances < to_made.distances])
    covered = np.unique(to_reference.indices)
    return SetScores(float(to_made.distances.mean()), len(covered) / len(reference.distances), float(same.mean()))
