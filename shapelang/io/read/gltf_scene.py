"""The tree of nodes of a glTF, walked once: which mesh stands where."""

from __future__ import annotations

from dataclasses import dataclass
from typing import final

from shapelang.io.read.affine import IDENTITY, Affine
from shapelang.io.read.json_tree import Field
from shapelang.io.read.source import MeshSource


@final
@dataclass(frozen=True, slots=True, eq=False)
class MeshUse:
    """Mesh number `mesh` in world coordinates; `path` are the names of its nodes from the root."""

    mesh: int
    path: tuple[str, ...]
    affine: Affine
    skinned: bool


@final
@dataclass(frozen=True, slots=True, eq=False)
class _Visit:
    """A node that is still to be read; `path` and `affine` are those of its parent."""

    number: int
    path: tuple[str, ...]
    affine: Affine
    depth: int


def mesh_uses(source: MeshSource, document: Field) -> list[MeshUse]:
    """Every node with a mesh of the scene that is shown, depth first; without any nodes, every mesh as it is.

    Raises MeshError for cycles, nodes with two parents, and what is too many or too deep.
    """
    nodes, meshes = document.list("nodes"), document.list("meshes")
    limits = source.limits
    if len(nodes) > limits.nodes:
        raise source.too_large("nodes", len(nodes), limits.nodes)
    if not nodes:
        return [MeshUse(number, (), IDENTITY, False) for number in range(len(meshes))]
    uses: list[MeshUse] = []
    seen = [False] * len(nodes)
    stack = [_Visit(number, (), IDENTITY, 0) for number in reversed(_roots(document, nodes))]
    while stack:
        visit = stack.pop()
        node = nodes[visit.number]
        if seen[visit.number]:
            raise source.broken("the node stands twice in the scene, or in itself", node.place)
        seen[visit.number] = True
        if visit.depth > 4 * limits.depth:
            raise source.too_large("levels of nodes", visit.depth, 4 * limits.depth, node.place)
        _check_instancing(node)
        affine = _local(node).then(visit.affine)
        path = (*visit.path, name) if (name := name_of(node)) else visit.path
        mesh = node.get("mesh")
        if mesh is not None:
            uses.append(MeshUse(mesh.index(len(meshes), "mesh"), path, affine, node.get("skin") is not None))
        for child in reversed(node.list("children")):
            stack.append(_Visit(child.index(len(nodes), "node"), path, affine, visit.depth + 1))
    return uses


def name_of(field: Field) -> str:
    """The `name` of something; empty where it has none."""
    name = field.get("name")
    return "" if name is None or not isinstance(name.value, str) else name.value


def _roots(document: Field, nodes: list[Field]) -> list[int]:
    scenes = document.list("scenes")
    if scenes:
        chosen = document.get("scene")
        scene = scenes[0 if chosen is None else chosen.index(len(scenes), "scene")]
        return [node.index(len(nodes), "node") for node in scene.list("nodes")]
    children = {child.integer() for node in nodes for child in node.list("children")}
    return [number for number in range(len(nodes)) if number not in children]


def _check_instancing(node: Field) -> None:
    extensions = node.get("extensions")
    if extensions is not None and extensions.get("EXT_mesh_gpu_instancing") is not None:
        hint = "export every instance as a node"
        raise node.source.unsupported("instances by EXT_mesh_gpu_instancing", node.place, hint)


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
