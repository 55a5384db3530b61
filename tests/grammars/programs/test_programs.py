"""A program is told by one walk, and read and written without loss."""

from __future__ import annotations

import pytest

from grammars.programs.corpus import divided, fold, skeleton
from grammars.programs.following import Following
from grammars.programs.text import ProgramError, read, written
from grammars.programs.walk import walk
from shapelang.io.read.shapeassembly import shape_program
from shapelang.semantics.check import check_text
from tests.grammars.programs.examples import TEXT, tables


def test_text_is_read_and_written_without_loss() -> None:
    assert written(read(TEXT)) == TEXT
    for program in tables(30):
        assert read(written(program)) == program


def test_the_walk_tells_the_whole_program() -> None:
    for program in (read(TEXT), *tables(30)):
        assert walk(Following(program)) == program


def test_what_is_written_runs() -> None:
    for program in tables(5):
        check_text(shape_program(written(program)), "table.shape")


def test_names_do_not_matter() -> None:
    renamed = TEXT.replace("cube2", "back").replace("Program_1", "Base")
    assert read(renamed) == read(TEXT)


@pytest.mark.parametrize(
    ("old", "new", "line"),
    [
        ("0.52)", "0.5205)", 6),
        ("0.52)", "1.2)", 6),
        ("attach(cube1, Program_1", "attach(cube1, cube1", 7),
        ("attach(cube1, Program_1", "attach(bbox, cube1", 7),
        ("top, 0.5, 0.06", "up, 0.5, 0.06", 8),
        ("bbox = Cuboid(0.78, 0.6, 0.8, True)", "bbox = Cuboid(0.77, 0.6, 0.8, True)", 11),
        ("squeeze(cube0, bbox, bbox", "squeeze(cube0, cube1, cube1", 14),
        ("Z, 2, 0.9", "Z, 0, 0.9", 17),
    ],
)
def test_what_is_no_canonical_program_is_refused_with_its_line(old: str, new: str, line: int) -> None:
    with pytest.raises(ProgramError, match=f"line {line} is no statement of a canonical program"):
        read(TEXT.replace(old, new))


def test_what_is_no_program_is_refused() -> None:
    with pytest.raises(ProgramError, match="line 1 is no statement of ShapeAssembly: hello"):
        read("hello")
    with pytest.raises(ProgramError, match="no `Assembly`"):
        read("")


def test_a_skeleton_is_held_out_whole_and_copies_are_dropped() -> None:
    programs = tables(60)
    corpus = divided([*programs, *programs[:10]])
    assert len(corpus.training) + len(corpus.held_out) == len(set(programs))
    assert {skeleton(p) for p in corpus.training}.isdisjoint(skeleton(p) for p in corpus.held_out)
    assert all(fold(p, 10) == 0 for p in corpus.held_out)
