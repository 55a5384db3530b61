"""glTF 2.0, as GLB or as JSON with its buffers: every node with a mesh, in world coordinates."""

from __future__ import annotations

import struct
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final, final

import numpy as np

from shapelang.geometry.pose import Vec3
from shapelang.io.gltf_material import srgb
from shapelang.io.read.affine import IDENTITY, Affine
from shapelang.io.read.gltf_accessors import Accessors
from shapelang.io.read.json_tree import Field, parsed
from shapelang.io.read.mesh_data import MeshData, RawGroup, finished
from shapelang.io.read.source import MeshSource, shown

_COMPRESSED: Final = ("KHR_draco_mesh_compression", "EXT_meshopt_compression", "KHR_meshopt_compression")
_UNDERSTOOD: Final = ("KHR_materials_", "KHR_texture_", "EXT_texture_", "KHR_lights_", "KHR_xmp", "KHR_animation_")
"""Beginnings of extensions that change no geometry."""


def read_gltf(source: MeshSource) -> MeshData:
    """One group a primitive of a node. Raises MeshError."""
    document = parsed(source, source.data, 0)
    return _read(source, document, Accessors.of(source, document, None), "gltf")


def read_glb(source: MeshSource) -> MeshData:
    """As `read_gltf`, from one binary file."""
    text, binary = _chunks(source)
    document = parsed(source, text, 20)
    return _read(source, document, Accessors.of(source, document, binary), "glb")


def _chunks(source: MeshSource) -> tuple[bytes, bytes | None]:
    """The JSON, and the binary chunk if there is one."""
    data = source.data
    if len(data) < 20:
        raise source.broken(f"{len(data)} bytes are no GLB", "byte 0", "the file was cut off")
    magic, version, size, length, kind = struct.unpack_from("<4sIII4s", data)
    if magic != b"glTF":
        raise source.broken(f"the file begins with {shown(magic)} in place of glTF", "byte 0")
    if version != 2:
        raise source.unsupported(f"glTF of version {version}", "byte 4", "export it as glTF 2.0")
    if size > len(data):
        message = f"the header promises {size:,} bytes, the file has {len(data):,}"
        raise source.broken(message, "byte 8", "the file was cut off")
    if kind != b"JSON" or 20 + length > size:
        raise source.broken(f"the first chunk is {shown(kind)} of {length:,} bytes", "byte 12")
    at = 20 + length
    text, binary = data[20:at], None
    while binary is None and at + 8 <= size:
        chunk, kind = struct.unpack_from("<I4s", data, at)
        if at + 8 + chunk > size:
            raise source.broken(f"a chunk of {chunk:,} bytes ends after the file", f"byte {at}")
        if kind == b"BIN\0":
            binary = data[at + 8 : at + 8 + chunk]
        at += 8 + chunk
    return text, binary


def _read(source: MeshSource, document: Field, accessors: Accessors, kind: str) -> MeshData:
    _check_version(source, document)
    scene = _Scene(source, document, accessors, [], [0, 0])
    raw = list(scene.groups())
    notes = [f"{count} {what}" for what, count in scene.counted().items()]
    return finished(source, kind, raw, notes)


def _check_version(source: MeshSource, document: Field) -> None:
    version = document.need("asset").need("version")
    if not version.text().startswith("2."):
        raise source.unsupported(f"glTF of version {shown(version.text())}", version.place, "export it as glTF 2.0")
    for needed in document.list("extensionsRequired"):
        name = needed.text()
        if name in _COMPRESSED:
            raise source.unsupported(f"compression {name}", needed.place, "export it without compression")
        if name != "KHR_mesh_quantization" and not name.startswith(_UNDERSTOOD):
            raise source.unsupported(f"the required extension {shown(name)}", needed.place, "export it without")


@final
@dataclass(frozen=True, slots=True, eq=False)
class _Visit:
    """A node that is still to be read. `affine` is that of its parent."""

    number: int
    path: tuple[str, ...]
    affine: Affine
    depth: int


