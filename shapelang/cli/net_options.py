"""Options that the commands of trained nets share."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, TypeAlias

import typer

from shapelang.cli.console import say
from shapelang.cli.made_shapes import MadeFormat
from shapelang.cli.options import folder_named


def told_apart(folder: Path | None) -> Path | None:
    """The folder; it is said where it is not the shipped net of that name."""
    from learners.training.shipped import SHIPPED, hides

    if folder is not None and hides(folder):
        say(f"note: {folder} is what stands here, not the net that is shipped, which is {SHIPPED}{folder}")
    return folder


TrainedRun: TypeAlias = Annotated[
    Path,
    typer.Argument(
        metavar="RUN",
        callback=told_apart,
        help="The folder of a run, or a packed one, or else a net that is shipped.",
    ),
]
Device: TypeAlias = Annotated[str, typer.Option("--device", metavar="NAME", help="cpu or cuda.")]
MadeFolder: TypeAlias = Annotated[
    Path | None, typer.Option("--out", "-o", metavar="DIR", callback=folder_named, help="Write a file for each.")
]
MadeForm: TypeAlias = Annotated[
    MadeFormat | None, typer.Option("--format", help="Of the files: glb for solids, png for pictures.")
]
NamedClass: TypeAlias = Annotated[
    str | None,
    typer.Option("--class", metavar="NAME", help="Of all shapes, by name or number: of runs of --known class."),
]
MadeSheet: TypeAlias = Annotated[str | None, typer.Option("--sheet", metavar="PNG", help="Draw all on one picture.")]
MadeCells: TypeAlias = Annotated[
    int | None,
    typer.Option(
        "--resolution",
        min=8,
        max=512,
        metavar="N",
        help="Cells along each side; else the run's own, or twice as many for a surface.",
    ),
]
