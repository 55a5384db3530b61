"""Assemblies read back in this process: `python -m benchmarks.infer.assemblies_here ikea_fused 44 --out rows.jsonl`.

By the processor's clock, as `known_here` reads known programs; `benchmarks.infer --sets ikea,ikea_fused` and
`benchmarks.infer.scores` measure whole commands instead. The first word is the set: `ikea` as delivered, or
`ikea_fused`. Each other word is a product's name, or what names begin with; a number N stands for the N first by hash.
A product that has a row is not read again.
"""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from pathlib import Path
from time import process_time

from benchmarks.infer.ikea import Product, ikea_truth, products
from benchmarks.infer.instances import instances, leaves_of, outermost
from benchmarks.infer.known_here import chosen
from benchmarks.infer.parts_tables import assembly_table
from benchmarks.infer.rows import Row, State, append_row, read_rows
from benchmarks.infer.scores import ASSEMBLIES, pieces_figures
from benchmarks.infer.sets import CACHE, DATA, SETS, Shape, unpacked
from benchmarks.timing import commit
from shapelang.diagnostics import ShapelangError
from shapelang.inference.infer import infer
from shapelang.io.read import read_mesh


def main(arguments: Sequence[str] | None = None) -> None:
    """Read what has no row yet, and print the tables of all rows."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("set", choices=ASSEMBLIES)
    parser.add_argument("names", nargs="+", metavar="NAME|N")
    parser.add_argument("--out", type=Path, required=True, help="rows, one JSON object a line")
    parser.add_argument("--keep", type=Path, help="a folder for the programs")
    parser.add_argument("--time-limit", type=float, default=20.0, metavar="SECONDS", help="of processor time")
    parser.add_argument("--data", type=Path, default=DATA, help="the folder of the archives")
    parser.add_argument("--cache", type=Path, default=CACHE, help="where they are unpacked")
    given = parser.parse_args(arguments)
    there = {row.key for row in read_rows([given.out])}
    every = next(one for one in SETS if one.name == given.set).shapes(given.data, given.cache)
    xmls = {xml.stem: xml for xml in products(unpacked(given.data / "assemblies_ikea.tar.xz", given.cache))}
    for shape in chosen(every, given.names):
        if (given.set, shape.name, "shapelang") not in there:
            row = row_of(shape, ikea_truth(xmls[shape.name]), given.time_limit, given.keep)
            append_row(given.out, row)
            print(row.line, end="", flush=True)
    print(assembly_table(read_rows([given.out])))


def row_of(shape: Shape, product: Product, limit: float, keep: Path | None = None) -> Row:
    """A product's mesh read back, and scored against its parts; what was refused says none.

    `limit`: seconds of the processor. `keep`: a folder that the program is written to, by set and name.
    """
    mesh = read_mesh(shape.written())
    started = process_time()
    try:
        found = infer(mesh, name=shape.name, time_limit=limit, clock=process_time)
        seconds = process_time() - started
        leaves, state = leaves_of(found.text), State.OK
        evidence = found.evidence
        measured = {"iou64": evidence.iou64, "tokens": float(evidence.tokens), "primitives": float(evidence.primitives)}
        if keep is not None:
            file = keep / shape.set / f"{shape.name}.shape"
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_text(found.text, encoding="utf-8")
    except ShapelangError:
        seconds, leaves, state, measured = process_time() - started, (), State.REFUSED, dict[str, float]()
    figures = pieces_figures(product, instances(leaves), outermost(leaves))
    return Row(shape.set, shape.name, "shapelang", state, {"seconds": seconds} | measured | figures, "", commit())


if __name__ == "__main__":
    main()
