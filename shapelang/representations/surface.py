"""The surface of an assembly: one mesh per geometry, kept by value, and all leaves as one flat mesh."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import accumulate, chain
from typing import Final, TypeAlias, final

import numpy as np
from jaxtyping import Float64

from shapelang.arrays import FaceArray, LabelArray, NormalArray, PointArray, UvArray, WeldArray
from shapelang.assembly.assembly import Assembly, Leaf
from shapelang.assembly.material import Material
from shapelang.assembly.part import Geometry, Solid
from shapelang.geometry.mesh import Mesh
from shapelang.geometry.pose import EYE, ZERO, Mat3, Pose, Vec3
from shapelang.representations.labels import labels_of

SEGMENTS: Final = 32
"""Edges of a full circle when nobody says otherwise."""

Columns: TypeAlias = Float64[np.ndarray, "..."]


@final
@dataclass(frozen=True, slots=True, eq=False)
class Flat:
    """All leaves in the world's frame as one mesh; no two leaves share a vertex or a point of the surface.

    `face_leaf` (f,) and `vertex_leaf` (v,) say which of `leaves` a face and a vertex belong to.
    """

    mesh: Mesh
    leaves: tuple[Leaf, ...]
    face_leaf: LabelArray
    vertex_leaf: LabelArray

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
    def face_labels(self) -> LabelArray:
        """(f,) which of `labels` a face has."""
        return labels_of(self.leaves).of_leaf[self.face_leaf]

    @property
    def materials(self) -> tuple[Material, ...]:
        """The distinct materials, in order of appearance."""
        return tuple(dict.fromkeys(leaf.material for leaf in self.leaves))

    @property
    def face_materials(self) -> LabelArray:
        """(f,) which of `materials` a face has."""
        number = {material: k for k, material in enumerate(self.materials)}
        return np.array([number[leaf.material] for leaf in self.leaves], np.int32)[self.face_leaf]


def geometry_mesh(geometry: Geometry, segments: int = SEGMENTS) -> Mesh:
    """The closed surface of a geometry in its own frame; equal geometries give the same arrays, which are not writable.

    Raises SolidError (`representations.solid`) where a boolean has no result.
    """
    return _kept_mesh(geometry, segments)


@lru_cache(maxsize=512)
def _kept_mesh(geometry: Geometry, segments: int) -> Mesh:
    mesh = _made_mesh(geometry, segments)
    for array in (mesh.positions, mesh.faces, mesh.normals, mesh.uvs, mesh.weld):
        array.setflags(write=False)
    return mesh


def _made_mesh(geometry: Geometry, segments: int) -> Mesh:
    match geometry:
        case Solid():
            # Here and not above: manifold3d is loaded by programs that have solids, and by no others.
            from shapelang.representations.solid import solid_mesh

            return solid_mesh(geometry, segments)
        case _:
            return geometry.mesh(segments)


def flattened(assembly: Assembly, segments: int = SEGMENTS) -> Flat:
    """All leaves of an assembly as one mesh in the world's frame; mirrored leaves have their winding turned."""
    return flattened_leaves(tuple(assembly.leaves()), segments)


def flattened_leaves(leaves: Sequence[Leaf], segments: int = SEGMENTS) -> Flat:
    """Some leaves as one mesh in the world's frame, in the order given.

    Leaves whose meshes have equally many vertices and faces (all cuboids; all cylinders) are moved by one broadcast
    operation: the cost is that of the numbers, not of the leaves.
    """
    if not leaves:
        return Flat(_EMPTY, (), np.empty(0, np.int32), np.empty(0, np.int32))
    meshes = [_kept_mesh(leaf.geometry, segments) for leaf in leaves]
    groups: dict[tuple[int, int], list[int]] = {}
    for number, mesh in enumerate(meshes):
        groups.setdefault((len(mesh.positions), len(mesh.faces)), []).append(number)
    starts = np.fromiter(accumulate((len(mesh.positions) for mesh in meshes), initial=0), np.int32, len(leaves) + 1)
    blocks = [
        _moved([meshes[k] for k in members], [leaves[k].pose for k in members], starts[members])
        for members in groups.values()
    ]
    numbers = np.arange(len(leaves), dtype=np.int32)
    return Flat(
        _joined(blocks, list(groups.values())),
        tuple(leaves),
        numbers.repeat([len(mesh.faces) for mesh in meshes]),
        numbers.repeat([len(mesh.positions) for mesh in meshes]),
    )


@final
@dataclass(frozen=True, slots=True, eq=False)
class _Block:
    """k moved meshes of equal counts: every array has k in front of the shape it has in `Mesh`."""

    positions: Columns
    faces: Columns
    normals: Columns
    uvs: Columns
    weld: Columns


