"""Models of programs by the command line: learned and told of."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from grammars.programs.candidates import FEATURES
from grammars.programs.events import KEYS
from grammars.programs.files import read_model
from grammars.programs.gates import WEIGHTS
from grammars.programs.rows import MOST_NUMBERS
from grammars.programs.text import written
from tests.grammars.programs.examples import TEXT, tables


def corpus(folder: Path, count: int = 12) -> None:
    folder.mkdir()
    for number, program in enumerate(tables(count)):
        (folder / f"table{number:02}.txt").write_text(written(program))


def test_a_folder_becomes_a_model_that_says_what_it_is_from(run, here: Path) -> None:
    corpus(here / "tables")
    (here / "tables" / "again.txt").write_text((here / "tables" / "table00.txt").read_text())
    (here / "tables" / "far.txt").write_text(TEXT.replace("0.06)", "1.06)"))
    (here / "tables" / "note.txt").write_text("not a program")
    result = run("learn", "tables", "-o", "tables.programs", "--hold-out", "0.2", "--seed", "4", "--json")
    assert result.code == 0, result.err
    row = json.loads(result.text)
    stored = read_model(here / "tables.programs")
    assert row["copies"] == 1 and row["programs"] + row["held_out"] == 12 and row["held_out"] > 0
    assert (stored.origin.programs, stored.origin.held_out, stored.origin.seed) == (row["programs"], row["held_out"], 4)
    assert stored.origin.corpus == row["corpus_sha256"] and stored.size == row["bytes"]
    assert 0 < row["held_out_bits"]["structure"] < row["held_out_bits"]["numbers"]
    assert [Path(each["file"]).name for each in row["refused"]] == ["far.txt", "note.txt"]
    assert "far.txt is left out: line 8 is no statement of a canonical program" in result.err


def test_the_same_programs_give_the_same_bytes(run, here: Path) -> None:
    corpus(here / "tables", 4)
    for name in ("a.programs", "b.programs"):
        result = run("learn", "tables", "-o", name)
        assert result.code == 0 and f"{name}: learned from 4 programs, " in result.err
        assert "there are only 4 programs to learn from: many samples will be heaps of parts" in result.err
    assert (here / "a.programs").read_bytes() == (here / "b.programs").read_bytes()


def test_more_numbers_than_a_file_holds_are_told_before_anything_is_learned(
    run, here: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    corpus(here / "tables")

    def never(*_: object) -> None:
        raise AssertionError("a gate was fitted")

    monkeypatch.setattr("grammars.programs.model.MOST_NUMBERS", 60)
    monkeypatch.setattr("grammars.programs.model.fitted", never)
    result = run("learn", "tables", "-o", "a.programs")
    assert result.code == 2 and not (here / "a.programs").exists()
    assert re.search(r"the first \d of 12 programs have more than 60 numbers, .*: give fewer files", result.err)


def test_a_file_of_as_many_numbers_as_may_be_is_read_again_however_badly_it_packs() -> None:
    each = 8 * (1 + 1 + FEATURES + 1 + KEYS + KEYS)
    assert MOST_NUMBERS * each + 3 * 4 * WEIGHTS + (1 << 20) < 1 << 30


def test_wrong_calls_are_told(run, here: Path) -> None:
    corpus(here / "tables", 2)
    (here / "shapes").mkdir()
    (here / "shapes" / "a.shape").write_text("cuboid(1, 1, 1)")
    (here / "bad").mkdir()
    (here / "bad" / "bad.txt").write_text("seat = cuboid(1, 1, 1)")
    for arguments, message in (
        (["tables", "--each", "3"], "--each is for grammars and libraries (.shape)"),
        (["tables", "--vary", "0.1"], "--vary is for grammars and libraries (.shape)"),
        (["tables", "--families", "3"], "--families is for grammars and libraries (.shape)"),
        (["tables", "--tolerance", "0.01"], "--tolerance is for grammars and libraries (.shape)"),
        (["tables", "--library"], "--library is for grammars and libraries (.shape)"),
        (["tables", "--holes", "2"], "--holes is for grammars and libraries (.shape)"),
        (["nothing"], "nothing: there is no such file or folder"),
        (["shapes"], "shapes: a model of programs is learned from ShapeAssembly's .txt, and there is none"),
        (["bad"], "no program can be read: bad/bad.txt: line 1 is no statement of ShapeAssembly"),
        (["tables", "--hold-out", "0.9"], "--hold-out 0.9 leaves nothing to learn from: 2 examples were read"),
    ):
        result = run("learn", *arguments, "-o", "a.programs")
        assert result.code == 2 and message in result.err and "Traceback" not in result.err, result.err
        assert not (here / "a.programs").exists()
    assert "cannot write no/a.programs" in run("learn", "tables", "-o", "no/a.programs").err
