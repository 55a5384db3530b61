"""Tables of parts, connections and segments, made from rows."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from statistics import fmean
from typing import Final

from benchmarks.infer.markdown import markdown
from benchmarks.infer.matching import Counts
from benchmarks.infer.psb import category_means
from benchmarks.infer.rows import Row

_PARTS: Final = (
    "input", "system", "products", "parts", "found", "part F1", "outermost", "mean of products", "connections F1",
    "of matched parts",
)  # fmt: skip


def tables(rows: Sequence[Row]) -> str:
    """One table for the assemblies and one for the segments, where there are rows for them."""
    assemblies = [row for row in rows if "parts_true" in row.figures]
    segmented = [row for row in rows if "rand" in row.figures]
    parts = [assembly_table(assemblies)] if assemblies else []
    return "\n\n".join([*parts, *([segment_table(segmented)] if segmented else [])])


def assembly_table(rows: Sequence[Row]) -> str:
    """F1 over all parts and all connections of a set, for each set and system."""
    lines: list[list[str]] = []
    for of, system in sorted({(row.set, row.system) for row in rows}):
        mine = [row for row in rows if (row.set, row.system) == (of, system)]
        parts = summed(mine, "parts")
        figures = (
            parts.f1,
            summed(mine, "outermost_parts").f1,
            fmean(row.figures["parts_f1"] for row in mine),
            summed(mine, "connections").f1,
            summed(mine, "connections_matched").f1,
        )
        counts = (len(mine), parts.true, parts.said)
        lines.append([of, system, *map(str, counts), *(f"{value:.3f}" for value in figures)])
    return markdown(_PARTS, lines)


def summed(rows: Iterable[Row], name: str) -> Counts:
    """The counts of all rows as one."""
    found = Counts(0, 0, 0)
    for row in rows:
        true, said, both = (round(row.figures[f"{name}_{what}"]) for what in ("true", "said", "both"))
        found += Counts(true, said, both)
    return found


def segment_table(rows: Sequence[Row]) -> str:
    """The mean Rand index of each category, and of the categories, for each system."""
    systems = sorted({row.system for row in rows})
    categories = sorted({_category(row) for row in rows})
    lines: list[list[str]] = []
    for system in systems:
        mine = [row for row in rows if row.system == system]
        means = category_means([(_category(row), row.figures["rand"]) for row in mine])
        shown = (f"{means[name]:.3f}" if name in means else "" for name in (*categories, "mean"))
        segments = fmean(row.figures.get("segments", 0.0) for row in mine)
        lines.append([system, str(len(mine)), *shown, f"{segments:.1f}"])
    return markdown(["system", "shapes", *categories, "mean", "segments"], lines)


def _category(row: Row) -> str:
    return row.shape.partition("_")[0]
