"""Many meshes in one buffer of glTF: each kind of array packed once, for all meshes together."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import accumulate
from typing import Final, final

import numpy as np

from shapelang.arrays import Float32, Float64
from shapelang.geometry.mesh import Mesh
from shapelang.io.float32 import as_float32
from shapelang.io.json_text import Json

VERTICES, INDICES = 34962, 34963
FLOAT32, UINT16, UINT32 = 5126, 5123, 5125
SMALL: Final = 65535
"""Vertices that 16-bit indices can name; the index 65535 itself means something else to graphics cards."""


@final
@dataclass(frozen=True, slots=True, eq=False)
class Packed:
    """The buffer with its views and accessors, and the primitive (without material) of each mesh, in order."""

    blob: bytes
    views: list[Json]
    accessors: list[Json]
    primitives: list[Json]


def packed(full: Sequence[Mesh], bare: Sequence[Mesh]) -> Packed:
    """The `full` meshes with normals and UVs, then the `bare` ones with positions and indices alone.

    Raises UsageError for what does not fit in 32-bit floats.
    """
    meshes = [*full, *bare]
    counts = [len(mesh.positions) for mesh in meshes]
    starts = list(accumulate(counts, initial=0))
    positions = _float32([mesh.positions for mesh in meshes], 3)
    lows = np.minimum.reduceat(positions, starts[:-1]).tolist() if meshes else []
    highs = np.maximum.reduceat(positions, starts[:-1]).tolist() if meshes else []
    normals, uvs = _float32([mesh.normals for mesh in full], 3), _float32([mesh.uvs for mesh in full], 2)
    wide = [count > SMALL for count in counts]
    indices = {
        kind: _indices([mesh for mesh, large in zip(meshes, wide, strict=True) if large is kind], kind)
        for kind in (False, True)
    }
    layout = _Layout([], [], 0)
    position_view = layout.view(positions.tobytes(), VERTICES, 12)
    normal_view, uv_view = layout.view(normals.tobytes(), VERTICES, 12), layout.view(uvs.tobytes(), VERTICES, 8)
    index_views = {kind: layout.view(indices[kind], INDICES, None) for kind in (True, False)}

    accessors: list[Json] = []
    primitives: list[Json] = []
    index_offsets = {False: 0, True: 0}
    for number, mesh in enumerate(meshes):
        at, count = starts[number], counts[number]
        attributes = {"POSITION": len(accessors)}
        accessors.append(_vectors(position_view, at * 12, count, "VEC3", {"min": lows[number], "max": highs[number]}))
        if number < len(full):
            attributes |= {"NORMAL": len(accessors), "TEXCOORD_0": len(accessors) + 1}
            accessors.append(_vectors(normal_view, at * 12, count, "VEC3", {}))
            accessors.append(_vectors(uv_view, at * 8, count, "VEC2", {}))
        kind, corners = wide[number], mesh.faces.size
        primitives.append({"attributes": attributes, "indices": len(accessors)})
        accessors.append(_scalars(index_views[kind], index_offsets[kind], corners, kind))
        index_offsets[kind] += corners * (4 if kind else 2)
    return Packed(b"".join(layout.chunks), layout.views, accessors, primitives)


def _float32(arrays: Sequence[Float64[np.ndarray, "..."]], width: int) -> Float32[np.ndarray, "n width"]:
    return as_float32(np.concatenate(arrays)) if arrays else np.zeros((0, width), np.float32)


def _indices(meshes: Sequence[Mesh], wide: bool) -> bytes:
    if not meshes:
        return b""
    return np.concatenate([mesh.faces.reshape(-1) for mesh in meshes]).astype("<u4" if wide else "<u2").tobytes()


@final
@dataclass(slots=True)
class _Layout:
    """The buffer while it is laid out: every view begins at a multiple of four."""

    chunks: list[bytes]
    views: list[Json]
    size: int

    def view(self, data: bytes, target: int, stride: int | None) -> int:
        """Append data; the number of its view (of no meaning when there is no data)."""
        if not data:
            return -1
        made: Json = {"buffer": 0, "byteOffset": self.size, "byteLength": len(data), "target": target}
        if stride is not None:
            made["byteStride"] = stride
        self.views.append(made)
        padded = data + bytes(-len(data) % 4)
        self.chunks.append(padded)
        self.size += len(padded)
        return len(self.views) - 1


def _vectors(view: int, offset: int, count: int, kind: str, bounds: Json) -> Json:
    return {"bufferView": view, "byteOffset": offset, "componentType": FLOAT32, "count": count, "type": kind, **bounds}


def _scalars(view: int, offset: int, count: int, wide: bool) -> Json:
    component = UINT32 if wide else UINT16
    return {"bufferView": view, "byteOffset": offset, "componentType": component, "count": count, "type": "SCALAR"}
