"""`shapelang pack`: a trained net as a small folder with a model card."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Final

import typer

from shapelang.cli.console import bytes_shown, clean, emit_json, say
from shapelang.cli.failures import OK
from shapelang.cli.options import JsonFlag, folder_named
from shapelang.cli.progress import progress_told
from shapelang.diagnostics import UsageError, counted

EXAMPLES: Final = """\b
Examples:
  shapelang pack runs/chairs -o chairs
  shapelang pack runs/chairs -o chairs --half --data-licence CC0
  shapelang generate chairs -n 20 --sheet drawn.png

\b
The folder gets config.json, model.safetensors (the averaged weights alone) and
README.md: what the net is, what it learned from, the commands that made it, and
what 'eval --keep' measured. All commands take it in the place of a run.
"""


def run(
    folder: Annotated[Path, typer.Argument(metavar="RUN", help="The folder of a run.")],
    *,
    out: Annotated[
        Path,
        typer.Option(
            "--out", "-o", metavar="DIR", callback=folder_named, help="The folder to write, new or packed before."
        ),
    ],
    half: Annotated[bool, typer.Option("--half", help="16 bits a weight: half the size.")] = False,
    licence: Annotated[
        str | None, typer.Option("--data-licence", metavar="TEXT", help="The licence of what it learned from.")
    ] = None,
    json: JsonFlag = False,
) -> int:
    """Write a trained net as a small folder to give on, with a model card.

    Every command takes it in the place of its run.
    """
    with progress_told("loading torch", quiet=json):
        from shapelang.cli.devices import available

        available("cpu")
        from learners.training.card import Card
        from learners.training.packed import Stored, is_packed
        from learners.training.provenance import calls_of, figures_of
        from learners.training.shipped import located
        from learners.training.trained import TrainedSystem

        if is_packed(located(folder)):
            raise UsageError(f"{folder} is packed already: copy it, or pack the run that it comes from")
        trained = TrainedSystem.from_pretrained(folder)
        card = Card(out.resolve().name, licence, calls_of(folder), figures_of(folder, trained.step))
        size = trained.save_pretrained(out, card, Stored.F16 if half else Stored.F32)
    if json:
        emit_json({"folder": str(out), "step": trained.step, "bytes": size})
    say(f"{clean(str(out))}: {bytes_shown(size)}, after {counted(trained.step, 'step')}")
    return OK
