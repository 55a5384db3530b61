"""`shapelang fit`: the reals of a program moved to a mesh."""

from __future__ import annotations

from math import isfinite
from typing import TYPE_CHECKING, Annotated, Any, Final

import typer

from shapelang.cli.build import refuse_input, write_output
from shapelang.cli.console import clean, emit_json, say, table
from shapelang.cli.meshes import load_mesh
from shapelang.cli.net_options import Device
from shapelang.cli.options import (
    JsonFlag,
    MinIou,
    Report,
    Settings,
    StdinFilename,
    TimeLimit,
    checked_seed,
    good_enough,
    parse_settings,
)
from shapelang.cli.programs import STDIN, blaming_settings, folder_of, load_program
from shapelang.cli.progress import progress_told
from shapelang.diagnostics import UsageError, counted
from shapelang.io.atomic import refuse_unwritable

if TYPE_CHECKING:
    from shapelang.fitting.fit import Fitted
    from shapelang.fitting.report import Worth
    from shapelang.metrics.triangles import Triangles
    from shapelang.semantics.program import Program

EXAMPLES: Final = """\b
Examples:
  shapelang fit chair.shape scan.obj -o fitted.shape
  shapelang fit chair.shape scan.obj --set finish=oak --json
  shapelang fit chair.shape scan.obj --align --min-iou 0.8 --time-limit 10

Every real param, and every real that the program draws, is moved until its
shapes meet the mesh, from several random starts for each way in which the
program may decide its choices. The program stands in the mesh's frame, metres.
"""


SHOWN: Final = 24
FEW: Final = 4
"""Values, and names in a note, that a person is shown."""


def run(
    program: Annotated[str, typer.Argument(help="The program whose reals are moved.")],
    mesh: Annotated[str, typer.Argument(help="The mesh (obj, stl, ply, off, glb, gltf, 3mf); '-' is standard input.")],
    output: Annotated[
        str | None,
        typer.Option("-o", "--output", metavar="PATH", help="Write the program with the values; '-' is stdout."),
    ] = None,
    report: Report = None,
    settings: Settings = None,
    starts: Annotated[
        int,
        typer.Option("--starts", min=1, max=1024, metavar="N", help="For each structure; twice as many of a lone one."),
    ] = 4,
    time_limit: TimeLimit = 30.0,
    min_iou: MinIou = None,
    align: Annotated[
        bool,
        typer.Option("--align", help="Scale and move the mesh first, so that its box stands where the program's does."),
    ] = False,
    device: Device = "cpu",
    seed: Annotated[
        int, typer.Option("--seed", callback=checked_seed, metavar="N", help="For the starts and the samples.")
    ] = 0,
    stdin_filename: StdinFilename = None,
    json: JsonFlag = False,
) -> int:
    """Move the real parameters of a program to a mesh.

    Exit code 1 when nothing can be fitted, or with --min-iou when it is not good enough.
    """
    _refuse_clashes(program, mesh, (output, report), json)
    checked = load_program(program, stdin_filename if program == STDIN else None)
    data = load_mesh(mesh, stdin_filename if mesh == STDIN else None)
    given = parse_settings(settings)
    with blaming_settings(checked, given), progress_told("loading torch", quiet=json) as tell:
        from shapelang.cli.devices import available

        place = available(device)
        from shapelang.fitting.fit import fit
        from shapelang.fitting.report import report as report_of
        from shapelang.fitting.report import worth
        from shapelang.fitting.rewrite import rerun, rewritten
        from shapelang.inference.measuring.evidence import mesh_triangles
        from shapelang.semantics.check import check
        from shapelang.semantics.loader import FileLoader
        from shapelang.syntax.source import Source

        shape = mesh_triangles(data)
        if align:
            shape = _aligned(checked, shape, given, seed)
        found = fit(checked, shape, given, seed=seed, starts=starts, time_limit=time_limit, device=place, tell=tell)
        tell("measuring", 0.95)
        text, undecided = rewritten(checked, found)
        again = check(Source(checked.source.name, text), FileLoader(folder_of(program, stdin_filename)))
        measured = worth(rerun(again, found, undecided).assembly, shape, seed)
    row = report_of(found, measured, undecided)
    _write(text, row, output, report)
    if json:
        emit_json(row)
    for line in _summary(found, measured, undecided):
        say(line)
    return good_enough(measured.iou64, min_iou)


