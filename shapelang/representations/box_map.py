"""Texture coordinates for surfaces that have none of their own: from the six sides of a box, in metres."""

from __future__ import annotations

import numpy as np

from shapelang.arrays import AnyArray, FaceVectorArray, NormalArray, PointArray, UvArray
from shapelang.geometry.mesh import Mesh


def box_mapped(
    positions: PointArray, normals: NormalArray, faces: AnyArray, weld: AnyArray, across: FaceVectorArray
) -> Mesh:
    """The mesh with texture coordinates of the box's side that each face looks to; a vertex on two sides becomes two.

    `across` (f, 3) are the faces' own normals, of any length. `faces` (f, 3) and `weld` (v,) of any integer type;
    `weld` has numbers from 0, none left out.
    """
    side = _sides(across)
    keys = faces * 6 + side[:, None]
    used = np.zeros(len(positions) * 6, np.bool_)
    used[keys] = True
    number = used.cumsum() - 1
    corners = np.flatnonzero(used)
    vertex, facing = corners // 6, corners % 6
    here = positions[vertex]
    return Mesh(here, number[keys].astype(np.int32), normals[vertex], _box_uvs(here, facing), weld[vertex])


def _sides(across: FaceVectorArray) -> AnyArray:
    """The side a face looks to: 0 and 1 for −x and +x, then y, then z."""
    axis = np.abs(across).argmax(axis=1)
    return axis * 2 + (across[np.arange(len(across)), axis] >= 0.0)


def _box_uvs(points: PointArray, facing: AnyArray) -> UvArray:
    """Right is u and up is v as seen from outside, metres; on the top and the bottom, v is away from +z."""
    axis, sign = facing >> 1, np.where(facing & 1, 1.0, -1.0)
    x, y, z = points[:, 0], points[:, 1], points[:, 2]
    u = np.where(axis == 0, -sign * z, np.where(axis == 1, x, sign * x))
    v = np.where(axis == 1, -sign * z, y)
    return np.stack([u, v], axis=1)
