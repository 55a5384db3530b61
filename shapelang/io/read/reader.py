"""Reading a shape: size, format, parser, and one kind of error."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path
from typing import Final, Literal, TypeAlias, assert_never, get_args

from shapelang.diagnostics import MeshError
from shapelang.io.limits import Limits
from shapelang.io.read.binvox import MAGIC as BINVOX_MAGIC
from shapelang.io.read.binvox import read_binvox
from shapelang.io.read.gltf import read_glb, read_gltf
from shapelang.io.read.mesh_data import MeshData
from shapelang.io.read.npy import MAGIC as NPY_MAGIC
from shapelang.io.read.npy import read_npy
from shapelang.io.read.npz import read_npz
from shapelang.io.read.numbers_text import LINES_OF_NUMBERS, read_numbers
from shapelang.io.read.obj import read_obj
from shapelang.io.read.off import MAGIC as OFF_MAGIC
from shapelang.io.read.off import read_off
from shapelang.io.read.ply import read_ply
from shapelang.io.read.sampled_data import PointData, ShapeData, VoxelData
from shapelang.io.read.source import MeshSource
from shapelang.io.read.stl import is_binary_stl, read_stl
from shapelang.io.read.threemf import read_3mf

Format: TypeAlias = Literal["obj", "stl", "ply", "off", "glb", "gltf", "3mf", "xyz", "pts", "npy", "npz", "binvox"]
FORMATS: Final[tuple[Format, ...]] = get_args(Format)

DEFAULT_LIMITS: Final = Limits()

_OBJ_LINE: Final = re.compile(rb"^\s*(v|vn|vt|f|o|g|usemtl|mtllib)\s", re.MULTILINE)
_NPZ: Final = re.compile(rb"PK\x03\x04.{26}[^\0]{1,80}?\.npy", re.DOTALL)
"""A zip archive whose first entry is an array."""
_STL_TEXT: Final = re.compile(rb"\s*solid\b", re.IGNORECASE)


def read_mesh(source: Path | bytes, name: str | None = None, limits: Limits = DEFAULT_LIMITS) -> MeshData:
    """The triangles of a mesh file, in its own frame and units, with transforms applied and names kept.

    `source`: a path (files that it refers to are looked for in its folder, nowhere else), or bytes (which refer to no
    file). `name`: what errors call it; its extension decides where the content does not. Reads obj (with mtl), stl,
    ply, off, glb, gltf and 3mf. Raises MeshError, and nothing else, whatever the bytes are; M106 for points and voxels.
    """
    found = read_shape(source, name, limits)
    match found:
        case MeshData():
            return found
        case PointData():
            raise _without_faces(found.name, "a cloud of points")
        case VoxelData():
            raise _without_faces(found.name, "a grid of voxels")
        case _:
            assert_never(found)


def read_shape(source: Path | bytes, name: str | None = None, limits: Limits = DEFAULT_LIMITS) -> ShapeData:
    """A mesh as `read_mesh` reads it, or points or cells, in their own frame and units.

    Points: ply without faces, text of numbers (xyz, pts), npy (n, 3 or 6), npz with `points`. Cells: npz with `voxels`
    or `occupancy`, npy (x, y, z), binvox. Raises MeshError, and nothing else, whatever the bytes are.
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


def _without_faces(name: str, what: str) -> MeshError:
    hint = "faces are needed here; `shapelang infer` makes a program of it"
    return MeshError("M106", name, f"there are no faces: it is {what}", hint=hint)


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
        return "npz" if _NPZ.match(head) or named == "npz" else "3mf"
    if head.startswith(NPY_MAGIC):
        return "npy"
    if head.startswith(BINVOX_MAGIC):
        return "binvox"
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
    if LINES_OF_NUMBERS.match(head):
        return "xyz"
    hint = f"known are {', '.join(FORMATS)}"
    raise MeshError("M102", source.name, "the format is not known, by content or by name", hint=hint)


def _parser(kind: Format) -> Callable[[MeshSource], ShapeData]:
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
        case "xyz" | "pts":
            return read_numbers
        case "npy":
            return read_npy
        case "npz":
            return read_npz
        case "binvox":
            return read_binvox
        case _:
            assert_never(kind)
