"""The table of the dirty corpus: a line for each kind of damage, and what the goals ask of all together."""

from __future__ import annotations

import statistics
from collections.abc import Sequence
from typing import Final

from benchmarks.infer.dirty.item import kind_of
from benchmarks.infer.dirty.kinds import KINDS, UNDAMAGED, Truth
from benchmarks.infer.markdown import markdown
from benchmarks.infer.rows import Row, State

DIRTY: Final = "dirty"
"""The set's name."""

GOOD: Final = 0.9
"""The solid IoU that is asked for."""

_LATE: Final = 1.1
"""Of the time limit."""


def dirty_table(rows: Sequence[Row]) -> str:
    """Of our rows of the set; nothing where there are none."""
    ours = [row for row in rows if row.set == DIRTY]
    heads = ["damage", "items", "programs", "refused", "in time", "solid IoU median", "mean", "least", f"≥ {GOOD:g}"]
    lines = [_line(kind.name, [row for row in ours if kind_of(row.shape) is kind]) for kind in KINDS]
    harmed = [row for row in ours if kind_of(row.shape) is not UNDAMAGED]
    solid = [row for row in harmed if kind_of(row.shape).truth.solid]
    real = [row for row in harmed if kind_of(row.shape).truth is not Truth.NOTHING]
    totals = [_line("**damaged solids**", solid), _line("**and sheets**", real), _line("**all**", ours)]
    return markdown(heads, [line for line in [*lines, *totals] if line[1] != "0"])


def _line(name: str, rows: Sequence[Row]) -> list[str]:
    programs = [row for row in rows if row.state is State.OK]
    refused = sum(row.state is State.REFUSED for row in rows)
    in_time = sum(row.figures.get("seconds", 0.0) <= _LATE * row.figures.get("limit", 0.0) for row in rows)
    solid = [row for row in rows if kind_of(row.shape).truth.solid]
    scores = [row.figures.get("iou64", 0.0) for row in solid]
    counts = [str(len(rows)), str(len(programs)), str(refused), _share(in_time, len(rows))]
    return [name, *counts, *(_scores(scores) if scores and len(solid) == len(rows) else ["–"] * 4)]


def _scores(scores: Sequence[float]) -> list[str]:
    figures = (statistics.median(scores), statistics.fmean(scores), min(scores))
    return [*(f"{figure:.3f}" for figure in figures), _share(sum(score >= GOOD for score in scores), len(scores))]


def _share(count: int, of: int) -> str:
    return f"{100.0 * count / max(of, 1):.1f} %"
