"""`shapelang sample`: many variants of one program."""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Final

import typer

from shapelang.cli.batches import Row, Work, assemblies_of, rows_of
from shapelang.cli.build import default_segments, refuse_other_pictures, write_output
from shapelang.cli.console import clean, emit_json, say
from shapelang.cli.failures import OK
from shapelang.cli.models import Format, Look
from shapelang.cli.options import JsonFlag, Running, Seed, Segments
from shapelang.cli.programs import STDIN, folder_of, load_program, program_hash
from shapelang.cli.progress import tracked
from shapelang.cli.version import version
from shapelang.diagnostics import UsageError, closest, counted

if TYPE_CHECKING:
    from shapelang.assembly.assembly import Assembly
    from shapelang.semantics.program import Program

EXAMPLES: Final = """\b
Examples:
  shapelang sample chair.shape --count 100 --out-dir chairs
  shapelang sample chair.shape --count 12 --sheet chairs.png
  shapelang sample chair.shape --count 5 --json | head -1   choices only, no files
  shapelang sample chair.shape --count 500 --out-dir chairs --format obj --jobs 2
  shapelang sample chair.shape --count 9 --out-dir chairs --name "{name}-{index}"

A name may hold {name} (of the program), {seed} and {index} (from 0). The folder
also gets a manifest.json: seed, parameters, choices, sizes and SHA-256 of each.
"""
MANIFEST: Final = "manifest.json"
MOST_ON_SHEET: Final = 400


def run(
    file: Annotated[str, typer.Argument(help="The program; '-' is standard input.")],
    *,
    count: Annotated[int, typer.Option("--count", "-n", min=1, max=10_000_000, metavar="N", help="How many.")] = 10,
    seed: Seed = 0,
    out_dir: Annotated[
        Path | None, typer.Option("--out-dir", metavar="DIR", help="Write a model for each, and a manifest.json.")
    ] = None,
    form: Annotated[Format, typer.Option("--format", help="The format of the models.")] = Format.GLB,
    name: Annotated[str, typer.Option("--name", metavar="PATTERN", help="How files are called.")] = "{name}_{seed}",
    sheet: Annotated[
        str | None, typer.Option("--sheet", metavar="PNG", help="Draw all variants on one picture.")
    ] = None,
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
    if sheet is not None:
        _check_sheet(sheet, count)
    if json and sheet == STDIN:
        raise UsageError("--json and '--sheet -' both want standard output")
    given, limits = running.given(), running.limits()
    program = load_program(file, running.stdin_filename)
    seeds = [seed + k for k in range(count)]
    if out_dir is not None or json:
        work = Work(
            name=program.source.name,
            text=program.source.text,
            folder=str(folder_of(file, running.stdin_filename)),
            given=given,
            limits=limits,
            form=form,
            look=Look(default_segments(segments), colliders, resolution),
            out=None if out_dir is None else str(out_dir),
            names={} if out_dir is None else file_names(name, program.name, seeds, form),
        )
        _make_all(work, program, seeds, jobs, json, out_dir)
    if sheet is not None:
        _draw(assemblies_of(program, seeds, given, limits), seeds, sheet, default_segments(segments), quiet=json)
    return OK


def _check_sheet(sheet: str, count: int) -> None:
    refuse_other_pictures(sheet)
    if count > MOST_ON_SHEET:
        raise UsageError(f"a sheet holds at most {MOST_ON_SHEET} variants, not {count}")


def _make_all(work: Work, program: Program, seeds: Sequence[int], jobs: int, json: bool, out_dir: Path | None) -> None:
    if out_dir is not None:
        _make_folder(out_dir)
    rows: list[Row] = []
    for row in tracked(rows_of(work, program, seeds, jobs), len(seeds), "variants", quiet=json):
        if json:
            emit_json(row)
        if out_dir is not None:
            rows.append(row)
    if out_dir is not None:
        from shapelang.io.json_text import indented

        write_output(str(out_dir / MANIFEST), indented(_manifest(work, program, rows)))
        say(f"{clean(str(out_dir))}: {counted(len(rows), 'variant')}, seeds {seeds[0]} to {seeds[-1]}, {MANIFEST}")


def _manifest(work: Work, program: Program, rows: list[Row]) -> dict[str, Any]:
    from shapelang.io.json_text import plain

    return {
        "shapelang": version(),
        "program": program.name,
        "program_sha256": program_hash(program),
        "format": work.form.value,
        "segments": work.look.segments,
        "colliders": work.look.colliders,
        "given": plain(work.given),
        "variants": rows,
    }


def _make_folder(folder: Path) -> None:
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except FileExistsError:
        raise UsageError(f"{folder}: that is a file, not a folder") from None
    except OSError as error:
        raise UsageError(f"cannot make the folder {folder}: {error.strerror or error}") from None


def file_names(pattern: str, program: str, seeds: Sequence[int], form: Format) -> dict[int, str]:
    """The file name of every seed; raises UsageError for an unknown field, or when two would be the same."""
    found = {seed: f"{_filled(pattern, program, seed, k)}.{form.value}" for k, seed in enumerate(seeds)}
    if len(set(found.values())) < len(found):
        raise UsageError(f"--name '{pattern}' calls several variants the same: it needs {{seed}} or {{index}}")
    return found


def _filled(pattern: str, program: str, seed: int, index: int) -> str:
    fields = {"name": program, "seed": str(seed), "index": str(index)}

    def value(match: re.Match[str]) -> str:
        if match[1] not in fields:
            hint = closest(match[1], fields) or "known are {name}, {seed} and {index}"
            raise UsageError(f"--name '{pattern}': there is no field '{{{match[1]}}}'; {hint}")
        return fields[match[1]]

    return safe_name(re.sub(r"\{([^{}]*)\}", value, pattern))


def safe_name(name: str) -> str:
    """A name that is one file in one folder on every system: what could lead elsewhere becomes `_`."""
    safe = re.sub(r"[^\w.+@()\- ]", "_", name).strip(". ")
    return safe[:200] or "variant"


def _draw(assemblies: list[Assembly], seeds: Sequence[int], sheet: str, segments: int, quiet: bool) -> None:
    from shapelang.cli.pictures import SheetLook, draw_sheet
    from shapelang.rendering.camera import Camera

    for line in draw_sheet(assemblies, seeds, sheet, SheetLook(Camera(), segments), quiet).lines():
        say(line)
