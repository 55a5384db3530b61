"""Binary glTF 2.0: one mesh, many nodes, so that instances stay instances in every engine.

Metres, right-handed, +Y up, +Z front, as glTF has it: nothing is turned. Nodes mirror the tree of parts and bear its
labels (`leg[1]`), the same for every seed; a label in which Godot would read a hint is changed (`names.py`), and
`extras` has it as it was. A node never mirrors: a mirrored instance of a geometry that is symmetric in
some axis is turned instead; of another, all mirrored instances share one mirrored mesh.
"""

from __future__ import annotations

import struct
from dataclasses import dataclass
from pathlib import PurePath
from typing import Final, final

from shapelang.assembly.assembly import Assembly
from shapelang.assembly.material import DEFAULT, Material
from shapelang.assembly.part import Geometry, Part, Solid
from shapelang.diagnostics import UsageError
from shapelang.geometry.mesh import Mesh
from shapelang.geometry.pose import IDENTITY, Pose
from shapelang.io.collider import COLLIDER_SEGMENTS, collider_suffix
from shapelang.io.gltf_buffer import Packed, packed
from shapelang.io.gltf_material import EMISSIVE_STRENGTH, gltf_material
from shapelang.io.gltf_transform import FLIPS, transform
from shapelang.io.json_text import Json, compact, plain
from shapelang.io.names import engine_name, unused_name
from shapelang.representations.surface import SEGMENTS, geometry_mesh, posed_mesh

MAX_NODES: Final = 1_000_000
MAX_BYTES: Final = 2**32 - 1
"""A GLB counts its bytes in 32 bits."""


def glb_bytes(assembly: Assembly, *, segments: int = SEGMENTS, colliders: bool = False) -> bytes:
    """The assembly as a GLB: named nodes, shared meshes, materials, `extras` with program, seed and parameters.

    `segments`: edges of a full circle. `colliders` adds invisible collision shapes as Godot knows them by name
    (`-convcolonly` for convex geometries, `-colonly` for others), each kind with meshes of its own: an engine that sees
    one mesh in both a visible node and a collider gives colliders to all. The same assembly gives the same bytes.
    Raises UsageError for what a GLB cannot hold, SolidError where a boolean has no result.
    """
    tree = _Tree(segments, colliders)
    tree.walk(assembly)
    full = [_shaped(geometry, segments, flipped) for geometry, _, flipped in tree.meshes]
    bare = [_shaped(geometry, COLLIDER_SEGMENTS, flipped) for geometry, flipped in tree.colliders]
    buffer = packed(full, bare)
    return container(compact(_document(assembly, tree, buffer)), buffer.blob)


def _shaped(geometry: Geometry, segments: int, flipped: bool) -> Mesh:
    mesh = geometry_mesh(geometry, segments)
    return posed_mesh(mesh, FLIPS[0]) if flipped else mesh


@final
@dataclass(frozen=True, slots=True, eq=False)
class _Waiting:
    """A part whose node is still to be written. `flipped`: its pose is in the frame of the parent mirrored in x."""

    part: Part
    pose: Pose
    label: str
    name: str
    material: Material
    flipped: bool
    parent: int


@final
class _Tree:
    """The nodes while they are written, with the distinct meshes and materials they name, in order of appearance."""

    __slots__ = ("collider_nodes", "colliders", "extras", "materials", "meshes", "nodes", "segments", "with_colliders")

    def __init__(self, segments: int, with_colliders: bool) -> None:
        self.segments, self.with_colliders = segments, with_colliders
        self.nodes: list[Json] = []
        self.meshes: dict[tuple[Geometry, Material, bool], int] = {}
        self.materials: dict[Material, int] = {}
        self.colliders: dict[tuple[Geometry, bool], int] = {}
        self.collider_nodes: list[tuple[Json, int]] = []
        self.extras: dict[int, Json] = {}

    def walk(self, assembly: Assembly) -> None:
        """Write the node of every part, depth first in the order of the program."""
        name = PurePath(assembly.program).stem or assembly.root.name
        stack = [_Waiting(assembly.root, IDENTITY, name, engine_name(name), DEFAULT, False, -1)]
        while stack:
            here = stack.pop()
            part, material = here.part, here.part.material or here.material
            placement = _placement(part, here.pose.then(FLIPS[0]) if here.flipped else here.pose)
            node = {"name": here.name, **transform(placement.pose)}
            number = self._add(node, here.parent)
            node["extras"] = self._extras_of(part)
            if engine_name(here.label) != here.label:
                node["extras"] = {**node["extras"], "name": here.label}
            names: set[str] = set()
            if part.geometry is not None:
                self._show(node, part.geometry, material, placement.mesh_flipped)
                if self.with_colliders:
                    self._collide(
                        unused_name(here.name, names, collider_suffix(part.geometry)), part.geometry, placement, number
                    )
            below = [
                _Waiting(
                    child.part,
                    child.pose,
                    child.label,
                    unused_name(engine_name(child.label), names),
                    material,
                    placement.flipped,
                    number,
                )
                for child in part.children
            ]
            stack.extend(reversed(below))

    def _add(self, node: Json, parent: int) -> int:
        number = len(self.nodes)
        if number >= MAX_NODES:
            raise UsageError(f"the assembly has more than {MAX_NODES:,} nodes, too many for one GLB")
        self.nodes.append(node)
        if parent >= 0:
            self.nodes[parent].setdefault("children", []).append(number)
        return number

    def _show(self, node: Json, geometry: Geometry, material: Material, flipped: bool) -> None:
        if len(geometry_mesh(geometry, self.segments).faces) == 0:
            return
        self.materials.setdefault(material, len(self.materials))
        node["mesh"] = self.meshes.setdefault((geometry, material, flipped), len(self.meshes))

    def _collide(self, name: str, geometry: Geometry, placement: _Placement, parent: int) -> None:
        if len(geometry_mesh(geometry, COLLIDER_SEGMENTS).faces) == 0:
            return
        node: Json = {"name": name}
        self._add(node, parent)
        key = (geometry, placement.mesh_flipped)
        self.collider_nodes.append((node, self.colliders.setdefault(key, len(self.colliders))))

    def _extras_of(self, part: Part) -> Json:
        # Instances share their part: its extras are made once. `part` lives as long as the assembly, so its id does.
        found = self.extras.get(id(part))
        if found is None:
            found = self.extras[id(part)] = _extras(part)
        return found


