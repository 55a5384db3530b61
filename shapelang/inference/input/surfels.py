"""Points as small discs: where the surface is, how it lies, and how much of it a point stands for."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, final

import numpy as np
from scipy.spatial import KDTree

from shapelang.arrays import AnyArray, Bool, Float64, NormalArray, PointArray

MOST_POINTS: Final = 30_000
"""Points that are worked with; of more, as many are drawn."""

FEW: Final = 12
"""Neighbours that a plane is laid through at most, besides the point,"""

_FEWER: Final = (5, 8)
"""or so many of them, where these lie flatter: near an edge, and between the sides of a thin board."""

MANY: Final = 24
"""The same where points lie off their planes."""

_FLAT: Final = 0.17
"""Height over width of the flattest neighbourhoods, in the median, from which on points are noisy."""

_LEVEL: Final = 0.2
"""The same for heights above the planes of given normals, over the distances."""

_COUNTED: Final = 8
"""Neighbours whose distance tells how dense the points lie."""

_SHEET: Final = 0.5
"""A neighbour higher above a point's plane than this part of its distance lies on another sheet."""

_ALONE: Final = 10.0
"""Distances to neighbours in the median one from which on a point is a stray one."""

_LIKE: Final = 0.9
"""Cosine of two normals from which on they are of one face."""

_BLOCK: Final = 1 << 14
"""Points worked on at once."""


@final
@dataclass(frozen=True, slots=True, eq=False)
class Planes:
    """Through each point's neighbours: centres, normals (n, 3), deviations from the plane and along it (n,)."""

    centres: PointArray
    normals: NormalArray
    heights: Float64[np.ndarray, " n"]
    widths: Float64[np.ndarray, " n"]

    @property
    def ratios(self) -> Float64[np.ndarray, " n"]:
        """Height over width: 0 where all neighbours lie in the plane."""
        return self.heights / np.maximum(self.widths, 1e-300)

    def where(self, chosen: Bool[np.ndarray, " n"], others: Planes) -> Planes:
        """The chosen planes, and the others elsewhere."""
        rows = chosen[:, None]
        return Planes(
            np.where(rows, self.centres, others.centres),
            np.where(rows, self.normals, others.normals),
            np.where(chosen, self.heights, others.heights),
            np.where(chosen, self.widths, others.widths),
        )


@final
@dataclass(frozen=True, slots=True, eq=False)
class Surfels:
    """Discs on a surface. points, normals: (n, 3), normals of length 1 · areas: (n,) · radii: (n,) of discs that leave
    no gaps · spacing: the median distance of neighbours · height: the median deviation of points from their planes.
    """

    points: PointArray
    normals: NormalArray
    areas: Float64[np.ndarray, " n"]
    radii: Float64[np.ndarray, " n"]
    spacing: float
    height: float


def thinned(points: PointArray, normals: NormalArray | None) -> tuple[PointArray, NormalArray | None]:
    """Each place once, and at most `MOST_POINTS` of them, the same ones every time."""
    _, first = np.unique(points, axis=0, return_index=True)
    if len(first) > MOST_POINTS:
        first = np.random.default_rng(0).choice(first, MOST_POINTS, replace=False)
    first.sort()
    return points[first], None if normals is None else normals[first]


def drawn(points: PointArray, normals: NormalArray | None, most: int) -> tuple[PointArray, NormalArray | None]:
    """So many of the points, the same ones every time, in their order."""
    chosen = np.sort(np.random.default_rng(0).choice(len(points), most, replace=False))
    return points[chosen], None if normals is None else normals[chosen]


def together(points: PointArray) -> Bool[np.ndarray, " n"]:
    """(n,) which points have neighbours as near as most points have; the others are stray ones."""
    distances = neighbours(points, _COUNTED)[0][:, -1]
    return distances <= _ALONE * np.median(distances)


