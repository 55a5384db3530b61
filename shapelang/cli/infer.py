"""`shapelang infer`: a mesh read back into a program."""

from __future__ import annotations

import os
from dataclasses import replace
from pathlib import PurePath
from time import monotonic
from typing import TYPE_CHECKING, Annotated, Final

import typer

from shapelang.cli.build import refuse_input, refuse_json_beside, refuse_other_pictures, write_output
from shapelang.cli.console import clean, emit_json, say, table
from shapelang.cli.hurried import hurried
from shapelang.cli.infer_alternatives import Alternatives, others_told
from shapelang.cli.infer_corpus import Again, Jobs, Memory, Pooling, Ray, infer_folder, is_folder
from shapelang.cli.infer_grammar import AnySize, GrammarFile, infer_by_grammar
from shapelang.cli.interrupts import INTERRUPTED
from shapelang.cli.meshes import load_shape
from shapelang.cli.options import (
    JsonFlag,
    MeshUp,
    MinIou,
    PrimitiveReport,
    StdinFilename,
    TimeLimit,
    checked_seed,
    good_enough,
)
from shapelang.cli.programs import STDIN, existing
from shapelang.cli.progress import progress_told
from shapelang.compiling import working_clock
from shapelang.diagnostics import UsageError
from shapelang.inference.corpus.items import SUFFIXES, numbered
from shapelang.inference.input.up import Up
from shapelang.io.atomic import refuse_unwritable

if TYPE_CHECKING:
    from shapelang.inference.infer import Inferred
    from shapelang.io.read import MeshData

_LEFT: Final = 0.5
"""Part of the time limit that the reading of a file leaves in any case."""

_MAX_PARTS: Final = 256
"""Solids to fit where nobody says otherwise; `None` tells that nobody did."""

_WORTH_TELLING: Final = 1.0
"""Seconds of compiling."""

_COMPILED: Final = (
    "Compiling took {:.0f} s more, which do not count against the time limit; it is done once after an installation."
)

EXAMPLES: Final = """\b
Examples:
  shapelang infer table.obj -o table.shape
  shapelang infer table.obj -o table.shape --report table.html --render table.png
  shapelang infer table.obj -o table.shape --min-iou 0.8 --time-limit 10
  shapelang infer table.obj -o table.shape --alternatives 3 --report table.html
  shapelang infer scan.obj -o chair.shape --grammar chairs.shape
  cat table.glb | shapelang infer - --stdin-filename table.glb -o - | less
  shapelang infer scan.stl -o scan.shape --up z
  shapelang infer meshes/ -o programs/ --jobs 4 --memory 4096

The program stands where the mesh stands, in its frame and units; with --up it is
turned so that the axis named is +Y. The figures
are measured on the program's text, run again: solid IoU at 64 cells, Chamfer
in % of the diagonal.

Meshes are obj, stl, ply, off, glb, gltf and 3mf. Points, with or without normals,
are ply without faces, xyz, pts or txt of numbers, npy (n, 3 or 6) and npz with
`points` and `normals`; a closed surface is laid through them first. Voxels are
npz with `voxels` or as `shapelang build` writes it, npy (x, y, z), and binvox.

With --alternatives K up to K programs that differ in structure are written, as
table.shape, table.2.shape, …: the one of the shortest description first.

With --grammar chairs.shape the program is the most probable derivation of that
program of chance that explains the mesh: its reals are moved by gradient, its
choices are searched by a beam. The report has the log-probability. The mesh may
stand elsewhere, turned by quarters about y, and with --any-size be scaled.

Ctrl-C ends the search: what it has found is written, and the exit code is 130.
A second one ends the command at once.

A folder of meshes becomes a folder of programs with a manifest.jsonl, a row for
each mesh. Called again, it does what is missing or changed. --alternatives and
--grammar are for each mesh. Exit code 0 when
each mesh has a program or is refused for a reason of its own; 1 when some took
too long, too much memory, or crashed; 130 when interrupted.
"""


