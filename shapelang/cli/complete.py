"""`shapelang complete`: a trained model makes the half of a mesh that is missing, or takes noise out of it."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Final

import typer

from learners.names import Side
from shapelang.cli.build import default_segments, refuse_input
from shapelang.cli.console import clean, emit_json, say, say_warning
from shapelang.cli.failures import OK
from shapelang.cli.meshes import model_of, triangles_of
from shapelang.cli.net_options import Device, TrainedRun
from shapelang.cli.options import JsonFlag, StdinFilename, checked_seed
from shapelang.cli.progress import progress_told
from shapelang.diagnostics import UsageError

EXAMPLES: Final = """\b
Examples:
  shapelang complete primitives-sequential broken.obj -o whole.glb --across 10
  shapelang complete runs/solids broken.obj -o whole.glb
  shapelang complete runs/solids broken.obj -o whole.ply --hidden=-y
  shapelang complete runs/solids scan.obj -o clean.glb --flipped 0.05

The run is one of `train sequential`. What stands beyond the middle of the mesh's
box is not looked at, and made anew; with --flipped all is looked at, and each
cell held to be wrong with that probability. A warning tells of a mesh unlike all
that the run has learned from.
"""


def run(
    folder: TrainedRun,
    mesh: Annotated[str, typer.Argument(metavar="MESH", help="A mesh or a program; '-' reads standard input.")],
    *,
    output: Annotated[str, typer.Option("-o", "--output", metavar="PATH", help="A .glb, .obj or .ply; '-' is stdout.")],
    hidden: Annotated[Side, typer.Option("--hidden", help="The side that is made anew.")] = Side.X,
    share: Annotated[
        float | None,
        typer.Option("--flipped", min=0.001, max=0.45, metavar="P", help="Hide nothing: this share of cells is wrong."),
    ] = None,
    chain: Annotated[int, typer.Option("--chain", min=1, max=100_000, metavar="N", help="Steps of the chain.")] = 100,
    across: Annotated[
        int | None, typer.Option("--across", min=2, metavar="N", help="Cells that the longest side takes.")
    ] = None,
    seed: Annotated[int, typer.Option("--seed", callback=checked_seed, metavar="N", help="Of the chain.")] = 0,
    stdin_filename: StdinFilename = None,
    device: Device = "cpu",
    json: JsonFlag = False,
) -> int:
    """Make the missing half of a mesh by a trained model of volumes."""
    from shapelang.execution.budget import Limits
    from shapelang.io.atomic import refuse_unwritable, write_atomic
    from shapelang.io.bare import MeshFormat, bare_bytes

    refuse_input(output, mesh)
    refuse_unwritable(output)
    ending = Path(output).suffix.removeprefix(".").lower() or "glb"
    if output != "-" and ending not in {form.value for form in MeshFormat}:
        raise UsageError(f"-o {output}: a surface is written as .glb, .obj or .ply")
    if json and output == "-":
        raise UsageError("--json and '-o -' both want standard output")
    form = MeshFormat.GLB if output == "-" else MeshFormat(ending)
    given = triangles_of(model_of(mesh, stdin_filename, 0, {}, Limits()), default_segments(None))
    with progress_told("loading torch", quiet=json) as tell:
        from shapelang.cli.devices import available

        place = available(device)
        from learners.generation.completing import STRANGE, Asked, completed_mesh

        asked = Asked(None if share is not None else hidden, share or 0.0, chain, across, seed)
        found = completed_mesh(folder, given, asked, place, tell)
    write_atomic(output, bare_bytes(found.surface, form, "completed"))
    if found.agreement is not None and found.agreement < STRANGE:
        say_warning(
            f"{mesh} is no shape that {clean(str(folder))} knows: of the half that it was given it makes cells with an "
            f"IoU of {found.agreement:.2f}, so that the other half means little; train on such shapes, or try --across"
        )
    if json:
        emit_json(
            {
                "cells_before": found.before,
                "cells": found.after,
                "pitch": found.pitch,
                "agreement": found.agreement,
                "path": output,
            }
        )
    say(f"{output}: {found.after:,} cells of {found.pitch:.4g} m are inside, of what was given {found.before:,}")
    return OK
