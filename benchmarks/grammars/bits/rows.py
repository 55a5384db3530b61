"""Rows that were measured, one JSON object a line, so that a run that was stopped goes on where it was."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import final

import numpy as np


@final
@dataclass(frozen=True, slots=True)
class Row:
    """Mean bits of a held-out program. `seconds` of the processor for learning; `note` says what else is to be said."""

    category: str
    size: int
    seed: int
    model: str
    structure: float
    numbers: float
    seconds: float
    note: str = ""

    @property
    def key(self) -> tuple[str, int, int, str]:
        return self.category, self.size, self.seed, self.model


def read_rows(path: Path) -> dict[tuple[str, int, int, str], Row]:
    """The rows of a file by key; a line that was cut short is passed over."""
    found: dict[tuple[str, int, int, str], Row] = {}
    for line in path.read_text(encoding="utf-8").splitlines() if path.exists() else []:
        try:
            row = Row(**json.loads(line))
        except (json.JSONDecodeError, TypeError):
            continue
        found[row.key] = row
    return found


def add_row(path: Path, row: Row) -> None:
    """One more row at the end of the file."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("a", encoding="utf-8") as out:
        out.write(json.dumps(asdict(row)) + "\n")


def table(rows: dict[tuple[str, int, int, str], Row]) -> Iterator[str]:
    """Markdown: mean ± standard error over seeds of all bits, and structure + numbers."""
    yield "| category | examples | model | bits | structure | numbers | learning, s | seeds |"
    yield "| --- | --- | --- | --- | --- | --- | --- | --- |"
    for category, size, model in dict.fromkeys(
        (r.category, r.size, r.model) for r in sorted(rows.values(), key=_order)
    ):
        some = [r for r in rows.values() if (r.category, r.size, r.model) == (category, size, model)]
        whole = [r.structure + r.numbers for r in some]
        parts = [
            np.mean([r.structure for r in some]),
            np.mean([r.numbers for r in some]),
            np.mean([r.seconds for r in some]),
        ]
        yield (
            f"| {category} | {size or 'all'} | {model} | {_with_error(whole)} | {parts[0]:.1f} | {parts[1]:.1f} "
            f"| {parts[2]:.0f} | {len(some)} |"
        )


def _order(row: Row) -> tuple[str, int, float]:
    return row.category, row.size or 10**9, -(row.structure + row.numbers)


def _with_error(values: list[float]) -> str:
    if len(values) < 2:
        return f"{np.mean(values):.1f}"
    return f"{np.mean(values):.1f} ± {np.std(values, ddof=1) / len(values) ** 0.5:.1f}"
