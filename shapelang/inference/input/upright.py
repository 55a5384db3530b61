"""Shapes whose file has another axis up, turned so that +Y is."""

from __future__ import annotations

from dataclasses import replace
from typing import Final, TypeAlias, assert_never

import numpy as np

from shapelang.arrays import AnyArray
from shapelang.geometry.pose import Vec3
from shapelang.inference.input.up import Up
from shapelang.io.read.mesh_data import MeshData
from shapelang.io.read.sampled_data import PointData, ShapeData, VoxelData

_Row: TypeAlias = tuple[int, int]
"""An axis of the file and its sign: what becomes one of ours."""

_ROWS: Final[dict[Up, tuple[_Row, _Row, _Row]]] = {
    Up.Y: ((0, 1), (1, 1), (2, 1)),
    Up.DOWN_Y: ((0, 1), (1, -1), (2, -1)),
    Up.Z: ((0, 1), (2, 1), (1, -1)),
    Up.DOWN_Z: ((0, 1), (2, -1), (1, 1)),
    Up.X: ((1, -1), (0, 1), (2, 1)),
    Up.DOWN_X: ((1, 1), (0, -1), (2, 1)),
}


def upright(shape: ShapeData, up: Up) -> ShapeData:
    """The shape turned by right angles until `up` is +Y: about x for z and −y, about z for x."""
    if up is Up.Y:
        return shape
    rows = _ROWS[up]
    match shape:
        case MeshData():
            return upright_mesh(shape, up)
        case PointData():
            normals = None if shape.normals is None else _turned(shape.normals, rows)
            return replace(shape, points=_turned(shape.points, rows), normals=normals)
        case VoxelData():
            return _turned_voxels(shape, rows)
        case _:
            assert_never(shape)


def upright_mesh(mesh: MeshData, up: Up) -> MeshData:
    """`upright` for a mesh."""
    if up is Up.Y:
        return mesh
    groups = tuple(replace(group, positions=_turned(group.positions, _ROWS[up])) for group in mesh.groups)
    return replace(mesh, groups=groups)


def _turned(points: AnyArray, rows: tuple[_Row, _Row, _Row]) -> AnyArray:
    # Adding zero makes 0 of −0.
    return np.stack([points[:, axis] * float(sign) + 0.0 for axis, sign in rows], axis=1)


def _turned_voxels(shape: VoxelData, rows: tuple[_Row, _Row, _Row]) -> VoxelData:
    axes = tuple(axis for axis, _ in rows)
    flips = tuple(slice(None, None, sign) for _, sign in rows)

    def grid(values: AnyArray) -> AnyArray:
        return np.ascontiguousarray(values.transpose(axes)[flips])

    ends = [
        low + size * count for low, size, count in zip(shape.origin, shape.pitch, shape.occupied.shape, strict=True)
    ]
    origin: Vec3 = tuple(shape.origin[axis] if sign > 0 else -ends[axis] for axis, sign in rows)
    pitch: Vec3 = tuple(shape.pitch[axis] for axis in axes)
    labels = None if shape.labels is None else grid(shape.labels)
    return replace(shape, occupied=grid(shape.occupied), origin=origin, pitch=pitch, labels=labels)
