"""Scenes as GLB: one mesh and many nodes, with coarser meshes for a distance, collision shapes and places.

Frame, names and materials as in `glb.py`. Coarser meshes are meshes that no node shows: a mesh names them in `extras`.
Or they stand by `MSFT_lod` (vendor extension): a node names the nodes that take its place, which are in no scene.
Whoever does not know of it should show the finest alone, but Godot 3 and Blender 3 show nodes of no scene too.

What is not to be seen (collision shapes, navigation surfaces) has a material that is cut away wholly; engines that know
the hints in names do not show it anyway.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, Literal, TypeAlias, final

from shapelang.assembly.material import Material
from shapelang.diagnostics import UsageError
from shapelang.geometry.mesh import Mesh
from shapelang.geometry.pose import IDENTITY, Pose
from shapelang.io.glb import MAX_NODES, container
from shapelang.io.gltf_buffer import packed
from shapelang.io.gltf_material import EMISSIVE_STRENGTH, gltf_material
from shapelang.io.gltf_transform import transform
from shapelang.io.json_text import Json, compact

LOD: Final = "MSFT_lod"

Lods: TypeAlias = Literal["meshes", "msft"]

UNSEEN: Final[Json] = {
    "name": "unseen",
    "pbrMetallicRoughness": {"baseColorFactor": [1.0, 1.0, 1.0, 0.0], "metallicFactor": 0.0},
    "alphaMode": "MASK",
    "alphaCutoff": 0.5,
}


@final
@dataclass(frozen=True, slots=True, eq=False)
class SceneMesh:
    """Surfaces that nodes show together, one a material; those without one are not seen, and carry positions alone.

    `lods` are the numbers of coarser meshes, from fine to coarse; `coverage`: for this mesh and each of them, down to
    which share of the screen's height it is shown.
    """

    name: str
    surfaces: tuple[tuple[Mesh, Material | None], ...]
    lods: tuple[int, ...] = ()
    coverage: tuple[float, ...] = ()


@final
@dataclass(frozen=True, slots=True, eq=False)
class SceneNode:
    """A node in the frame of the one above it; `mesh` is the number of one."""

    name: str
    pose: Pose = IDENTITY
    mesh: int | None = None
    extras: Json = None
    children: tuple[SceneNode, ...] = ()


def scene_glb(root: SceneNode, meshes: Sequence[SceneMesh], extras: Json, lods: Lods = "meshes") -> bytes:
    """A scene with one root as a GLB; equal arguments give equal bytes. `extras` stand at the scene.

    `lods`: how coarser meshes are told: by `meshes` in `extras` of meshes, as `msft` by nodes of that extension.

    Raises UsageError for what a GLB cannot hold.
    """
    nodes = _nodes(root)
    if lods == "msft":
        _stand_in(nodes, meshes)
    full = [mesh for each in meshes for mesh, material in each.surfaces if material is not None]
    bare = [mesh for each in meshes for mesh, material in each.surfaces if material is None]
    buffer = packed(full, bare)
    seen, unseen = iter(buffer.primitives[: len(full)]), iter(buffer.primitives[len(full) :])
    materials: dict[Material, int] = {}
    for each in meshes:
        for _, material in each.surfaces:
            if material is not None:
                materials.setdefault(material, len(materials))
    written: list[Json] = [
        {
            "name": each.name,
            **_coarser(each, lods),
            "primitives": [
                {**next(unseen), "material": len(materials)}
                if material is None
                else {**next(seen), "material": materials[material]}
                for _, material in each.surfaces
            ],
        }
        for each in meshes
    ]
    shown = [gltf_material(material) for material in materials]
    used = [LOD] if any("extensions" in node for node in nodes) else []
    used += [EMISSIVE_STRENGTH] if any("extensions" in material for material in shown) else []
    document: Json = {
        "asset": {"version": "2.0", "generator": "shapelang"},
        "scene": 0,
        "scenes": [{"name": root.name, "nodes": [0], "extras": extras}],
        "nodes": nodes,
    }
    if meshes:
        document |= {"meshes": written, "accessors": buffer.accessors, "bufferViews": buffer.views}
        document |= {"buffers": [{"byteLength": len(buffer.blob)}], "materials": [*shown, *([UNSEEN] if bare else [])]}
    if used:
        document["extensionsUsed"] = used
    return container(compact(document), buffer.blob)


def _coarser(mesh: SceneMesh, lods: Lods) -> Json:
    if lods == "msft" or not mesh.lods:
        return {}
    return {"extras": {"lods": list(mesh.lods), "coverage": list(mesh.coverage)}}


def _nodes(root: SceneNode) -> list[Json]:
    """The nodes of the scene, depth first."""
    nodes: list[Json] = []
    stack: list[tuple[SceneNode, int]] = [(root, -1)]
    while stack:
        here, parent = stack.pop()
        number = len(nodes)
        if number >= MAX_NODES:
            raise UsageError(f"the scene has more than {MAX_NODES:,} nodes, too many for one GLB")
        if parent >= 0:
            nodes[parent].setdefault("children", []).append(number)
        node: Json = {"name": here.name, **transform(here.pose)}
        if here.mesh is not None:
            node["mesh"] = here.mesh
        if here.extras is not None:
            node["extras"] = here.extras
        nodes.append(node)
        stack += [(child, number) for child in reversed(here.children)]
    return nodes


def _stand_in(nodes: list[Json], meshes: Sequence[SceneMesh]) -> None:
    """Add the nodes that take the place of others at a distance."""
    for node in nodes[:]:
        mesh = None if "mesh" not in node else meshes[node["mesh"]]
        if mesh is None or not mesh.lods:
            continue
        placed = {name: node[name] for name in ("translation", "rotation", "scale") if name in node}
        first = len(nodes)
        node["extensions"] = {LOD: {"ids": list(range(first, first + len(mesh.lods)))}}
        node["extras"] = {**node.get("extras", {}), "MSFT_screencoverage": list(mesh.coverage)}
        nodes += [{"name": f"{node['name']}_LOD{k}", "mesh": lod, **placed} for k, lod in enumerate(mesh.lods, 1)]
    if len(nodes) > MAX_NODES:
        raise UsageError(f"the scene has more than {MAX_NODES:,} nodes, too many for one GLB")
