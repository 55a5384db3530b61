"""What is measured where no run is there, and what is said of it."""

from __future__ import annotations

from pathlib import Path

import pytest

from benchmarks.learners import digits, letters, meshes, necker, sequential
from benchmarks.learners.letters import folder_of, found_folder
from benchmarks.learners.speed import WRITTEN, table
from benchmarks.learners.there import kept_or_shipped
from learners.names import Named


def test_kept_runs_go_before_the_shipped_net(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert kept_or_shipped(["chairs-im-ae", "other"], "chairs-im-ae", tmp_path) == [Path("shipped:chairs-im-ae")]
    told = capsys.readouterr().out
    assert 'chairs-im-ae: no run: `make train-all ARGS="chairs-im-ae"` makes it' in told and "other: no run" in told
    (tmp_path / "other" / "step_000000007").mkdir(parents=True)
    assert kept_or_shipped(["chairs-im-ae", "other"], "chairs-im-ae", tmp_path) == [tmp_path / "other"]
    assert "shipped" not in capsys.readouterr().out


def test_letters_are_of_the_kept_run_where_no_other_is(tmp_path: Path) -> None:
    kept, own = tmp_path / "kept", folder_of(tmp_path, Named.IM_AE, 0)
    assert found_folder(tmp_path, Named.IM_AE, 0, kept) == kept / "letters-im-ae"
    assert found_folder(tmp_path, Named.IM_AE, 1, kept) == folder_of(tmp_path, Named.IM_AE, 1)
    own.mkdir()
    assert found_folder(tmp_path, Named.IM_AE, 0, kept) == own


def test_tables_without_runs_say_what_makes_them(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    letters.main(["measure"])
    digits.main(["table"])
    meshes.measure()
    sequential.complete(Path("nowhere"), 2, 1)
    monkeypatch.setattr("sys.argv", ["necker", "measure"])
    necker.main()
    told = capsys.readouterr().out
    for command in ("letters train --kinds wgan", "digits run", "meshes train told", "necker train"):
        assert f"no run: `python -m benchmarks.learners.{command}` makes it" in told
    assert "writes-6: no run" in told and "shipped:primitives-sequential, half hidden, completed: IoU" in told
    assert not list(tmp_path.iterdir()), "nothing is written where nothing is measured"


def test_speeds_are_held_against_those_of_the_same_round() -> None:
    seconds = {WRITTEN: [1.0, 2.0, 4.0], "ours": [0.5, 0.5, 0.5]}
    assert table(seconds).splitlines()[3] == "| ours | 0.500 | 0.500 | 4.00 (3.00 to 6.00) | 2.00 |"
