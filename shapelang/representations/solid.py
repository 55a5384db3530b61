"""Booleans of solids as closed meshes; the only place that knows manifold3d.

Sharp booleans and hulls are manifold3d's, in double precision, with the operands' own normals carried along. Blended
ones are the zero surface of the smooth field (`field.py`). Texture coordinates are those of a box (`box_map.py`).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache, partial
from typing import TYPE_CHECKING, Final, Literal, TypeAlias, assert_never, final

import numpy as np

from shapelang.arrays import AnyArray, FaceArray, NormalArray, PointArray, WeldArray
from shapelang.assembly.assembly import Assembly
from shapelang.assembly.part import Geometry, Operand, Solid
from shapelang.diagnostics import ShapelangError
from shapelang.geometry.mesh import Mesh, face_vectors
from shapelang.geometry.pose import EYE, IDENTITY, Pose
from shapelang.numbers import FLOAT
from shapelang.primitives.protocol import Primitive
from shapelang.representations.box_map import box_mapped
from shapelang.representations.field import geometry_field
from shapelang.representations.levelset import FieldFunction, Lattice, border_is_outside, lattice_values, level_set
from shapelang.representations.surface import SEGMENTS, geometry_mesh

if TYPE_CHECKING:
    from manifold3d import Manifold, Mesh64

Fault: TypeAlias = Literal[
    "no-operands", "not-finite", "no-size", "too-large", "blend", "not-closed", "unbounded", "empty"
]

LIMIT: Final = 1e6
"""Metres: beyond it a solid is refused. manifold3d takes infinite sizes without a word and answers nothing or NaN."""

_CREASE: Final = 1.5
"""Facets of a circle: a hull has an edge where its faces turn by more than such an angle, up to `_SHARPEST`."""

_SHARPEST: Final = 50.0
"""Degrees."""

_CREASE_COSINE: Final = 0.9
"""Cosine between a face and a blend's gradient at its corner, below which the corner has a normal of its own."""

_NODES: Final = 400_000
"""Nodes of the lattice of a blended solid, at most: about 0.1 s for each operand."""

_FLATNESS: Final = 0.05
"""How far a blended surface may move, in cells, when triangles that are not needed are taken out."""


class SolidError(ShapelangError):
    """A boolean has no result; `code` says which of the ways (`Fault`), the message why."""

    def __init__(self, code: Fault, message: str) -> None:
        self.code: Fault = code
        super().__init__(message)


def solid_mesh(solid: Solid, segments: int = SEGMENTS) -> Mesh:
    """The surface of a boolean in its own frame: closed, oriented, metres, the same bytes on every run.

    A blend's surface may stand out by up to blend / 4 a joint from the box of the operands, which remains the box that
    the language speaks of. A blend below half of the smallest cell that is affordable (`_NODES`) is left out.

    Raises SolidError where an operand is not finite, larger than 1,000 km or not closed, or where nothing is left.
    """
    return _exported(_Build(segments).solid(solid), solid.operator)


def united(assembly: Assembly, segments: int = SEGMENTS) -> Mesh:
    """All leaves of an assembly as one closed solid in the world's frame. Raises SolidError as `solid_mesh` does."""
    return solid_mesh(
        Solid("union", 0.0, tuple(Operand(leaf.geometry, leaf.pose) for leaf in assembly.leaves())), segments
    )


