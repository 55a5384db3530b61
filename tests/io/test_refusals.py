"""What must be refused: with which code, at which place, in which words; and every limit."""

from __future__ import annotations

import json
import struct
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from shapelang.diagnostics import MeshError
from shapelang.io.limits import Limits
from shapelang.io.read import read_mesh
from tests.io.mesh_files import FILES, OBJ, OFF, binary_stl, glb, gltf_parts, mesh_xml, model, ply, text_stl, threemf


def refused(data: bytes, name: str, limits: Limits | None = None) -> MeshError:
    with pytest.raises(MeshError) as caught:
        read_mesh(data, name, limits or Limits())
    return caught.value


TEXT = json.dumps(gltf_parts()[0])
PRIMITIVE = "meshes[0].primitives[0]"
BRACKET, NAME = (f"byte {20 + TEXT.index(piece)}" for piece in ("[", "outer"))
DOCUMENT, BLOB = gltf_parts()


def changed(*path: Any, value: Any) -> bytes:
    document = json.loads(TEXT)
    inner = document
    for key in path[:-1]:
        inner = inner[key]
    inner[path[-1]] = value
    return glb(document, BLOB)


REFUSALS: dict[str, tuple[str, bytes, str, str | None, str]] = {
    "empty file": ("a.obj", b"", "M106", None, "empty"),
    "unknown": ("a.txt", b"hello world", "M102", None, "not known"),
    "obj nothing": ("a.obj", b"# nothing\n", "M106", None, "no faces"),
    "obj vertex": ("a.obj", b"v 0 0\n", "M103", "line 1", "three numbers"),
    "obj word": ("a.obj", b"v 0 0 0\nv 0 x 0\n", "M103", "line 2", "three numbers"),
    "obj nan": ("a.obj", b"v 0 0 0\nv 0 nan 0\n" + OBJ.encode(), "M104", "line 2", "finite"),
    "obj huge": ("a.obj", b"v 0 0 0\nv 0 1e308 0\n" + OBJ.encode(), "M104", "line 2", "1e+12"),
    "obj index": ("a.obj", OBJ.encode() + b"f 1 2 9\n", "M105", "line 9", "vertex 9, but there are 4"),
    "obj zero": ("a.obj", OBJ.encode() + b"f 0 1 2\n", "M105", "line 9", "vertex 0"),
    "obj back": ("a.obj", OBJ.encode() + b"f -5 1 2\n", "M105", "line 9", "vertex -5"),
    "obj 2^63": ("a.obj", OBJ.encode() + b"f 1 2 9223372036854775808\n", "M105", "line 9", "vertex 92233"),
    "obj degenerate": ("a.obj", b"v 0 0 0\nv 1 0 0\nf 1 2 2\n", "M106", None, "the only face is degenerate"),
    "stl short": ("a.stl", b"abc", "M103", "byte 0", "header alone"),
    "stl count": ("a.stl", b" " * 80 + b"\xff\xff\xff\xff" + bytes(50), "M103", "byte 80", "4,294,967,295"),
    "stl nan": (
        "a.stl",
        binary_stl()[:96] + struct.pack("<f", np.nan) + binary_stl()[100:],
        "M104",
        "byte 96",
        "finite",
    ),
    "stl loop": ("a.stl", text_stl().replace(b"endloop", b"vertex 0 0 0\nendloop", 1), "M103", "line 8", "has 4"),
    "stl word": ("a.stl", text_stl().replace(b"facet", b"facit", 1), "M103", "line 2", "unknown word"),
    "stl nothing": ("a.stl", b"solid Empty\nendsolid Empty", "M106", None, "no faces"),
    "ply end": ("a.ply", b"ply\nformat ascii 1.0\n", "M103", "line 3", "no end"),
    "ply line": ("a.ply", ply("ascii").replace(b"float y", b"flaot y"), "M103", "line 6", "flaot"),
    "ply rows": ("a.ply", ply("ascii")[:-9], "M103", "end of file", "3 are there"),
    "ply count": (
        "a.ply",
        ply("ascii").replace(b"vertex 4", b"vertex 4294967295"),
        "M107",
        "header",
        "4,294,967,295",
    ),
    "ply room": ("a.ply", ply("binary_big_endian").replace(b"vertex 4", b"vertex 400"), "M103", "header", "promised"),
    "ply nan": ("a.ply", ply("ascii").replace(b"1.0 0.0 0.0 7", b"nan 0.0 0.0 7"), "M104", "line 13", "finite"),
    "ply index": ("a.ply", ply("ascii").replace(b"3 0 2 1", b"3 0 2 4"), "M105", "face 0", "vertex 4"),
    "ply negative": ("a.ply", ply("ascii").replace(b"3 0 2 1", b"3 0 2 -1"), "M105", "face 0", "vertex -1"),
    "ply cloud": (
        "a.ply",
        ply("ascii").split(b"element face")[0] + b"end_header\n" + b"0 0 0 1\n" * 4,
        "M106",
        None,
        "cloud of points",
    ),
    "off counts": ("a.off", b"OFF\n4 x 6\n", "M103", "line 2", "whole numbers"),
    "off promise": ("a.off", b"OFF\n4000 4 6\n0 0 0\n", "M103", "line 1", "more than the file can hold"),
    "off index": ("a.off", OFF.replace("3 0 2 1", "3 0 2 4").encode(), "M105", "line 7", "vertex 4"),
    "off corners": ("a.off", OFF.replace("3 0 2 1", "9 0 2 1").encode(), "M103", "line 7", "9 corners"),
    "off nan": ("a.off", OFF.replace("1.0 0.0 0.0", "inf 0.0 0.0").encode(), "M104", "line 4", "finite"),
    "glb short": ("a.glb", b"glTF\x02\0\0\0", "M103", "byte 0", "no GLB"),
    "glb version": ("a.glb", b"glTF\x01\0\0\0" + FILES["tetra.glb"][8:], "M108", "byte 4", "version 1"),
    "glb cut": ("a.glb", FILES["tetra.glb"][:-4], "M103", "byte 8", "promises"),
    "glb json": (
        "a.glb",
        glb(TEXT.replace("[", "(", 1).encode(), BLOB),
        "M103",
        f"byte {20 + TEXT.index('[')}",
        "damaged",
    ),
    "glb utf-8": (
        "a.glb",
        glb(TEXT.replace("outer", "\xff").encode("latin-1"), BLOB),
        "M103",
        f"byte {20 + TEXT.index('outer')}",
        "UTF-8",
    ),
    "glb nan": ("a.glb", glb(TEXT.replace("48", "NaN", 1).encode(), BLOB), "M104", None, "NaN"),
    "glb index": ("a.glb", glb(DOCUMENT, BLOB[:48] + b"\x09\0" + BLOB[50:]), "M105", PRIMITIVE, "vertex 9"),
    "glb value": ("a.glb", glb(DOCUMENT, b"\0\0\xc0\x7f" + BLOB[4:]), "M104", "accessors[0], element 0", "finite"),
    "glb view": ("a.glb", changed("accessors", 0, "count", value=5), "M103", "accessors[0].bufferView", "view of 48"),
    "glb kind": ("a.glb", changed("accessors", 0, "type", value="VEC4"), "M103", "accessors[0]", "VEC3"),
    "glb accessor": (
        "a.glb",
        changed("meshes", 0, "primitives", 0, "indices", value=7),
        "M103",
        "meshes[0].primitives[0].indices",
        "accessor 7 does not exist",
    ),
    "glb both": ("a.glb", changed("meshes", 0, "primitives", 0, "indices", value=0), "M103", "accessors[0]", "SCALAR"),
    "glb node": ("a.glb", changed("nodes", 0, "children", value=[0]), "M103", "nodes[0]", "twice"),
    "glb type": ("a.glb", changed("nodes", 1, "mesh", value="x"), "M103", "nodes[1].mesh", "whole number"),
    "glb draco": (
        "a.glb",
        changed("extensionsRequired", value=["KHR_draco_mesh_compression"]),
        "M108",
        "extensionsRequired[0]",
        "compression",
    ),
    "glb points": ("a.glb", changed("meshes", 0, "primitives", 0, "mode", value=0), "M106", None, "points or lines"),
    "gltf bytes": ("a.gltf", TEXT.encode(), "M103", "buffers[0]", "no data"),
    "gltf base64": (
        "a.gltf",
        FILES["tetra.gltf"].replace(b"base64,A", b"base64,%"),
        "M103",
        "buffers[0].uri",
        "base64",
    ),
    "3mf no zip": ("a.3mf", b"PK\x03\x04 nothing", "M103", "end of file", "archive is damaged"),
    "3mf no model": ("a.zip", threemf("x").replace(b"model.model", b"model.other"), "M103", "end of file", "no model"),
    "3mf xml": ("a.3mf", threemf(model(mesh_xml())[:-9]), "M103", "3D/3dmodel.model line 3", "damaged"),
    "3mf doctype": (
        "a.3mf",
        threemf(model(mesh_xml()).replace("<model", '<!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/passwd">]><model', 1)),
        "M103",
        "3D/3dmodel.model line 2",
        "document type",
    ),
    "3mf index": ("a.3mf", threemf(model(mesh_xml()).replace('v2="2"', 'v2="7"')), "M105", None, "vertex 7"),
    "3mf cycle": (
        "a.3mf",
        threemf(model('<object id="1"><components><component objectid="1"/></components></object>')),
        "M103",
        None,
        "component of itself",
    ),
    "3mf missing": ("a.3mf", threemf(model(mesh_xml(), '<item objectid="5"/>')), "M103", None, "does not exist"),
}


