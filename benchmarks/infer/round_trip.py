"""Known programs against what was read back: `python -m benchmarks.infer.round_trip --keep DIR --out rows.jsonl`.

DIR is that of `python -m benchmarks.infer --sets round_trip --keep DIR`. One row per answer; prints the table of all.
"""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from pathlib import Path
from statistics import fmean, median
from typing import Final

import numpy as np

from benchmarks.infer.edits import ANSWERED, Edit, edits
from benchmarks.infer.graphs import alike_counts, graph_of, related_counts
from benchmarks.infer.instances import instances, leaves_of
from benchmarks.infer.known import Known, read_known
from benchmarks.infer.markdown import markdown
from benchmarks.infer.matching import part_scores
from benchmarks.infer.rows import Row, State, append_row, read_rows
from benchmarks.infer.sets import CACHE
from benchmarks.timing import commit
from shapelang.assembly.assembly import Leaf
from shapelang.diagnostics import ShapelangError
from shapelang.geometry.pose import EYE
from shapelang.metrics.triangles import Triangles, joined

SET: Final = "round_trip"

CELLS: Final = 48
"""On each side of the joint box of two parts, which stand along its sides as a rule."""

MOST: Final = 2000
"""Instances of an answer that is judged."""

_HEADS: Final = (
    "programs", "system", "count", "parts F1", "alike F1", "related F1", "mean", "size %", "place %", "edits answered",
)  # fmt: skip


def main(arguments: Sequence[str] | None = None) -> None:
    """Score the answers that have no row yet, and print the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--keep", type=Path, help="the folder of the answers")
    parser.add_argument("--out", type=Path, required=True, help="rows, one JSON object a line")
    parser.add_argument("--cache", type=Path, default=CACHE, help="where the known programs lie")
    given = parser.parse_args(arguments)
    done = {row.key for row in read_rows([given.out])}
    for folder in sorted(given.keep.glob(f"*/{SET}/**/out")) if given.keep is not None else []:
        system = folder.relative_to(given.keep).parts[0]
        name = folder.relative_to(given.keep / system / SET).parent.as_posix()
        if (SET, name, system) not in done:
            known = read_known(given.cache / SET / f"{name}.obj")
            append_row(given.out, Row(SET, name, system, State.OK, figures(known, folder), "", commit()))
    print(table(read_rows([given.out])))


def figures(known: Known, folder: Path) -> dict[str, float]:
    """Those of an answer; one without a program has no parts."""
    program = folder / "program.shape"
    text = program.read_text(encoding="utf-8") if program.exists() else ""
    try:
        found = graph_figures(known, leaves_of(text))
        return found | edit_figures(edits(known, text))
    except ShapelangError:
        return graph_figures(known, ()) | edit_figures(edits(known, ""))


def graph_figures(known: Known, said: tuple[Leaf, ...]) -> dict[str, float]:
    """parts, alike, related: F1 of instances, of pairs with one definition, of pairs made by a repetition · mean: of
    these · size, place: median over matched parts of the largest difference of extents, and of centres, in % of the
    diagonal.
    """
    leaves = known.leaves()
    true_parts = instances(leaves)
    diagonal = joined(true_parts).diagonal
    said_parts = [known.undone(part) for part in instances(said[:MOST])]
    parts = part_scores(true_parts, said_parts, CELLS)
    true, ours = graph_of(leaves, diagonal), graph_of(said[:MOST], diagonal)
    alike, related = alike_counts(true, ours, parts.matched), related_counts(true, ours, parts.matched)
    f1 = {"parts": parts.counts.f1, "alike": alike.f1, "related": related.f1}
    errors = [_errors(leaves[i], true_parts[i], said_parts[j]) for i, j in parts.matched]
    off = {"size": [size for size, _ in errors], "place": [place for _, place in errors]}
    counts = {
        "parts_true": parts.counts.true,
        "parts_said": parts.counts.said,
        "parts_both": parts.counts.both,
        "alike_true": alike.true,
        "alike_said": alike.said,
        "alike_both": alike.both,
        "related_true": related.true,
        "related_said": related.said,
        "related_right": related.right,
        "related_found": related.found,
    }
    medians = {name: 100.0 * median(values) / diagonal for name, values in off.items() if values}
    return f1 | {"mean": fmean(f1.values())} | medians | {name: float(count) for name, count in counts.items()}


def _errors(leaf: Leaf, true: Triangles, said: Triangles) -> tuple[float, float]:
    """Largest difference of extents along the true part's own axes, and of the middles, metres."""
    axes = np.array(leaf.pose.rotation or EYE).reshape(3, 3)
    a, b = true.positions @ axes, said.positions @ axes
    (low_a, high_a), (low_b, high_b) = (a.min(axis=0), a.max(axis=0)), (b.min(axis=0), b.max(axis=0))
    apart = 0.5 * (low_a + high_a - low_b - high_b)
    return float(np.abs(high_a - low_a - high_b + low_b).max()), float(np.sqrt((apart**2).sum()))


def edit_figures(found: Sequence[Edit]) -> dict[str, float]:
    """edits: params whose scaling shows, that is, leaves an IoU below 0.95 with the program as it was · answered: those
    that a parameter of the answer answers · edits_all, answered_all: the same of all params that are numbers.
    """
    plain = [edit for edit in found if edit.unchanged < ANSWERED]
    counts = {"edits": plain, "edits_all": list(found)}
    right = {"answered": plain, "answered_all": list(found)}
    numbers = {name: float(len(of)) for name, of in counts.items()}
    return numbers | {name: float(sum(edit.best >= ANSWERED for edit in of)) for name, of in right.items()}


def table(rows: Sequence[Row]) -> str:
    """A line for each example and category, for both kinds of programs, and for all."""
    lines: list[list[str]] = []
    for system in sorted({row.system for row in rows}):
        mine = [row for row in rows if row.system == system]
        groups: dict[str, list[Row]] = {}
        for row in mine:
            groups.setdefault(row.shape.rpartition("/")[0], []).append(row)
        own = [row for row in mine if not row.shape.startswith("shapeassembly/")]
        foreign = [row for row in mine if row.shape.startswith("shapeassembly/")]
        sums = {"all examples": own, "all of ShapeAssembly": foreign, "all": mine}
        lines += [_line(name, system, of) for name, of in {**groups, **sums}.items() if of]
    return markdown(_HEADS, lines)


def _line(name: str, system: str, rows: Sequence[Row]) -> list[str]:
    means = [fmean(row.figures[what] for row in rows) for what in ("parts", "alike", "related", "mean")]
    errors = [[row.figures[what] for row in rows if what in row.figures] for what in ("size", "place")]
    off = [f"{median(values):.3f}" if values else "" for values in errors]
    asked = sum(row.figures["edits"] for row in rows)
    answered = sum(row.figures["answered"] for row in rows)
    shown = f"{answered:.0f} of {asked:.0f}" if asked else ""
    return [name, system, str(len(rows)), *(f"{mean:.3f}" for mean in means), *off, shown]


if __name__ == "__main__":
    main()
