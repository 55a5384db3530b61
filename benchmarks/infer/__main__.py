"""Read meshes back, here and elsewhere: `python -m benchmarks.infer --sets kenney --limit 5 --out rows.jsonl`.

A pair of shape and system that has a row in the file is not run again; `benchmarks.infer.tables` makes the tables.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path
from time import perf_counter

from benchmarks.infer.files import write_obj
from benchmarks.infer.jobs import INPUT, Job, apart, pending, run_jobs
from benchmarks.infer.process import Limits
from benchmarks.infer.rows import Row, append_row, read_rows
from benchmarks.infer.sets import CACHE, DATA, SETS, Shape, by_hash, shard
from benchmarks.infer.systems import SYSTEMS, System, command
from benchmarks.timing import commit
from shapelang.metrics.triangles import Triangles, triangles


def main(arguments: Sequence[str] | None = None) -> None:
    """Run what has no row yet."""
    given = _parser().parse_args(arguments)
    systems = _installed([*_known(given.systems), *given.command])
    shapes = [s for name in given.sets for s in _shapes(name, given.data, given.cache, given.limit)]
    limits = Limits(given.patience, round(given.memory * 2**30), given.time_limit)
    mine = shard(shapes, *given.shard)
    now = commit()
    jobs = [Job(shape, system, limits, now, given.keep) for shape in mine for system in _looks(shape, systems)]
    there = {row.key: row.commit for row in read_rows([given.out])}
    left = pending(jobs, there)
    commits = sorted({there[job.key] for job in jobs if job.key in there})
    print(f"{len(jobs)} rows, of which {len(jobs) - len(left)} are there, of {', '.join(commits)}", file=sys.stderr)
    if left:
        _warm(systems, limits)
    started = perf_counter()

    def tell(row: Row) -> None:
        append_row(given.out, row)
        shown = " ".join(f"{name} {value:.4g}" for name, value in row.figures.items())
        print(
            f"{perf_counter() - started:7.1f} {'/'.join(row.key)}: {row.state} {shown} {row.detail[:120]}", flush=True
        )

    run_jobs(left, given.jobs, tell)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(description=__doc__)
    names = [one.name for one in SETS]
    parser.add_argument("--sets", type=_names, default=names[:1], metavar="A,B", help=", ".join(names))
    known = [one.name for one in SYSTEMS]
    parser.add_argument("--systems", type=_names, default=known[:1], metavar="A,B", help=", ".join([*known, INPUT]))
    parser.add_argument("--command", type=command, action="append", default=[], metavar="[NAME=]CMD {mesh} {out}")
    parser.add_argument("--out", type=Path, required=True, help="rows, one JSON object a line")
    parser.add_argument("--keep", type=_absolute, help="leave the answers in this folder")
    parser.add_argument("--limit", type=int, metavar="N", help="only N shapes of each set, chosen by hash")
    parser.add_argument("--shard", type=_share, default=(1, 1), metavar="K/N", help="the K-th of N shares")
    parser.add_argument("--jobs", type=int, default=1, help="at once; more than one spoils the times")
    parser.add_argument("--time-limit", type=float, default=30.0, metavar="SECONDS", help="that ours is told")
    parser.add_argument("--patience", type=float, default=300.0, metavar="SECONDS", help="after which all are killed")
    parser.add_argument("--memory", type=float, default=8.0, metavar="GIB", help="of one command")
    parser.add_argument("--data", type=_absolute, default=DATA, help="the folder of the archives")
    parser.add_argument("--cache", type=_absolute, default=CACHE, help="where they are unpacked")
    return parser


def _names(text: str) -> list[str]:
    return text.split(",")


def _absolute(text: str) -> Path:
    """Commands run elsewhere."""
    return Path(text).resolve()


def _share(text: str) -> tuple[int, int]:
    number, of = (int(word) for word in text.split("/"))
    if not 1 <= number <= of:
        raise ValueError(text)
    return number, of


def _known(names: Sequence[str]) -> list[System]:
    """Those named, in their own order; the input is always looked at, and naming it alone does only that."""
    strangers = set(names) - {INPUT, *(one.name for one in SYSTEMS)}
    if strangers:
        raise SystemExit(f"no system is named {', '.join(sorted(strangers))}")
    return [one for one in SYSTEMS if one.name in names]


def _installed(systems: Sequence[System]) -> list[System]:
    for system in systems:
        if system.missing():
            print(f"{system.name} is left out: {system.missing()}", file=sys.stderr)
    return [system for system in systems if not system.missing()]


def _looks(shape: Shape, systems: Sequence[System]) -> tuple[System | None, ...]:
    """Those that a shape is given to; of a damaged one the input tells nothing."""
    return (None, *systems) if shape.damaged is None else tuple(systems)


def _shapes(name: str, data: Path, cache: Path, limit: int | None) -> list[Shape]:
    """Those of a set; a set whose archive is missing is left out by name."""
    chosen = [one for one in SETS if one.name == name]
    if not chosen:
        raise SystemExit(f"no set is named {name}")
    try:
        found = chosen[0].shapes(data, cache)
    except OSError as error:
        print(f"{name} is left out: {error}", file=sys.stderr)
        return []
    return found if limit is None else by_hash(found, limit)


def _warm(systems: Sequence[System], limits: Limits) -> None:
    """Every system once on a box and not timed: it fills the caches of what is compiled."""
    with tempfile.TemporaryDirectory(prefix="shapelang-bench-") as folder:
        box = Path(folder) / "box.obj"
        write_obj(box, _box())
        for system in systems:
            apart(Job(Shape("warm", "box", box), system, limits, ""))


def _box() -> Triangles:
    corners = [(x, y, z) for x in (0.0, 1.0) for y in (0.0, 2.0) for z in (0.0, 3.0)]
    faces = [(0, 1, 3), (0, 3, 2), (4, 6, 7), (4, 7, 5), (0, 4, 5), (0, 5, 1), (2, 3, 7), (2, 7, 6)]
    return triangles(corners, [*faces, (0, 2, 6), (0, 6, 4), (1, 5, 7), (1, 7, 3)])


if __name__ == "__main__":
    main()
