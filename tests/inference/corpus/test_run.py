"""A run goes on where another ended, and does again what has changed."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from shapelang.diagnostics import UsageError
from shapelang.inference.corpus.items import find_items
from shapelang.inference.corpus.manifest import MANIFEST, Manifest
from shapelang.inference.corpus.results import Crashed, Refused, Result
from shapelang.inference.corpus.rows import Row, Settings
from shapelang.inference.corpus.run import CorpusRun
from tests.inference.corpus.fakes import InOrder, Scripted, with_others

SETTINGS = Settings(time_limit=30.0, max_parts=64, seed=0, memory=None)
NAMES = ["a.obj", "b/c.obj", "d.obj"]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    for name in NAMES:
        path = tmp_path / "in" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(name)
    return tmp_path


def ran(
    folder: Path,
    results: dict[str, Result] | None = None,
    settings: Settings = SETTINGS,
    again: bool = False,
    stop_after: int = 99,
) -> list[str]:
    """The names of the items that were done."""
    executor = InOrder(results)
    rows = CorpusRun(Scripted(), settings, folder / "out").rows(
        find_items(folder / "in", folder / "out"), executor, again
    )
    done: list[str] = []
    for finished in rows:
        if not finished.kept:
            done.append(finished.row.file)
        if len(done) == stop_after:
            break
    return done


def rows_of(folder: Path) -> dict[str, Row]:
    with Manifest(folder / "out") as manifest:
        return dict(manifest.rows)


def test_programs_and_rows_are_written(folder: Path) -> None:
    assert ran(folder) == NAMES
    assert (folder / "out/b/c.shape").read_text() == "# b/c.obj\n"
    assert {name: row.program for name, row in rows_of(folder).items()} == {
        "a.obj": "a.shape",
        "b/c.obj": "b/c.shape",
        "d.obj": "d.shape",
    }
    assert sorted(p.name for p in (folder / "out").rglob("*") if p.is_file()) == [
        "a.shape",
        "c.shape",
        "d.shape",
        MANIFEST,
    ]


def test_a_run_goes_on_where_another_was_ended(folder: Path) -> None:
    assert ran(folder, stop_after=1) == ["a.obj"]
    before = (folder / "out" / MANIFEST).read_bytes()
    assert ran(folder) == ["b/c.obj", "d.obj"]
    assert (folder / "out" / MANIFEST).read_bytes().startswith(before)
    assert ran(folder) == []
    assert ran(folder, again=True) == NAMES


def test_what_changed_is_done_again(folder: Path) -> None:
    ran(folder)
    (folder / "in/a.obj").write_text("changed")
    (folder / "out/d.shape").unlink()
    (folder / "in/e.obj").write_text("new")
    assert ran(folder) == ["a.obj", "d.obj", "e.obj"]
    assert ran(folder, settings=replace(SETTINGS, seed=1)) == ["a.obj", "b/c.obj", "d.obj", "e.obj"]


def test_a_program_that_a_person_has_edited_stays(folder: Path) -> None:
    ran(folder)
    (folder / "out/a.shape").write_text("cuboid(1, 1, 1)\n")
    assert ran(folder) == []
    assert (folder / "out/a.shape").read_text() == "cuboid(1, 1, 1)\n"


def test_refusals_stand_and_crashes_are_tried_again(folder: Path) -> None:
    ran(folder, {"a.obj": Refused("no surface"), "d.obj": Crashed("the process was ended by SIGKILL")})
    assert ran(folder) == ["d.obj"]


def test_a_program_whose_mesh_is_refused_now_is_taken_away(folder: Path) -> None:
    ran(folder)
    (folder / "in/a.obj").write_text("changed")
    ran(folder, {"a.obj": Refused("no surface")})
    assert not (folder / "out/a.shape").exists()
    assert (folder / "out/d.shape").exists()


def test_a_program_that_is_called_otherwise_now_is_taken_away(folder: Path) -> None:
    ran(folder)
    (folder / "in/a.stl").write_text("another")
    assert ran(folder) == ["a.obj", "a.stl"]
    assert not (folder / "out/a.shape").exists()
    assert (folder / "out/a.obj.shape").exists() and (folder / "out/a.stl.shape").exists()


@pytest.mark.parametrize("program", ["../keep.shape", "{0}/keep.shape", "keep.obj"])
def test_a_manifest_of_somebody_else_removes_nothing_of_ours(folder: Path, program: str) -> None:
    ran(folder)
    for kept in (folder / "keep.shape", folder / "out/keep.obj"):
        kept.write_text("mine")
    with Manifest(folder / "out") as manifest:
        manifest.add(replace(manifest.rows["a.obj"], program=program.format(folder)))
    assert ran(folder) == ["a.obj"]
    assert (folder / "keep.shape").exists() and (folder / "out/keep.obj").exists()


def test_a_file_that_cannot_be_read_is_an_item(folder: Path) -> None:
    (folder / "in/gone.obj").symlink_to("nowhere.obj")
    assert "gone.obj" in ran(folder, {"gone.obj": Refused("cannot be opened", "M101")})
    assert rows_of(folder)["gone.obj"].sha256 is None
    assert ran(folder, {"gone.obj": Refused("cannot be opened", "M101")}) == ["gone.obj"]


def test_other_programs_of_a_mesh_stand_beside_it_and_go_with_it(folder: Path) -> None:
    three, out = replace(SETTINGS, alternatives=3), folder / "out"
    assert ran(folder, {"a.obj": with_others("one", 2)}, three) == NAMES
    assert [(out / f"a{k}.shape").read_text() for k in ("", ".2", ".3")] == ["one", "one 0", "one 1"]
    assert [one.program for one in rows_of(folder)["a.obj"].alternatives] == ["a.2.shape", "a.3.shape"]
    assert ran(folder, settings=three) == []
    (out / "a.3.shape").unlink()
    assert ran(folder, {"a.obj": with_others("one", 1)}, three) == ["a.obj"]
    assert ran(folder) == NAMES
    assert not (out / "a.2.shape").exists()


def test_no_other_program_is_called_as_that_of_another_mesh(folder: Path) -> None:
    (folder / "in/a.2.obj").write_text("another")
    with pytest.raises(UsageError, match=r"program 2 of a\.obj would be called as that of a\.2\.obj"):
        ran(folder, settings=replace(SETTINGS, alternatives=2))
    assert "a.2.obj" in ran(folder)