@final
@dataclass(frozen=True, slots=True, eq=False)
class _Placement:
    """The pose of a node, which never mirrors, and what is mirrored in x instead: the frame below, or the mesh."""

    pose: Pose
    flipped: bool
    mesh_flipped: bool


def _placement(part: Part, pose: Pose) -> _Placement:
    if not pose.mirrored:
        return _Placement(pose, False, False)
    symmetric = _symmetry(part.geometry)
    if not part.children and True in symmetric:
        return _Placement(FLIPS[symmetric.index(True)].then(pose), False, False)
    return _Placement(FLIPS[0].then(pose), True, not symmetric[0])


def _symmetry(geometry: Geometry | None) -> tuple[bool, bool, bool]:
    # Whether a solid is symmetric nobody has declared.
    if geometry is None or isinstance(geometry, Solid):
        return (False, False, False)
    return geometry.mirror_symmetric()


def _extras(part: Part) -> Json:
    made: Json = {"kind": part.kind}
    if part.tags:
        made["tags"] = list(part.tags)
    if part.meta:
        made["meta"] = plain(part.meta)
    if part.arguments:
        made["arguments"] = plain(part.arguments)
    return made


def _document(assembly: Assembly, tree: _Tree, buffer: Packed) -> Json:
    meshes: list[Json] = []
    for (_, material, _), number in tree.meshes.items():
        primitive = {**buffer.primitives[number], "material": tree.materials[material]}
        meshes.append({"primitives": [primitive]})
    meshes.extend({"primitives": [primitive]} for primitive in buffer.primitives[len(meshes) :])
    for node, collider in tree.collider_nodes:
        node["mesh"] = len(tree.meshes) + collider
    for node in tree.nodes:
        # A mesh is called as the first node that shows it.
        if "mesh" in node:
            meshes[node["mesh"]].setdefault("name", node["name"])
    made = {"program": assembly.program, "seed": assembly.seed, "parameters": plain(assembly.parameters)}
    document: Json = {
        "asset": {"version": "2.0", "generator": "shapelang", "extras": made},
        "scene": 0,
        "scenes": [{"name": tree.nodes[0]["name"], "nodes": [0], "extras": made}],
        "nodes": tree.nodes,
    }
    if meshes:
        materials = [gltf_material(material) for material in tree.materials]
        document |= {"meshes": meshes, "accessors": buffer.accessors, "bufferViews": buffer.views}
        document["buffers"] = [{"byteLength": len(buffer.blob)}]
        document["materials"] = materials
        if any("extensions" in material for material in materials):
            document["extensionsUsed"] = [EMISSIVE_STRENGTH]
    return document


def container(text: bytes, blob: bytes) -> bytes:
    """A GLB of its JSON and its buffer. Raises UsageError where that is more than a GLB can count."""
    text += b" " * (-len(text) % 4)
    size = 12 + 8 + len(text) + (8 + len(blob) if blob else 0)
    if size > MAX_BYTES:
        raise UsageError("the model needs more than 4 GiB as a GLB: lower the number of segments, or split the program")
    pieces = [b"glTF", struct.pack("<III", 2, size, len(text)), b"JSON", text]
    if blob:
        pieces += [struct.pack("<I", len(blob)), b"BIN\0", blob]
    return b"".join(pieces)
