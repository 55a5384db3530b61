"""The dirty corpus: always the same, of every kind as many, and what it does to a mesh is what it says."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from benchmarks.infer.dirty.item import COUNT, clean_triangles, corpus, kind_of
from benchmarks.infer.dirty.kinds import KINDS, Kind, Truth
from benchmarks.infer.dirty.refining import refined
from benchmarks.infer.dirty.table import dirty_table
from benchmarks.infer.files import read_triangles, write_obj
from benchmarks.infer.rows import Row, State
from shapelang.diagnostics import MeshError
from shapelang.metrics.inside import is_closed
from shapelang.metrics.iou import solid_iou
from shapelang.metrics.triangles import face_areas, joined
from tests.benchmarks.boxes import box

HARMLESS = ("soup", "doubled faces", "inside out", "z-fighting", "fins", "slivers", "inner walls", "stray corners")
"""Damage after which the winding number still finds the solid as it was."""


@pytest.fixture
def source(tmp_path: Path) -> Path:
    path = tmp_path / "table.obj"
    write_obj(path, joined([box((0, 1, 0), (2, 0.2, 1)), box((0.8, 0, 0), (0.2, 1, 0.2))]))
    return path


def named(name: str) -> Kind:
    (kind,) = (kind for kind in KINDS if kind.name == name)
    return kind


def test_there_are_a_thousand_and_each_kind_has_as_many():
    items = corpus([Path("a.obj"), Path("b.obj")])
    counts = {kind.name: sum(item.kind is kind for item in items) for kind in KINDS}
    assert len({item.name for item in items}) == COUNT and set(counts.values()) == {33, 34}
    assert all(kind_of(item.name) is item.kind for item in items)
    assert sum(kind.truth is not Truth.NOTHING for kind in KINDS) == 26  # 25, and none


def test_an_item_is_the_same_whenever_it_is_made(source: Path, tmp_path: Path):
    for item in corpus([source])[: len(KINDS)]:
        if item.kind.name in ("crumbs", "too fine"):
            continue
        texts: list[str] = []
        for path in (tmp_path / "one.obj", tmp_path / "two.obj"):
            item.write(path)
            texts.append(path.read_text(encoding="utf-8"))
        assert texts[0] == texts[1]


@pytest.mark.parametrize("name", HARMLESS)
def test_harmless_damage_keeps_the_solid(source: Path, name: str):
    clean = clean_triangles(source)
    damaged = named(name).change(clean, np.random.default_rng(3))
    assert damaged.faces.shape != clean.faces.shape or not np.array_equal(damaged.faces, clean.faces)
    if name not in ("doubled faces", "z-fighting", "fins", "inner walls"):
        assert solid_iou(clean, damaged, 24) > 0.999
    assert float(face_areas(damaged).sum()) >= float(face_areas(clean).sum()) * (1.0 - 1e-9)


def test_holes_are_holes_and_both_halves_of_a_body_overlap(source: Path):
    clean = clean_triangles(source)
    assert not is_closed(named("holes").change(clean, np.random.default_rng(1)))
    assert not is_closed(named("gap").change(clean, np.random.default_rng(1)))
    halves = named("self-intersection").change(clean, np.random.default_rng(1))
    assert is_closed(halves) and solid_iou(clean, halves, 24) > 0.97


def test_a_piece_among_many_is_damaged_as_if_it_were_alone():
    clean = joined([box((2.0 * k, 0, 0), (2.0 * k + 1, 1, 1)) for k in range(20)])
    walled = named("inner walls").change(clean, np.random.default_rng(5))
    assert len(walled.positions) < 1.2 * len(np.unique(walled.faces))
    halves = named("self-intersection").change(clean, np.random.default_rng(5))
    assert is_closed(halves)
    assert 20.05 < float(np.linalg.det(halves.corners).sum()) / 6.0 < 20.9


def test_smaller_faces_are_the_same_surface():
    given = box((0, 0, 0), (1, 2, 3))
    fine = refined(given, 0.3)
    sides = fine.corners - np.roll(fine.corners, -1, axis=1)
    assert is_closed(fine) and float((sides**2).sum(axis=2).max()) <= 0.09
    assert float(face_areas(fine).sum()) == pytest.approx(22.0)


def test_what_holds_nothing_is_written_as_it_is(source: Path, tmp_path: Path):
    items = {item.kind.name: item for item in corpus([source])[: len(KINDS)]}
    for name in ("not a number", "empty"):
        items[name].write(tmp_path / "mesh.obj")
        with pytest.raises(MeshError):
            read_triangles(tmp_path / "mesh.obj")
    items["one triangle"].write(tmp_path / "mesh.obj")
    assert len(read_triangles(tmp_path / "mesh.obj").faces) == 1


def row(name: str, state: State, iou: float, seconds: float) -> Row:
    return Row("dirty", name, "shapelang", state, {"iou64": iou, "seconds": seconds, "limit": 10.0})


def test_the_table_counts_by_kind():
    rows = [
        row("undamaged/a 0", State.OK, 1.0, 1.0),
        row("holes/a 2", State.OK, 0.95, 10.9),
        row("holes/b 32", State.OK, 0.5, 11.1),
        row("empty/c 28", State.REFUSED, 0.0, 1.0),
    ]
    lines = dirty_table(rows).splitlines()
    assert lines[3] == "| holes | 2 | 2 | 0 | 50.0 % | 0.725 | 0.725 | 0.500 | 50.0 % |"
    assert lines[4] == "| empty | 1 | 0 | 1 | 100.0 % | – | – | – | – |"
    assert lines[5].startswith("| **damaged solids** | 2 | 2 |")
    assert dirty_table([]) == ""


def test_a_program_that_uses_others_is_a_source(tmp_path: Path):
    (tmp_path / "box.shape").write_text("part brick(w) { cuboid(w, 1, 1) }\n", encoding="utf-8")
    program = tmp_path / "two.shape"
    program.write_text('use "box.shape" as box\nbox.brick(2)\nbox.brick(1) at (5, 0, 0)\n', encoding="utf-8")
    assert clean_triangles(program).bounds[1][0] == 5.5