def _moved(meshes: Sequence[Mesh], poses: Sequence[Pose], starts: LabelArray) -> _Block:
    first = meshes[0]
    alone = all(mesh is first for mesh in meshes)

    def stacked(arrays: Iterable[Columns]) -> Columns:
        return next(iter(arrays))[None] if alone else np.stack(list(arrays))

    positions, normals = stacked(m.positions for m in meshes), stacked(m.normals for m in meshes)
    uvs, count = stacked(m.uvs for m in meshes), len(meshes)
    if any(pose.scale != 1.0 for pose in poses):
        scale = np.array([pose.scale for pose in poses], np.float64)[:, None, None]
        positions, uvs = positions * scale, uvs * scale
    if any(pose.rotation is not None for pose in poses):
        rotation = _rows([EYE if pose.rotation is None else pose.rotation for pose in poses], 9)
        positions, normals = _turned(rotation, positions), _turned(rotation, normals)
    positions = _shifted(positions, _rows([pose.offset for pose in poses], 3))
    faces = stacked(m.faces for m in meshes) + starts[:, None, None]
    if any(pose.mirrored for pose in poses):
        mirrored = np.array([pose.mirrored for pose in poses])
        faces[mirrored] = faces[mirrored][:, :, ::-1]
    return _Block(
        positions,
        faces,
        np.broadcast_to(normals, (count, *normals.shape[1:])),
        np.broadcast_to(uvs, (count, *uvs.shape[1:])),
        stacked(m.weld for m in meshes) + starts[:, None],
    )


def _joined(blocks: Sequence[_Block], members: Sequence[Sequence[int]]) -> Mesh:
    """The blocks as one mesh, leaf after leaf."""
    if len(blocks) == 1:
        (block,) = blocks
        return Mesh(
            block.positions.reshape(-1, 3),
            block.faces.reshape(-1, 3),
            block.normals.reshape(-1, 3),
            block.uvs.reshape(-1, 2),
            block.weld.reshape(-1),
        )
    return Mesh(
        _interleaved([block.positions for block in blocks], members),
        _interleaved([block.faces for block in blocks], members),
        _interleaved([block.normals for block in blocks], members),
        _interleaved([block.uvs for block in blocks], members),
        _interleaved([block.weld for block in blocks], members),
    )


def _interleaved(blocks: Sequence[Columns], members: Sequence[Sequence[int]]) -> Columns:
    pieces: dict[int, Columns] = {}
    for block, leaves in zip(blocks, members, strict=True):
        pieces.update(zip(leaves, block, strict=True))
    return np.concatenate([pieces[leaf] for leaf in range(len(pieces))])


def posed_mesh(mesh: Mesh, pose: Pose) -> Mesh:
    """A mesh moved, with its winding turned where the pose mirrors."""
    positions = np.stack(pose.apply(_columns(mesh.positions)), axis=1)
    turn = Pose(pose.rotation, offset=ZERO)
    normals = np.stack(turn.apply(_columns(mesh.normals)), axis=1)
    faces = np.ascontiguousarray(mesh.faces[:, ::-1]) if pose.mirrored else mesh.faces
    return Mesh(positions, faces, normals, mesh.uvs * pose.scale, mesh.weld)


def _columns(points: PointArray) -> Vec3:
    return (points[:, 0], points[:, 1], points[:, 2])


def _rows(values: Sequence[Vec3] | Sequence[Mat3], width: int) -> Columns:
    flat = np.fromiter(chain.from_iterable(values), np.float64, len(values) * width)
    return flat.reshape(len(values), width)


def _turned(rotation: Columns, points: Columns) -> Columns:
    """Points (k or 1, v, 3) by k row-major matrices (k, 9), as explicit sums: BLAS differs from CPU to CPU."""
    x, y, z = points[:, :, 0], points[:, :, 1], points[:, :, 2]
    turned: Columns = np.empty((len(rotation), points.shape[1], 3))
    for row in range(3):
        a, b, c = (rotation[:, 3 * row + column, None] for column in range(3))
        turned[:, :, row] = a * x + b * y + c * z
    return turned


def _shifted(points: Columns, offsets: Columns) -> Columns:
    """Points (k or 1, v, 3) moved by k offsets (k, 3), a column at a time: an inner loop of three would be slow."""
    shifted: Columns = np.empty((len(offsets), points.shape[1], 3))
    for axis in range(3):
        np.add(points[:, :, axis], offsets[:, axis, None], out=shifted[:, :, axis])
    return shifted


_EMPTY: Final = Mesh(
    np.empty((0, 3)), np.empty((0, 3), np.int32), np.empty((0, 3)), np.empty((0, 2)), np.empty(0, np.int32)
)
