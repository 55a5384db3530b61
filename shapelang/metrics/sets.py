"""Two sets of shapes compared by the distances between them: MMD, coverage, 1-nearest-neighbour accuracy.

MMD and COV: Achlioptas et al., "Learning representations and generative models for 3D point clouds", 2018, section 4.
1-NNA: Lopez-Paz and Oquab, "Revisiting classifier two-sample tests", 2017, as Yang et al., "PointFlow", 2019, section
6.1 take it. The Chamfer distance of points is theirs: the means of squared distances to the nearest, of both ways.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TypeAlias, final

import numpy as np

from shapelang.arrays import Float64

Cloud: TypeAlias = Float64[np.ndarray, "_ 3"]
"""Points of one shape, metres."""


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


def chamfer_matrix(first: Sequence[Cloud], second: Sequence[Cloud]) -> Float64[np.ndarray, "n m"]:
    """(n, m) Chamfer distances of clouds of points, square metres."""
    from scipy.spatial import KDTree

    trees = [[KDTree(points) for points in some] for some in (first, second)]
    found = np.zeros((len(first), len(second)))
    for i, (own, tree) in enumerate(zip(first, trees[0], strict=True)):
        for j, (other, others) in enumerate(zip(second, trees[1], strict=True)):
            there = others.query(own)[0]
            back = tree.query(other)[0]
            found[i, j] = (there * there).mean() + (back * back).mean()
    return found


def own_chamfer_matrix(clouds: Sequence[Cloud]) -> Float64[np.ndarray, "n n"]:
    """(n, n) distances of clouds from one another."""
    found = np.zeros((len(clouds), len(clouds)))
    for i in range(len(clouds) - 1):
        found[i, i + 1 :] = chamfer_matrix([clouds[i]], clouds[i + 1 :])[0]
    return found + found.T


def set_scores(
    made: Float64[np.ndarray, "n n"], between: Float64[np.ndarray, "n m"], reference: Float64[np.ndarray, "m m"]
) -> SetScores:
    """Scores from distances of n made shapes from one another, from m reference shapes, and of those."""
    joined = np.block([[made, between], [between.T, reference]])
    np.fill_diagonal(joined, np.inf)
    of_made = np.arange(len(joined)) < len(made)
    same = of_made[joined.argmin(axis=1)] == of_made
    covered = np.unique(between.argmin(axis=1))
    return SetScores(float(between.min(axis=0).mean()), len(covered) / between.shape[1], float(same.mean()))
