"""Surfaces of revolution about +Y, from a profile in the (r, y) half plane."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import final

import numpy as np
from numpy.typing import NDArray

from shapelang.arrays import RealArray, read_only
from shapelang.geometry.mesh import Mesh
from shapelang.primitives.circle import TURN, circle, length2


@final
@dataclass(frozen=True, slots=True, eq=False)
class Band:
    """A smooth stretch of a profile: points (k, 2) as (r, y), and unit normals (k, 2) to the right of its way."""

    points: RealArray
    normals: RealArray


def straight(r0: float, y0: float, r1: float, y1: float) -> Band:
    """A straight band with one normal."""
    dr, dy = r1 - r0, y1 - y0
    size = float(np.sqrt(dr * dr + dy * dy))
    normal = (dy / size, -dr / size)
    return Band(np.array(((r0, y0), (r1, y1))), np.array((normal, normal)))


def revolved(bands: list[Band], segments: int) -> Mesh:
    """The surface swept by bands that follow one another from the lower end of the axis to the upper.

    Each begins where the one before it ends, and they share no vertices, so that there is a crease between them. The
    first point and the last lie on the axis (r = 0) and no other does: there the surface closes.
    """
    cos, sin = circle(segments)
    points = np.concatenate([band.points for band in bands])
    normals = np.concatenate([band.normals for band in bands])
    faces, weld, used = _topology(tuple(len(band.points) for band in bands), segments)
    columns = np.arange(segments + 1) * (TURN / segments)
    uvs = np.zeros((len(points), segments + 1, 2))
    uvs[:, :, 0] = np.concatenate([np.full(len(b.points), b.points[:, 0].max()) for b in bands])[:, None] * columns
    uvs[:, :, 1] = np.concatenate([_along(band.points) for band in bands])[:, None]
    return Mesh(
        _turned(points, cos, sin)[used], faces, _turned(normals, cos, sin)[used], uvs.reshape(-1, 2)[used], weld
    )


def _turned(profile: RealArray, cos: RealArray, sin: RealArray) -> RealArray:
    """(k · columns, 3) points of (k, 2) ones at every angle."""
    found = np.zeros((len(profile), len(cos), 3))
    found[:, :, 0] = profile[:, 0:1] * cos
    found[:, :, 1] = profile[:, 1:2]
    found[:, :, 2] = profile[:, 0:1] * sin
    return found.reshape(-1, 3)


def _along(points: RealArray) -> RealArray:
    """Metres along a band."""
    steps = points[1:] - points[:-1]
    return np.concatenate(((0.0,), np.cumsum(length2(steps[:, 0], steps[:, 1]))))


@lru_cache(maxsize=64)
def _topology(sizes: tuple[int, ...], segments: int) -> tuple[NDArray[np.int32], NDArray[np.int32], NDArray[np.int64]]:
    """Faces, weld, and which vertices of the grid (all points × columns) they use, for bands of so many points.

    At a pole a cell is one triangle, and the vertices beyond the last such cell are of no use.
    """
    width, rows = segments + 1, sum(sizes)
    ends = np.cumsum(sizes) - 1
    i = np.setdiff1d(np.arange(rows), ends)[:, None]
    a = i * width + np.arange(segments)
    b, c, d = a + 1, a + width, a + width + 1
    low = np.stack([a, c, b], axis=-1)[i[:, 0] > 0]
    high = np.stack([b, c, d], axis=-1)[i[:, 0] < rows - 2]
    faces = np.concatenate([low.reshape(-1, 3), high.reshape(-1, 3)])
    ring = np.arange(rows) - np.searchsorted(ends, np.arange(rows))
    weld = ring[:, None] * segments + np.arange(width) % segments
    weld[0], weld[-1] = 0, weld[-1, 0]
    return compact(faces, weld.reshape(-1))


def compact(
    faces: NDArray[np.int64], weld: NDArray[np.int64]
) -> tuple[NDArray[np.int32], NDArray[np.int32], NDArray[np.int64]]:
    """Faces and weld over the used vertices alone, and which those are; read-only, since they are kept and shared."""
    used = np.unique(faces)
    new = np.zeros(len(weld), dtype=np.int64)
    new[used] = np.arange(len(used))
    dense = np.unique(weld[used], return_inverse=True)[1].reshape(-1)
    found = new[faces].astype(np.int32), dense.astype(np.int32), used
    read_only(*found)
    return found
