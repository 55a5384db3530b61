"""Formats of models: from an assembly to the bytes of a file."""

from __future__ import annotations

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
    suffix = PurePath(path).suffix.removeprefix(".").lower()
    known = {f.value: f for f in Format}
    if suffix in known:
        return known[suffix]
    hint = closest(suffix, known) if suffix else None
    listed = ", ".join(f".{name}" for name in known)
    cause = f"no format is called '.{suffix}'" if suffix else "the name has no suffix"
    raise UsageError(f"{path}: {cause}; {hint or f'known are {listed}'}")


def model_bytes(assembly: Assembly, form: Format, segments: int, colliders: bool, resolution: int) -> bytes:
    """The content of a model's file. Raises UsageError, SolidError."""
    match form:
        case Format.GLB:
            from shapelang.io.glb import glb_bytes

            return glb_bytes(assembly, segments=segments, colliders=colliders)
        case Format.OBJ:
            from shapelang.io.obj import obj_bytes

            return obj_bytes(assembly, segments=segments)
        case Format.PLY:
            from shapelang.io.ply import ply_bytes

            return ply_bytes(assembly, segments=segments)
        case Format.STL:
            from shapelang.io.stl import stl_bytes

            return stl_bytes(assembly, segments=segments)
        case Format.OFF:
            from shapelang.io.off import off_bytes

            return off_bytes(assembly, segments=segments)
        case Format.NPZ:
            from shapelang.io.voxels import voxels_bytes
            from shapelang.representations.voxels import voxelise

            return voxels_bytes(voxelise(assembly, resolution))
        case Format.JSON:
            from shapelang.io.assembly_json import assembly_bytes

            return assembly_bytes(assembly)
        case _:
            assert_never(form)
