"""The meshes of prisms: a polygon extruded, straight, tapered, or to a point."""

from __future__ import annotations

from functools import lru_cache
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from shapelang.arrays import read_only
from shapelang.geometry.mesh import Mesh
from shapelang.primitives.polygon import Point, triangles

Indices: TypeAlias = NDArray[np.int64]
Reals: TypeAlias = NDArray[np.float64]


def extruded(corners: tuple[Point, ...], height: float) -> Mesh:
    """The prism over corners (x, z) that go counter-clockwise in the (x, z) plane: two caps, then the sides."""
    count = len(corners)
    ring = np.array(corners)
    edge = np.concatenate([ring[1:], ring[:1]]) - ring
    size = np.sqrt(edge[:, 0] * edge[:, 0] + edge[:, 1] * edge[:, 1])
    flat = np.array(triangles(corners))
    faces, weld, which, top = _extrusion(count)
    y = np.where(top, height * 0.5, -height * 0.5)
    positions = np.stack([ring[which, 0], y, ring[which, 1]], axis=1)
    normals = np.zeros((6 * count, 3))
    normals[:count, 1], normals[count : 2 * count, 1] = -1.0, 1.0
    normals[2 * count :, 0] = (edge[:, 1] / size).repeat(4)
    normals[2 * count :, 2] = (-edge[:, 0] / size).repeat(4)
    along = np.concatenate([[0.0], np.cumsum(size)])
    across = np.stack([along[:-1], along[:-1], along[1:], along[1:]], axis=1).reshape(-1)
    uvs = np.concatenate([ring, ring * (1.0, -1.0), np.stack([across, y[2 * count :]], axis=1)])
    return Mesh(positions, np.concatenate([flat, flat[:, ::-1] + count, faces]).astype(np.int32), normals, uvs, weld)


def tapered(corners: tuple[Point, ...], hub: Point, height: float, taper: float) -> Mesh:
    """As `extruded`, over corners about a hub, the top `taper` times as large about it; a pyramid where that is 0."""
    made = extruded(corners, height)
    count = len(corners)
    _, _, which, top = _extrusion(count)
    ring = np.array(corners)
    edge = np.concatenate([ring[1:], ring[:1]]) - ring
    positions = made.positions.copy()
    positions[:, [0, 2]] = ring[which] * np.where(top, taper, 1.0)[:, None] + np.array(hub)
    # A side leans inwards by its distance from the hub, times what the top has lost, over the height.
    out = np.stack([edge[:, 1], -edge[:, 0]], axis=1) / np.sqrt((edge * edge).sum(axis=1))[:, None]
    lean = (out * ring).sum(axis=1) * (1.0 - taper) / height
    sides = np.stack([out[:, 0], lean, out[:, 1]], axis=1) / np.sqrt(1.0 + lean * lean)[:, None]
    normals = np.concatenate([made.normals[: 2 * count], sides.repeat(4, axis=0)])
    whole = Mesh(positions, made.faces, normals, _tapered_uvs(made.uvs, ring, height, taper), made.weld)
    return _pointed(whole, count) if taper == 0.0 else whole


def _tapered_uvs(uvs: Reals, ring: Reals, height: float, taper: float) -> Reals:
    """(6 k, 2) metres along the surface: the cap on top is smaller, and so is the upper edge of each side."""
    count = len(ring)
    found = uvs.copy()
    found[count : 2 * count] *= taper
    sides = found[2 * count :].reshape(count, 4, 2)
    ahead = np.concatenate([ring[1:], ring[:1]])
    edge = ahead - ring
    size = np.sqrt((edge * edge).sum(axis=1))
    # Seen along a side: how far the upper corners have moved along it, and how long it is from foot to top.
    start, end = ((c * edge).sum(axis=1) / size * (taper - 1.0) for c in (ring, ahead))
    off = (ring[:, 0] * edge[:, 1] - ring[:, 1] * edge[:, 0]) / size * (1.0 - taper)
    slant = np.sqrt(height * height + off * off)
    sides[:, 1, 0] += start
    sides[:, 3, 0] += end
    sides[:, [0, 2], 1], sides[:, [1, 3], 1] = -0.5 * slant[:, None], 0.5 * slant[:, None]
    return found


def _pointed(mesh: Mesh, count: int) -> Mesh:
    """The upper ring is one point: without the cap there, and without the second triangle of each side."""
    caps, sides = count - 2, mesh.faces[-2 * count :]
    faces = np.concatenate([mesh.faces[:caps], sides[:count]])
    used, small = np.unique(faces, return_inverse=True)
    weld = np.minimum(mesh.weld[used], count)
    return Mesh(
        mesh.positions[used], small.reshape(faces.shape).astype(np.int32), mesh.normals[used], mesh.uvs[used], weld
    )


@lru_cache(maxsize=64)
def _extrusion(count: int) -> tuple[Indices, NDArray[np.int32], Indices, NDArray[np.bool_]]:
    """Faces of the sides, weld, each vertex's corner of the polygon, and whether it lies on top.

    Each side has its own four vertices: bottom and top of its start, then of its end.
    """
    corners = np.arange(count)
    after = (corners + 1) % count
    which = np.concatenate([corners, corners, np.stack([corners, corners, after, after], axis=1).reshape(-1)])
    top = np.concatenate([corners < 0, corners >= 0, np.arange(4 * count) % 2 == 1])
    start = 2 * count + 4 * corners
    faces = np.concatenate(
        [np.stack([start, start + 1, start + 2], axis=1), np.stack([start + 2, start + 1, start + 3], axis=1)]
    )
    found = faces, (which + count * top).astype(np.int32), which, top
    read_only(*found)
    return found
