"""`shapelang build`: a program becomes the files of a model."""

from __future__ import annotations

import os
from collections.abc import Iterable
from contextlib import suppress
from typing import Annotated, Final, TypeAlias

import typer

from shapelang.cli.console import bytes_shown, clean, emit_json, say
from shapelang.cli.facts import facts_of, file_row, trace_row
from shapelang.cli.failures import OK
from shapelang.cli.models import Format, Look, format_of, model_files
from shapelang.cli.options import JsonFlag, Running, Seed, Segments
from shapelang.cli.programs import STDIN, load_program, run_program
from shapelang.diagnostics import UsageError

EXAMPLES: Final = """\b
Examples:
  shapelang build chair.shape -o chair.glb
  shapelang build chair.shape -o chair.glb -o chair.obj --seed 7
  shapelang build chair.shape -o wide.glb --set width=0.6 --set back=panel
  shapelang build chair.shape -o chair.glb --colliders      for Godot
  shapelang build chair.shape -o chair.npz --resolution 64  labelled voxels
  shapelang build chair.shape -o chair.glb --json | jq .bounding_box
  cat chair.shape | shapelang build - -o - --format stl > chair.stl

Formats, by suffix: .glb .obj .ply .stl .off .npz (voxels) .json (the tree)
"""

Output: TypeAlias = Annotated[
    list[str] | None, typer.Option("-o", "--output", metavar="PATH", help="Where to write; '-' is stdout. Repeatable.")
]


def run(
    file: Annotated[str, typer.Argument(help="The program; '-' is standard input.")],
    *,
    output: Output = None,
    form: Annotated[Format | None, typer.Option("--format", help="The format, whatever the suffix.")] = None,
    seed: Seed = 0,
    segments: Segments = None,
    colliders: Annotated[bool, typer.Option("--colliders", help="Add collision shapes to a GLB.")] = False,
    resolution: Annotated[
        int, typer.Option("--resolution", min=1, max=512, metavar="N", help="Voxels along the longest side (.npz).")
    ] = 64,
    running: Running,
    json: JsonFlag = False,
) -> int:
    """Run a program and write the model to files.

    The same program, values and seed give the same bytes.
    """
    if not output:
        raise UsageError("nowhere to write: give -o PATH, such as -o model.glb")
    targets = [(path, format_of(path, form)) for path in output]
    if len(set(output)) < len(output):
        raise UsageError("-o names the same file twice")
    refuse_json_beside(output, json)
    for path in output:
        refuse_input(path, file)
    given = running.given()
    trace = run_program(load_program(file, running.stdin_filename), seed, given, running.limits())
    look = Look(default_segments(segments), colliders, resolution)
    facts = facts_of(trace.assembly, look.segments)
    # Everything is made before anything is written: a failure leaves all the old files.
    made = [model_files(trace.assembly, kind, path, look) for path, kind in targets]
    for files in made:
        for path, content in files:
            write_output(path, content)
        path, content = files[0]
        with_it = "".join(f", with {clean(os.path.basename(other))}" for other, _ in files[1:])
        name = clean(path) if path != STDIN else "stdout"
        say(f"{name}: {facts.shown()}, {bytes_shown(len(content))}{with_it}, seed {seed}")
    if json:
        rows = [file_row(path, content) for files in made for path, content in files]
        emit_json({"program": trace.assembly.program, **trace_row(trace, given), **facts.row(), "files": rows})
    return OK


def default_segments(segments: int | None) -> int:
    """The edges of a full circle, when nobody says otherwise those of the library."""
    from shapelang.representations.surface import SEGMENTS

    return SEGMENTS if segments is None else segments


def refuse_input(path: str, *inputs: str) -> None:
    """Raises UsageError when an output would replace what it is made from."""
    for file in inputs:
        with suppress(OSError):
            if STDIN not in (path, file) and os.path.samefile(path, file):
                raise UsageError(f"{path}: that is the input; give another name for the output")


def refuse_json_beside(outputs: Iterable[str], json: bool) -> None:
    """Raises UsageError when what is made and what is told of it would both go to standard output."""
    if json and STDIN in outputs:
        raise UsageError("--json and '-o -' both want standard output")


def refuse_other_pictures(path: str) -> None:
    """Raises UsageError for a picture that would not be a PNG."""
    if path != STDIN and not path.lower().endswith(".png"):
        raise UsageError(f"{path}: a picture is a .png file")


def write_output(path: str, content: bytes) -> None:
    """Write a file whole, or standard output for `-`; raises UsageError."""
    import sys

    from shapelang.io.atomic import write_atomic

    stdout: object = sys.stdout
    if path == STDIN and stdout is None:
        raise UsageError("standard output is closed")
    write_atomic(path, content)
