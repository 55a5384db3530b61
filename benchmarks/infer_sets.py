"""Infer programs for a folder of meshes: `python -m benchmarks.infer_sets DIR --out rows.jsonl`.

One row a mesh, then a table. A refusal is a typed error; anything else that is raised counts as a crash, and a mesh
that is not done in twice the time limit as a hang.
"""

from __future__ import annotations

import argparse
import json
import signal
import statistics
from collections.abc import Sequence
from multiprocessing import Pool
from pathlib import Path
from time import perf_counter
from types import FrameType
from typing import Any

from shapelang.diagnostics import ShapelangError
from shapelang.inference.infer import infer
from shapelang.io.read import read_mesh

ENDINGS = (".obj", ".glb", ".gltf", ".stl", ".ply", ".off")

Row = dict[str, Any]


class Hang(Exception):
    """The alarm of one mesh."""


def main(arguments: Sequence[str] | None = None) -> None:
    """Run the folder and print the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--out", type=Path, required=True, help="rows, one JSON object a line")
    parser.add_argument("--programs", type=Path, help="write the programs into this folder")
    parser.add_argument("--time-limit", type=float, default=30.0)
    parser.add_argument("--every", type=int, default=1, help="take every n-th mesh")
    parser.add_argument("--jobs", type=int, default=2)
    given = parser.parse_args(arguments)
    files = sorted(p for p in given.folder.rglob("*") if p.suffix.lower() in ENDINGS)[:: given.every]
    if given.programs is not None:
        given.programs.mkdir(parents=True, exist_ok=True)
    work = [(path, given.folder, given.programs, given.time_limit) for path in files]
    rows: list[Row] = []
    with Pool(given.jobs) as pool, given.out.open("w") as out:
        for row in pool.imap_unordered(one, work):
            rows.append(row)
            out.write(json.dumps(row, sort_keys=True) + "\n")
            out.flush()
    print(table(rows))


def one(work: tuple[Path, Path, Path | None, float]) -> Row:
    """The row of one mesh."""
    path, folder, programs, limit = work
    row: Row = {"file": str(path.relative_to(folder))}
    signal.signal(signal.SIGALRM, _hang)
    signal.setitimer(signal.ITIMER_REAL, 2.0 * limit + 10.0)
    started = perf_counter()
    try:
        found = infer(read_mesh(path), name=path.stem, time_limit=limit)
        row |= {"state": "ok", **found.report()}
        if programs is not None:
            (programs / f"{row['file'].replace('/', '__')}.shape").write_text(found.text)
    except ShapelangError as error:
        row |= {"state": "refused", "error": str(error)}
    except Hang:
        row |= {"state": "hang"}
    except Exception as error:  # a crash is what is counted here
        row |= {"state": "crash", "error": f"{type(error).__name__}: {error}"}
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0.0)
    row["wall"] = perf_counter() - started
    return row


def _hang(_signal: int, _frame: FrameType | None) -> None:
    raise Hang


def table(rows: Sequence[Row]) -> str:
    """Counts, and the median and mean of each figure over the meshes that gave a program."""
    states = [r["state"] for r in rows]
    counts = ", ".join(f"{state} {states.count(state)}" for state in ("ok", "refused", "crash", "hang"))
    lines = [
        f"{len(rows)} meshes: {counts}",
        "",
        "| figure | median | mean | worst tenth |",
        "| --- | --- | --- | --- |",
    ]
    good = [r for r in rows if r["state"] == "ok"]
    for key in ("iou64", "chamfer", "fscore", "primitives", "tokens", "wall"):
        values = sorted((float(r[key]) for r in good), reverse=key in ("iou64", "fscore"))
        if values:
            worst = values[min(len(values) - 1, (9 * len(values)) // 10)]
            lines.append(f"| {key} | {statistics.median(values):.3f} | {statistics.fmean(values):.3f} | {worst:.3f} |")
    return "\n".join(lines)


if __name__ == "__main__":
    main()
