"""GLB files measured: names, kinds, tags and vertices, by a reader that shares nothing with shapelang."""

from __future__ import annotations

import json
import struct
from dataclasses import dataclass
from typing import Any, Final, final

import numpy as np
from numpy.typing import NDArray

Points = NDArray[np.float64]

_JSON, _BIN = 0x4E4F534A, 0x004E4942
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
    length, kind = struct.unpack_from("<II", content, 12)
    assert kind == _JSON
    document = json.loads(content[20 : 20 + length])
    blob = content[20 + length + 8 :] if len(content) > 20 + length else b""
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
        matrix = _matrix(node)
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


def _matrix(node: dict[str, Any]) -> Points:
    if "matrix" in node:
        return np.array(node["matrix"], dtype=np.float64).reshape(4, 4).T
    x, y, z, w = node.get("rotation", (0.0, 0.0, 0.0, 1.0))
    turn = np.array(
        [
            [1 - 2 * (y * y + z * z), 2 * (x * y - z * w), 2 * (x * z + y * w)],
            [2 * (x * y + z * w), 1 - 2 * (x * x + z * z), 2 * (y * z - x * w)],
            [2 * (x * z - y * w), 2 * (y * z + x * w), 1 - 2 * (x * x + y * y)],
        ]
    )
    found = np.eye(4)
    found[:3, :3] = turn * np.array(node.get("scale", (1.0, 1.0, 1.0)))
    found[:3, 3] = node.get("translation", (0.0, 0.0, 0.0))
    return found
