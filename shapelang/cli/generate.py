"""`shapelang generate`: shapes that a trained net draws."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Final, final

import typer

from shapelang.cli.build import refuse_other_pictures
from shapelang.cli.console import clean, emit_json, say
from shapelang.cli.failures import FINDINGS, OK
from shapelang.cli.made_shapes import Made, MadeFormat, made_format, solid_of
from shapelang.cli.net_options import Device, MadeCells, MadeFolder, MadeForm, MadeSheet, NamedClass, TrainedRun
from shapelang.cli.options import LARGEST_SEED, JsonFlag, Seed
from shapelang.cli.progress import progress_told
from shapelang.deadline import Progress
from shapelang.diagnostics import UsageError, counted

if TYPE_CHECKING:
    from shapelang.cli.made_folder import Written

EXAMPLES: Final = """\b
Examples:
  shapelang generate -n 20 --sheet chairs.png          of the net that is shipped
  shapelang generate runs/chairs-gan -n 20 -o chairs --sheet chairs.png
  shapelang generate runs/chairs-gan -n 5 -o fine --resolution 256 --format obj
  shapelang generate runs/digits-gan -n 100 --sheet digits.png
  shapelang generate runs/kinds --class chair -n 20 --sheet chairs.png
  shapelang generate runs/seen --seen broken.obj -n 20 --sheet readings.png
  shapelang generate runs/pictures --seen held-out:0 -n 3 --sheet round.png

\b
The shape of a seed is the same however many are made; the first has --seed, the
others those after it. Solids stand in a cube of one metre about the origin.
A field is sampled on any number of cells; what it has learned does not grow.
"""
MOST: Final = 10_000
DRAWN_FROM: Final = Path("shipped:chairs-im-gan")
"""What draws where no run is named, also where a folder of that name stands."""


def run(
    folder: TrainedRun = DRAWN_FROM,
    *,
    count: Annotated[int, typer.Option("--count", "-n", min=1, max=MOST, metavar="N", help="How many.")] = 10,
    seed: Seed = 0,
    out: MadeFolder = None,
    named: NamedClass = None,
    seen: Annotated[
        str | None,
        typer.Option(
            "--seen", metavar="SHAPE", help="What cameras look at: of --known 1-view, silhouette …, of multiview."
        ),
    ] = None,
    form: MadeForm = None,
    sheet: MadeSheet = None,
    resolution: MadeCells = None,
    device: Device = "cpu",
    json: JsonFlag = False,
) -> int:
    """Draw shapes from a trained net."""
    if out is None and sheet is None:
        raise UsageError("nowhere to write: give -o DIR for the files, --sheet PNG for a picture, or both")
    if seed + count - 1 > LARGEST_SEED:
        raise UsageError(f"{count} seeds from {seed} on go beyond {LARGEST_SEED}")
    if sheet is not None:
        refuse_other_pictures(sheet)
    with progress_told("loading torch", quiet=json) as tell:
        from shapelang.cli.devices import available

        place = available(device)
        from shapelang.cli.made_meshes import is_meshes, refuse_others, write_meshes
        from shapelang.cli.made_views import is_views, refuse_other_views, write_views

        seeds = range(seed, seed + count)
        if is_meshes(folder):
            refuse_others(form, resolution)
            if named is not None or seen is not None:
                raise UsageError("meshes are drawn of nothing: --class and --seen are for runs of train sequential")
            written, step = write_meshes(folder, place, seeds, out, sheet, tell)
        elif is_views(folder):
            written, step = write_views(
                folder, place, seeds, refuse_other_views(form, resolution, named, seen), out, sheet, tell
            )
        else:
            written, step = _of_fields(
                folder, place, seeds, _Where(out, form, sheet, resolution), _Told(named, seen), tell
            )
    if json:
        emit_json({"run": str(folder), "step": step, "files": written.files, "empty": written.empty})
    for name in written.empty:
        say(f"note: {name} is empty: the net has nothing inside" + (", and no file is written" if out else ""))
    where = " and ".join(clean(str(place)) for place in (out, sheet) if place is not None)
    say(f"{where}: {counted(count, 'shape')} of {clean(str(folder))}, after {counted(step, 'step')}")
    return FINDINGS if len(written.empty) == count else OK


@final
@dataclass(frozen=True, slots=True)
class _Where:
    """Where to and as what."""

    out: Path | None
    form: MadeFormat | None
    sheet: str | None
    resolution: int | None


@final
@dataclass(frozen=True, slots=True)
class _Told:
    """What a net is told of all shapes: the name of a class, and what its cameras see."""

    named: str | None
    seen: str | None


def _of_fields(
    folder: Path, device: str, seeds: Sequence[int], where: _Where, told: _Told, tell: Progress
) -> tuple[Written, int]:
    """Shapes of a net that gives fields, and its steps."""
    from learners.generation.model import seeing, trained_model
    from shapelang.cli.made_folder import Written, write_both, write_shapes, write_sheet

    model = trained_model(folder, device, told.named)
    if told.seen is not None:
        model = seeing(model, solid_of(model.run, told.seen).grid)
    model.refuse_without_prior()
    chosen = made_format(model, None, where.form)
    # Each when it is written: whole grids of thousands of shapes take gigabytes.
    shapes = ((str(one), Made(model, model.field(model.drawn(one)), where.resolution)) for one in seeds)
    named = ((f"shape_{one}", made) for one, made in shapes)
    match where.out, where.sheet:
        case None, None:
            return Written(), model.step
        case None, sheet:
            return write_sheet(shapes, len(seeds), sheet, tell), model.step
        case out, None:
            return write_shapes(named, len(seeds), out, chosen, tell), model.step
        case out, sheet:
            return write_both(named, len(seeds), out, chosen, sheet, tell), model.step
