"""GLB files measured: names, kinds, tags and vertices, by a reader that shares nothing with shapelang."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any, Final, final

import numpy as np
from numpy.typing import NDArray

from benchmarks.grammars.glb import glb_of, matrix_of

Points = NDArray[np.float64]

_FLOAT: Final = 5126


@final
@dataclass(frozen=True, slots=True, eq=False)
class Node:
    """One node: its name without indices, what else it goes by, the nodes above it, and the vertices at and below it.

    `world` are in metres, `own` in its own frame with the scale that it has in the world.
    """

    name: str
    kind: str
    tags: frozenset[str]
    above: tuple[str, ...]
    world: Points
    own: Points

    @property
    def size(self) -> Points:
        """Extents in its own frame."""
        return self.own.max(axis=0) - self.own.min(axis=0)


@final
@dataclass(frozen=True, slots=True, eq=False)
class Scene:
    """All nodes of a GLB; the first is the whole."""

    nodes: tuple[Node, ...]

    def standing(self) -> Scene:
        """Moved so that the lowest point is at 0, as learned shapes stand."""
        up = np.array([0.0, -self.nodes[0].world[:, 1].min(), 0.0])
        return Scene(tuple(replace(node, world=node.world + up) for node in self.nodes))

    def called(self, name: str) -> list[Node]:
        """The nodes below the whole that go by a name, kind or tag."""
        return [node for node in self.nodes[1:] if name in (node.name, node.kind) or name in node.tags]

    def count(self, name: str) -> int:
        """How many there are."""
        return len(self.called(name))

    def box(self, name: str | None) -> tuple[Points, Points]:
        """Least and greatest coordinates of all nodes of a name, or of the whole; NaN where there is none."""
        nodes = self.nodes[:1] if name is None else self.called(name)
        if not nodes:
            return np.full(3, np.nan), np.full(3, np.nan)
        points = np.concatenate([node.world for node in nodes])
        return points.min(axis=0), points.max(axis=0)

    def extent(self, name: str | None, axis: int) -> float:
        """The extent along an axis."""
        low, high = self.box(name)
        return float(high[axis] - low[axis])


def scene_of(content: bytes) -> Scene:
    """The scene of a binary glTF 2.0 file."""
    document, blob = glb_of(content)
    reader = _Reader(document, blob)
    reader.walk(document["scenes"][0]["nodes"][0], np.eye(4), ())
    return Scene(tuple(reader.found))


@final
class _Reader:
    def __init__(self, document: dict[str, Any], blob: bytes) -> None:
        self.document, self.blob = document, blob
        self.found: list[Node] = []

    def walk(self, number: int, above: Points, names: tuple[str, ...]) -> Points:
        """Notes a node and all below it, parents first; the vertices in the frame of its parent."""
        node = self.document["nodes"][number]
        matrix = matrix_of(node)
        world = above @ matrix
        place = len(self.found)
        extras = node.get("extras", {})
        name = str(extras.get("label", node.get("name", ""))).split("[")[0]
        self.found.append(Node(name, "", frozenset(), names, np.zeros((0, 3)), np.zeros((0, 3))))
        points = [self._vertices(node["mesh"])] if "mesh" in node else []
        points += [self.walk(child, world, (*names, name)) for child in node.get("children", ())]
        own = np.concatenate(points) if points else np.zeros((0, 3))
        scale = float(np.linalg.norm(world[:3, 0]))
        placed = own @ world[:3, :3].T + world[:3, 3]
        kind, tags = str(extras.get("kind", "")), frozenset(extras.get("tags", ()))
        self.found[place] = Node(name, kind, tags, names, placed, own * scale)
        return own @ matrix[:3, :3].T + matrix[:3, 3]

    def _vertices(self, mesh: int) -> Points:
        found: list[Points] = []
        for primitive in self.document["meshes"][mesh]["primitives"]:
            accessor = self.document["accessors"][primitive["attributes"]["POSITION"]]
            assert accessor["componentType"] == _FLOAT
            view = self.document["bufferViews"][accessor["bufferView"]]
            start = view.get("byteOffset", 0) + accessor.get("byteOffset", 0)
            stride = view.get("byteStride", 12) // 4
            count = accessor["count"]
            raw = np.frombuffer(self.blob, dtype="<f4", offset=start, count=(count - 1) * stride + 3)
            rows = np.lib.stride_tricks.as_strided(raw, (count, 3), (4 * stride, 4))
            found.append(rows.astype(np.float64))
        return np.concatenate(found)