class _Build:
    """One evaluation of one solid.

    Operands become Manifolds anew for each evaluation, once per geometry: manifold3d orders the triangles of a result
    by numbers that it gives to operands as they are made, so that keeping them would make the bytes depend on what was
    built before. The arrays they are made from are kept instead (`_prepared`).
    """

    def __init__(self, segments: int) -> None:
        self._segments = segments
        self._made: dict[Geometry, Manifold] = {}

    def solid(self, solid: Solid) -> Manifold:
        """A boolean, not yet looked at: manifold3d evaluates when it is asked for a result."""
        from manifold3d import Manifold, OpType

        if not solid.operands:
            raise SolidError("no-operands", f"a {solid.operator} of nothing")
        if not 0.0 <= solid.blend <= LIMIT:
            raise SolidError("blend", f"blend must be from 0 to {LIMIT:g} m, not {solid.blend:g}")
        if solid.blend > 0.0 and solid.operator != "hull":
            extent = _extent(solid, self._segments)
            pitch = extent.pitch(solid.blend, self._segments)
            if solid.blend >= 0.5 * pitch:
                return _blended(solid, extent, pitch)
        operands = [self.operand(operand) for operand in solid.operands]
        match solid.operator:
            case "union":
                return Manifold.batch_boolean(operands, OpType.Add)
            case "intersection":
                return Manifold.batch_boolean(operands, OpType.Intersect)
            case "difference":
                return Manifold.batch_boolean(operands, OpType.Subtract)
            case "hull":
                return Manifold.batch_hull(operands).calculate_normals(
                    0, min(_CREASE * 360.0 / self._segments, _SHARPEST)
                )
            case _:
                assert_never(solid.operator)

    def operand(self, operand: Operand) -> Manifold:
        """An operand in the frame of its solid."""
        geometry, pose = operand.geometry, operand.pose
        made = self._made.get(geometry)
        if made is None:
            made = self.solid(geometry) if isinstance(geometry, Solid) else _imported(geometry, self._segments)
            self._made[geometry] = made
        _check_pose(pose)
        if pose is IDENTITY:
            return made
        (a, b, c, d, e, f, g, h, i), s = pose.rotation or EYE, pose.scale
        x, y, z = pose.offset
        rows = [[a * s, b * s, c * s, x], [d * s, e * s, f * s, y], [g * s, h * s, i * s, z]]
        return made.transform(np.array(rows, np.float64))


def _check_pose(pose: Pose) -> None:
    numbers = (*pose.offset, pose.scale, *(pose.rotation or EYE))
    if not all(abs(number) < np.inf for number in numbers):
        raise SolidError("not-finite", "an operand's pose is not finite")
    if max(abs(number) for number in numbers) > LIMIT:
        raise SolidError("too-large", f"an operand is moved or scaled by more than {LIMIT:g}")


def _check_size(geometry: Primitive) -> None:
    size = geometry.size(FLOAT)
    if not all(abs(extent) < np.inf for extent in size):
        raise SolidError("not-finite", f"an operand's size is not finite: {geometry}")
    if not min(size) > 0.0:
        raise SolidError("no-size", f"an operand has no size: {geometry}")
    if max(size) > LIMIT:
        raise SolidError("too-large", f"an operand is larger than {LIMIT:g} m: {geometry}")


def _imported(geometry: Primitive, segments: int) -> Manifold:
    from manifold3d import Error, Manifold

    made = Manifold(_prepared(geometry, segments))
    if made.status() != Error.NoError:
        raise SolidError("not-closed", f"an operand is no closed solid: {made.status().name}")
    return made


@lru_cache(maxsize=256)
def _prepared(geometry: Primitive, segments: int) -> Mesh64:
    """A primitive's mesh as manifold3d takes it: positions with normals, and which vertices are one point."""
    from manifold3d import Mesh64

    _check_size(geometry)
    mesh = geometry_mesh(geometry, segments)
    if not np.isfinite(mesh.positions).all():
        raise SolidError("not-finite", "an operand has a corner that is not finite")
    _, first, owner = np.unique(mesh.weld, return_index=True, return_inverse=True)
    target = first[owner]
    rows = np.ascontiguousarray(np.column_stack([mesh.positions[target], mesh.normals]))
    moved = np.flatnonzero(target != np.arange(len(target)))
    return Mesh64(rows, mesh.faces.astype(np.uint64), moved.astype(np.uint64), target[moved].astype(np.uint64))


