"""`shapelang sample`: many variants of one program."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Final

import typer

from shapelang.cli.build import default_segments, refuse_other_pictures
from shapelang.cli.console import clean, emit_json, say
from shapelang.cli.failures import OK
from shapelang.cli.models import Format, Look
from shapelang.cli.options import JsonFlag, Running, Seed, Segments
from shapelang.cli.programs import STDIN, folder_of, load_program, program_hash
from shapelang.cli.progress import tracked
from shapelang.cli.sampling.drawing import Recipe, items_of
from shapelang.cli.sampling.items import parse_shard, seed_of
from shapelang.cli.sampling.making import Files, Row, Work
from shapelang.cli.sampling.names import checked_names
from shapelang.cli.sampling.run import Plan, rows_in_folder, rows_without_files
from shapelang.cli.version import version
from shapelang.diagnostics import UsageError, counted

if TYPE_CHECKING:
    from shapelang.assembly.assembly import Assembly
    from shapelang.semantics.program import Program

EXAMPLES: Final = """\b
Examples:
  shapelang sample chair.shape --count 100 -o chairs
  shapelang sample chair.shape --count 12 --sheet chairs.png
  shapelang sample chair.shape --count 5 --json | head -1   choices only, no files
  shapelang sample chair.shape --count 500 -o chairs --format obj --jobs 2
  shapelang sample chair.shape --count 9 -o chairs --name "{name}-{index}"
  shapelang sample chair.shape -n 100000 -o chairs --shard 1/8   again: it goes on

A name may hold {name} (of the program), {seed} and {index} (from 0). The folder
also gets a manifest.jsonl, a row for each: seed, parameters, choices, sizes and
SHA-256; and, up to 10,000, a manifest.json with all of them.
"""
MOST_ON_SHEET: Final = 400


def run(
    file: Annotated[str, typer.Argument(help="The program; '-' is standard input.")],
    *,
    count: Annotated[int, typer.Option("--count", "-n", min=1, max=10_000_000, metavar="N", help="How many.")] = 10,
    seed: Seed = 0,
    out_dir: Annotated[
        Path | None, typer.Option("--out-dir", "-o", metavar="DIR", help="Write a model for each, and a manifest.")
    ] = None,
    form: Annotated[Format, typer.Option("--format", help="The format of the models.")] = Format.GLB,
    name: Annotated[str, typer.Option("--name", metavar="PATTERN", help="How files are called.")] = "{name}_{seed}",
    sheet: Annotated[
        str | None, typer.Option("--sheet", metavar="PNG", help="Draw all variants on one picture.")
    ] = None,
    shard: Annotated[
        str | None, typer.Option("--shard", metavar="K/N", help="Make the K-th of N shares of the items alone.")
    ] = None,
    again: Annotated[bool, typer.Option("--again", help="Make also what the folder has already.")] = False,
    jobs: Annotated[int, typer.Option("--jobs", "-j", min=1, max=256, metavar="N", help="Processes at once.")] = 1,
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
    plan = Plan(count, parse_shard(shard), jobs)
    if sheet is not None:
        _check_sheet(sheet, plan.places)
    if json and sheet == STDIN:
        raise UsageError("--json and '--sheet -' both want standard output")
    program = load_program(file, running.stdin_filename)
    recipe = Recipe(seed, running.given(), running.limits())
    files = None
    if out_dir is not None:
        look = Look(default_segments(segments), colliders, resolution)
        files = Files(str(out_dir), checked_names(name, program.name, seed, count), form, look)
    work = Work(program.source.name, program.source.text, str(folder_of(file, running.stdin_filename)), recipe, files)
    if out_dir is not None:
        _fill(work, program, plan, out_dir, again, json)
    elif json:
        for row in tracked(rows_without_files(work, program, plan), plan.places, "variants", quiet=True):
            emit_json(row)
    if sheet is not None:
        items = list(items_of(program, recipe, list(plan.indices())))
        assemblies = [item.trace.assembly for item in items]
        _draw(assemblies, [item.trace.seed for item in items], sheet, default_segments(segments), quiet=json)
    return OK


def _check_sheet(sheet: str, count: int) -> None:
    refuse_other_pictures(sheet)
    if count > MOST_ON_SHEET:
        raise UsageError(f"a sheet holds at most {MOST_ON_SHEET} variants, not {count}")


def _fill(work: Work, program: Program, plan: Plan, out: Path, again: bool, json: bool) -> None:
    from shapelang.cli.sampling.folder import RunFolder

    header = _header(work, program)
    settings = header | _further_settings(work, plan)
    with RunFolder(out, settings, plan.shard, again) as folder:
        kept = sum(index in folder.done for index in plan.indices())
        if json and kept:
            _emit(row for row in folder.rows() if row["index"] < plan.count)
        found = 0
        try:
            rows = rows_in_folder(work, program, plan, folder)
            for row in tracked(rows, plan.places - kept, "variants", quiet=json):
                found += 1
                if json:
                    emit_json(row)
        except KeyboardInterrupt:
            say(f"interrupted after {kept + found:,} of {counted(plan.places, 'variant')}; called again, it goes on")
            raise
        folder.finish(plan.count, header)
    last = seed_of(work.recipe.seed, plan.shard.index(plan.places - 1))
    before = f"; {kept:,} made before" if kept else ""
    first = seed_of(work.recipe.seed, plan.shard.index(0))
    say(f"{clean(str(out))}: {counted(plan.places, 'variant')}, seeds {first} to {last}, {folder.told}{before}")


def _emit(rows: Iterable[Row]) -> None:
    for row in rows:
        emit_json(row)


def _header(work: Work, program: Program) -> dict[str, Any]:
    """What manifest.json says of all variants."""
    from shapelang.io.json_text import plain

    assert work.files is not None
    return {
        "shapelang": version(),
        "program": program.name,
        "program_sha256": program_hash(program),
        "format": work.files.form.value,
        "segments": work.files.look.segments,
        "colliders": work.files.look.colliders,
        "given": plain(work.recipe.given),
    }


def _further_settings(work: Work, plan: Plan) -> dict[str, Any]:
    """What else a run must have in common with another to go on where that ended; and its count."""
    from shapelang.io.json_text import plain

    assert work.files is not None
    return {
        "seed": work.recipe.seed,
        "count": plan.count,
        "shard": [plan.shard.number, plan.shard.of],
        "name": work.files.names.pattern,
        "numbered_folders": work.files.names.numbered,
        "resolution": work.files.look.resolution,
        "limits": plain(work.recipe.limits),
    }


def _draw(assemblies: list[Assembly], seeds: Sequence[int], sheet: str, segments: int, quiet: bool) -> None:
    from shapelang.cli.pictures import SheetLook, draw_sheet
    from shapelang.rendering.camera import Camera

    for line in draw_sheet(assemblies, seeds, sheet, SheetLook(Camera(), segments), quiet).lines():
        say(line)
