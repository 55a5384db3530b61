"""`shapelang interpolate`: the shapes between two, along a straight line of codes."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Final

import typer

from shapelang.cli.build import refuse_other_pictures
from shapelang.cli.console import clean, emit_json, say
from shapelang.cli.failures import FINDINGS, OK
from shapelang.cli.made_shapes import Made, made_format, read_of
from shapelang.cli.net_options import Device, MadeCells, MadeFolder, MadeForm, MadeSheet, NamedClass, TrainedRun
from shapelang.cli.options import JsonFlag
from shapelang.cli.progress import progress_told
from shapelang.diagnostics import UsageError, counted

if TYPE_CHECKING:
    from learners.generation.model import Model

EXAMPLES: Final = """\b
Examples:
  shapelang interpolate chairs-im-gan 3 17 --sheet x.png     a shipped net
  shapelang interpolate runs/chairs a.obj b.obj --steps 8 -o between
  shapelang interpolate runs/chairs-gan 3 17 --steps 12 --sheet between.png
  shapelang interpolate runs/im-gan 3 17 --beside runs/cnn-gan --sheet both.png
  shapelang interpolate runs/digits held-out:0 held-out:1 --sheet digits.png
  shapelang interpolate runs/kinds 3 17 --class chair --sheet chairs.png

\b
A whole number is a seed, as for 'generate', and another shape in each run. Both
ends are among the steps. Runs beside are on the sheet alone, a row each.
Shapes stand in a cube of one metre about the origin.
"""


def run(
    folder: TrainedRun,
    first: Annotated[str, typer.Argument(metavar="A", help="A seed, a mesh, a program, or held-out:K.")],
    last: Annotated[str, typer.Argument(metavar="B", help="The same.")],
    *,
    beside: Annotated[
        list[Path] | None, typer.Option("--beside", metavar="DIR", help="Another run, below on the sheet. Repeatable.")
    ] = None,
    steps: Annotated[int, typer.Option("--steps", min=2, max=1000, metavar="N", help="How many, ends included.")] = 8,
    named: NamedClass = None,
    out: MadeFolder = None,
    form: MadeForm = None,
    sheet: MadeSheet = None,
    resolution: MadeCells = None,
    device: Device = "cpu",
    json: JsonFlag = False,
) -> int:
    """Make the shapes between two that a trained net reads or draws."""
    if out is None and sheet is None:
        raise UsageError("nowhere to write: give -o DIR for the files, --sheet PNG for a picture, or both")
    if sheet is not None:
        refuse_other_pictures(sheet)
    elif beside:
        raise UsageError("--beside sets runs side by side on a sheet: say where by --sheet PNG")
    with progress_told("loading torch", quiet=json) as tell:
        from shapelang.cli.devices import available

        place = available(device)
        from learners.generation.model import trained_model
        from shapelang.cli.made_folder import Written, write_shapes, write_sheet

        model = trained_model(folder, place, named)
        chosen = made_format(model, None, form)
        rows = [(folder, _between(model, first, last, steps, resolution))]
        others = [(one, trained_model(one, place, named)) for one in beside or []]
        rows += [(one, _between(other, first, last, steps, resolution)) for one, other in others]
        shapes = rows[0][1]
        written = Written() if out is None else write_shapes(shapes, steps, out, chosen, tell)
        if sheet is not None:
            columns = steps if beside else None
            drawn = write_sheet(_captioned(rows), steps * len(rows), sheet, tell, columns)
            # What is written tells of the run's own shapes by their files.
            written = drawn if out is None else written.with_file(*drawn.files)
    if json:
        emit_json({"run": str(folder), "step": model.step, "files": written.files, "empty": written.empty})
    for name in written.empty:
        say(f"note: {name} is empty: the net has nothing inside" + (", and no file is written" if out else ""))
    where = " and ".join(clean(str(place)) for place in (out, sheet) if place is not None)
    say(f"{where}: {counted(steps, 'shape')} from {clean(first)} to {clean(last)}")
    return FINDINGS if len(written.empty) >= steps else OK


def _between(model: Model, first: str, last: str, steps: int, resolution: int | None) -> list[tuple[str, Made]]:
    """The steps of one run by name."""
    from learners.generation.shapes import codes_between

    codes = codes_between(read_of(model, first).code, read_of(model, last).code, steps)
    return [(f"step_{k:03d}", Made(model, model.field(code[None]), resolution)) for k, code in enumerate(codes)]


def _captioned(rows: Sequence[tuple[Path, Sequence[tuple[str, Made]]]]) -> Iterator[tuple[str, Made]]:
    """Steps by their number; of several runs, each row begins with the name of its own."""
    for folder, shapes in rows:
        for number, (name, made) in enumerate(shapes):
            named = len(rows) > 1 and number == 0
            yield folder.resolve().name if named else name.removeprefix("step_"), made
