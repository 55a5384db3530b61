"""Coloured meshes of a net that learned from pictures: `generate` and `reconstruct` of such a run."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from math import ceil, sqrt
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from shapelang.cli.made_folder import Written, written_row
from shapelang.cli.made_shapes import HELD_OUT, TILE, MadeFormat
from shapelang.deadline import Progress
from shapelang.diagnostics import UsageError
from shapelang.io.atomic import made_folder

if TYPE_CHECKING:
    from learners.systems.mesh import MeshSystem
    from learners.training.trained import TrainedSystem

ASIDE: Final = 35.0
"""Degrees that drawn meshes are turned on a sheet, so that two sides are seen."""


def is_meshes(folder: Path) -> bool:
    """Whether a run is of coloured meshes. Raises UsageError where none is."""
    from learners.systems.mesh import MeshFromPictures
    from learners.training.averaged import run_of

    return isinstance(run_of(folder).system, MeshFromPictures)


def refuse_others(form: MadeFormat | None, cells: int | None) -> None:
    """Raises UsageError for a format or a number of cells that these meshes have not."""
    if form not in (None, MadeFormat.GLB):
        raise UsageError(f"coloured meshes are written as glb, and not as {form.value}")
    if cells is not None:
        raise UsageError("--resolution counts cells, and these meshes have none: 162 vertices are what was learned")


def write_meshes(
    folder: Path, device: str, seeds: Sequence[int], out: Path | None, sheet: str | None, tell: Progress
) -> tuple[Written, int]:
    """Draw meshes into a folder and on a sheet; the steps of the net besides. Raises UsageError."""
    from learners.generation.coloured import coloured_glb, drawn_mesh, mesh_picture
    from shapelang.rendering.sheet import contact_sheet

    system, trained = _system(folder, device)
    files: list[Mapping[str, Any]] = []
    meshes = [drawn_mesh(system, seed) for seed in seeds]
    if out is not None:
        made_folder(out)
        for number, (seed, mesh) in enumerate(zip(seeds, meshes, strict=True)):
            tell(f"making shape_{seed}", number / len(seeds))
            files.append(written_row(str(out / f"shape_{seed}.glb"), coloured_glb(mesh, f"shape_{seed}")))
    if sheet is not None:
        tiles = [mesh_picture(mesh, TILE, ASIDE) for mesh in meshes]
        drawn = contact_sheet(tiles, [str(seed) for seed in seeds], ceil(sqrt(len(tiles))))
        files.append(written_row(sheet, drawn.png()))
    return Written(tuple(files)), trained.step


def reconstruct_mesh(folder: Path, device: str, shape: str, output: str) -> tuple[Mapping[str, Any], float, int]:
    """Write the mesh that is seen in a held-out picture; the row of the file, the error of the picture, and the steps.

    Raises UsageError for what is no held-out picture.
    """
    from learners.data.sets import Split, examples
    from learners.generation.coloured import coloured_glb, mesh_picture, seen_mesh

    number = shape.removeprefix(HELD_OUT)
    if not shape.startswith(HELD_OUT) or not number.isdecimal():
        raise UsageError(f"{shape}: this run is of pictures, which are named by their number: {HELD_OUT}0 is the first")
    if Path(output).suffix.lower() != ".glb":
        raise UsageError(f"{output}: coloured meshes are written as .glb")
    system, trained = _system(folder, device)
    mesh, picture = seen_mesh(system, examples(trained.run.data, Split.HELD_OUT), int(number))
    again = mesh_picture(mesh, len(picture)).rgb / 255.0
    row = written_row(output, coloured_glb(mesh, Path(output).stem))
    return row, float(((again - picture) ** 2).mean()), trained.step


def _system(folder: Path, device: str) -> tuple[MeshSystem, TrainedSystem]:
    from learners.evaluation.redrawn import trained_mesh

    return trained_mesh(folder, device)
