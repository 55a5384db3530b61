"""A product is read back in this process and scored against its parts."""

from __future__ import annotations

from pathlib import Path

from benchmarks.infer.assemblies_here import row_of
from benchmarks.infer.files import write_obj
from benchmarks.infer.ikea import Product
from benchmarks.infer.rows import State
from benchmarks.infer.sets import Shape
from shapelang.metrics.triangles import joined, triangles
from tests.benchmarks.boxes import box

PARTS = (box((-1, -0.5, 1), (1, 0.5, 1.1)), box((-1, -0.5, 0), (-0.8, 0.5, 1)), box((0.8, -0.5, 0), (1, 0.5, 1)))
"""A board on two walls."""

BENCH = Product("bench", ("top", "left", "right"), tuple((part,) for part in PARTS), frozenset({(0, 1), (0, 2)}))


def test_a_bench_of_three_boxes_is_found_whole(tmp_path: Path) -> None:
    write_obj(tmp_path / "bench.obj", joined(PARTS))
    row = row_of(Shape("ikea", "bench", tmp_path / "bench.obj"), BENCH, 20.0, tmp_path)
    assert row.state is State.OK
    assert (row.figures["parts_true"], row.figures["parts_said"], row.figures["parts_both"]) == (3, 3, 3)
    assert row.figures["connections_f1"] == 1.0
    assert "cuboid" in (tmp_path / "ikea/bench.shape").read_text()


def test_what_is_refused_has_no_parts(tmp_path: Path) -> None:
    write_obj(tmp_path / "flat.obj", triangles([(0, 0, 0), (1, 0, 0), (2, 0, 0)], [(0, 1, 2)]))
    row = row_of(Shape("ikea", "flat", tmp_path / "flat.obj"), BENCH, 20.0)
    assert row.state is State.REFUSED
    assert (row.figures["parts_said"], row.figures["parts_f1"]) == (0, 0)
