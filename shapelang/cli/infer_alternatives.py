"""`shapelang infer --alternatives`: where the other programs go, and what is told of them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, TypeAlias

import typer

from shapelang.cli.console import clean, table
from shapelang.cli.programs import STDIN
from shapelang.inference.corpus.items import numbered

if TYPE_CHECKING:
    from shapelang.inference.infer import Inferred

Alternatives: TypeAlias = Annotated[
    int,
    typer.Option("--alternatives", min=1, max=20, metavar="K", help="Programs of different structure to look for."),
]


def others_told(found: Inferred, output: str | None) -> list[str]:
    """A row for each program with its file, where there are several."""
    if len(found.alternatives) < 2:
        return []
    heads = ("program", "bits", "solid IoU", "Chamfer", "tokens", *(("ln p",) if found.derived else ()), "structure")
    rows = [
        (
            _file(output, number),
            f"{one.evidence.bits:,.0f}",
            f"{one.evidence.iou64:.4f}",
            f"{one.evidence.chamfer:.3f} %",
            f"{one.evidence.tokens:,}",
            *(() if one.derived is None else (f"{one.derived.log_prob:.2f}",)),
            one.structure.words(),
        )
        for number, one in enumerate(found.alternatives, 1)
    ]
    return ["", *table([heads, *rows])]


def _file(output: str | None, number: int) -> str:
    if output is None or output == STDIN:
        return str(number)
    return clean(output if number == 1 else numbered(output, number))
