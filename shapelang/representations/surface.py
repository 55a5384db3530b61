"""The surface of an assembly: one mesh per geometry, kept by value, and all leaves as one flat mesh."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import chain
from typing import Final, final

import numpy as np

from shapelang.arrays import (
    AnyArray,
    FaceArray,
    FaceLabelArray,
    LabelArray,
    NormalArray,
    PointArray,
    UvArray,
    VertexLabelArray,
    WeldArray,
    read_only,
)
from shapelang.assembly.assembly import Assembly, Leaf
from shapelang.assembly.material import Material
from shapelang.assembly.part import Geometry, Solid
from shapelang.geometry.mesh import Mesh
from shapelang.geometry.pose import EYE, Mat3, Pose, Vec3, turned
from shapelang.memory import keep_freed_memory
from shapelang.representations.labels import labels_of

SEGMENTS: Final = 32
"""Edges of a full circle when nobody says otherwise."""


@final
@dataclass(frozen=True, slots=True, eq=False)
class Flat:
    """All leaves in the world's frame as one mesh; no two leaves share a vertex or a point of the surface.

    `leaves` stand in the order of the program. `face_leaf` (f,) and `vertex_leaf` (v,) say which of them a face and a
    vertex belong to; a leaf's vertices and faces stand together, but not leaf after leaf.
    """

    mesh: Mesh
    leaves: tuple[Leaf, ...]
    face_leaf: FaceLabelArray
    vertex_leaf: VertexLabelArray

    @property
    def positions(self) -> PointArray:
        """(v, 3) metres."""
        return self.mesh.positions

    @property
    def normals(self) -> NormalArray:
        """(v, 3) unit vectors, outward."""
        return self.mesh.normals

    @property
    def uvs(self) -> UvArray:
        """(v, 2) metres."""
        return self.mesh.uvs

    @property
    def faces(self) -> FaceArray:
        """(f, 3) vertices, counter-clockwise seen from outside."""
        return self.mesh.faces

    @property
    def weld(self) -> WeldArray:
        """(v,) the point of the surface that a vertex is."""
        return self.mesh.weld

    @property
    def labels(self) -> tuple[str, ...]:
        """The distinct labels."""
        return labels_of(self.leaves).names

    @property
    def face_labels(self) -> FaceLabelArray:
        """(f,) which of `labels` a face has."""
        return labels_of(self.leaves).of_leaf[self.face_leaf]

    @property
    def materials(self) -> tuple[Material, ...]:
        """The distinct materials, in order of appearance."""
        return tuple(dict.fromkeys(leaf.material for leaf in self.leaves))

    @property
    def face_materials(self) -> FaceLabelArray:
        """(f,) which of `materials` a face has."""
        number = {material: k for k, material in enumerate(self.materials)}
        return np.array([number[leaf.material] for leaf in self.leaves], np.int32)[self.face_leaf]


def geometry_mesh(geometry: Geometry, segments: int = SEGMENTS) -> Mesh:
    """The closed surface of a geometry in its own frame; equal geometries give the same arrays, which are not writable.

    Raises SolidError (`representations.solids`) where a boolean has no result.
    """
    return _kept_mesh(geometry, segments)


@lru_cache(maxsize=512)
def _kept_mesh(geometry: Geometry, segments: int) -> Mesh:
    mesh = _made_mesh(geometry, segments)
    read_only(mesh.positions, mesh.faces, mesh.normals, mesh.uvs, mesh.weld)
    return mesh


def _made_mesh(geometry: Geometry, segments: int) -> Mesh:
    match geometry:
        case Solid():
            # Here and not above: manifold3d is loaded by programs that have solids, and by no others.
            from shapelang.representations.solids.build import solid_mesh

            return solid_mesh(geometry, segments)
        case _:
            return geometry.mesh(segments)


def flattened(assembly: Assembly, segments: int = SEGMENTS) -> Flat:
    """All leaves of an assembly as one mesh in the world's frame; mirrored leaves have their winding turned."""
    return flattened_leaves(tuple(assembly.leaves()), segments)


def flattened_leaves(leaves: Sequence[Leaf], segments: int = SEGMENTS) -> Flat:
    """Some leaves as one mesh in the world's frame.

    Leaves whose meshes have equally many vertices and faces (all cuboids; all cylinders) stand together and are moved
    by one broadcast operation: the cost is that of the numbers, not of the leaves.
    """
    keep_freed_memory()
    meshes = [_kept_mesh(leaf.geometry, segments) for leaf in leaves]
    groups: dict[tuple[int, int], list[int]] = {}
    for number, mesh in enumerate(meshes):
        groups.setdefault((len(mesh.positions), len(mesh.faces)), []).append(number)
    out = _blank(groups)
    vertex = face = 0
    for (corners, triangles), members in groups.items():
        block = _Block(
            [meshes[k] for k in members],
            [leaves[k].pose for k in members],
            np.arange(vertex, vertex + corners * len(members), corners, dtype=np.int32),
        )
        to_vertex, to_face = vertex + corners * len(members), face + triangles * len(members)
        block.move_into(out, slice(vertex, to_vertex), slice(face, to_face))
        vertex, face = to_vertex, to_face
    order = np.fromiter(chain.from_iterable(groups.values()), np.int32, len(leaves))
    face_leaf = order.repeat([triangles for (_, triangles), members in groups.items() for _ in members])
    vertex_leaf = order.repeat([corners for (corners, _), members in groups.items() for _ in members])
    return Flat(out, tuple(leaves), face_leaf, vertex_leaf)


