"""`shapelang sample`: many variants of one program."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Final

import typer

from shapelang.cli.build import default_segments, refuse_other_pictures
from shapelang.cli.console import clean, emit_json, say
from shapelang.cli.failures import FINDINGS, OK
from shapelang.cli.models import Look
from shapelang.cli.options import JsonFlag, Running, Seed, Segments, folder_named
from shapelang.cli.programs import STDIN, is_model
from shapelang.cli.progress import tracked
from shapelang.cli.sampling.channel_sheet import CHANNELS, draw_channels, say_drawn
from shapelang.cli.sampling.coco_files import write_coco
from shapelang.cli.sampling.drawing import Maker, Recipe, Row
from shapelang.cli.sampling.folder import RunFolder
from shapelang.cli.sampling.forms import Editable, FormName, form_of
from shapelang.cli.sampling.items import parse_shard, seed_of
from shapelang.cli.sampling.labels import Labels
from shapelang.cli.sampling.making import Files, Work
from shapelang.cli.sampling.names import checked_names
from shapelang.cli.sampling.of_model import ModelMaker, model_maker
from shapelang.cli.sampling.of_program import ProgramMaker, program_maker
from shapelang.cli.sampling.run import Plan, Tally, rows_in_folder, rows_without_files
from shapelang.cli.sampling.settings import header_of, settings_of
from shapelang.cli.sampling.styles import Styling, refuse_hopeless
from shapelang.diagnostics import UsageError, counted

if TYPE_CHECKING:
    from shapelang.assembly.assembly import Assembly

EXAMPLES: Final = """\b
Examples:
  shapelang sample chair.shape --count 100 -o chairs
  shapelang sample chair.shape --count 12 --sheet chairs.png
  shapelang sample chair.shape --count 5 --json | head -1   choices only, no files
  shapelang sample chair.shape --count 500 -o chairs --format obj --jobs 2
  shapelang sample chair.shape --count 9 -o chairs --name "{name}-{index}"
  shapelang sample chair.shape -n 1000000 -o chairs --shard 1/8
  shapelang sample chair.shape -n 50 -o chairs --fix back=ladder --temperature 0.5
  shapelang sample chair.shape -n 50 -o chairs --where "height > 0.9"
  shapelang sample chair.shape -n 50 -o chairs --max-parts 20 --distinct 0.02
  shapelang sample chair.shape -n 50 -o chairs --views 4    a labelled data set
  shapelang sample chairs.programs -n 50 -o chairs         a model of programs
  shapelang sample chairs.programs -n 9 -o out --format shape   to be edited