def _refuse_clashes(program: str, mesh: str, outputs: tuple[str | None, ...], json: bool) -> None:
    if program == STDIN and mesh == STDIN:
        raise UsageError("only one of the two can come from standard input")
    if json and STDIN in outputs:
        raise UsageError("--json and '-' both want standard output")
    named = [path for path in outputs if path is not None]
    if len(set(named)) < len(named):
        raise UsageError("-o and --report name the same file")
    for path in named:
        refuse_input(path, mesh)
        refuse_unwritable(path)


def _write(text: str, row: dict[str, Any], output: str | None, report: str | None) -> None:
    """Everything is made before anything is written."""
    from shapelang.io.json_text import indented

    told = indented(row)
    if output is not None:
        write_output(output, text.encode("utf-8"))
    if report is not None:
        write_output(report, told)


def _aligned(program: Program, mesh: Triangles, given: dict[str, Any], seed: int) -> Triangles:
    """The mesh with its box as high as that of a run of the program, on the same ground and middle.

    Raises UsageError where one of the two has no height.
    """
    import numpy as np

    from shapelang.execution.simulate import simulate
    from shapelang.metrics.triangles import Triangles

    box = simulate(program, seed, given).assembly.root.box
    low, high = mesh.bounds
    if not (box.size[1] > 0.0 and high[1] > low[1]):
        raise UsageError("--align makes the mesh as high as the program's shapes, and one of the two has no height")
    scale = box.size[1] / float(high[1] - low[1])
    x, _, z = box.centre
    foot = np.array([(low[0] + high[0]) * 0.5, low[1], (low[2] + high[2]) * 0.5])
    moved = (mesh.positions - foot) * scale + np.array([x, box.low[1], z])
    say(f"the mesh is taken {scale:.6g} times as large, its foot moved from ({', '.join(f'{v:.6g}' for v in foot)})")
    return Triangles(moved, mesh.faces)


def _summary(found: Fitted, measured: Worth, undecided: tuple[str, ...]) -> list[str]:
    rows = [("name", "value", "± error")]
    rows += [(clean(m.name), f"{m.value:.6g}", _error(m.error)) for m in found.moved[:SHOWN]]
    if len(found.moved) > SHOWN:
        rows.append((f"and {len(found.moved) - SHOWN} more, which --report lists", "", ""))
    structures = counted(len(found.rivals), "structure")
    facts = [
        ("solid IoU", f"{measured.iou64:.4f}"),
        ("Chamfer", f"{measured.chamfer:.3f} %"),
        ("residual", f"{found.rms:.4f} % of the diagonal"),
        ("starts", f"{found.starts:,} in {structures}, {counted(found.steps, 'step')}"),
        ("seconds", f"{found.seconds:.2f}"),
        ("outcome", found.outcome.value),
    ]
    return [*table(rows), "", *table(facts), *_notes(undecided)]


def _notes(undecided: tuple[str, ...]) -> list[str]:
    """What the text cannot say: draws and choices inside parts and blocks, which -o leaves to chance."""
    if not undecided:
        return []
    names = ", ".join(clean(name) for name in undecided[:FEW])
    more = f" and {len(undecided) - FEW} more" if len(undecided) > FEW else ""
    return [f"  note: left to chance in the text, having no place of their own in it: {names}{more}"]


def _error(error: float) -> str:
    return f"{error:.2g}" if isfinite(error) else "the mesh does not say"
