"""Formats of models: from an assembly to the bytes of a file."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum
from pathlib import PurePath
from typing import TYPE_CHECKING, assert_never, final

from shapelang.cli.programs import STDIN
from shapelang.diagnostics import UsageError, closest

if TYPE_CHECKING:
    from shapelang.assembly.assembly import Assembly


@final
class Format(Enum):
    """What a model can be written as; the value is the file's suffix."""

    GLB = "glb"
    OBJ = "obj"
    PLY = "ply"
    STL = "stl"
    OFF = "off"
    NPZ = "npz"
    JSON = "json"


def format_of(path: str, wanted: Format | None) -> Format:
    """The format that is asked for, else the one that the name's suffix says; raises UsageError."""
    if wanted is not None:
        return wanted
    if path == STDIN:
        raise UsageError("'-o -' needs --format, such as --format glb")
    return Format(suffix_of(path, Format))


def suffix_of(path: str, formats: type[Enum]) -> str:
    """The suffix of a name, which is the value of one of the formats; raises UsageError."""
    suffix = PurePath(path).suffix.removeprefix(".").lower()
    known = {str(form.value): form for form in formats}
    if suffix in known:
        return suffix
    hint = closest(suffix, known) if suffix else None
    listed = ", ".join(f".{name}" for name in known)
    cause = f"no format is called '.{suffix}'" if suffix else "the name has no suffix"
    raise UsageError(f"{path}: {cause}; {hint or f'known are {listed}'}")


@final
@dataclass(frozen=True, slots=True)
class Look:
    """How a model is written: edges of a full circle, whether with colliders, voxels along the longest side."""

    segments: int
    colliders: bool
    resolution: int


def model_files(assembly: Assembly, form: Format, path: str, look: Look) -> list[tuple[str, bytes]]:
    """The file of a model with its content, and those that go with it (the materials of an OBJ).

    Raises UsageError for what the format cannot hold, SolidError.
    """
    if form is Format.OBJ and path != STDIN:
        from shapelang.io.obj import mtl_bytes, obj_bytes

        library = str(PurePath(path).with_suffix(".mtl"))
        model = obj_bytes(assembly, PurePath(library).name, segments=look.segments)
        return [(path, model), (library, mtl_bytes(assembly))]
    return [(path, _content(assembly, form, look))]


def _content(assembly: Assembly, form: Format, look: Look) -> bytes:
    match form:
        case Format.GLB:
            from shapelang.io.glb import glb_bytes

            return glb_bytes(assembly, segments=look.segments, colliders=look.colliders)
        case Format.OBJ:
            from shapelang.io.obj import obj_bytes

            return obj_bytes(assembly, segments=look.segments)
        case Format.PLY:
            from shapelang.io.ply import ply_bytes

            return ply_bytes(assembly, segments=look.segments)
        case Format.STL:
            from shapelang.io.stl import stl_bytes

            return stl_bytes(assembly, segments=look.segments)
        case Format.OFF:
            from shapelang.io.off import off_bytes

            return off_bytes(assembly, segments=look.segments)
        case Format.NPZ:
            from shapelang.io.voxels import voxel_bytes
            from shapelang.representations.voxels import voxelise

            return voxel_bytes(voxelise(assembly, look.resolution))
        case Format.JSON:
            from shapelang.io.assembly_json import assembly_json

            return assembly_json(assembly)
        case _:
            assert_never(form)