A name may hold {name} (of the program), {seed} and {index} (from 0). The folder
also gets a manifest.jsonl, a row for each: seed, parameters, choices, sizes and
SHA-256; and, up to 10,000, a manifest.json with all of them. A call that was cut
goes on when it is repeated. docs/sampling.md has the whole of it.
"""
MOST_ON_SHEET: Final = 400


def run(
    file: Annotated[str, typer.Argument(help="The program ('-' is standard input), or a model of programs.")],
    *,
    count: Annotated[int, typer.Option("--count", "-n", min=1, max=10_000_000, metavar="N", help="How many.")] = 10,
    seed: Seed = 0,
    out_dir: Annotated[
        Path | None,
        typer.Option(
            "--out-dir", "-o", metavar="DIR", callback=folder_named, help="Write a model for each, and a manifest."
        ),
    ] = None,
    form: FormName = "glb",
    name: Annotated[str, typer.Option("--name", metavar="PATTERN", help="How files are called.")] = "{name}_{seed}",
    sheet: Annotated[
        str | None, typer.Option("--sheet", metavar="PNG", help="Draw all variants on one picture.")
    ] = None,
    shard: Annotated[
        str | None, typer.Option("--shard", metavar="K/N", help="Make the K-th of N shares of the items alone.")
    ] = None,
    again: Annotated[bool, typer.Option("--again", help="Begin anew, whatever run the folder has.")] = False,
    jobs: Annotated[
        int | None, typer.Option("--jobs", "-j", min=1, max=256, metavar="N", help="Processes at once. Default: 1.")
    ] = None,
    ray: Annotated[
        str | None, typer.Option("--ray", metavar="ADDRESS", help="Work on a cluster of Ray; 'local' starts one here.")
    ] = None,
    styling: Styling,
    labels: Labels,
    segments: Segments = None,
    colliders: Annotated[bool, typer.Option("--colliders", help="Add collision shapes to GLBs.")] = False,
    resolution: Annotated[
        int, typer.Option("--resolution", min=1, max=512, metavar="N", help="Voxels along the longest side (npz).")
    ] = 64,
    running: Running,
    json: JsonFlag = False,
) -> int:
    """Make many variants of a program, one for each seed.

    The seeds are --seed, --seed + 1, and so on. With --json each variant is a line with its choices, which `score`
    reads.
    """
    if out_dir is None and sheet is None and not json:
        raise UsageError("nothing to make: give --out-dir DIR, --sheet PNG or --json")
    plan = Plan(count, parse_shard(shard), jobs, ray, styling.tolerance())
    if sheet is not None:
        _check_sheet(sheet, plan.places, MOST_ON_SHEET if labels.views is None else MOST_ON_SHEET // len(CHANNELS))
    if json and sheet == STDIN:
        raise UsageError("--json and '--sheet -' both want standard output")
    edges = default_segments(segments)
    maker: ProgramMaker | ModelMaker
    if is_model(file):
        maker = model_maker(file, running, styling)
    else:
        if form_of(form) is Editable.SHAPE:
            raise UsageError("--format shape is for what is drawn from a model of programs: this is a program already")
        maker = program_maker(file, running, styling, seed)
    recipe = Recipe(seed, running.limits(), styling.budgets(edges))
    refuse_hopeless(maker, recipe)
    if labels.views is not None and out_dir is None and sheet is None:
        raise UsageError("--views makes files: give --out-dir DIR or --sheet PNG")
    labelling = labels.labelling(maker, recipe)
    files = None
    if out_dir is not None:
        names = checked_names(name, maker.name, seed, count)
        files = Files(str(out_dir), names, form_of(form), Look(edges, colliders, resolution), labelling)
    work = Work(maker.source, recipe, files)
    tally = Tally()
    if out_dir is not None:
        _fill(work, maker, plan, RunFolder(out_dir, settings_of(work, maker, plan), plan.shard, again), tally, json)
    elif json:
        for row in rows_without_files(work, maker, plan, tally):
            emit_json(row)
        _tell_refused(recipe, plan, tally)
    if sheet is not None:
        items = list(tracked(plan.items(maker, recipe), plan.places, "variants", quiet=json))
        if labelling is None:
            assemblies = [item.sample.assembly for item in items]
            _draw(assemblies, [item.sample.seed for item in items], sheet, edges, quiet=json)
        else:
            say_drawn(draw_channels(items, labelling, seed, sheet, edges, json))
    return OK if tally.made >= (plan.places if work.files is not None or json else 0) else FINDINGS


def _check_sheet(sheet: str, count: int, most: int) -> None:
    refuse_other_pictures(sheet)
    if count > most:
        raise UsageError(f"a sheet holds at most {most} variants, not {count}")


def _fill(work: Work, maker: Maker, plan: Plan, folder: RunFolder, tally: Tally, json: bool) -> None:
    with folder:
        kept = tally.made = min(len(folder.done), plan.places)
        tally.refused, tally.draws = len(folder.refused), folder.draws
        if json and kept:
            _emit(row for row in folder.rows() if row["index"] in folder.done and "refused" not in row)
        try:
            rows = rows_in_folder(work, maker, plan, folder, tally)
            for row in tracked(rows, plan.places - kept, "variants", quiet=json):
                if json:
                    emit_json(row)
        except KeyboardInterrupt:
            say(f"interrupted after {tally.made:,} of {counted(plan.places, 'variant')}; called again, it goes on")
            raise
        if work.files is not None and work.files.labelling is not None:
            write_coco(folder.path, plan.shard.suffix, folder.labelled, work.files.labelling.categories)
        folder.finish(plan.count, header_of(work, maker))
    first, last = (seed_of(work.recipe.seed, plan.shard.index(place)) for place in (0, max(0, plan.places - 1)))
    seeds = f"seeds {first} to {last}" if plan.distinct is None else f"seeds from {first} on"
    before = f"; {kept:,} made before" if kept else ""
    say(f"{clean(str(folder.path))}: {counted(tally.made, 'variant')}, {seeds}, {folder.told}{before}")
    if folder.stays:
        say("files of the run that stood there before stay where this one has none of the same name")
    _tell_refused(work.recipe, plan, tally)


def _emit(rows: Iterable[Row]) -> None:
    for row in rows:
        emit_json(row)


def _tell_refused(recipe: Recipe, plan: Plan, tally: Tally) -> None:
    """How many draws were kept, where some could be refused."""
    if not recipe.budgets.limited and plan.distinct is None:
        return
    say(f"{tally.made:,} of {counted(tally.draws, 'draw')} kept ({tally.made / max(1, tally.draws):.1%})")
    if tally.made < plan.places:
        say(f"{plan.places - tally.made:,} of {counted(plan.places, 'variant')} are missing")


def _draw(assemblies: list[Assembly], seeds: Sequence[int], sheet: str, segments: int, quiet: bool) -> None:
    from shapelang.cli.pictures import SheetLook, draw_sheet
    from shapelang.rendering.camera import Camera

    say_drawn(draw_sheet(assemblies, seeds, sheet, SheetLook(Camera(), segments), quiet))
