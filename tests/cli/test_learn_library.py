"""`shapelang learn --library`."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from grammars.learning.library.same import same_leaves
from shapelang.cli.main import main
from shapelang.execution.simulate import simulate
from shapelang.semantics.check import load


def write_stools(folder: Path) -> None:
    folder.mkdir()
    for k in range(4):
        (folder / f"stool_{k}.shape").write_text(
            f"seat = cuboid(0.{k + 3}, 0.04, 0.3) at (0, 0.4, 0)\n"
            f"mirror x, z {{\n  leg = cylinder(0.02, 0.4) at (0.{k + 1}, 0.2, 0.1)\n"
            f"  foot = sphere(0.03) at (0.{k + 1}, 0, 0.1)\n}}\n"
        )


def test_a_folder_with_the_library_and_the_programs(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    write_stools(tmp_path / "in")
    assert main(["learn", str(tmp_path / "in"), "--library", "-o", str(tmp_path / "out"), "--json"]) == 0
    row = json.loads(capsys.readouterr().out)
    assert row["parts"] >= 1 and row["after"] + row["library"] < row["before"]
    assert all(p["kept"] is None for p in row["programs"])
    for k in range(4):
        name = f"stool_{k}.shape"
        now, was = load(tmp_path / "out" / name), load(tmp_path / "in" / name)
        assert same_leaves(simulate(now, 0).assembly, simulate(was, 0).assembly)
    assert main(["check", *map(str, (tmp_path / "out").iterdir())]) == 0


def test_where_nothing_is_shared_it_is_told_what_to_do(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "in").mkdir()
    (tmp_path / "in" / "a.shape").write_text("a = cuboid(1, 2, 3)\n")
    (tmp_path / "in" / "b.shape").write_text("b = sphere(2)\n")
    assert main(["learn", str(tmp_path / "in"), "--library", "--holes", "2", "-o", str(tmp_path / "out")]) == 0
    told = capsys.readouterr().err
    assert "0 parts shared by 2 programs" in told
    assert "Nothing is shared" in told and "more than 2 parameters (--holes)" in told and "without --library" in told
    write_stools(tmp_path / "stools")
    assert main(["learn", str(tmp_path / "stools"), "--library", "-o", str(tmp_path / "shared")]) == 0
    assert "Nothing is shared" not in capsys.readouterr().err


def test_wrong_calls_are_refused(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    write_stools(tmp_path / "in")
    folder = str(tmp_path / "in")
    assert main(["learn", folder, "--library", "-o", str(tmp_path / "a.shape")]) == 2
    assert "with --library it is a folder" in capsys.readouterr().err
    assert main(["learn", folder, "--library", "-o", folder]) == 2
    assert "name another folder" in capsys.readouterr().err
    assert main(["learn", folder, "--rounds", "3", "-o", str(tmp_path / "a.shape")]) == 2
    assert "--rounds and --holes are for --library" in capsys.readouterr().err
    assert main(["learn", folder, "--library", "--families", "3", "-o", str(tmp_path / "out")]) == 2
    assert "leave them out" in capsys.readouterr().err


def test_programs_that_use_files_beside_them_are_left_out(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    write_stools(tmp_path / "in")
    (tmp_path / "in" / "two.shape").write_text('use "stool_0.shape" as s\ns()\n')
    assert main(["learn", str(tmp_path / "in"), "--library", "-o", str(tmp_path / "out")]) == 0
    assert "it uses 'stool_0.shape'" in capsys.readouterr().err
    assert not (tmp_path / "out" / "two.shape").exists()