def surfels_of(points: PointArray, normals: NormalArray | None = None, count: int = FEW) -> Surfels:
    """Discs at distinct points, more than `count` of them, along given normals or those of their planes."""
    distances, near = neighbours(points, count)
    planes = flattest_planes(points, near) if count == FEW else planes_of(points, near)
    facing = planes.normals if normals is None else normals
    areas = _areas(points, facing, distances, near)
    radii = np.sqrt(areas * (_COUNTED / np.pi))
    return Surfels(points, facing, areas, radii, float(np.median(np.sqrt(areas))), float(np.median(planes.heights)))


def are_noisy(points: PointArray, normals: NormalArray | None) -> bool:
    """Whether most points lie off their surface by a good part of the distance between them.

    With normals: off the planes of the neighbours that face the same way; else off the planes of all neighbours.
    """
    distances, near = neighbours(points, FEW)
    if normals is None:
        return float(np.median(flattest_planes(points, near).ratios)) >= _FLAT
    heights = np.abs(np.einsum("nki,ni->nk", points[near] - points[:, None, :], normals))
    like = np.einsum("nki,ni->nk", normals[near], normals) > _LIKE
    like[:, 0] = False
    return bool(like.any()) and float(np.median(heights[like] / np.maximum(distances[like], 1e-300))) >= _LEVEL


def neighbours(points: PointArray, count: int) -> tuple[AnyArray, AnyArray]:
    """(n, count + 1) distances and numbers of the nearest points, each point itself first."""
    distances, near = KDTree(points).query(points, min(count + 1, len(points)), workers=-1)
    return np.asarray(distances), np.asarray(near)


def planes_of(points: PointArray, near: AnyArray) -> Planes:
    """The plane of the least squares through each point's neighbours; its side is not known.

    Hoppe, DeRose, Duchamp, McDonald, Stuetzle, "Surface reconstruction from unorganized points", SIGGRAPH 1992.
    """
    height, width, normals = np.zeros(len(points)), np.zeros(len(points)), np.zeros_like(points)
    centres = np.zeros_like(points)
    for start in range(0, len(points), _BLOCK):
        block = slice(start, start + _BLOCK)
        around = points[near[block]]
        centres[block] = around.mean(axis=1)
        around = around - centres[block, None]
        spread = np.einsum("nki,nkj->nij", around, around) / around.shape[1]
        values, vectors = np.linalg.eigh(spread)
        deviations = np.sqrt(np.maximum(values, 0.0))
        height[block], width[block], normals[block] = deviations[:, 0], deviations[:, 1], vectors[:, :, 0]
    return Planes(centres, normals, height, width)


def flattest_planes(points: PointArray, near: AnyArray) -> Planes:
    """The flattest of the planes through each point's nearest neighbours, fewer or all of them.

    The size of a neighbourhood by how flat it lies: Demantké, Mallet, David, Vallet, "Dimensionality based scale
    selection in 3D lidar point clouds", ISPRS Workshop Laser Scanning 2011.
    """
    best = planes_of(points, near)
    for count in _FEWER:
        own = planes_of(points, near[:, : count + 1])
        best = own.where(own.ratios < best.ratios, best)
    return best


def _areas(points: PointArray, normals: NormalArray, distances: AnyArray, near: AnyArray) -> AnyArray:
    """(n,) the area of the disc to the k-th neighbour over k; points beyond a thin wall are no neighbours."""
    count = min(_COUNTED, near.shape[1] - 1)
    offset = points[near] - points[:, None, :]
    heights = np.abs(np.einsum("nki,ni->nk", offset, normals))
    along = np.abs(np.einsum("nki,ni->nk", normals[near], normals))
    other = (heights > _SHEET * distances) & (along > 0.7)
    rank = np.cumsum(~other, axis=1) - 1
    last = np.where(rank[:, -1] >= count, np.argmax(rank >= count, axis=1), near.shape[1] - 1)
    rows = np.arange(len(points))
    kept = np.maximum(rank[rows, last], 1)
    return np.pi * distances[rows, last] ** 2 / kept
