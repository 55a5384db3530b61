"""The table of mesh errors names every code that the readers can give, and shows the whole message of each."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from shapelang.diagnostics import MeshError
from shapelang.io.limits import Limits
from shapelang.io.read import read_mesh
from tests.docs.blocks import blocks

ROOT = Path(__file__).parents[2]
PAGE = ROOT / "docs" / "errors.md"
FAR = (
    b'{"asset":{"version":"2.0"},"buffers":[{"byteLength":36,"uri":"../x.bin"}],"bufferViews":[{"buffer":0,'
    b'"byteLength":36}],"accessors":[{"bufferView":0,"componentType":5126,"count":3,"type":"VEC3"}],'
    b'"meshes":[{"primitives":[{"attributes":{"POSITION":0}}]}],"nodes":[{"mesh":0}],"scenes":[{"nodes":[0]}]}'
)
FILES: dict[str, bytes | None] = {
    "lost.obj": None,
    "notes.txt": b"hello world",
    "cut.ply": b"ply\nformat ascii 1.0\n",
    "nan.obj": b"v 0 0 0\nv 0 nan 0\nv 1 0 0\nf 1 2 3\n",
    "index.obj": b"v 0 0 0\nv 1 0 0\nv 0 1 0\nf 1 2 9\n",
    "cloud.obj": b"v 0 0 0\nv 1 0 0\n",
    "large.obj": b"v 0 0 0\nv 1 0 0\nv 0 1 0\nf 1 2 3\nf 3 2 1\n",
    "binary.off": b"OFF BINARY\n",
    "far.gltf": FAR,
}
"""One file for each code, in order; None is not there."""


def raised() -> list[str]:
    """Every code that stands in the sources of the readers."""
    files = (ROOT / "shapelang" / "io").rglob("*.py")
    return sorted({code for f in files for code in re.findall(r'"(M\d{3})"', f.read_text(encoding="utf-8"))})


def told(folder: Path, name: str, data: bytes | None) -> str:
    if data is not None:
        (folder / name).write_bytes(data)
    with pytest.raises(MeshError) as caught:
        read_mesh(folder / name, name, Limits(faces=1))
    return str(caught.value)


def test_the_table_is_complete() -> None:
    text = PAGE.read_text(encoding="utf-8")
    rows = re.findall(r"^\| (M\d{3}) \| (.*) \| (.*) \| (.*) \|$", text, re.MULTILINE)
    assert [code for code, *_ in rows] == raised()
    assert all(cell for row in rows for cell in row)
    assert f"## {raised()[0]} to {raised()[-1]} " in text


def test_the_whole_message_of_each(tmp_path: Path) -> None:
    (shown,) = [b.text for b in blocks(PAGE) if b.language == "mesh-errors"]
    messages = [told(tmp_path, name, data) for name, data in FILES.items()]
    assert "\n".join(messages) + "\n" == shown
    assert [re.findall(r"error\[(M\d+)\]", m) for m in messages] == [[code] for code in raised()]