def _blank(groups: Mapping[tuple[int, int], Sequence[int]]) -> Mesh:
    """A mesh of the whole size, to be filled: what is written once is not copied again."""
    vertices = sum(corners * len(members) for (corners, _), members in groups.items())
    faces = sum(triangles * len(members) for (_, triangles), members in groups.items())
    return Mesh(
        np.zeros((vertices, 3)),
        np.zeros((faces, 3), np.int32),
        np.zeros((vertices, 3)),
        np.zeros((vertices, 2)),
        np.zeros(vertices, np.int32),
    )


@final
@dataclass(frozen=True, slots=True, eq=False)
class _Block:
    """k meshes of equal counts with their poses; `starts` (k,) is the first vertex of each in the whole."""

    meshes: Sequence[Mesh]
    poses: Sequence[Pose]
    starts: LabelArray

    def move_into(self, out: Mesh, vertices: slice, faces: slice) -> None:
        """Write the moved meshes into their ranges of `out`."""
        count, meshes, poses = len(self.meshes), self.meshes, self.poses
        positions = out.positions[vertices].reshape(count, -1, 3)
        normals = out.normals[vertices].reshape(count, -1, 3)
        uvs = out.uvs[vertices].reshape(count, -1, 2)
        weld = out.weld[vertices].reshape(count, -1)
        _fill(positions, [m.positions for m in meshes])
        _fill(normals, [m.normals for m in meshes])
        _fill(uvs, [m.uvs for m in meshes])
        _fill(weld, [m.weld for m in meshes])
        weld += self.starts[:, None]
        if any(pose.scale != 1.0 for pose in poses):
            scale = np.array([pose.scale for pose in poses], np.float64)[:, None, None]
            positions *= scale
            uvs *= scale
        if any(pose.rotation is not None for pose in poses):
            rotation = _rows([EYE if pose.rotation is None else pose.rotation for pose in poses], 9)
            _turn(positions, rotation)
            _turn(normals, rotation)
        offsets = _rows([pose.offset for pose in poses], 3)
        for axis in range(3):
            positions[..., axis] += offsets[:, axis, None]
        self.turn_into(out.faces[faces].reshape(count, -1, 3))

    def turn_into(self, out: AnyArray) -> None:
        """Write the faces, wound the other way where a pose mirrors."""
        _fill(out, [m.faces for m in self.meshes])
        out += self.starts[:, None, None]
        if any(pose.mirrored for pose in self.poses):
            mirrored = np.array([pose.mirrored for pose in self.poses])
            out[mirrored] = out[mirrored][:, :, ::-1]


def _fill(out: AnyArray, arrays: Sequence[AnyArray]) -> None:
    """Write k arrays of one shape (…) into out (k, …), which is contiguous; quick where all are one array."""
    first = arrays[0]
    if all(array is first for array in arrays):
        out[...] = first
    else:
        np.concatenate(arrays, out=out.reshape(-1, *first.shape[1:]))


def posed_mesh(mesh: Mesh, pose: Pose) -> Mesh:
    """A mesh moved, with its winding turned where the pose mirrors."""
    positions = np.stack(pose.apply(_columns(mesh.positions)), axis=1)
    columns = _columns(mesh.normals)
    normals = np.stack(columns if pose.rotation is None else turned(pose.rotation, columns), axis=1)
    faces = np.ascontiguousarray(mesh.faces[:, ::-1]) if pose.mirrored else mesh.faces
    return Mesh(positions, faces, normals, mesh.uvs * pose.scale, mesh.weld)


def _columns(points: AnyArray) -> Vec3:
    return (points[..., 0], points[..., 1], points[..., 2])


def _rows(values: Sequence[Vec3] | Sequence[Mat3], width: int) -> AnyArray:
    flat = np.fromiter(chain.from_iterable(values), np.float64, len(values) * width)
    return flat.reshape(len(values), width)


def _turn(points: AnyArray, rotation: AnyArray) -> None:
    """Turn points (k, v, 3) in place by row-major matrices (k, 9).

    Explicit sums, since BLAS differs from CPU to CPU; a column at a time, since an inner loop of three is slow. The
    order of the operations is that of `Pose.apply`, so the bits are.
    """
    x, y, z = (points[..., axis].copy() for axis in range(3))
    for axis in range(3):
        a, b, c = (rotation[:, 3 * axis + k, None] for k in range(3))
        points[..., axis] = a * x + b * y + c * z
