"""Blends: the zero surface of the smooth field."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Final, final

import numpy as np

from shapelang.arrays import AnyArray, FaceArray, NormalArray, PointArray
from shapelang.assembly.part import Geometry, Solid
from shapelang.geometry.mesh import face_vectors
from shapelang.geometry.pose import IDENTITY, Pose
from shapelang.numbers import FLOAT
from shapelang.representations.field import geometry_field
from shapelang.representations.levelset import FieldFunction, Lattice, border_is_outside, lattice_values, level_set
from shapelang.representations.solids.errors import SolidError
from shapelang.representations.solids.limits import check_pose
from shapelang.representations.solids.shell import primitive_shell
from shapelang.representations.solids.vectors import unit
from shapelang.representations.surface import SEGMENTS

if TYPE_CHECKING:
    from manifold3d import Manifold, Mesh64

_CREASE_COSINE: Final = 0.9
"""Cosine between a face and a blend's gradient at its corner, below which the corner has a normal of its own."""

_NODES: Final = 400_000
"""Nodes of the lattice of a blended solid, at most: about 0.1 s for each operand."""

_EVALUATIONS: Final = 20_000_000
"""Nodes times primitives, at most, but for `_FEWEST` nodes: a blend of thousands is coarser."""

_FEWEST: Final = 20_000

_FLATNESS: Final = 0.05
"""How far a blended surface may move, in cells, when triangles that are not needed are taken out."""


def blend_pitch(solid: Solid, segments: int = SEGMENTS) -> float | None:
    """Metres between the nodes of the lattice of a blended solid; None of one that is made sharp."""
    if not solid.blend > 0.0 or solid.operator == "hull":
        return None
    pitch = _extent(solid, segments).pitch(solid.blend, segments)
    return pitch if solid.blend >= 0.5 * pitch else None


def blended(solid: Solid, segments: int, pitch: float) -> Manifold:
    """The zero surface of the smooth field on a lattice of a pitch (`blend_pitch`), metres; may be empty.

    Raises SolidError where the blend reaches out of every box.
    """
    from manifold3d import Manifold, Mesh64

    positions, faces = _blended_surface(solid, _extent(solid, segments), pitch)
    if not len(faces):
        return Manifold()
    rough = Manifold(Mesh64(np.ascontiguousarray(positions), faces.astype(np.uint64)))
    smooth = rough.simplify(_FLATNESS * pitch).to_mesh64()
    return Manifold(_with_normals(partial(geometry_field, solid), smooth.vert_properties, smooth.tri_verts, pitch))


def _with_normals(field: FieldFunction, positions: PointArray, faces: AnyArray, pitch: float) -> Mesh64:
    """A surface of a field with the field's gradient as normals, one a vertex but where a face looks elsewhere.

    There, on an edge of an operand, the corner has the gradient of a point within the face.
    """
    from manifold3d import Mesh64

    faces = faces.astype(np.int64)
    across = unit(face_vectors(positions, faces))
    step = 0.1 * pitch
    rounded = _gradient(field, positions, step)
    apart = (rounded[faces] * across[:, None, :]).sum(axis=2) < _CREASE_COSINE
    face, corner = np.nonzero(apart)
    vertex = faces[face, corner]
    middle = positions[faces[face]].sum(axis=1) / 3.0
    own = _gradient(field, positions[vertex] + 0.5 * (middle - positions[vertex]), step)
    own = np.where(((own * across[face]).sum(axis=1) < _CREASE_COSINE)[:, None], across[face], own)
    count = len(positions)
    split = faces.copy()
    split[face, corner] = count + np.arange(len(face))
    rows = np.column_stack([np.concatenate([positions, positions[vertex]]), np.concatenate([rounded, own])])
    extra = np.arange(count, count + len(face), dtype=np.uint64)
    return Mesh64(np.ascontiguousarray(rows), split.astype(np.uint64), extra, vertex.astype(np.uint64))


def _gradient(field: FieldFunction, points: PointArray, step: float) -> NormalArray:
    """The direction in which a field grows, by central differences."""
    x, y, z = points[:, 0], points[:, 1], points[:, 2]
    slopes = [
        field((x + a, y + b, z + c)) - field((x - a, y - b, z - c))
        for a, b, c in ((step, 0.0, 0.0), (0.0, step, 0.0), (0.0, 0.0, step))
    ]
    return unit(np.stack(slopes, axis=1))


def _blended_surface(solid: Solid, extent: _Extent, pitch: float) -> tuple[PointArray, FaceArray]:
    field = partial(geometry_field, solid)
    margin = 0.25 * solid.blend
    for _ in range(4):
        lattice = _lattice(extent.low - margin, extent.high + margin, pitch)
        values = lattice_values(field, lattice)
        if border_is_outside(values):
            return level_set(field, lattice, values)
        # Fields that are only bounds let a blend reach further than a true distance would.
        margin *= 2.0
    raise SolidError("unbounded", "the blend reaches out of every box that was tried; use a smaller one")


def _lattice(low: AnyArray, high: AnyArray, pitch: float) -> Lattice:
    # Off the low corner by a part of a cell that is no simple fraction: faces of cuboids should not lie on nodes.
    x, y, z = (low - 1.381966 * pitch).tolist()
    i, j, k = (np.ceil((high - low) / pitch + 1.381966).astype(np.int64) + 2).tolist()
    return Lattice((x, y, z), pitch, (i, j, k))


@final
@dataclass(frozen=True, slots=True, eq=False)
class _Extent:
    """The corners of the box of all primitives, the smallest extent of any of them, metres, and how many they are."""

    low: AnyArray
    high: AnyArray
    thinnest: float
    primitives: int

    def pitch(self, blend: float, segments: int) -> float:
        """Cells as small as a circle's segments, the blend and the thinnest operand ask for, if the limits allow it."""
        size = self.high - self.low + 0.5 * blend
        longest = float(size.max())
        pitch = max(min(longest / (1.5 * segments), 0.5 * blend, 0.4 * self.thinnest), 1e-3 * longest)
        nodes = max(_FEWEST, min(_NODES, _EVALUATIONS // self.primitives))
        while float((size / pitch + 4.0).prod()) > nodes:
            pitch *= 1.05
        return pitch


def _extent(solid: Solid, segments: int) -> _Extent:
    found = list(_corners(solid, IDENTITY, segments))
    low = np.minimum.reduce([points.min(axis=0) for points, _ in found])
    high = np.maximum.reduce([points.max(axis=0) for points, _ in found])
    return _Extent(low, high, min(thin for _, thin in found), len(found))


def _corners(geometry: Geometry, pose: Pose, segments: int) -> Iterator[tuple[PointArray, float]]:
    """The vertices of all primitives below a solid, posed, with their smallest extents; refuses what is not finite."""
    if isinstance(geometry, Solid):
        for operand in geometry.operands:
            check_pose(operand.pose)
            yield from _corners(operand.geometry, operand.pose.then(pose), segments)
    else:
        rows = primitive_shell(geometry, segments).rows
        thin = min(geometry.size(FLOAT)) * pose.scale
        yield np.stack(pose.apply((rows[:, 0], rows[:, 1], rows[:, 2])), axis=1), thin
