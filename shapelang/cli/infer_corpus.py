"""`shapelang infer DIR`: all meshes of a folder, told while they are done and summed up at the end."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import fmean, median
from typing import TYPE_CHECKING, Annotated, Final, TypeAlias, final

import typer

from shapelang.cli.console import clean, emit_json, say, say_warning, table
from shapelang.cli.failures import FINDINGS, OK
from shapelang.cli.interrupts import deaf_children
from shapelang.cli.programs import STDIN
from shapelang.cli.progress import tracked
from shapelang.diagnostics import UsageError, counted

if TYPE_CHECKING:
    from shapelang.cli.infer_work import FolderWork
    from shapelang.inference.corpus.items import Item
    from shapelang.inference.corpus.limits import ItemLimits
    from shapelang.inference.corpus.pool import Executor
    from shapelang.inference.corpus.rows import Ending, Row
    from shapelang.inference.corpus.run import CorpusRun

_FOLDER: Final = "Of a folder: "

Jobs: TypeAlias = Annotated[
    int | None,
    typer.Option(
        "--jobs", "-j", min=1, max=256, metavar="N", help=f"{_FOLDER}meshes at once. Default: one for each core."
    ),
]
Memory: TypeAlias = Annotated[
    int | None,
    typer.Option(
        "--memory", min=16, max=2**30, metavar="MIB", help=f"{_FOLDER}memory for each mesh. Default: no limit."
    ),
]
Again: TypeAlias = Annotated[bool, typer.Option("--again", help=f"{_FOLDER}do also what is done already.")]
Ray: TypeAlias = Annotated[
    str | None,
    typer.Option("--ray", metavar="ADDRESS", help=f"{_FOLDER}work on a cluster of Ray; 'local' starts one here."),
]

SHOWN: Final = 10
"""Meshes without a program that the summary names."""


@final
@dataclass(frozen=True, slots=True)
class Pooling:
    """The options of folders alone."""

    jobs: int | None
    memory: int | None
    again: bool
    ray: str | None

    def refuse_for_one(self) -> None:
        """Raises UsageError when one is given for a single mesh, where it would do nothing."""
        given = {"--jobs": self.jobs, "--memory": self.memory, "--again": self.again or None, "--ray": self.ray}
        for name, value in given.items():
            if value is not None:
                raise UsageError(f"{name} is for a folder of meshes, not for one mesh")


def is_folder(file: str) -> bool:
    """Whether all meshes of a folder are meant."""
    return file not in ("", STDIN) and Path(file).is_dir()


def infer_folder(
    folder: str,
    output: str | None,
    work: FolderWork,
    pooling: Pooling,
    min_iou: float | None,
    json: bool,
) -> int:
    """Programs and a manifest for a folder; the exit code tells whether each mesh has an end of its own."""
    from shapelang.cli.infer_work import settings_of
    from shapelang.inference.corpus.items import find_items
    from shapelang.inference.corpus.limits import ItemLimits
    from shapelang.inference.corpus.run import CorpusRun

    if output is None or output == STDIN:
        raise UsageError("programs of a folder need a folder: give -o OUT_DIR")
    items = find_items(Path(folder), Path(output))
    if not items:
        raise UsageError(f"{folder}: no meshes in this folder\n  help: {_known()}")
    memory = None if pooling.memory is None else pooling.memory * 2**20
    settings = settings_of(work, memory)
    limits = ItemLimits(1.5 * settings.time_limit + 10.0, memory)
    rows, kept = _rows(CorpusRun(work, settings, Path(output)), items, _executor(pooling, limits), pooling.again, json)
    for line in [*_summary(output, rows, kept), *_without_program(rows)]:
        say(line)
    return exit_code(rows, min_iou)


def _known() -> str:
    from shapelang.inference.corpus.items import SUFFIXES

    return f"known by name are {', '.join(sorted(SUFFIXES))}"


def _executor(pooling: Pooling, limits: ItemLimits) -> Executor:
    from shapelang.inference.corpus.limits import limits_memory
    from shapelang.inference.corpus.on_ray import RayCluster
    from shapelang.inference.corpus.pool import LocalPool, cores

    if pooling.memory is not None and not limits_memory():
        say_warning("this system keeps no process to --memory; it is not limited")
    if pooling.ray is not None:
        return RayCluster(pooling.ray, pooling.jobs, limits)
    return LocalPool(pooling.jobs or cores(), limits, starting=deaf_children)


def _rows(work: CorpusRun, items: Sequence[Item], executor: Executor, again: bool, json: bool) -> tuple[list[Row], int]:
    """The rows in the order of the items, and how many of them were kept."""
    found: dict[str, Row] = {}
    kept = 0
    try:
        with executor:
            for finished in tracked(work.rows(items, executor, again), len(items), "meshes", quiet=json):
                found[finished.row.file] = finished.row
                kept += finished.kept
                if json:
                    emit_json(finished.row.json())
    except KeyboardInterrupt:
        hint = "without --again, it goes on with what is missing" if again else "called again, it goes on"
        say(f"interrupted after {len(found):,} of {counted(len(items), 'mesh', 'meshes')}; {hint}")
        raise
    return [found[item.name] for item in items], kept


def exit_code(rows: Sequence[Row], min_iou: float | None) -> int:
    """1 when trying again, or otherwise, may give what is missing; what is refused stays so."""
    from shapelang.inference.corpus.rows import Ending

    code = OK if all(row.outcome in (Ending.PROGRAM, Ending.REFUSED) for row in rows) else FINDINGS
    if min_iou is None:
        return code
    below = sum(row.iou64 is None or row.iou64 < min_iou for row in rows if row.program is not None)
    if below:
        say(f"{counted(below, 'program')} of an IoU below {min_iou:g}")
    return FINDINGS if below else code


def _summary(output: str, rows: Sequence[Row], kept: int) -> Iterator[str]:
    made = sum(row.program is not None for row in rows)
    before = f"; {kept:,} done in earlier runs" if kept else ""
    yield f"{clean(output)}: {counted(made, 'program')} of {counted(len(rows), 'mesh', 'meshes')}{before}"
    yield from table(_counts(rows))
    yield from table(_figures(rows))


def _counts(rows: Sequence[Row]) -> Iterator[tuple[str, str]]:
    from shapelang.inference.corpus.rows import Ending

    for ending in Ending:
        number = sum(row.outcome is ending for row in rows)
        if number:
            yield _shown(ending), f"{number:,}"


def _shown(ending: Ending) -> str:
    return ending.value.replace("_", " ")


def _figures(rows: Sequence[Row]) -> Iterator[tuple[str, ...]]:
    """Of the programs; the seconds of every mesh."""
    columns = [
        ("solid IoU", [r.iou64 for r in rows], "{:.4f}"),
        ("Chamfer, %", [r.chamfer for r in rows], "{:.3f}"),
        ("primitives", [r.primitives for r in rows], "{:.1f}"),
        ("tokens", [r.tokens for r in rows], "{:,.0f}"),
        ("seconds", [r.seconds for r in rows], "{:,.2f}"),
    ]
    yield "", "mean", "median", "least", "most"
    for name, values, form in columns:
        known = [float(value) for value in values if value is not None]
        if known:
            yield name, *(form.format(f(known)) for f in (fmean, median, min, max))


def _without_program(rows: Sequence[Row]) -> Iterator[str]:
    missing = [row for row in rows if row.program is None]
    for row in missing[:SHOWN]:
        first = (row.error or "").splitlines()[:1]
        # An error of a file begins with its name.
        told = "".join(first).removeprefix(f"{row.file}: ")
        yield f"  {_shown(row.outcome)}: {clean(row.file)}: {clean(told)}"
    if len(missing) > SHOWN:
        yield f"  and {len(missing) - SHOWN:,} more, which the manifest tells of"
