"""What is said of a mesh that the grammar does not explain, or explains elsewhere."""

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
    # Its ground is at y = 2.2e-16.
    mesh = data(piece("cuboid", 40.0, 2.0, 90.0, at=(30.0, 1.0 + 2.0**-52, 0.0)))
    notes = infer_by(Grammar(POST, FileLoader(Path("."))), mesh, time_limit=60.0).notes
    assert notes[0].startswith("The grammar does not explain the mesh (x 10 to 50, y 0 to 2, z -45 to 45): ")
    assert notes[0].endswith(" Sizes are metres: --any-size lets the grammar be scaled.")
    scaled = infer_by(Grammar(POST, FileLoader(Path(".")), scaled=True), mesh, time_limit=60.0).notes
    assert scaled[0].startswith("The grammar does not explain the mesh") and "--any-size" not in scaled[0]


def test_what_is_not_explained_is_said_also_where_the_two_meet() -> None:
    """Of the T, 3.5 m³, a post fills 2.5 at most, a solid IoU of 0.71; of its two arms there is nothing."""
    mesh = data(piece("cuboid", 1.0, 2.0, 1.0, at=(0.0, 1.0, 0.0)), piece("cuboid", 3.0, 0.5, 1.0, at=(0.0, 2.25, 0.0)))
    found = infer_by(Grammar(POST, FileLoader(Path("."))), mesh, time_limit=60.0)
    assert found.evidence.iou64 > 0.5 and found.evidence.chamfer > 1.0
    assert found.notes[0].startswith("The grammar does not explain the mesh (x -1.5 to 1.5, ")
    arms = [note for note in found.notes if note.startswith("A part of the mesh, ")]
    assert len(arms) == 2 and any(note.startswith("The solid IoU of 0.") for note in found.notes)


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
