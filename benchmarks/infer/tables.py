"""Tables made from rows and nothing else: `python -m benchmarks.infer.tables rows.jsonl …`."""

from __future__ import annotations

import statistics
import sys
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import Final

from benchmarks.infer.against import against_coacd
from benchmarks.infer.classes import Class, Listed, listed
from benchmarks.infer.dirty.table import dirty_table
from benchmarks.infer.hollow_kinds import HollowKind, kind_of
from benchmarks.infer.jobs import INPUT
from benchmarks.infer.markdown import markdown
from benchmarks.infer.rows import Row, State, read_rows
from benchmarks.infer.sets import SETS

_Figure = tuple[str, str, Callable[[Sequence[float]], float], str]
"""Heading, name of the figure, what is made of its values, format."""

_FIGURES: Final[tuple[_Figure, ...]] = (
    ("IoU 64³ mean", "iou64", statistics.fmean, ".3f"),
    ("median", "iou64", statistics.median, ".3f"),
    ("least", "iou64", min, ".2f"),
    ("IoU 128³ mean", "iou128", statistics.fmean, ".3f"),
    ("Chamfer mean, %", "chamfer", statistics.fmean, ".2f"),
    ("median", "chamfer", statistics.median, ".2f"),
    ("primitives mean", "primitives", statistics.fmean, ".1f"),
    ("median", "primitives", statistics.median, ".0f"),
    ("tokens median", "tokens", statistics.median, ".0f"),
    ("residual, bits median", "residual_bits", statistics.median, ",.0f"),
    ("description length, bits median", "bits", statistics.median, ",.0f"),
    ("seconds median", "seconds", statistics.median, ".2f"),
    ("of all cores", "cpu", statistics.median, ".1f"),
)

_ZERO: Final = ("iou64", "iou128")
"""Figures that are 0 for a shape without an answer; the others have only those of the answers."""


def tables(rows: Sequence[Row], classes: Listed) -> str:
    """All tables: the sets, the classes of their listed shapes, against CoACD, and what went wrong."""
    runs = [row for row in rows if row.system != INPUT]
    parts = (
        ("The sets", by_set(runs)),
        ("The classes", by_class(runs, classes)),
        ("Hollow and thin things, by kind", by_hollow_kind(runs, classes)),
        ("Against CoACD, in % of the shapes that both were given", against_coacd(runs, classes)),
        ("The dirty corpus, by kind of damage", dirty_table(runs)),
        ("Without an answer", failures(runs)),
    )
    shown = [f"### {title}\n\n{table}" for title, table in parts if table]
    commits = ", ".join(sorted({row.commit for row in runs}))
    return "\n\n".join([*shown, f"{len(runs)} rows, at {commits}."]) if shown else ""


def by_set(rows: Iterable[Row]) -> str:
    """A line for each set and system."""
    return _grouped("set", rows, lambda row: (row.set,), [one.name for one in SETS])


def by_class(rows: Iterable[Row], classes: Listed) -> str:
    """A line for each class and system, of the shapes that are listed; a shape may be in two classes."""

    def of(row: Row) -> tuple[str, ...]:
        return tuple(one.value for one in Class if (row.set, row.shape) in classes[one])

    return _grouped("class", rows, of, [one.value for one in Class])


def by_hollow_kind(rows: Iterable[Row], classes: Listed) -> str:
    """A line for each kind of what is hollow or thin, and system."""
    hollow = [row for row in rows if (row.set, row.shape) in classes[Class.HOLLOW]]
    return _grouped("kind", hollow, lambda row: (kind_of(row.shape).value,), [one.value for one in HollowKind])


def _grouped(title: str, rows: Iterable[Row], of: Callable[[Row], Iterable[str]], order: Sequence[str]) -> str:
    groups: dict[tuple[str, str], list[Row]] = {}
    for row in rows:
        for name in of(row):
            groups.setdefault((name, row.system), []).append(row)
    places = {name: k for k, name in enumerate(order)}
    found = sorted(groups.items(), key=lambda item: places.get(item[0][0], len(places)))
    heads = [title, "system", "shapes", *(figure[0] for figure in _FIGURES)]
    return markdown(heads, [[*key, _counted(members), *_summary(members)] for key, members in found])


def _counted(rows: Sequence[Row]) -> str:
    answers = sum(row.state is State.OK for row in rows)
    return str(len(rows)) if answers == len(rows) else f"{len(rows)} ({len(rows) - answers} without an answer)"


def _summary(rows: Sequence[Row]) -> list[str]:
    return [_cell(rows, *figure[1:]) for figure in _FIGURES]


def _cell(rows: Sequence[Row], name: str, made: Callable[[Sequence[float]], float], how: str) -> str:
    values = [row.figures[name] for row in rows if row.state is State.OK and name in row.figures]
    if values and name in _ZERO:
        values += [0.0 for row in rows if row.state is not State.OK]
    return format(made(values), how) if values else "–"


def failures(rows: Iterable[Row]) -> str:
    """A line for each row without an answer."""
    bad = [row for row in rows if row.state is not State.OK]
    return markdown(
        ["set", "shape", "system", "state", "detail"],
        [[*row.key, row.state.value, row.detail.replace("|", "/").replace("\n", " ")[-100:]] for row in bad],
    )


def main(arguments: Sequence[str] | None = None) -> None:
    """Print the tables of some files of rows."""
    paths = [Path(word) for word in (sys.argv[1:] if arguments is None else arguments)]
    print(tables(read_rows(paths), listed()))


if __name__ == "__main__":
    main()
