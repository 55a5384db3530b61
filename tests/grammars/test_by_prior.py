"""What is said of a mesh that stands where the grammar makes nothing."""

from __future__ import annotations

from pathlib import Path

from grammars.explaining.prior import Grammar
from shapelang.inference.by_prior import infer_by
from shapelang.semantics.check import check_text
from shapelang.semantics.loader import FileLoader
from tests.inference.shapes import data, piece

POST = check_text("let h ~ uniform(1, 3)\npost = cuboid(1, h, 1) at (0, h / 2, 0)\n")


def _notes(at: tuple[float, float, float]) -> tuple[str, ...]:
    mesh = data(piece("cuboid", 1.0, 2.0, 1.0, at=at))
    return infer_by(Grammar(POST, FileLoader(Path("."))), mesh, time_limit=60.0).notes


def test_where_the_whole_was_put_is_said() -> None:
    (note,) = _notes((30.0, 1.0, 0.0))
    assert note.startswith("What the grammar makes was put at (30, ")
    assert note.endswith(": the mesh stands there.")


def test_a_mesh_of_another_size_is_named_as_such() -> None:
    mesh = data(piece("cuboid", 40.0, 2.0, 90.0, at=(30.0, 1.0, 0.0)))
    notes = infer_by(Grammar(POST, FileLoader(Path("."))), mesh, time_limit=60.0).notes
    assert notes[0].startswith("The mesh (x 10 to 50, y 0 to 2, z -45 to 45) and what the grammar makes hardly meet")


def test_a_mesh_in_its_place_needs_no_note() -> None:
    assert _notes((0.0, 1.0, 0.0)) == ()


def test_the_end_of_the_search_is_told_before_it_begins() -> None:
    told: list[float] = []
    mesh = data(piece("cuboid", 1.0, 2.0, 1.0, at=(0.0, 1.0, 0.0)))
    grammar = Grammar(POST, FileLoader(Path(".")))
    # A clock that stands still until the end is told, and from then on stands there.
    found = infer_by(
        grammar, mesh, time_limit=100.0, clock=lambda: sum(told), searching=lambda until: told.append(until.ends)
    )
    assert told == [85.0]
    assert (found.evidence.seconds, found.evidence.iou64 > 0.5) == (85.0, True)
