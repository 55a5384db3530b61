"""A tetrahedron in every format that is read, written by hand."""

from __future__ import annotations

import base64
import io
import json
import struct
import zipfile
from typing import Any

TETRA = [(0.0, 0.0, 0.0), (1.0, 0.0, 0.0), (0.0, 1.0, 0.0), (0.0, 0.0, 1.0)]
FACES = [(0, 2, 1), (0, 1, 3), (0, 3, 2), (1, 2, 3)]
OBJ = "".join(f"v {x} {y} {z}\n" for x, y, z in TETRA) + "".join(f"f {a + 1} {b + 1} {c + 1}\n" for a, b, c in FACES)


def text_stl() -> bytes:
    lines = ["solid tetra"]
    for face in FACES:
        lines += ["facet normal 0 0 0", "outer loop", *(f"vertex {x} {y} {z}" for x, y, z in (TETRA[k] for k in face))]
        lines += ["endloop", "endfacet"]
    return "\n".join((*lines, "endsolid tetra", "")).encode()


def binary_stl() -> bytes:
    triangles = b"".join(struct.pack("<12fH", 0, 0, 0, *(v for k in face for v in TETRA[k]), 0) for face in FACES)
    return b" " * 80 + struct.pack("<I", 4) + triangles


def ply(encoding: str) -> bytes:
    head = (
        f"ply\nformat {encoding} 1.0\ncomment by hand\nelement vertex 4\nproperty float x\nproperty float y\n"
        "property float z\nproperty uchar red\nelement face 4\nproperty list uchar int vertex_indices\nend_header\n"
    ).encode()
    if encoding == "ascii":
        rows = [f"{x} {y} {z} 7" for x, y, z in TETRA] + [f"3 {a} {b} {c}" for a, b, c in FACES]
        return head + "\n".join((*rows, "")).encode()
    order = "<" if "little" in encoding else ">"
    body = b"".join(struct.pack(f"{order}3fB", *p, 7) for p in TETRA)
    return head + body + b"".join(struct.pack(f"{order}B3i", 3, *face) for face in FACES)


OFF = "OFF\n4 4 6\n" + "".join(f"{x} {y} {z}\n" for x, y, z in TETRA) + "".join(f"3 {a} {b} {c}\n" for a, b, c in FACES)


def gltf_parts(**node: Any) -> tuple[Any, bytes]:
    blob = struct.pack("<12f", *(v for p in TETRA for v in p)) + struct.pack("<12H", *(k for f in FACES for k in f))
    document = {
        "asset": {"version": "2.0"},
        "scene": 0,
        "scenes": [{"nodes": [0]}],
        "nodes": [{"name": "outer", "children": [1]}, {"name": "tetra", "mesh": 0, **node}],
        "meshes": [{"primitives": [{"attributes": {"POSITION": 0}, "indices": 1, "material": 0}]}],
        "materials": [{"name": "red", "pbrMetallicRoughness": {"baseColorFactor": [1, 0, 0, 1]}}],
        "accessors": [
            {"bufferView": 0, "componentType": 5126, "count": 4, "type": "VEC3"},
            {"bufferView": 1, "componentType": 5123, "count": 12, "type": "SCALAR"},
        ],
        "bufferViews": [
            {"buffer": 0, "byteOffset": 0, "byteLength": 48},
            {"buffer": 0, "byteOffset": 48, "byteLength": 24},
        ],
        "buffers": [{"byteLength": 72}],
    }
    return document, blob


def glb(document: Any, blob: bytes) -> bytes:
    text = document if isinstance(document, bytes) else json.dumps(document).encode()
    text += b" " * (-len(text) % 4)
    size = 28 + len(text) + len(blob)
    return (
        b"glTF"
        + struct.pack("<III", 2, size, len(text))
        + b"JSON"
        + text
        + struct.pack("<I", len(blob))
        + b"BIN\0"
        + blob
    )


def gltf() -> bytes:
    document, blob = gltf_parts()
    document["buffers"][0]["uri"] = "data:application/octet-stream;base64," + base64.b64encode(blob).decode()
    return json.dumps(document).encode()


def model(body: str, build: str = '<item objectid="1"/>') -> str:
    return (
        '<?xml version="1.0" encoding="UTF-8"?>\n<model unit="millimeter" '
        'xmlns="http://schemas.microsoft.com/3dmanufacturing/core/2015/02">\n'
        f"<resources>{body}</resources><build>{build}</build></model>"
    )


def mesh_xml(name: str = "tetra", number: int = 1) -> str:
    vertices = "".join(f'<vertex x="{x}" y="{y}" z="{z}"/>' for x, y, z in TETRA)
    triangles = "".join(f'<triangle v1="{a}" v2="{b}" v3="{c}"/>' for a, b, c in FACES)
    return (
        f'<object id="{number}" name="{name}" type="model"><mesh><vertices>{vertices}</vertices>'
        f"<triangles>{triangles}</triangles></mesh></object>"
    )


def threemf(text: str | bytes, method: int = zipfile.ZIP_DEFLATED) -> bytes:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", method) as archive:
        archive.writestr(zipfile.ZipInfo("3D/3dmodel.model"), text, method)
    return packed.getvalue()


FILES: dict[str, bytes] = {
    "tetra.obj": OBJ.encode(),
    "text.stl": text_stl(),
    "binary.stl": binary_stl(),
    "ascii.ply": ply("ascii"),
    "little.ply": ply("binary_little_endian"),
    "big.ply": ply("binary_big_endian"),
    "tetra.off": OFF.encode(),
    "tetra.glb": glb(*gltf_parts()),
    "tetra.gltf": gltf(),
    "tetra.3mf": threemf(model(mesh_xml())),
}
