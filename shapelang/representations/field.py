"""The field of an assembly, the plain way, every leaf at every point: negative inside, metres."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import lru_cache, reduce
from typing import Final, assert_never

import numpy as np

from shapelang.arrays import LabelArray, PointArray, ValueArray
from shapelang.assembly.assembly import Assembly, Leaf
from shapelang.assembly.part import Geometry, Solid
from shapelang.diagnostics import ShapelangError
from shapelang.geometry.mesh import face_vectors
from shapelang.geometry.pose import Pose, Real, Vec3
from shapelang.numbers import NUMPY, Numbers, either
from shapelang.representations.surface import geometry_mesh


class FieldError(ShapelangError):
    """A field that cannot be had in the number asked for."""


HULL_SEGMENTS: Final = 64
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


def posed_field(geometry: Geometry, pose: Pose, point: Vec3, n: Numbers = NUMPY) -> Real:
    """The field of a posed geometry at points given as columns; a length, so the scale multiplies it."""
    return geometry_field(geometry, pose.inverse().apply(point), n) * pose.scale


def geometry_field(geometry: Geometry, point: Vec3, n: Numbers = NUMPY) -> Real:
    """The field of a geometry in its own frame, at points given as columns that broadcast with its numbers.

    Raises FieldError for a hull whose numbers are lanes.
    """
    match geometry:
        case Solid(operator="hull"):
            return _hull_field(geometry, point, n)
        case Solid():
            fields = [posed_field(operand.geometry, operand.pose, point, n) for operand in geometry.operands]
            return _combined(geometry, fields, n)
        case _:
            return geometry.field(n, *point)


def _combined(solid: Solid, fields: Sequence[Real], n: Numbers) -> Real:
    match solid.operator:
        case "union":
            return reduce(lambda a, b: smooth_minimum(a, b, solid.blend, n), fields)
        case "intersection":
            return reduce(lambda a, b: -smooth_minimum(-a, -b, solid.blend, n), fields)
        case "difference":
            return reduce(lambda a, b: -smooth_minimum(-a, b, solid.blend, n), fields)
        case "hull":
            raise ValueError("a hull is not a combination of its operands' fields")
        case _:
            assert_never(solid.operator)


def smooth_minimum(a: Real, b: Real, radius: Real, n: Numbers = NUMPY) -> Real:
    """The lower of two fields, with a fillet that begins `radius` from the edge where they meet; sharp for radius 0.

    The quadratic polynomial smooth minimum: I. Quilez, "smooth minimum", iquilezles.org/articles/smin (2013, 2024),
    with his k = radius. It is at most radius / 4 below the sharp minimum, and equal to it where |a − b| ≥ radius.
    """

    def filleted() -> Real:
        depth = n.maximum(radius - n.absolute(a - b), 0.0)
        return n.minimum(a, b) - depth * depth * (0.25 / n.where(radius > 0.0, radius, 1.0))

    return either(n, radius <= 0.0, lambda: n.minimum(a, b), filleted)


@lru_cache(maxsize=64)
def hull_planes(solid: Solid) -> tuple[PointArray, ValueArray]:
    """Unit normals and offsets of the distinct planes of a hull."""
    mesh = geometry_mesh(solid, HULL_SEGMENTS)
    normal = face_vectors(mesh.positions, mesh.faces)
    length = np.sqrt((normal * normal).sum(axis=1))
    kept = length > 0.0
    normal = normal[kept] / length[kept, None]
    planes = np.unique(
        np.column_stack([normal, (normal * mesh.positions[mesh.faces[kept, 0]]).sum(axis=1)]).round(12), axis=0
    )
    return planes[:, :3], planes[:, 3]


def _reals(geometry: Geometry) -> Iterator[Real]:
    if isinstance(geometry, Solid):
        for operand in geometry.operands:
            pose = operand.pose
            yield from (*(pose.rotation or ()), pose.scale, *pose.offset)
            yield from _reals(operand.geometry)
    else:
        yield from (getattr(geometry, slot.name) for slot in geometry.slots if slot.type not in ("int", "points"))


def _hull_field(solid: Solid, point: Vec3, n: Numbers) -> Real:
    """The greatest signed distance to a plane: exact inside, a lower bound outside."""
    if not all(type(real) is float for real in _reals(solid)):
        raise FieldError("the field of a hull has no gradient to what the hull is made of")
    normals, offsets = hull_planes(solid)
    x, y, z = point
    if n is not NUMPY:
        rows = zip(normals.tolist(), offsets.tolist(), strict=True)
        return reduce(n.maximum, (a * x + b * y + c * z - d for (a, b, c), d in rows))
    x, y, z = np.broadcast_arrays(x, y, z)
    field, step = np.full(x.shape, -np.inf), max(1, _BLOCK // len(normals))
    for start in range(0, len(x), step):
        part = slice(start, start + step)
        heights = normals[:, 0, None] * x[part] + normals[:, 1, None] * y[part] + normals[:, 2, None] * z[part]
        field[part] = (heights - offsets[:, None]).max(axis=0)
    return field
