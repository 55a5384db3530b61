"""The segmented meshes read back in this process: `python -m benchmarks.infer.segments --out rows.jsonl`.

Quicker than whole commands, for scores only: times mean nothing. One row per shape with its Rand index and its solid
IoU; a shape that has a row is not read again. The table has what it is read beside as well.
"""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from pathlib import Path

from benchmarks.infer.instances import instances, leaves_of
from benchmarks.infer.parts_tables import segment_table
from benchmarks.infer.psb import Segmented, agreement, among_people, nearest_instance, one_segment, shapes
from benchmarks.infer.rows import Row, State, append_row, read_rows
from benchmarks.infer.sets import DATA
from benchmarks.timing import commit
from shapelang.inference.infer import infer
from shapelang.io.read import MeshData, MeshGroup


def main(arguments: Sequence[str] | None = None) -> None:
    """Read what has no row yet, and print the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--out", type=Path, required=True, help="rows, one JSON object a line")
    parser.add_argument("--names", type=lambda text: text.split(","), default=[""], metavar="A,B", help="begin so")
    parser.add_argument("--time-limit", type=float, default=60.0, metavar="SECONDS", help="of a shape")
    parser.add_argument("--data", type=Path, default=DATA, help="the folder of the archives")
    given = parser.parse_args(arguments)
    done = {row.key for row in read_rows([given.out])}
    for shape in shapes(given.data / "psb_segmented.npz"):
        if shape.name.startswith(tuple(given.names)) and ("psb", shape.name, "shapelang") not in done:
            for row in _rows(shape, given.time_limit):
                append_row(given.out, row)
                print(
                    row.shape, row.system, *(f"{name} {value:.3f}" for name, value in row.figures.items()), flush=True
                )
    print(segment_table([row for row in read_rows([given.out]) if "rand" in row.figures]))


def _rows(shape: Segmented, limit: float) -> list[Row]:
    """Of a shape: the program, one segment, and people among each other."""
    figures = {
        "people": {"rand": among_people(shape)},
        "one segment": {"rand": agreement(one_segment(shape), shape), "segments": 1.0},
        "shapelang": _figures(shape, limit),
    }
    return [Row("psb", shape.name, system, State.OK, values, "", commit()) for system, values in figures.items()]


def _figures(shape: Segmented, limit: float) -> dict[str, float]:
    group = MeshGroup((), None, None, shape.mesh.positions, shape.mesh.faces.astype("int32"))
    found = infer(MeshData(shape.name, "obj", (group,)), name="shape", time_limit=limit)
    labels = nearest_instance(instances(leaves_of(found.text)), shape.mesh)
    return {
        "rand": agreement(labels, shape),
        "segments": float(len(set(labels.tolist()))),
        "iou64": found.evidence.iou64,
        "primitives": float(found.evidence.primitives),
    }


if __name__ == "__main__":
    main()
