"""`shapelang verify`: a program measured against a mesh, from its text alone."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Final

import typer

from shapelang.cli.build import refuse_input, refuse_json_beside, write_output
from shapelang.cli.console import clean, emit, emit_json, say, table
from shapelang.cli.failures import FINDINGS
from shapelang.cli.meshes import load_shape
from shapelang.cli.options import JsonFlag, MeshUp, MinIou, PrimitiveReport, StdinFilename, checked_seed, good_enough
from shapelang.cli.programs import STDIN, load_program, run_program
from shapelang.diagnostics import UsageError
from shapelang.inference.input.up import Up
from shapelang.inference.report.figures import percent_text, share_text

if TYPE_CHECKING:
    from shapelang.inference.report.measure import Measured
    from shapelang.io.read import MeshData
    from shapelang.semantics.program import Program

EXAMPLES: Final = """\b
Examples:
  shapelang verify table.shape table.obj
  shapelang verify table.shape table.obj --report table.html
  shapelang verify table.shape table.obj --min-iou 0.9 --max-chamfer 0.5
  shapelang verify scan.shape scan.stl --up z
  shapelang verify table.shape table.obj --json | jq '.parts[].explained'

The program is parsed, run and measured as `infer` measures what it wrote, so
the figures are the same; points and voxels become a closed mesh first, as they
do there. With --up the mesh is turned as `infer --up` turns it. Explained: share of
the mesh's surface within 1 % of the diagonal.
"""


def run(
    program: Annotated[str, typer.Argument(metavar="PROGRAM", help="The program; '-' is standard input.")],
    mesh: Annotated[str, typer.Argument(metavar="MESH", help="The mesh, or points or voxels, that it is to be.")],
    report: PrimitiveReport = None,
    min_iou: MinIou = None,
    max_chamfer: Annotated[
        float | None,
        typer.Option("--max-chamfer", min=0.0, metavar="X", help="Exit code 1 above this Chamfer distance, in %."),
    ] = None,
    up: MeshUp = Up.Y,
    seed: Annotated[
        int, typer.Option("--seed", callback=checked_seed, metavar="N", help="For the points that are measured at.")
    ] = 0,
    stdin_filename: StdinFilename = None,
    json: JsonFlag = False,
) -> int:
    """Measure a program against a mesh, primitive by primitive.

    Exit code 1 with --min-iou or --max-chamfer when it is not good enough.
    """
    if program == STDIN and mesh == STDIN:
        raise UsageError("only one of the two can come from standard input")
    if report is not None:
        refuse_json_beside((report,), json)
        refuse_input(report, program, mesh)
    checked = load_program(program, stdin_filename)
    result = _measured(checked, _mesh(mesh, stdin_filename, up), seed)
    if report is not None:
        from shapelang.cli.infer_report import report_content

        write_output(report, report_content(report, result, checked.source.text, result.notes, result.row()))
    if json:
        emit_json({"program": program, "mesh": mesh, **result.row()})
    elif report != STDIN:
        for line in _lines(program, mesh, result):
            emit(line)
    return max(good_enough(result.evidence.iou64, min_iou), _near_enough(result.evidence.chamfer, max_chamfer))


def _mesh(file: str, stdin_filename: str | None, up: Up) -> MeshData:
    """A mesh with `up` turned to +Y, points and voxels as `infer` sees them.

    Raises MeshError, InferenceError, UsageError.
    """
    from shapelang.inference.input.shape import mesh_of
    from shapelang.inference.input.upright import upright

    return mesh_of(upright(load_shape(file, stdin_filename), up))


def _measured(program: Program, mesh: MeshData, seed: int) -> Measured:
    """Raises EmptyError for a program that makes nothing, ProgramError for a solid without a surface."""
    from shapelang.cli.facts import facts_of
    from shapelang.execution.budget import Limits
    from shapelang.inference.measuring.evidence import evidence_of
    from shapelang.inference.report.measure import measured
    from shapelang.representations.surface import SEGMENTS

    assembly = run_program(program, 0, {}, Limits()).assembly
    facts_of(assembly, SEGMENTS)
    evidence = evidence_of(assembly, program.source.text, mesh, seed=seed)
    return measured(assembly, evidence, mesh, seed=seed)


def _near_enough(chamfer: float, most: float | None) -> int:
    if most is None or chamfer <= most:
        return 0
    say(f"the Chamfer distance is {chamfer:.4f} %, above {most:g} %")
    return FINDINGS


def _lines(program: str, mesh: str, result: Measured) -> list[str]:
    e, row = result.evidence, result.row()
    whole = [
        ("solid IoU", f"{e.iou64:.4f}"),
        ("Chamfer", f"{e.chamfer:.3f} %"),
        ("F-score at 1 %", f"{e.fscore:.4f}"),
        ("explained", f"{100.0 * row['explained']:.1f} %"),
        ("primitives", f"{e.primitives:,}"),
        ("tokens", f"{e.tokens:,}"),
        ("description", f"{e.bits:,.0f} bits"),
    ]
    heads = ("primitive", "kind", "explains", "residual", "most", "false surface")
    parts = [
        (
            p.name,
            p.kind,
            share_text(p.explained),
            percent_text(p.residual_mean),
            percent_text(p.residual_max),
            share_text(p.false_surface),
        )
        for p in result.primitives
    ]
    notes = (f"  note: {clean(note)}" for note in result.notes)
    return [f"{clean(program)} and {clean(mesh)}", *table(whole), *notes, "", *table([heads, *parts])]
