"""The vertices on creases, brought onto the zero of the field on each of their sides."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import Final, TypeAlias, final

import numpy as np

from shapelang.arrays import AnyArray, PointArray
from shapelang.representations.levelset import Lattice
from shapelang.threads import in_threads

Slopes: TypeAlias = Callable[[PointArray], tuple[AnyArray, AnyArray]]
"""Values (n,) and gradients (n, 3) of a field at points (n, 3)."""

NEARER: Final = (0.5, 0.15, 0.05)
"""Where the field is looked at on a side, as shares of the way from the vertex to the middle of its crossings there.

A plane is off by the square of that share; too near, a vertex that still is off would meet the other side's field.
"""


@final
@dataclass(frozen=True, slots=True, eq=False)
class Creases:
    """Points (n,) on creases; the vertices rows[first[i]:first[i + 1]] are the sides of the i-th."""

    points: AnyArray
    first: AnyArray
    rows: AnyArray


def creases_of(extra: AnyArray, first_extra: AnyArray) -> Creases:
    """Those of points (p,) with `extra` vertices, which begin at `first_extra` (p + 1,)."""
    points = np.flatnonzero(extra)
    counts = extra[points].astype(np.int64) + 1
    first = np.concatenate([[0], np.cumsum(counts)])
    within = np.arange(first[-1]) - first[:-1].repeat(counts)
    rows = np.where(within == 0, points.repeat(counts), first_extra[points].repeat(counts) + within - 1)
    return Creases(points, first, rows)


def pull_creases(
    creases: Creases, middles: AnyArray, lattice: Lattice, slopes: Slopes, points: AnyArray, facing: AnyArray
) -> None:
    """Moves the points of creases and turns their normals, in place.

    middles (v, 3): the mean of the crossings on each vertex's side · points (p, 3) in cells from the lattice's low
    corner · facing (v, 3): normals.
    """
    from shapelang.fields.kernels.dual_arguments import Planes
    from shapelang.fields.kernels.dual_creases import pull

    low, counts = np.array(lattice.low), np.diff(creases.first)
    places, sides, middle = points[creases.points], facing[creases.rows], middles[creases.rows]
    for share in NEARER:
        here = places.repeat(counts, axis=0)
        probes = here + share * (middle - here)
        values, gradients = slopes(low + lattice.pitch * probes)
        lengths = np.sqrt((gradients * gradients).sum(axis=1))
        lengths[lengths == 0.0] = 1.0
        heights, normals = values / (lengths * lattice.pitch), gradients / lengths[:, None]
        planes = Planes(middle, probes, heights, normals, sides)
        in_threads(partial(pull, creases.first, places, planes), len(places))
    points[creases.points], facing[creases.rows] = places, sides
