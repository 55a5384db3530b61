"""Pictures of depth of a net that learned from pictures alone: `generate` of such a run."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from shapelang.cli.made_folder import Written, written_row
from shapelang.cli.made_shapes import TILE, MadeFormat, solid_of
from shapelang.deadline import Progress
from shapelang.diagnostics import UsageError
from shapelang.io.atomic import made_folder


def is_views(folder: Path) -> bool:
    """Whether a run imagines pictures. Raises UsageError where none is."""
    from learners.systems.multiview import Multiview
    from learners.training.averaged import run_of

    return isinstance(run_of(folder).system, Multiview)


def refuse_other_views(form: MadeFormat | None, cells: int | None, named: str | None, seen: str | None) -> str:
    """What is to be seen; raises UsageError for what such pictures have not, and where nothing is to be seen."""
    if form not in (None, MadeFormat.PNG):
        raise UsageError(f"what this model imagines are pictures, written as png, and not as {form.value}")
    if cells is not None:
        raise UsageError("--resolution samples fields finer, and pictures have the cells that were learned")
    if named is not None:
        raise UsageError("this model is told no class of a shape: --class is for runs of --known class")
    if seen is None:
        raise UsageError("this model is told three views of a shape: generate --seen a mesh, a program or held-out:K")
    return seen


def write_views(
    folder: Path, device: str, seeds: Sequence[int], seen: str, out: Path | None, sheet: str | None, tell: Progress
) -> tuple[Written, int]:
    """Pictures from all round of what each seed imagines, a file a seed, and all below the true ones on a sheet.

    The steps of the net besides. Raises UsageError.
    """
    from learners.evaluation.unseen_views import trained_multiview
    from learners.generation.imagined import CAMERAS, imagined_views, strip, true_views
    from shapelang.rendering.sheet import contact_sheet

    system, trained = trained_multiview(folder, device)
    grid = solid_of(trained.run, seen).grid
    files: list[Mapping[str, Any]] = []
    rows, captions = list(strip(true_views(grid), TILE)), ["true"] * CAMERAS
    if out is not None:
        made_folder(out)
    for number, seed in enumerate(seeds):
        tell(f"drawing shape_{seed}", number / len(seeds))
        tiles, named = strip(imagined_views(system, grid, seed), TILE), [str(seed)] * CAMERAS
        if out is not None:
            files.append(written_row(str(out / f"shape_{seed}.png"), contact_sheet(tiles, named, CAMERAS).png()))
        if sheet is not None:
            rows, captions = [*rows, *tiles], [*captions, *named]
    if sheet is not None:
        files.append(written_row(sheet, contact_sheet(rows, captions, CAMERAS).png()))
    return Written(tuple(files)), trained.step
