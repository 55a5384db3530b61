"""What is wrong with a GLB of ours: the container, every reference and range, and every mesh closed as it was stored.

Written against the specification of glTF 2.0 and not against the writer, for what our writer may use of it. Run after
the cast to 32-bit floats, since that is where a closed surface can open.
"""

from __future__ import annotations

import json
import struct
from collections.abc import Iterator
from typing import Any, Final

import numpy as np

from shapelang.io.json_text import Json

_COMPONENTS: Final = {5126: ("<f4", 4), 5125: ("<u4", 4), 5123: ("<u2", 2)}
_WIDTHS: Final = {"SCALAR": 1, "VEC2": 2, "VEC3": 3}
_UNIT: Final = 1e-6
"""How far a 32-bit unit vector may be from unit length: some units in its last place (2⁻²⁴)."""


def faults_of_glb(data: bytes) -> tuple[str, ...]:
    """Every fault found, as a sentence with its place; empty for a sound file."""
    faults = tuple(_container_faults(data))
    if faults:
        return faults
    (length,) = struct.unpack_from("<I", data, 12)
    text, blob = data[20 : 20 + length], data[28 + length :]
    try:
        document = json.loads(text.decode("utf-8"))
    except (ValueError, RecursionError) as error:
        return (f"JSON chunk: {error}",)
    try:
        return tuple(_document_faults(document, blob))
    except (KeyError, IndexError, TypeError, ValueError) as error:
        return (f"document: {type(error).__name__}: {error}",)


def _container_faults(data: bytes) -> Iterator[str]:
    if len(data) < 20:
        yield f"header: the file has {len(data)} bytes, fewer than a header and a chunk"
        return
    magic, version, size, length, kind = struct.unpack_from("<4sIII4s", data)
    if magic != b"glTF" or version != 2:
        yield f"header: magic {magic!r}, version {version}"
    if size != len(data):
        yield f"header: says {size} bytes, the file has {len(data)}"
    if kind != b"JSON" or length % 4 or 20 + length > len(data):
        yield f"first chunk: {kind!r} of {length} bytes"
        return
    rest = data[20 + length :]
    if not rest:
        return
    if len(rest) < 8:
        yield f"second chunk: {len(rest)} bytes are no chunk"
        return
    length, kind = struct.unpack_from("<I4s", rest)
    if kind != b"BIN\0" or length % 4 or length != len(rest) - 8:
        yield f"second chunk: {kind!r} of {length} bytes, {len(rest) - 8} are there"


def _document_faults(document: Json, blob: bytes) -> Iterator[str]:
    if document["asset"]["version"] != "2.0":
        yield "asset: version is not 2.0"
    yield from _view_faults(document, blob)
    arrays: list[Any] = []
    for number, accessor in enumerate(document.get("accessors", [])):
        fault = _accessor_fault(accessor, document["bufferViews"])
        if fault is not None:
            yield f"accessors[{number}]: {fault}"
            return
        array = _array(accessor, document["bufferViews"], blob)
        arrays.append(array)
        yield from (f"accessors[{number}]: {fault}" for fault in _value_faults(accessor, array))
    for number, mesh in enumerate(document.get("meshes", [])):
        for primitive in mesh["primitives"]:
            yield from (f"meshes[{number}]: {fault}" for fault in _primitive_faults(primitive, arrays, document))
    yield from _node_faults(document)


def _view_faults(document: Json, blob: bytes) -> Iterator[str]:
    sizes = [buffer["byteLength"] for buffer in document.get("buffers", [])]
    if sizes and not (len(sizes) == 1 and 0 <= len(blob) - sizes[0] < 4):
        yield f"buffers: {sizes} bytes declared, {len(blob)} there"
    for number, view in enumerate(document.get("bufferViews", [])):
        if view["byteOffset"] % 4 or view["byteOffset"] + view["byteLength"] > sizes[view["buffer"]]:
            yield f"bufferViews[{number}]: outside the buffer, or not at a multiple of four"
        if view["target"] not in (34962, 34963):
            yield f"bufferViews[{number}]: target {view['target']}"


def _accessor_fault(accessor: Json, views: Json) -> str | None:
    _, size = _COMPONENTS[accessor["componentType"]]
    width, view = _WIDTHS[accessor["type"]] * size, views[accessor["bufferView"]]
    stride, offset, count = view.get("byteStride", width), accessor["byteOffset"], accessor["count"]
    if count < 1:
        return "no elements"
    if offset % size or stride % size or stride < width:
        return "not aligned"
    if offset + stride * (count - 1) + width > view["byteLength"]:
        return "ends outside its view"
    return None


