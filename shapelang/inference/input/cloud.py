"""Points as a mesh: the closed surface that they lie on."""

from __future__ import annotations

from typing import Final

import numpy as np

from shapelang.arrays import NormalArray, PointArray
from shapelang.deadline import NEVER, Deadline
from shapelang.fields.dual import SurfaceError
from shapelang.inference.errors import InferenceError
from shapelang.inference.input.reconstruction import reconstructed
from shapelang.inference.input.settling import flattened, settled
from shapelang.inference.input.sight import sides_of
from shapelang.inference.input.surfels import (
    MANY,
    MOST_POINTS,
    are_noisy,
    drawn,
    neighbours,
    planes_of,
    surfels_of,
    thinned,
    together,
)
from shapelang.io.read.mesh_data import MeshData, MeshGroup
from shapelang.io.read.sampled_data import PointData

FEWEST: Final = 200
"""Points below which there is no telling what they lie on."""

_LEANING: Final = 0.5
"""Cosine of a point's plane with that of its flattened place below which the flattened one is taken."""

_DOUBTFUL: Final = 0.3
"""Below this difference in light the sides are said to be doubtful; open sheets have about 0, furniture 0.5 to 0.9."""

_LAID: Final = 10.0
"""Times as long as looking at the neighbours of all points takes it to lay a surface through them,"""

_SEEN: Final = 15.0
"""and to look out from each."""

_FEWER: Final = 3000
"""Points that are used however short the time is."""


def mesh_of_points(cloud: PointData, deadline: Deadline = NEVER) -> MeshData:
    """One closed group. Without normals the sides are found by sight (`input.sight`), and what is buried is left out.

    Where the deadline is nearer than all points will take, fewer are used, at least `_FEWER`, on a coarser grid.
    Raises InferenceError for fewer than `FEWEST` distinct points, and where they enclose nothing.
    """
    points, normals = thinned(cloud.points, cloud.normals)
    if len(points) < FEWEST:
        raise InferenceError(
            f"{cloud.name}: {len(points):,} distinct points are too few for a surface; sample {FEWEST:,} or more, "
            "better 20,000"
        )
    notes = [_read(cloud, len(points))]
    kept = together(points)
    if not kept.all():
        points, normals = points[kept], None if normals is None else normals[kept]
        notes.append(f"{len(kept) - len(points):,} stray points far from the others were left out.")
    # Far from the origin the differences of coordinates would be rounded away.
    middle = 0.5 * (points.min(axis=0) + points.max(axis=0))
    points = points - middle
    before = deadline.clock()
    noisy = are_noisy(points, normals)
    most = _affordable(len(points), deadline.clock() - before, deadline.left(), normals is None)
    if most < len(points):
        points, normals = drawn(points, normals, most)
        notes.append(f"For lack of time {most:,} of the points were used.")
    if normals is None:
        points, normals, note = _sided(points, noisy)
        notes.append(note)
    if noisy:
        points = settled(points, normals)
        notes.append("The points lie off their surface by a good part of their distances; they were smoothed.")
    try:
        made = reconstructed(surfels_of(points, normals))
    except SurfaceError:
        raise InferenceError(
            f"{cloud.name}: the points enclose nothing: an open sheet, or normals that disagree; "
            "give normals that point outward, or a mesh"
        ) from None
    group = MeshGroup((), None, None, made.positions + middle, made.faces.astype(np.int32))
    return MeshData(cloud.name, cloud.format, (group,), (*cloud.notes, *notes))


def _affordable(count: int, looked: float, left: float, by_sight: bool) -> int:
    """How many of the points there is time for, when all of them were `looked` at in so many seconds."""
    needed = looked * (_LAID + _SEEN * by_sight)
    return count if needed <= left else min(count, max(_FEWER, int(count * left / needed)))


def _read(cloud: PointData, used: int) -> str:
    kind = "without normals" if cloud.normals is None else "with normals"
    drawn = f", of which {used:,} were used" if used < len(cloud.points) and used == MOST_POINTS else ""
    return f"Read from {len(cloud.points):,} points {kind}{drawn}: a closed surface was laid through them."


def _sided(points: PointArray, noisy: bool) -> tuple[PointArray, NormalArray, str]:
    """The points that are not buried, with normals that point outward, and a note on how sure they are."""
    surfels = surfels_of(flattened(points), count=MANY) if noisy else surfels_of(points)
    sides = sides_of(surfels)
    normals = surfels.normals * sides.signs[:, None]
    if noisy:
        own = planes_of(points, neighbours(points, MANY)[1]).normals
        lean = (own * normals).sum(axis=1)
        normals = np.where(np.abs(lean)[:, None] < _LEANING, normals, own * np.sign(lean)[:, None])
    kept = ~sides.buried
    if kept.sum() <= MANY:
        kept[:] = True
    doubt = "; both sides look alike, so that the solid is doubtful" if sides.contrast < _DOUBTFUL else ""
    note = f"Which side of the points is outside was found by sight{doubt}."
    return points[kept], normals[kept], note