def _exported(manifold: Manifold, operator: str) -> Mesh:
    from manifold3d import Error

    if manifold.status() != Error.NoError:
        raise SolidError("not-closed", f"the {operator} is no closed solid: {manifold.status().name}")
    if manifold.is_empty() or manifold.volume() <= 0.0:
        raise SolidError("empty", f"nothing is left of the {operator}")
    result = manifold.to_mesh64(0)
    rows, faces = result.vert_properties, result.tri_verts.astype(np.int64)
    weld = np.arange(len(rows), dtype=np.int32)
    weld[result.merge_from_vert] = result.merge_to_vert
    return box_mapped(rows[:, :3], _mended(rows[:, 3:6], rows[:, :3], faces), faces, _compact(weld))


def _compact(weld: AnyArray) -> WeldArray:
    """The same partition with numbers from 0, none left out."""
    used = np.zeros(len(weld), np.bool_)
    used[weld] = True
    return (used.cumsum() - 1)[weld].astype(np.int32)


def _mended(normals: NormalArray, positions: PointArray, faces: AnyArray) -> NormalArray:
    """Normals, with those that cancelled out (a needle between two sides) taken from a face at the vertex."""
    length = np.sqrt((normals * normals).sum(axis=1))
    lost = length < 0.5
    if not lost.any():
        return normals
    across = face_vectors(positions, faces)
    largest_last = np.argsort((across * across).sum(axis=1), kind="stable")
    face = np.zeros(len(positions), np.int64)
    face[faces[largest_last].reshape(-1)] = largest_last.repeat(3)
    return np.where(lost[:, None], _unit(across)[face], normals)


def _blended(solid: Solid, extent: _Extent, pitch: float) -> Manifold:
    """The zero surface of the smooth field; may be empty."""
    from manifold3d import Manifold, Mesh64

    positions, faces = _blended_surface(solid, extent, pitch)
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
    across = _unit(face_vectors(positions, faces))
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
    return _unit(np.stack(slopes, axis=1))


def _unit(vectors: AnyArray) -> AnyArray:
    """Vectors of length 1; those that have none look up."""
    length = np.sqrt((vectors * vectors).sum(axis=1))
    safe = np.where(length > 0.0, length, 1.0)
    return np.where((length > 0.0)[:, None], vectors / safe[:, None], (0.0, 1.0, 0.0))


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
    """The corners of the box of all operands, and the smallest extent of any of them, metres."""

    low: AnyArray
    high: AnyArray
    thinnest: float

    def pitch(self, blend: float, segments: int) -> float:
        """Cells as small as a circle's segments, the blend and the thinnest operand ask for, if `_NODES` allow it."""
        size = self.high - self.low + 0.5 * blend
        longest = float(size.max())
        pitch = max(min(longest / (1.5 * segments), 0.5 * blend, 0.4 * self.thinnest), 1e-3 * longest)
        while float((size / pitch + 4.0).prod()) > _NODES:
            pitch *= 1.05
        return pitch


def _extent(solid: Solid, segments: int) -> _Extent:
    found = list(_corners(solid, IDENTITY, segments))
    low = np.minimum.reduce([points.min(axis=0) for points, _ in found])
    high = np.maximum.reduce([points.max(axis=0) for points, _ in found])
    return _Extent(low, high, min(thin for _, thin in found))


def _corners(geometry: Geometry, pose: Pose, segments: int) -> Iterator[tuple[PointArray, float]]:
    """The vertices of all primitives below a solid, posed, with their smallest extents; refuses what is not finite."""
    if isinstance(geometry, Solid):
        for operand in geometry.operands:
            _check_pose(operand.pose)
            yield from _corners(operand.geometry, operand.pose.then(pose), segments)
    else:
        rows = _prepared(geometry, segments).vert_properties
        thin = min(geometry.size(FLOAT)) * pose.scale
        yield np.stack(pose.apply((rows[:, 0], rows[:, 1], rows[:, 2])), axis=1), thin