@pytest.mark.parametrize("case", REFUSALS)
def test_refusals_say_what_and_where(case: str) -> None:
    name, data, code, place, words = REFUSALS[case]
    error = refused(data, name)
    assert error.code == code, str(error)
    if place is not None:
        assert error.place == place, str(error)
    assert words in error.message, str(error)
    assert str(error).startswith(name)


def test_a_missing_file_and_a_folder(tmp_path: Path) -> None:
    for path in (tmp_path / "none.obj", tmp_path):
        with pytest.raises(MeshError) as caught:
            read_mesh(path)
        assert caught.value.code == "M101"


SMALL = {
    "file_bytes": (Limits(file_bytes=100), "tetra.glb"),
    "vertices": (Limits(vertices=3), "tetra.obj"),
    "faces": (Limits(faces=3), "binary.stl"),
    "nodes": (Limits(nodes=1), "tetra.glb"),
    "depth of JSON": (Limits(depth=3), "tetra.gltf"),
    "depth of XML": (Limits(depth=3), "tetra.3mf"),
    "text_bytes": (Limits(text_bytes=100), "tetra.glb"),
    "unzipped_bytes": (Limits(unzipped_bytes=100), "tetra.3mf"),
    "zip_entries": (Limits(zip_entries=0), "tetra.3mf"),
}


@pytest.mark.parametrize("case", SMALL)
def test_every_limit_is_kept(case: str) -> None:
    limits, name = SMALL[case]
    assert refused(FILES[name], name, limits).code == "M107"
