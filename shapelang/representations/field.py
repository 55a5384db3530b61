"""The field of an assembly, the plain way, every leaf at every point: negative inside, metres."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache, reduce
from typing import Final, assert_never

import numpy as np

from shapelang.arrays import LabelArray, PointArray, ValueArray
from shapelang.assembly.assembly import Assembly, Leaf
from shapelang.assembly.part import Geometry, Solid
from shapelang.geometry.mesh import face_vectors
from shapelang.geometry.pose import Pose, Vec3
from shapelang.numbers import NUMPY
from shapelang.representations.surface import geometry_mesh

_HULL_SEGMENTS: Final = 64
"""A hull has no field in closed form: its planes are those of its mesh, with circles of this many edges."""

_BLOCK: Final = 1 << 22
"""Numbers at once where every point meets every plane: 32 MiB."""


def field_at(assembly: Assembly, points: PointArray) -> ValueArray:
    """The field of the union of all leaves at points (n, 3); +inf everywhere for an assembly without leaves."""
    return nearest(tuple(assembly.leaves()), points)[0]


def nearest_leaf(assembly: Assembly, points: PointArray) -> LabelArray:
    """(n,) which of `assembly.leaves()` has the lowest field at each point; the first of equal ones.

    −1 where there is no leaf at all.
    """
    return nearest(tuple(assembly.leaves()), points)[1]


def nearest(leaves: Sequence[Leaf], points: PointArray) -> tuple[ValueArray, LabelArray]:
    """The lowest field (n,) and the number of the leaf that has it (n,), at points (n, 3)."""
    columns = (points[:, 0], points[:, 1], points[:, 2])
    lowest, owner = np.full(len(points), np.inf), np.full(len(points), -1, np.int32)
    for number, leaf in enumerate(leaves):
        value = posed_field(leaf.geometry, leaf.pose, columns)
        closer = value < lowest
        lowest[closer], owner[closer] = value[closer], number
    return lowest, owner


def posed_field(geometry: Geometry, pose: Pose, point: Vec3) -> ValueArray:
    """The field of a posed geometry at points given as columns; a length, so the scale multiplies it."""
    return geometry_field(geometry, pose.inverse().apply(point)) * pose.scale


def geometry_field(geometry: Geometry, point: Vec3) -> ValueArray:
    """The field of a geometry in its own frame, at points given as columns (n,) each."""
    match geometry:
        case Solid(operator="hull"):
            return _hull_field(geometry, point)
        case Solid():
            fields = [posed_field(operand.geometry, operand.pose, point) for operand in geometry.operands]
            return _combined(geometry, fields)
        case _:
            return geometry.field(NUMPY, *point)


def _combined(solid: Solid, fields: Sequence[ValueArray]) -> ValueArray:
    match solid.operator:
        case "union":
            return reduce(lambda a, b: smooth_minimum(a, b, solid.blend), fields)
        case "intersection":
            return reduce(lambda a, b: -smooth_minimum(-a, -b, solid.blend), fields)
        case "difference":
            return reduce(lambda a, b: -smooth_minimum(-a, b, solid.blend), fields)
        case "hull":
            raise ValueError("a hull is not a combination of its operands' fields")
        case _:
            assert_never(solid.operator)


def smooth_minimum(a: ValueArray, b: ValueArray, radius: float) -> ValueArray:
    """The lower of two fields, with a fillet that begins `radius` from the edge where they meet; sharp for radius 0.

    The quadratic polynomial smooth minimum: I. Quilez, "smooth minimum", iquilezles.org/articles/smin (2013, 2024),
    with his k = radius. It is at most radius / 4 below the sharp minimum, and equal to it where |a − b| ≥ radius.
    """
    lower = np.minimum(a, b)
    if radius <= 0.0:
        return lower
    depth = np.maximum(radius - np.abs(a - b), 0.0)
    return lower - depth * depth * (0.25 / radius)


@lru_cache(maxsize=64)
def _hull_planes(solid: Solid) -> tuple[PointArray, ValueArray]:
    """Unit normals and offsets of the distinct planes of a hull."""
    mesh = geometry_mesh(solid, _HULL_SEGMENTS)
    normal = face_vectors(mesh.positions, mesh.faces)
    length = np.sqrt((normal * normal).sum(axis=1))
    kept = length > 0.0
    normal = normal[kept] / length[kept, None]
    planes = np.unique(
        np.column_stack([normal, (normal * mesh.positions[mesh.faces[kept, 0]]).sum(axis=1)]).round(12), axis=0
    )
    return planes[:, :3], planes[:, 3]


def _hull_field(solid: Solid, point: Vec3) -> ValueArray:
    """The greatest signed distance to a plane: exact inside, a lower bound outside."""
    normals, offsets = _hull_planes(solid)
    x, y, z = np.broadcast_arrays(*point)
    field, step = np.full(x.shape, -np.inf), max(1, _BLOCK // len(normals))
    for start in range(0, len(x), step):
        part = slice(start, start + step)
        heights = normals[:, 0, None] * x[part] + normals[:, 1, None] * y[part] + normals[:, 2, None] * z[part]
        field[part] = (heights - offsets[:, None]).max(axis=0)
    return field
