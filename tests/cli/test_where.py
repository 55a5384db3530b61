"""`sample --where`: items under a condition."""

from __future__ import annotations

import json
from pathlib import Path


def test_items_meet_the_condition_and_stand_by_themselves(run, here: Path) -> None:
    result = run("sample", "chair.shape", "-n", "6", "--json", "--where", "height > 1.2", "--seed", "3")
    rows = [json.loads(line) for line in result.text.splitlines()]
    assert (result.code, len(rows)) == (0, 6)
    assert result.err.startswith("--where: about 0.")
    assert "effective sample size 6" in result.err
    assert all(row["choices"]["height"] > 0.58 and row["conditioned"] for row in rows)
    alone = run("sample", "chair.shape", "-n", "1", "--json", "--where", "height > 1.2", "--seed", "5")
    assert json.loads(alone.text)["choices"] == rows[2]["choices"]


def test_files_are_written_under_a_condition(run, here: Path) -> None:
    result = run("sample", "chair.shape", "-n", "2", "-o", "made", "--where", "height > 0.5")
    assert result.code == 0
    assert (here / "made" / "chair_1.glb").exists()
    assert json.loads((here / "made" / "settings.json").read_text())["where"] == ["height > 0.5"]


def test_what_cannot_be_met_is_refused_by_name_before_a_folder_is_made(run, here: Path) -> None:
    result = run("sample", "chair.shape", "-n", "2", "-o", "made", "--where", "height > 3")
    assert result.code == 1
    assert "no chair meets 'height > 3'" in result.err
    assert not (here / "made").exists()


def test_a_slip_is_a_fault_of_the_call(run, here: Path) -> None:
    result = run("sample", "chair.shape", "-n", "2", "--json", "--where", "count(sead) == 1")
    assert result.code == 2
    assert "did you mean 'seat'?" in result.err


def test_other_chances_are_refused(run, here: Path) -> None:
    result = run("sample", "chair.shape", "-n", "2", "--json", "--where", "height > 1.2", "--temperature", "0.5")
    assert result.code == 2
    assert "neither --fix nor --temperature" in result.err
