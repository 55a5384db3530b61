"""Surfaces of revolution about +Y, from a profile in the (r, y) half plane."""

from __future__ import annotations

from dataclasses import dataclass
from typing import final

import numpy as np
from numpy.typing import NDArray

from shapelang.geometry.mesh import Mesh
from shapelang.primitives.circle import circle, length2

Profile = NDArray[np.float64]


@final
@dataclass(frozen=True, slots=True, eq=False)
class Band:
    """One smooth stretch of a profile: points (k, 2) as (r, y) and unit normals (k, 2), outward to the right of its way."""

    points: Profile
    normals: Profile


def straight(r0: float, y0: float, r1: float, y1: float) -> Band:
    """A straight band with one normal."""
    dr, dy = r1 - r0, y1 - y0
    size = float(np.sqrt(dr * dr + dy * dy))
    normal = (dy / size, -dr / size)
    return Band(np.array([(r0, y0), (r1, y1)]), np.array([normal, normal]))


def revolved(bands: list[Band], segments: int) -> Mesh:
    """The surface swept by bands that follow one another from the lower end of the axis to the upper.

    Consecutive bands share a point; a point with r = 0 is a pole. The surface is closed when both ends are poles, or
    when the last point is the first (a ring).
    """
    cos, sin = circle(segments)
    rings = _ring_numbers(bands)
    positions: list[NDArray[np.float64]] = []
    normals: list[NDArray[np.float64]] = []
    uvs: list[NDArray[np.float64]] = []
    welds: list[NDArray[np.int64]] = []
    faces: list[NDArray[np.int64]] = []
    start = 0
    columns = np.arange(segments + 1) % segments
    for band, numbers in zip(bands, rings, strict=True):
        r, y = band.points[:, 0:1], band.points[:, 1:2]
        positions.append(np.stack([r * cos, np.broadcast_to(y, (len(r), segments + 1)), r * sin], axis=-1))
        nr, ny = band.normals[:, 0:1], band.normals[:, 1:2]
        normals.append(np.stack([nr * cos, np.broadcast_to(ny, (len(r), segments + 1)), nr * sin], axis=-1))
        uvs.append(_unrolled(band, segments))
        welds.append(np.where(r == 0.0, numbers[:, None] * segments, numbers[:, None] * segments + columns))
        faces.append(_quads(band, segments) + start)
        start += len(r) * (segments + 1)
    weld = np.concatenate([w.reshape(-1) for w in welds])
    _, weld = np.unique(weld, return_inverse=True)
    return compacted(
        np.concatenate([p.reshape(-1, 3) for p in positions]),
        np.concatenate(faces),
        np.concatenate([n.reshape(-1, 3) for n in normals]),
        np.concatenate([u.reshape(-1, 2) for u in uvs]),
        weld,
    )


def compacted(
    positions: NDArray[np.float64], faces: NDArray[np.int64], normals: NDArray[np.float64],
    uvs: NDArray[np.float64], weld: NDArray[np.int64],
) -> Mesh:  # fmt: skip
    """The mesh without vertices that no face uses."""
    used = np.zeros(len(positions), dtype=bool)
    used[faces.reshape(-1)] = True
    new = np.cumsum(used) - 1
    _, dense = np.unique(weld[used], return_inverse=True)
    return Mesh(
        np.ascontiguousarray(positions[used]),
        new[faces].astype(np.int32),
        np.ascontiguousarray(normals[used]),
        np.ascontiguousarray(uvs[used]),
        dense.reshape(-1).astype(np.int32),
    )


def _ring_numbers(bands: list[Band]) -> list[NDArray[np.int64]]:
    """A number for each profile point; a band starts with the number at which the one before it ended."""
    found: list[NDArray[np.int64]] = []
    last = 0
    for band in bands:
        found.append(np.arange(last, last + len(band.points)))
        last += len(band.points) - 1
    if np.array_equal(bands[0].points[0], bands[-1].points[-1]) and bands[0].points[0, 0] != 0.0:
        found[-1] = np.where(found[-1] == last, 0, found[-1])
    return found


def _quads(band: Band, segments: int) -> NDArray[np.int64]:
    """Two triangles a cell, but one where a side has shrunk to a pole."""
    width = segments + 1
    rows = np.arange(len(band.points) - 1)[:, None]
    a = (rows * width + np.arange(segments)[None, :]).reshape(-1)
    b, c, d = a + 1, a + width, a + width + 1
    poles = band.points[:, 0] == 0.0
    low = np.repeat(poles[:-1], segments)
    high = np.repeat(poles[1:], segments)
    first = np.stack([a, c, b], axis=1)[~low]
    second = np.stack([b, c, d], axis=1)[~high]
    return np.concatenate([first, second])


def _unrolled(band: Band, segments: int) -> NDArray[np.float64]:
    """Metres along the profile, and around at the band's widest ring."""
    steps = np.diff(band.points, axis=0)
    along = np.concatenate([[0.0], np.cumsum(length2(steps[:, 0], steps[:, 1]))])
    widest = float(band.points[:, 0].max())
    around = np.arange(segments + 1) * (6.283185307179586 * widest / segments)
    grid = np.zeros((len(band.points), segments + 1, 2))
    grid[:, :, 0] = around[None, :]
    grid[:, :, 1] = along[:, None]
    return grid
