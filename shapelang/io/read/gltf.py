"""glTF 2.0, as GLB or as JSON with its buffers: every node with a mesh, in world coordinates."""

from __future__ import annotations

import struct
from collections import Counter
from typing import Final

from shapelang.diagnostics import counted
from shapelang.io.read.gltf_accessors import Accessors
from shapelang.io.read.gltf_mesh import COMPRESSIONS, Meshes
from shapelang.io.read.gltf_scene import mesh_uses
from shapelang.io.read.json_tree import Field, parsed
from shapelang.io.read.mesh_data import MeshData, finished
from shapelang.io.read.source import MeshSource, shown

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
    uses = mesh_uses(source, document)
    meshes = Meshes.of(source, document, accessors)
    meshes.check_size(uses)
    left_out: Counter[tuple[str, str]] = Counter()
    groups = [group for use in uses for group in meshes.groups(use, left_out)]
    return finished(source, kind, groups, [counted(count, *what) for what, count in left_out.items()])


def _check_version(source: MeshSource, document: Field) -> None:
    version = document.need("asset").need("version")
    if not version.text().startswith("2."):
        raise source.unsupported(f"glTF of version {shown(version.text())}", version.place, "export it as glTF 2.0")
    for needed in document.list("extensionsRequired"):
        name = needed.text()
        if name in COMPRESSIONS:
            raise source.unsupported(f"compression {name}", needed.place, "export it without compression")
        if name != "KHR_mesh_quantization" and not name.startswith(_UNDERSTOOD):
            raise source.unsupported(f"the required extension {shown(name)}", needed.place, "export it without")
