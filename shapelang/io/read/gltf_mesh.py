"""The meshes of a glTF: triangles, strips and fans with their materials, counted before they are made."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final, final

import numpy as np

from shapelang.arrays import Int64
from shapelang.geometry.pose import Vec3
from shapelang.io.gltf_material import srgb
from shapelang.io.read.gltf_accessors import Accessors
from shapelang.io.read.gltf_scene import MeshUse, name_of
from shapelang.io.read.json_tree import Field
from shapelang.io.read.mesh_data import RawGroup
from shapelang.io.read.source import MeshSource

COMPRESSIONS: Final = ("KHR_draco_mesh_compression", "EXT_meshopt_compression", "KHR_meshopt_compression")
_POINTS_OR_LINES: Final = ("set of points or lines left out", "sets of points or lines left out")
_SKINS: Final = (
    "skin not followed: its mesh is in its bind pose",
    "skins not followed: the meshes are in their bind pose",
)
_MORPHS: Final = ("mesh with morph targets read without them", "meshes with morph targets read without them")


@final
@dataclass(frozen=True, slots=True, eq=False)
class Meshes:
    """`primitives` of every mesh, `names` of meshes, and `materials` as (name, sRGB colour)."""

    source: MeshSource
    accessors: Accessors
    primitives: list[list[Field]]
    names: list[str]
    materials: list[tuple[str | None, Vec3 | None]]

    @staticmethod
    def of(source: MeshSource, document: Field, accessors: Accessors) -> Meshes:
        """Of a whole document."""
        meshes = document.list("meshes")
        primitives = [mesh.need("primitives").items() for mesh in meshes]
        materials = [_material(material) for material in document.list("materials")]
        return Meshes(source, accessors, primitives, [name_of(mesh) for mesh in meshes], materials)

    def check_size(self, uses: Sequence[MeshUse]) -> None:
        """Raises M107 where all instances together are too many, by what the accessors promise."""
        times = Counter(use.mesh for use in uses)
        groups = sum(count * len(self.primitives[mesh]) for mesh, count in times.items())
        if groups > self.source.limits.groups:
            raise self.source.too_large("groups", groups, self.source.limits.groups)
        vertices = faces = 0
        for mesh, count in times.items():
            for primitive in self.primitives[mesh]:
                points = self.accessors.count(primitive.need("attributes").need("POSITION"))
                indices = primitive.get("indices")
                vertices += count * points
                faces += count * ((points if indices is None else self.accessors.count(indices)) // 3)
        self.source.check_counts(vertices, faces)

    def groups(self, use: MeshUse, left_out: Counter[tuple[str, str]]) -> Iterator[RawGroup]:
        """The primitives of one use; what is passed over is counted in `left_out`, by its words for one and several."""
        name = self.names[use.mesh]
        path = use.path or ((name,) if name else ())
        for primitive in self.primitives[use.mesh]:
            faces = self._faces(primitive)
            if faces is None:
                left_out[_POINTS_OR_LINES] += 1
                continue
            if use.skinned:
                left_out[_SKINS] += 1
            if primitive.get("targets") is not None:
                left_out[_MORPHS] += 1
            yield self._group(primitive, faces, path, use)

    def _group(
        self, primitive: Field, faces: Int64[np.ndarray, "f 3"], path: tuple[str, ...], use: MeshUse
    ) -> RawGroup:
        points = self.accessors.points(primitive.need("attributes").need("POSITION"))
        if len(faces) and int(faces.max()) >= len(points):
            raise self.source.bad_index(int(faces.max()), len(points), primitive.place)
        chosen = primitive.get("material")
        material, color = (
            (None, None) if chosen is None else self.materials[chosen.index(len(self.materials), "material")]
        )
        moved = use.affine.apply(points)
        self.source.check_points(moved, primitive.placed)
        return RawGroup(path, material, color, moved, faces[:, ::-1] if use.affine.mirrors() else faces)

    def _faces(self, primitive: Field) -> Int64[np.ndarray, "f 3"] | None:
        """None for points and lines."""
        extensions = primitive.get("extensions")
        if extensions is not None:
            for name in COMPRESSIONS:
                if extensions.get(name) is not None:
                    raise self.source.unsupported(f"compression {name}", primitive.place, "export it without")
        mode = primitive.get("mode")
        kind = 4 if mode is None else mode.integer(0, 6)
        if kind < 4:
            return None
        chosen = primitive.get("indices")
        if chosen is None:
            corners = np.arange(self.accessors.count(primitive.need("attributes").need("POSITION")), dtype=np.int64)
        else:
            corners = self.accessors.indices(chosen)
        if kind == 4 and len(corners) % 3:
            raise self.source.broken(f"{len(corners)} corners do not make triangles", primitive.place)
        return _triangles(corners, kind)


def _triangles(corners: Int64[np.ndarray, " n"], mode: int) -> Int64[np.ndarray, "f 3"]:
    """Triangles (4), a strip (5) or a fan (6)."""
    if mode == 4:
        return corners.reshape(-1, 3)
    if len(corners) < 3:
        return np.zeros((0, 3), np.int64)
    second, third = corners[1:-1], corners[2:]
    if mode == 6:
        return np.stack([np.full(len(second), corners[0]), second, third], axis=1)
    odd = np.arange(len(second)) % 2 == 1
    # Every other triangle of a strip runs the other way.
    return np.stack([corners[:-2], np.where(odd, third, second), np.where(odd, second, third)], axis=1)


def _material(material: Field) -> tuple[str | None, Vec3 | None]:
    """Name and colour (sRGB)."""
    surface = material.get("pbrMetallicRoughness")
    factor = None if surface is None else surface.get("baseColorFactor")
    name = name_of(material) or None
    if factor is None:
        return name, None
    red, green, blue, _ = (srgb(min(1.0, max(0.0, channel))) for channel in factor.numbers(4))
    return name, (red, green, blue)
