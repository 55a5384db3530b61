"""Polygons cut into triangles: a fan where the polygon is convex, ears where it is not; always n − 2 triangles."""

from __future__ import annotations

from dataclasses import dataclass
from typing import final

import numpy as np

from shapelang.arrays import Bool, Float64, Int64
from shapelang.diagnostics import counted
from shapelang.io.read.ears import clipped_ears
from shapelang.io.read.source import MeshSource


@final
@dataclass(frozen=True, slots=True, eq=False)
class Triangles:
    """faces: (f, 3) vertices, in the order of the polygons · polygon: (f,) the polygon that a face came from."""

    faces: Int64[np.ndarray, "f 3"]
    polygon: Int64[np.ndarray, " f"]


def short_faces(count: int) -> list[str]:
    """The note on polygons that bound nothing; none where there are none."""
    return [f"{counted(count, 'face')} with fewer than three corners left out"] if count else []


def triangulated(
    source: MeshSource,
    positions: Float64[np.ndarray, "v 3"],
    corners: Int64[np.ndarray, " c"],
    counts: Int64[np.ndarray, " p"],
) -> Triangles:
    """Polygons given as all their corners (vertex numbers in range), `counts` of them each; fewer than 3 are skipped.

    Raises M107 where a polygon that is not convex has too many corners.
    """
    starts = np.cumsum(counts) - counts
    source.check_counts(0, int(np.maximum(counts - 2, 0).sum()))
    faces: list[Int64[np.ndarray, "f 3"]] = [np.zeros((0, 3), np.int64)]
    owners: list[Int64[np.ndarray, " f"]] = [np.zeros(0, np.int64)]
    for count in np.unique(counts[counts >= 3]).tolist():
        numbers = np.flatnonzero(counts == count)
        block = corners[starts[numbers][:, None] + np.arange(count)]
        faces.append(_cut(source, positions, block).reshape(-1, 3))
        owners.append(np.repeat(numbers, count - 2))
    polygon = np.concatenate(owners)
    order = np.argsort(polygon, kind="stable")
    return Triangles(np.concatenate(faces)[order], polygon[order])


def _cut(
    source: MeshSource, positions: Float64[np.ndarray, "v 3"], block: Int64[np.ndarray, "k n"]
) -> Int64[np.ndarray, "k m 3"]:
    """Polygons of one size, (k, n), as (k, n − 2, 3)."""
    count = block.shape[1]
    if count == 3:
        return block[:, None, :]
    fan = np.stack([np.zeros(count - 2, np.int64), np.arange(1, count - 1), np.arange(2, count)], axis=1)
    made = block[:, fan]
    concave = np.flatnonzero(~_convex(positions, block))
    if len(concave) and count > source.limits.concave_corners:
        raise source.too_large("corners in a polygon that is not convex", count, source.limits.concave_corners)
    for number in concave.tolist():
        made[number] = block[number][clipped_ears(_flat(positions[block[number]]))]
    return made


def _convex(positions: Float64[np.ndarray, "v 3"], block: Int64[np.ndarray, "k n"]) -> Bool[np.ndarray, " k"]:
    """Whether all corners of each polygon turn the same way about its mean normal, once."""
    points = positions[block]
    edges = np.roll(points, -1, axis=1) - points
    turns = np.cross(np.roll(edges, 1, axis=1), edges)
    # Newell's normal, from the first corner to keep far-away polygons exact.
    local = points - points[:, :1]
    normal = np.cross(local, np.roll(local, -1, axis=1)).sum(axis=1)
    return (np.einsum("knc,kc->kn", turns, normal) >= 0.0).all(axis=1)


def _flat(points: Float64[np.ndarray, "n 3"]) -> Float64[np.ndarray, "n 2"]:
    """A polygon seen against its mean normal, along the axis nearest to it, so that it runs counter-clockwise."""
    local = points - points[0]
    normal = np.cross(local, np.roll(local, -1, axis=0)).sum(axis=0)
    axis = int(np.argmax(np.abs(normal)))
    first, second = ((1, 2), (2, 0), (0, 1))[axis]
    return local[:, [first, second]] if normal[axis] >= 0.0 else local[:, [second, first]]
