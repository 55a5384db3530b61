"""Reading a mesh: size, format, parser, one kind of result and one kind of error."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path
from typing import Final, Literal, TypeAlias, assert_never, get_args

from shapelang.diagnostics import MeshError
from shapelang.io.limits import Limits
from shapelang.io.read.gltf import read_glb, read_gltf
from shapelang.io.read.mesh_data import MeshData
from shapelang.io.read.obj import read_obj
from shapelang.io.read.off import MAGIC as OFF_MAGIC
from shapelang.io.read.off import read_off
from shapelang.io.read.ply import read_ply
from shapelang.io.read.source import MeshSource
from shapelang.io.read.stl import is_binary_stl, read_stl
from shapelang.io.read.threemf import read_3mf

Format: TypeAlias = Literal["obj", "stl", "ply", "off", "glb", "gltf", "3mf"]
FORMATS: Final[tuple[Format, ...]] = get_args(Format)

DEFAULT_LIMITS: Final = Limits()

_OBJ_LINE: Final = re.compile(rb"^\s*(v|vn|vt|f|o|g|usemtl|mtllib)\s", re.MULTILINE)
_STL_TEXT: Final = re.compile(rb"\s*solid\b", re.IGNORECASE)


def read_mesh(source: Path | bytes, name: str | None = None, limits: Limits = DEFAULT_LIMITS) -> MeshData:
    """The triangles of a mesh file, in its own frame and units, with transforms applied and names kept.

    `source`: a path (files that it refers to are looked for in its folder, nowhere else), or bytes (which refer to no
    file). `name`: what errors call it; its extension decides where the content does not. Reads obj (with mtl), stl,
    ply, off, glb, gltf and 3mf. Raises MeshError, and nothing else, whatever the bytes are.
    """
    if isinstance(source, bytes):
        made = MeshSource(name or "mesh", source, limits)
        if len(source) > limits.file_bytes:
            raise made.too_large("bytes", len(source), limits.file_bytes)
    else:
        made = _opened(source, name or str(source), limits)
    if not made.data:
        raise made.empty("the file is empty")
    return _parser(_format(made))(made)


def _opened(path: Path, name: str, limits: Limits) -> MeshSource:
    """At most as many bytes as the limit allows are read, whatever the file says of itself."""
    try:
        with path.open("rb") as file:
            data = file.read(limits.file_bytes + 1)
    except (OSError, ValueError) as error:
        cause = error.strerror if isinstance(error, OSError) else None
        raise MeshError("M101", name, f"cannot be opened: {cause or error}", hint="check the path") from None
    made = MeshSource(name, data, limits, path.parent)
    if len(data) > limits.file_bytes:
        raise made.too_large("bytes", f"over {limits.file_bytes:,}", limits.file_bytes)
    return made


def _format(source: MeshSource) -> Format:
    """The format by content; by the extension of the name where the content says nothing."""
    head = source.data[:4096]
    extension = Path(source.name).suffix.lower().removeprefix(".")
    named: Format | None = next((known for known in FORMATS if known == extension), None)
    if head.startswith(b"glTF"):
        return "glb"
    if head.startswith(b"PK\x03\x04"):
        return "3mf"
    if re.match(rb"ply\s", head):
        return "ply"
    if OFF_MAGIC.match(head):
        return "off"
    if named is not None:
        return named
    if head.lstrip(b"\xef\xbb\xbf \t\r\n").startswith(b"{"):
        return "gltf"
    if is_binary_stl(source.data) or _STL_TEXT.match(head):
        return "stl"
    if b"\0" not in head and _OBJ_LINE.search(head):
        return "obj"
    hint = f"known are {', '.join(FORMATS)}"
    raise MeshError("M102", source.name, "the format is not known, by content or by name", hint=hint)


def _parser(kind: Format) -> Callable[[MeshSource], MeshData]:
    match kind:
        case "obj":
            return read_obj
        case "stl":
            return read_stl
        case "ply":
            return read_ply
        case "off":
            return read_off
        case "glb":
            return read_glb
        case "gltf":
            return read_gltf
        case "3mf":
            return read_3mf
        case _:
            assert_never(kind)
