"""A level read back from its GLB, by what the file says alone: nothing of the generator is used."""

from __future__ import annotations

from dataclasses import dataclass
from hashlib import sha256
from typing import Any, final

import numpy as np
from numpy.typing import NDArray

from benchmarks.grammars.glb import glb_of, matrix_of

Array = NDArray[Any]


@final
@dataclass(frozen=True, slots=True, eq=False)
class Seen:
    """A node: its path of names, extras, world matrix (4, 4), and mesh."""

    path: tuple[str, ...]
    extras: dict[str, Any]
    world: Array
    mesh: int | None


@final
class Scene:
    """The nodes and meshes of a GLB."""

    def __init__(self, data: bytes) -> None:
        self.document, self.blob = glb_of(data)
        self.nodes = list(self._walk())
        self.level: dict[str, Any] = self.document["scenes"][0]["extras"]["level"]

    def _walk(self):
        stack: list[tuple[int, Array, tuple[str, ...]]] = [(0, np.eye(4), ())]
        while stack:
            number, above, path = stack.pop()
            node = self.document["nodes"][number]
            world = above @ matrix_of(node)
            here = (*path, node["name"])
            yield Seen(here, node.get("extras", {}), world, node.get("mesh"))
            stack += [(child, world, here) for child in reversed(node.get("children", []))]

    def bounds(self, mesh: int) -> tuple[Array, Array]:
        """The least and greatest coordinates of a mesh."""
        accessors = [
            self.document["accessors"][p["attributes"]["POSITION"]] for p in self.document["meshes"][mesh]["primitives"]
        ]
        return np.min([a["min"] for a in accessors], axis=0), np.max([a["max"] for a in accessors], axis=0)

    def triangles(self, mesh: int) -> Array:
        """(t, 3, 3) the corners of all triangles of a mesh."""
        found = []
        for primitive in self.document["meshes"][mesh]["primitives"]:
            points = self._array(primitive["attributes"]["POSITION"], "<f4", 3)
            found.append(points[self._array(primitive["indices"], None, 1)[:, 0].reshape(-1, 3)])
        return np.concatenate(found).astype(np.float64)

    def digest(self, mesh: int) -> str:
        """Of the positions of a mesh, to 0.1 mm: equal for equal geometries."""
        points = np.round(self.triangles(mesh) * 1e4).astype(np.int64)
        return sha256(points.tobytes()).hexdigest()

    def _array(self, accessor: int, kind: str | None, width: int) -> Array:
        told = self.document["accessors"][accessor]
        view = self.document["bufferViews"][told["bufferView"]]
        kind = kind or {5123: "<u2", 5125: "<u4"}[told["componentType"]]
        start = view["byteOffset"] + told["byteOffset"]
        return np.frombuffer(self.blob, kind, told["count"] * width, start).reshape(-1, width)

    def props(self) -> list[Seen]:
        """The nodes of props."""
        return [node for node in self.nodes if "prop" in node.extras]