def run(
    file: Annotated[
        str, typer.Argument(help="A mesh, points or voxels (see below), or a folder of meshes; '-' is stdin.")
    ],
    output: Annotated[
        str | None, typer.Option("-o", "--output", metavar="PATH", help="Where to write the program; '-' is stdout.")
    ] = None,
    report: PrimitiveReport = None,
    render: Annotated[
        str | None, typer.Option("--render", metavar="PNG", help="Draw mesh and program side by side.")
    ] = None,
    time_limit: TimeLimit = 30.0,
    max_parts: Annotated[
        int | None,
        typer.Option(
            "--max-parts",
            min=1,
            max=1000,
            metavar="N",
            show_default=str(_MAX_PARTS),
            help="Solids to fit, besides their copies.",
        ),
    ] = None,
    up: MeshUp = Up.Y,
    keep_groups: Annotated[
        bool, typer.Option("--keep-groups", help="Each group of the mesh becomes a block of its own.")
    ] = False,
    alternatives: Alternatives = 1,
    grammar: GrammarFile = None,
    any_size: AnySize = False,
    min_iou: MinIou = None,
    seed: Annotated[
        int, typer.Option("--seed", callback=checked_seed, metavar="N", help="For the points that are measured at.")
    ] = 0,
    jobs: Jobs = None,
    memory: Memory = None,
    again: Again = False,
    ray: Ray = None,
    stdin_filename: StdinFilename = None,
    json: JsonFlag = False,
) -> int:
    """Read a mesh back into a program, or all meshes of a folder.

    Exit code 1 when no program can be made of it, or with --min-iou when it is not good enough.
    """
    started = monotonic()
    pooling = Pooling(jobs, memory, again, ray)
    if is_folder(file):
        if report is not None or render is not None or stdin_filename is not None:
            raise UsageError("--report, --render and --stdin-filename are for one mesh, not for a folder")
        _refuse_for_grammar(grammar, any_size, keep_groups, max_parts)
        from shapelang.cli.infer_work import work_of
        from shapelang.inference.corpus.inferring import Inferring

        plain = Inferring(time_limit, max_parts or _MAX_PARTS, seed, up, keep_groups, alternatives)
        return infer_folder(file, output, work_of(plain, grammar, any_size), pooling, min_iou, json)
    pooling.refuse_for_one()
    _refuse_for_grammar(grammar, any_size, keep_groups, max_parts)
    if file != STDIN:
        existing(file)  # what is not there is told first, whatever else the call lacks
    _refuse_outputs(_outputs(output, report, render), file, json)
    _refuse_a_mesh(output)
    shape = load_shape(file, stdin_filename)
    from shapelang.inference.input.shape import infer_shape
    from shapelang.inference.input.upright import upright

    shape = upright(shape, up)

    name = PurePath(stdin_filename or "mesh" if file == STDIN else file).stem
    # Reading counts, and so does what is loaded meanwhile.
    left = max(time_limit - (monotonic() - started), _LEFT * time_limit)
    with (
        progress_told("reading the mesh", quiet=json) as tell,
        working_clock() as working,
        hurried(working.clock) as hurry,
    ):
        if grammar is not None:
            found, mesh = infer_by_grammar(grammar, any_size, shape, left, alternatives, seed, tell, hurry)
        else:
            found, mesh = infer_shape(
                shape,
                name=name,
                time_limit=left,
                max_parts=max_parts or _MAX_PARTS,
                alternatives=alternatives,
                keep_groups=keep_groups,
                seed=seed,
                progress=tell,
                clock=hurry.clock,
                searching=hurry.searching,
            )
    if working.compiling >= _WORTH_TELLING:
        found = replace(found, notes=(*found.notes, _COMPILED.format(working.compiling)))
    if hurry.heard:
        found = found.interrupted(hurry.ahead)
    _write(found, mesh, output, report, render, seed)
    if json:
        emit_json(found.report())
    for line in _summary(found, output):
        say(line)
    return INTERRUPTED if hurry.heard else good_enough(found.evidence.iou64, min_iou)


def _refuse_for_grammar(grammar: str | None, any_size: bool, keep_groups: bool, max_parts: int | None) -> None:
    if any_size and grammar is None:
        raise UsageError("--any-size is for --grammar, which makes things in metres")
    if grammar is not None and keep_groups:
        raise UsageError("--grammar has groups of its own; leave --keep-groups out")
    if grammar is not None and max_parts is not None:
        raise UsageError("--grammar makes as many parts as it says; leave --max-parts out")


def _refuse_outputs(outputs: list[str], file: str, json: bool) -> None:
    refuse_json_beside(outputs, json)
    for path in outputs:
        refuse_input(path, file)
        refuse_unwritable(path)  # now, and not when the search is over


def _refuse_a_mesh(output: str | None) -> None:
    """A program under a mesh's ending would be taken for one, or replace one."""
    if output is not None and PurePath(output).suffix.lower() in SUFFIXES:
        raise UsageError(f"{output}: what is written is a program, a .shape file; 'shapelang build' makes meshes of it")


def _outputs(output: str | None, report: str | None, render: str | None) -> list[str]:
    if output is None:
        raise UsageError("nowhere to write: give -o PATH, such as -o table.shape")
    outputs = [path for path in (output, report, render) if path is not None]
    if len({os.path.abspath(path) if path != STDIN else path for path in outputs}) < len(outputs):
        raise UsageError("-o, --report and --render name the same file")
    if render is not None:
        refuse_other_pictures(render)
    return outputs


def _write(
    found: Inferred, mesh: MeshData, output: str | None, report: str | None, render: str | None, seed: int
) -> None:
    """Everything is made before anything is written."""
    made = [(output or STDIN, found.text.encode("utf-8"))]
    if report is not None:
        from shapelang.cli.infer_report import inferred_report

        made.append((report, inferred_report(report, found, mesh, seed)))
    if render is not None:
        from shapelang.cli.infer_picture import comparison

        made.append((render, comparison(mesh, found)))
    if output != STDIN:
        others = enumerate(found.alternatives[1:], 2)
        made += [(numbered(output or STDIN, k), one.text.encode("utf-8")) for k, one in others]
    for path, content in made:
        write_output(path, content)


def _summary(found: Inferred, output: str | None) -> list[str]:
    e = found.evidence
    rows = [
        ("solid IoU", f"{e.iou64:.4f}"),
        ("Chamfer", f"{e.chamfer:.3f} %"),
        ("F-score at 1 %", f"{e.fscore:.4f}"),
        ("primitives", f"{e.primitives:,}"),
        ("tokens", f"{e.tokens:,}"),
        ("description", f"{e.bits:,.0f} bits"),
        ("seconds", f"{e.seconds:.2f}"),
        ("outcome", found.outcome.value),
    ]
    if found.derived is not None:
        rows.insert(-2, ("log-probability", f"{found.derived.log_prob:.4f}"))
    name = "stdout" if output == STDIN else clean(output or "")
    # The outcome has a row of its own.
    notes = (f"  note: {clean(note)}" for note in found.notes if note != found.outcome.value)
    return [f"{name}: a program", *table(rows), *others_told(found, output), *notes]
