"""Items of the dirty corpus by the processor's clock: `python -m benchmarks.infer.dirty 0-299 --out rows.jsonl`.

For a machine that others use as well: the inference is told the seconds of its own processor time, and those are its
limit and its row's seconds, so that what others do changes little. `benchmarks.infer --sets dirty` measures
whole commands by the wall clock instead. Items that have a row are left out; the table is of all rows.
"""

from __future__ import annotations

import argparse
import tempfile
from collections.abc import Callable
from dataclasses import replace
from multiprocessing import get_context
from multiprocessing.connection import Connection
from pathlib import Path
from time import process_time
from typing import Final

from benchmarks.infer.dirty.item import kind_of
from benchmarks.infer.dirty.kinds import KINDS
from benchmarks.infer.dirty.table import DIRTY, dirty_table
from benchmarks.infer.instances import instances, leaves_of
from benchmarks.infer.rows import Row, State, append_row, read_rows
from benchmarks.infer.sets import CACHE, DATA, SETS, Shape
from benchmarks.timing import commit
from shapelang.cli.meshes import load_shape
from shapelang.diagnostics import ShapelangError
from shapelang.inference.infer import infer
from shapelang.io.read.mesh_data import MeshData
from shapelang.metrics.iou import solid_iou
from shapelang.metrics.triangles import joined

_MEMORY: Final = 6 * 2**30
"""Bytes that an item may use."""


def main() -> None:
    """Run what has no row yet, and print the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("numbers", type=_range, help="of the first item and the last, such as 0-299")
    parser.add_argument("--out", type=Path, required=True, help="rows, one JSON object a line")
    parser.add_argument("--time-limit", type=float, default=30.0, metavar="SECONDS", help="of processor time")
    parser.add_argument("--kinds", type=_kinds, metavar="A,B", help="only these kinds of damage; default: all")
    given = parser.parse_args()
    shapes = next(one for one in SETS if one.name == DIRTY).shapes(DATA, CACHE)
    there = {row.shape for row in read_rows([given.out])}
    wanted = [s for s in (shapes[number] for number in given.numbers) if not given.kinds or _kind(s) in given.kinds]
    for shape in (one for one in wanted if one.name not in there):
        row = replace(_apart(shape, given.time_limit), commit=commit())
        append_row(given.out, row)
        print(row.line, end="", flush=True)
    print(dirty_table(read_rows([given.out])))


def _range(text: str) -> range:
    first, last = text.split("-")
    return range(int(first), int(last) + 1)


def _kinds(text: str) -> list[str]:
    names = [kind.name for kind in KINDS]
    for name in text.split(","):
        if name not in names:
            raise argparse.ArgumentTypeError(f"there is no kind '{name}'; the kinds are {', '.join(names)}")
    return text.split(",")


def _kind(shape: Shape) -> str:
    return kind_of(shape.name).name


def _apart(shape: Shape, limit: float) -> Row:
    """The row of an item, from a forked process: whatever it meets ends with it."""
    ours, theirs = get_context("fork").Pipe(duplex=False)
    process = get_context("fork").Process(target=_answer, args=(theirs, shape, limit))
    process.start()
    theirs.close()
    try:
        return ours.recv()
    except EOFError:
        process.join()
        return Row(DIRTY, shape.name, "shapelang", State.FAILED, {}, f"ended with exit code {process.exitcode}")
    finally:
        process.join()
        ours.close()


def _answer(to: Connection, shape: Shape, limit: float) -> None:
    import resource

    resource.setrlimit(resource.RLIMIT_DATA, (_MEMORY, _MEMORY))
    to.send(_row(shape, limit))


def _row(shape: Shape, limit: float) -> Row:
    def row(state: State, figures: dict[str, float], detail: str = "") -> Row:
        timed = figures | {"seconds": process_time() - started, "limit": limit}
        return Row(DIRTY, shape.name, "shapelang", state, timed, detail)

    if shape.damaged is None:
        raise ValueError(shape.name)
    with tempfile.TemporaryDirectory(prefix="shapelang-bench-") as name:
        path = Path(name) / "mesh.obj"
        truth = shape.damaged.write(path)
        started = process_time()
        try:
            text, made = _inferred(path, limit, lambda: process_time() - started)
        except ShapelangError as error:
            return row(State.REFUSED, {}, str(error))
        ended = row(State.OK, {"primitives": made})
    pieces = joined(instances(leaves_of(text)))
    return replace(ended, figures={**ended.figures, "iou64": solid_iou(truth, pieces)})


def _inferred(path: Path, limit: float, used: Callable[[], float]) -> tuple[str, float]:
    """The program, and how many primitives it has. Reading counts."""
    mesh = load_shape(str(path), None)
    if not isinstance(mesh, MeshData):
        raise TypeError(mesh)
    found = infer(mesh, name=path.stem, time_limit=limit - used(), clock=process_time)
    return found.text, float(found.evidence.primitives)


if __name__ == "__main__":
    main()