def _array(accessor: Json, views: Json, blob: bytes) -> Any:
    kind, size = _COMPONENTS[accessor["componentType"]]
    width, view = _WIDTHS[accessor["type"]], views[accessor["bufferView"]]
    return np.ndarray(
        (accessor["count"], width),
        kind,
        blob,
        view["byteOffset"] + accessor["byteOffset"],
        (view.get("byteStride", width * size), size),
    )


def _value_faults(accessor: Json, array: Any) -> Iterator[str]:
    if array.dtype.kind == "f" and not np.isfinite(array).all():
        yield "a value is not finite"
    for name, extreme in (("min", array.min(axis=0)), ("max", array.max(axis=0))):
        if name in accessor and accessor[name] != extreme.tolist():
            yield f"{name} is {accessor[name]}, the values have {extreme.tolist()}"


def _primitive_faults(primitive: Json, arrays: list[Any], document: Json) -> Iterator[str]:
    attributes = {name: arrays[number] for name, number in primitive["attributes"].items()}
    positions, indices = attributes["POSITION"], arrays[primitive["indices"]]
    if "min" not in document["accessors"][primitive["attributes"]["POSITION"]]:
        yield "positions have no bounds"
    if len({len(array) for array in attributes.values()}) != 1:
        yield "attributes differ in length"
    if primitive.get("material", 0) >= len(document.get("materials", [0])):
        yield "the material does not exist"
    if indices.max() >= len(positions) or len(indices) % 3:
        yield f"indices reach {indices.max()} of {len(positions)} vertices, {len(indices)} corners"
        return
    if indices.dtype.itemsize == 2 and indices.max() == 65535:
        yield "index 65535 restarts a primitive"
    faces = indices[:, 0].astype(np.int64).reshape(-1, 3)
    yield from _surface_faults(positions, faces)
    normals = attributes.get("NORMAL")
    if normals is not None:
        lengths = np.sum(normals.astype(np.float64) ** 2, axis=1)
        if not (np.abs(lengths - 1.0) <= 2.0 * _UNIT).all():
            yield "a normal is not of unit length"


def _surface_faults(positions: Any, faces: Any) -> Iterator[str]:
    """Closed and oriented: each edge is walked as often one way as the other, points being equal 32-bit positions."""
    _, point = np.unique(positions, axis=0, return_inverse=True)
    corners = point.reshape(-1)[faces]
    proper = (corners != np.roll(corners, 1, axis=1)).all(axis=1)
    corners = corners[proper]
    start, end = corners.reshape(-1), np.roll(corners, -1, axis=1).reshape(-1)
    low, high = np.minimum(start, end), np.maximum(start, end)
    _, edge = np.unique(low * (len(positions) + 1) + high, return_inverse=True)
    balance = np.bincount(edge.reshape(-1), weights=np.where(start < end, 1.0, -1.0))
    if balance.any():
        yield f"the surface is open: {int(np.count_nonzero(balance))} edges have no partner"


def _node_faults(document: Json) -> Iterator[str]:
    nodes = document["nodes"]
    parents = [0] * len(nodes)
    for number, node in enumerate(nodes):
        children = node.get("children", [])
        for child in children:
            parents[child] += 1
            if child <= number:
                yield f"nodes[{number}]: child {child} stands before it, which could be a cycle"
        names = [nodes[child]["name"] for child in children]
        if len(set(names)) != len(names):
            yield f"nodes[{number}]: two children have one name"
        if node.get("mesh", 0) >= max(1, len(document.get("meshes", []))):
            yield f"nodes[{number}]: mesh {node['mesh']} does not exist"
        yield from (f"nodes[{number}]: {fault}" for fault in _transform_faults(node))
    roots = document["scenes"][document["scene"]]["nodes"]
    if any(count > 1 for count in parents) or [n for n, count in enumerate(parents) if count == 0] != roots:
        yield "nodes: they are no tree below the scene"


def _transform_faults(node: Json) -> Iterator[str]:
    rotation, scale = node.get("rotation", [0, 0, 0, 1]), node.get("scale", [1, 1, 1])
    if abs(sum(part * part for part in rotation) - 1.0) > _UNIT:
        yield "the rotation is not of unit length"
    if min(scale) <= 0 or len(set(scale)) != 1:
        yield f"scale {scale} mirrors, flattens or shears"
    if not np.isfinite([*node.get("translation", [0, 0, 0]), *rotation, *scale]).all():
        yield "the transform is not finite"
