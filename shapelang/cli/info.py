"""`shapelang info`: what a program or a mesh consists of."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Final

import typer

from shapelang.cli.console import emit, emit_json
from shapelang.cli.failures import OK
from shapelang.cli.meshes import names_program
from shapelang.cli.options import JsonFlag, Running, Seed, Segments
from shapelang.cli.programs import is_model, load_program, run_program
from shapelang.diagnostics import UsageError

if TYPE_CHECKING:
    from shapelang.cli.program_info import ProgramInfo

EXAMPLES: Final = """\b
Examples:
  shapelang info chair.shape                parameters, choices, parts, size
  shapelang info chair.shape --tree         the tree of what it makes
  shapelang info chair.shape --seed 7 --set width=0.5
  shapelang info chair.shape --json | jq .parameters
  shapelang info table.obj                  groups, triangles, faults, size
  shapelang info chairs.programs            what a model was learned from
"""


def run(
    file: Annotated[str, typer.Argument(help="A program ('-' is standard input), a mesh or a model of programs.")],
    *,
    tree: Annotated[bool, typer.Option("--tree", help="Also show the tree of parts.")] = False,
    seed: Seed = 0,
    segments: Segments = None,
    running: Running,
    json: JsonFlag = False,
) -> int:
    """Show what a program or a mesh consists of.

    Of a program: its parameters, and what a run with the seed chooses and makes. Of a mesh: groups and faults. Of a
    model of programs: what it was learned from.
    """
    if is_model(file):
        if running.settings or tree:
            raise UsageError(f"{file}: --set and --tree are for programs, and this is a model of them")
        from shapelang.cli.model_info import describe_model

        described = describe_model(file)
    elif names_program(file, running.stdin_filename):
        described = _program(file, seed, segments, running)
    else:
        if running.settings or tree:
            raise UsageError(f"{file}: --set and --tree are for programs, and a mesh is none")
        from shapelang.cli.mesh_info import describe_mesh

        described = describe_mesh(file, running.stdin_filename)
    if json:
        emit_json(described.row(tree))
        return OK
    for line in described.lines(tree):
        emit(line)
    return OK


def _program(file: str, seed: int, segments: int | None, running: Running) -> ProgramInfo:
    from shapelang.cli.build import default_segments
    from shapelang.cli.program_info import describe_program

    given = running.given()
    trace = run_program(load_program(file, running.stdin_filename), seed, given, running.limits())
    return describe_program(trace, default_segments(segments))