@final
@dataclass(frozen=True, slots=True, eq=False)
class _Scene:
    """`left_out` names what was passed over, once each time; `total` counts vertices and faces."""

    source: MeshSource
    document: Field
    accessors: Accessors
    left_out: list[str]
    total: list[int]

    def counted(self) -> dict[str, int]:
        """How often each thing was passed over."""
        return {what: self.left_out.count(what) for what in dict.fromkeys(self.left_out)}

    def groups(self) -> Iterator[RawGroup]:
        """All primitives of all nodes, depth first."""
        nodes, meshes = self.document.list("nodes"), self.document.list("meshes")
        if len(nodes) > self.source.limits.nodes:
            raise self.source.too_large("nodes", len(nodes), self.source.limits.nodes)
        materials = [self._material(material) for material in self.document.list("materials")]
        if not nodes:
            for mesh in meshes:
                yield from self._mesh(mesh, (), IDENTITY, materials)
        seen = [False] * len(nodes)
        stack = [_Visit(number, (), IDENTITY, 0) for number in reversed(self._roots(nodes))]
        while stack:
            visit = stack.pop()
            node = nodes[visit.number]
            if seen[visit.number]:
                raise self.source.broken("the node stands twice in the scene, or in itself", node.place)
            seen[visit.number] = True
            if visit.depth > 16 * self.source.limits.depth:
                raise self.source.too_large("levels of nodes", visit.depth, 16 * self.source.limits.depth, node.place)
            affine = _local(node).then(visit.affine)
            path = (*visit.path, name) if (name := _name(node)) else visit.path
            self._check_instancing(node)
            mesh = node.get("mesh")
            if mesh is not None:
                if node.get("skin") is not None:
                    self.left_out.append("skins not followed: those meshes are in their bind pose")
                yield from self._mesh(meshes[mesh.index(len(meshes), "mesh")], path, affine, materials)
            for child in reversed(node.list("children")):
                stack.append(_Visit(child.index(len(nodes), "node"), path, affine, visit.depth + 1))

    def _roots(self, nodes: list[Field]) -> list[int]:
        scenes = self.document.list("scenes")
        if scenes:
            chosen = self.document.get("scene")
            scene = scenes[0 if chosen is None else chosen.index(len(scenes), "scene")]
            return [node.index(len(nodes), "node") for node in scene.list("nodes")]
        children = {child.integer() for node in nodes for child in node.list("children")}
        return [number for number in range(len(nodes)) if number not in children]

    def _check_instancing(self, node: Field) -> None:
        extensions = node.get("extensions")
        if extensions is not None and extensions.get("EXT_mesh_gpu_instancing") is not None:
            hint = "export every instance as a node"
            raise self.source.unsupported("instances by EXT_mesh_gpu_instancing", node.place, hint)

    def _material(self, material: Field) -> tuple[str | None, Vec3 | None]:
        """Name and colour (sRGB)."""
        surface = material.get("pbrMetallicRoughness")
        factor = None if surface is None else surface.get("baseColorFactor")
        name = _name(material) or None
        if factor is None:
            return name, None
        red, green, blue, _ = (srgb(min(1.0, max(0.0, channel))) for channel in factor.numbers(4))
        return name, (red, green, blue)

    def _mesh(
        self, mesh: Field, path: tuple[str, ...], affine: Affine, materials: list[tuple[str | None, Vec3 | None]]
    ) -> Iterator[RawGroup]:
        path = path or ((name,) if (name := _name(mesh)) else ())
        for primitive in mesh.need("primitives").items():
            faces = self._faces(primitive)
            if faces is None:
                continue
            points = self.accessors.points(primitive.need("attributes").need("POSITION"))
            if len(faces) and int(faces.max()) >= len(points):
                raise self.source.bad_index(int(faces.max()), len(points), primitive.place)
            self.total[0] += len(points)
            self.total[1] += len(faces)
            self.source.check_counts(self.total[0], self.total[1], primitive.place)
            if primitive.get("targets") is not None:
                self.left_out.append("meshes with morph targets read without them")
            chosen = primitive.get("material")
            name, color = (None, None) if chosen is None else materials[chosen.index(len(materials), "material")]
            moved = affine.apply(points)
            self.source.check_points(moved, primitive.placed)
            yield RawGroup(path, name, color, moved, faces[:, ::-1] if affine.mirrors() else faces)

    def _faces(self, primitive: Field) -> np.ndarray | None:
        """(f, 3); None for points and lines."""
        extensions = primitive.get("extensions")
        if extensions is not None:
            for name in _COMPRESSED:
                if extensions.get(name) is not None:
                    raise self.source.unsupported(f"compression {name}", primitive.place, "export it without")
        mode = primitive.get("mode")
        kind = 4 if mode is None else mode.integer(0, 6)
        if kind < 4:
            self.left_out.append("sets of points or lines left out")
            return None
        chosen = primitive.get("indices")
        if chosen is None:
            count = len(self.accessors.points(primitive.need("attributes").need("POSITION")))
            corners = np.arange(count)
        else:
            corners = self.accessors.indices(chosen)
        if kind == 4 and len(corners) % 3:
            raise self.source.broken(f"{len(corners)} corners do not make triangles", primitive.place)
        return _triangles(corners, kind)


def _triangles(corners: np.ndarray, mode: int) -> np.ndarray:
    """Triangles (4), a strip (5) or a fan (6) as (f, 3)."""
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


def _name(parent: Field) -> str:
    name = parent.get("name")
    return "" if name is None or not isinstance(name.value, str) else name.value


def _local(node: Field) -> Affine:
    matrix = node.get("matrix")
    if matrix is not None:
        return Affine.of_columns(matrix.numbers(16))
    offset, turn, scale = node.get("translation"), node.get("rotation"), node.get("scale")
    if offset is None and turn is None and scale is None:
        return IDENTITY
    return Affine.of_parts(
        [0.0, 0.0, 0.0] if offset is None else offset.numbers(3),
        [0.0, 0.0, 0.0, 1.0] if turn is None else turn.numbers(4),
        [1.0, 1.0, 1.0] if scale is None else scale.numbers(3),
    )
