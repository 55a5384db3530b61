"""`shapelang interpolate`: the shapes between two, along a straight line of codes."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Final

import typer

from shapelang.cli.build import refuse_other_pictures
from shapelang.cli.console import clean, emit_json, say
from shapelang.cli.failures import FINDINGS, OK
from shapelang.cli.made_shapes import Made, MadeFormat, made_format, read_of
from shapelang.cli.options import JsonFlag, TrainedRun
from shapelang.cli.progress import progress_told
from shapelang.diagnostics import UsageError, counted

EXAMPLES: Final = """\b
Examples:
  shapelang interpolate runs/chairs a.obj b.obj --steps 8 -o between
  shapelang interpolate runs/chairs-gan 3 17 --steps 12 --sheet between.png
  shapelang interpolate runs/digits held-out:0 held-out:1 --sheet digits.png

\b
A whole number is a seed, as for 'generate'. Both ends are among the steps.
Shapes stand in a cube of one metre about the origin.
"""


def run(
    folder: TrainedRun,
    first: Annotated[str, typer.Argument(metavar="A", help="A seed, a mesh, a program, or held-out:K.")],
    last: Annotated[str, typer.Argument(metavar="B", help="The same.")],
    *,
    steps: Annotated[int, typer.Option("--steps", min=2, max=1000, metavar="N", help="How many, ends included.")] = 8,
    out: Annotated[Path | None, typer.Option("--out", "-o", metavar="DIR", help="Write a file for each.")] = None,
    form: Annotated[
        MadeFormat | None, typer.Option("--format", help="Of the files: glb for solids, png for pictures.")
    ] = None,
    sheet: Annotated[str | None, typer.Option("--sheet", metavar="PNG", help="Draw all on one picture.")] = None,
    resolution: Annotated[
        int | None,
        typer.Option("--resolution", min=8, max=512, metavar="N", help="Cells along each side; the run's own else."),
    ] = None,
    device: Annotated[str, typer.Option("--device", metavar="NAME", help="cpu or cuda.")] = "cpu",
    json: JsonFlag = False,
) -> int:
    """Make the shapes between two that a trained net reads or draws."""
    if out is None and sheet is None:
        raise UsageError("nowhere to write: give -o DIR for the files, --sheet PNG for a picture, or both")
    if sheet is not None:
        refuse_other_pictures(sheet)
    with progress_told("loading torch", quiet=json) as tell:
        from shapelang.cli.devices import available

        place = available(device)
        from learners.generation.model import trained_model
        from learners.generation.shapes import codes_between
        from shapelang.cli.made_folder import write_shapes

        model = trained_model(folder, place)
        chosen = made_format(model, None, form)
        codes = codes_between(read_of(model, first).code, read_of(model, last).code, steps)
        shapes = [(f"step_{k:03d}", Made(model, model.field(code[None]), resolution)) for k, code in enumerate(codes)]
        written = write_shapes(shapes, out, chosen, sheet, tell)
    if json:
        emit_json({"run": str(folder), "step": model.step, "files": written.files, "empty": written.empty})
    for name in written.empty:
        say(f"note: {name} is empty: the net has nothing inside, and no file is written")
    where = " and ".join(clean(str(place)) for place in (out, sheet) if place is not None)
    say(f"{where}: {counted(steps, 'shape')} from {clean(first)} to {clean(last)}")
    return FINDINGS if len(written.empty) == steps else OK
