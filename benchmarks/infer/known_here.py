"""Known programs read back in this process: `python -m benchmarks.infer.known_here desk/00 24 --out rows.jsonl`.

By the processor's clock, so that what others do on the machine changes little; `benchmarks.infer --sets round_trip`
measures whole commands instead. Each word is a name, or what names begin with; a number N stands for the N first by
hash. A program that has a row is not read again. The table has parts and relations, and with `--edits` these as well.
"""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from pathlib import Path
from time import process_time

from benchmarks.infer.edits import edits
from benchmarks.infer.instances import leaves_of
from benchmarks.infer.known import Known, read_known
from benchmarks.infer.round_trip import SET, edit_figures, graph_figures, table
from benchmarks.infer.rows import Row, State, append_row, read_rows
from benchmarks.infer.sets import CACHE, DATA, SETS, Shape, by_hash
from benchmarks.timing import commit
from shapelang.diagnostics import ShapelangError
from shapelang.inference.infer import infer
from shapelang.io.read import read_mesh


def main(arguments: Sequence[str] | None = None) -> None:
    """Read what has no row yet, and print the table of all rows."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("names", nargs="+", metavar="NAME|N")
    parser.add_argument("--out", type=Path, required=True, help="rows, one JSON object a line")
    parser.add_argument("--time-limit", type=float, default=30.0, metavar="SECONDS", help="of processor time")
    parser.add_argument("--edits", action="store_true", help="scale each param of the truth, and of the answer")
    parser.add_argument("--data", type=Path, default=DATA, help="the folder of the archives")
    parser.add_argument("--cache", type=Path, default=CACHE, help="where known programs lie")
    given = parser.parse_args(arguments)
    there = {row.shape for row in read_rows([given.out])}
    every = next(one for one in SETS if one.name == SET).shapes(given.data, given.cache)
    for shape in chosen(every, given.names):
        if shape.name not in there:
            row = Row(SET, shape.name, "shapelang", *_answer(shape, given.time_limit, given.edits), "", commit())
            append_row(given.out, row)
            print(row.line, end="", flush=True)
    print(table(read_rows([given.out])))


def chosen(shapes: Sequence[Shape], words: Sequence[str]) -> list[Shape]:
    """The shapes that any of the words is the name of, begins, or counts, in their own order."""
    first = {shape.name for word in words if word.isdigit() for shape in by_hash(shapes, int(word))}
    begins = tuple(word for word in words if not word.isdigit())
    return [shape for shape in shapes if shape.name in first or shape.name.startswith(begins)]


def _answer(shape: Shape, limit: float, with_edits: bool) -> tuple[State, dict[str, float]]:
    """What is scored: a program that was refused has no parts."""
    given = shape.written()
    known = read_known(given)
    started = process_time()
    try:
        text = infer(read_mesh(given), name=given.stem, time_limit=limit, clock=process_time).text
        state = State.OK
    except ShapelangError:
        text, state = "", State.REFUSED
    seconds = {"seconds": process_time() - started}
    return state, seconds | _graph(known, text) | edit_figures(edits(known, text) if with_edits else ())


def _graph(known: Known, text: str) -> dict[str, float]:
    return graph_figures(known, leaves_of(text) if text else ())


if __name__ == "__main__":
    main()
