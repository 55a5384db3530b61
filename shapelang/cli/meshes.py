"""Meshes from files, from standard input, and from programs that are run."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from shapelang.cli.programs import STDIN, existing, is_program, load_program, read_stdin, refuse_model, run_program
from shapelang.diagnostics import UsageError

if TYPE_CHECKING:
    from shapelang.assembly.assembly import Assembly
    from shapelang.execution.budget import Limits
    from shapelang.io.read import MeshData, ShapeData
    from shapelang.metrics.triangles import Triangles

KINDS: Final = "meshes are .obj, .stl, .ply, .off, .glb, .gltf and .3mf files; `shapelang build` makes one of a program"


def load_mesh(file: str, stdin_filename: str | None = None) -> MeshData:
    """The mesh of a file or of `-`; raises MeshError, UsageError."""
    from shapelang.io.read import read_mesh

    return read_mesh(*_source(file, stdin_filename))


def load_shape(file: str, stdin_filename: str | None = None) -> ShapeData:
    """The mesh, points or voxels of a file or of `-`; raises MeshError, UsageError."""
    from shapelang.io.read import read_shape

    return read_shape(*_source(file, stdin_filename))


def _source(file: str, stdin_filename: str | None) -> tuple[Path | bytes, str]:
    """What is read, and what errors call it."""
    refuse_model(file)
    if names_program(file, stdin_filename) and file != STDIN:
        raise UsageError(f"{file}: that is a program, and a mesh is wanted here\n  help: {KINDS}")
    if file == STDIN:
        return read_stdin(), stdin_filename or "<stdin>"
    return existing(file), file


def names_program(file: str, stdin_filename: str | None) -> bool:
    """Whether a file, or what `-` stands for, is read as a program."""
    return is_program(stdin_filename if file == STDIN and stdin_filename is not None else file)


def model_of(
    file: str, stdin_filename: str | None, seed: int, given: dict[str, Any], limits: Limits
) -> Assembly | MeshData:
    """What a program makes, or the mesh of a file."""
    if names_program(file, stdin_filename):
        return run_program(load_program(file, stdin_filename), seed, given, limits).assembly
    return load_mesh(file, stdin_filename)


def triangles_of(model: Assembly | MeshData, segments: int) -> Triangles:
    """The bare triangles of either; raises EmptyError for a program that makes nothing."""
    from shapelang.assembly.assembly import Assembly
    from shapelang.metrics.triangles import triangles

    if isinstance(model, Assembly):
        from shapelang.cli.facts import facts_of
        from shapelang.representations.surface import flattened

        facts_of(model, segments)
        flat = flattened(model, segments)
        return triangles(flat.positions, flat.faces)
    return triangles(model.positions, model.faces)
