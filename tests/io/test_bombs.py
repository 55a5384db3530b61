"""Small files that ask for much: each is refused before anything of that size is made."""

from __future__ import annotations

import io
import json
import struct
import tracemalloc
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest

from shapelang.diagnostics import MeshError
from shapelang.io.read import read_mesh
from tests.io.mesh_files import FILES, OBJ, glb, gltf_parts, mesh_xml, model, threemf

LARGEST = 200 * 2**20
"""Bytes that reading any of them may have in use; in none of them more than a tenth is needed."""


def zip_bomb() -> bytes:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive, archive.open("3D/3dmodel.model", "w") as entry:
        for _ in range(100):
            entry.write(b" " * 2**20)
    return packed.getvalue()


def entries() -> bytes:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        for number in range(10_001):
            archive.writestr(f"{number}", b"")
    return packed.getvalue()


def billion_laughs() -> bytes:
    lines = ['<!ENTITY a0 "ha">', *(f'<!ENTITY a{k} "{f"&a{k - 1};" * 10}">' for k in range(1, 10))]
    return threemf(f"<?xml version='1.0'?><!DOCTYPE m [{''.join(lines)}]><model>&a9;</model>")


def outer_entity() -> bytes:
    return threemf('<!DOCTYPE m [<!ENTITY x SYSTEM "file:///etc/passwd">]><model>&x;</model>')


def doubling(levels: int = 100) -> bytes:
    """Every object has the one before twice: 2¹⁰⁰ tetrahedra."""
    objects = [mesh_xml()]
    for number in range(2, levels + 2):
        use = f'<component objectid="{number - 1}"/>'
        objects.append(f'<object id="{number}"><components>{use}{use}</components></object>')
    return threemf(model("".join(objects), f'<item objectid="{levels + 1}"/>'))


def deep_xml() -> bytes:
    return threemf("<a>" * 100_000 + "</a>" * 100_000)


def no_view() -> bytes:
    """An accessor without a view is all zeros, as many as it likes."""
    document, blob = gltf_parts()
    document["accessors"][0] = {"componentType": 5126, "count": 2**28, "type": "VEC3"}
    return glb(document, blob)


def sparse_without_view() -> bytes:
    document, blob = gltf_parts()
    sparse = {"count": 1, "indices": {"bufferView": 1, "componentType": 5123}, "values": {"bufferView": 0}}
    document["accessors"][0] = {"componentType": 5126, "count": 2**23, "type": "VEC3", "sparse": sparse}
    return glb(document, blob)


def cycle() -> bytes:
    document, blob = gltf_parts()
    document["nodes"][1]["children"] = [0]
    return glb(document, blob)


def long_chain() -> bytes:
    document, blob = gltf_parts()
    document["nodes"] = [{"children": [k + 1]} for k in range(10_000)] + [{"mesh": 0}]
    return glb(document, blob)


def instances() -> bytes:
    """One mesh of many triangles under many nodes."""
    document, blob = gltf_parts()
    primitive = document["meshes"][0]["primitives"][0]
    del primitive["indices"]
    blob = bytes(12 * 3000)
    document["accessors"] = [{"bufferView": 0, "componentType": 5126, "count": 3000, "type": "VEC3"}]
    document["bufferViews"] = [{"buffer": 0, "byteLength": len(blob)}]
    document["buffers"] = [{"byteLength": len(blob)}]
    document["meshes"][0]["primitives"] = [primitive] * 300
    document["nodes"] = [{"mesh": 0} for _ in range(300)]
    document["scenes"] = [{"nodes": list(range(300))}]
    return glb(document, blob)


def deep_json() -> bytes:
    return glb(b"[" * 100_000 + b"]" * 100_000, b"")


def long_number() -> bytes:
    return glb(b'{"asset":' + b"9" * 100_000 + b"}", b"")


def concave_polygon() -> bytes:
    """A comb of ten thousand corners."""
    corners = [(k // 2, (k % 4 in (1, 2)) * 5.0) for k in range(10_000)] + [(5000, -1), (0, -1)]
    text = "".join(f"v {x} {y} 0\n" for x, y in corners) + "f " + " ".join(str(k + 1) for k in range(len(corners)))
    return text.encode()


def ply_records(count: int, properties: str, body: bytes = b"") -> bytes:
    head = (
        f"ply\nformat binary_little_endian 1.0\nelement vertex 3\n{XYZ}element face {count}\n{properties}end_header\n"
    )
    return head.encode() + bytes(36) + body


XYZ = "property float x\nproperty float y\nproperty float z\n"

BOMBS: dict[str, tuple[Callable[[], bytes], str]] = {
    "zip bomb.3mf": (zip_bomb, "M107"),
    "zip entries.3mf": (entries, "M107"),
    "billion laughs.3mf": (billion_laughs, "M103"),
    "outer entity.3mf": (outer_entity, "M103"),
    "doubling components.3mf": (doubling, "M107"),
    "deep.3mf": (deep_xml, "M107"),
    "no view.glb": (no_view, "M107"),
    "sparse without view.glb": (sparse_without_view, "M107"),
    "cycle.glb": (cycle, "M103"),
    "long chain.glb": (long_chain, "M107"),
    "deep.glb": (deep_json, "M107"),
    "long number.glb": (long_number, "M103"),
    "count.stl": (lambda: b" " * 80 + b"\xff\xff\xff\xff" + bytes(50), "M103"),
    "index.obj": (lambda: OBJ.encode() + b"f 1 2 9223372036854775808\n", "M105"),
    "comb.obj": (concave_polygon, "M107"),
    "faces.ply": (lambda: ply_records(2**32 - 1, "property list uchar int vertex_indices\n"), "M107"),
    "no properties.ply": (lambda: ply_records(30_000_000, ""), "M106"),
    "long list.ply": (
        lambda: ply_records(1, "property list uint int vertex_indices\n", struct.pack("<I", 2**32 - 1)),
        "M103",
    ),
    "counts.off": (lambda: b"OFF\n20000000 40000000 0\n0 0 0\n", "M103"),
}


@pytest.mark.parametrize("name", BOMBS)
def test_a_bomb_is_refused_before_it_goes_off(name: str) -> None:
    make, code = BOMBS[name]
    data = make()
    tracemalloc.start()
    try:
        with pytest.raises(MeshError) as caught:
            read_mesh(data, name)
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert caught.value.code == code, str(caught.value)
    assert peak < LARGEST


def test_many_instances_are_counted_before_they_are_made() -> None:
    with pytest.raises(MeshError, match="vertices, more than the limit"):
        read_mesh(instances(), "instances.glb")


def test_a_path_out_of_the_folder_is_not_followed(tmp_path: Path) -> None:
    document = json.loads(FILES["tetra.gltf"])
    document["buffers"][0]["uri"] = "file:///etc/passwd"
    (tmp_path / "a.gltf").write_text(json.dumps(document))
    (tmp_path / "a.obj").write_text(f"mtllib ../../../../etc/passwd\n{OBJ}")
    with pytest.raises(MeshError) as caught:
        read_mesh(tmp_path / "a.gltf")
    assert caught.value.code == "M109"
    assert read_mesh(tmp_path / "a.obj").face_count == 4
