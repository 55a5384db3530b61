"""`sample --where`: items under a condition."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

TWIGS = """\
part twig(level: int) {
  let kids: int ~ uniform(1, 3)
  wood = cylinder(0.01, 0.1)
  if level > 0 { for k in 0..kids { child = twig(level - 1) rotate z 20 * k at (0, 0.1, 0) } }
}
twig(3)
"""


def test_items_meet_the_condition_and_stand_by_themselves(run, here: Path) -> None:
    result = run("sample", "chair.shape", "-n", "6", "--json", "--where", "height > 1.2", "--seed", "3")
    rows = [json.loads(line) for line in result.text.splitlines()]
    assert (result.code, len(rows)) == (0, 6)
    assert result.err.startswith("--where: about 0.")
    assert "effective sample size" not in result.err
    assert all(row["choices"]["height"] > 0.58 and row["conditioned"] for row in rows)
    alone = run("sample", "chair.shape", "-n", "1", "--json", "--where", "height > 1.2", "--seed", "5")
    assert json.loads(alone.text)["choices"] == rows[2]["choices"]


def test_what_is_drawn_from_structures_says_what_they_are_worth(run, here: Path) -> None:
    """2⁹ structures and an equality within 0.5 mm, which 1 of 800 derivations meets."""
    rows = "".join(f"row_{k} = choose {{ 1: sphere(0.02)\n 1: cone(0.02, 0.02) }} at (0, 0, {k})\n" for k in range(9))
    sides = "".join(f"let {axis} ~ uniform(0.1, 0.9)\n" for axis in "xyz")
    (here / "rows.shape").write_text(f"{sides}post = cuboid(x, y, z)\n{rows}")
    result = run("sample", "rows.shape", "-n", "2", "--json", "--where", "post.width == post.depth")
    assert result.code == 0 and len(result.text.splitlines()) == 2
    worth = re.search(r"items are variants of what is worth (\d+) independent derivations", result.err)
    assert worth is not None and 1 <= int(worth[1]) < 10_000


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


def test_what_is_too_rare_to_be_found_is_bounded_and_not_called_impossible(
    run, here: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("shapelang.cli.where.SECONDS", 0.1)
    (here / "twigs.shape").write_text(TWIGS)
    result = run("sample", "twigs.shape", "-n", "3", "--json", "--where", "count(wood) == 27 + 9 + 3 + 1")
    assert result.code == 1
    said = re.search(r"^--where: none of ([\d,]+) derivations tried meets it: fewer than 1 in ([\d,]+) of", result.err)
    assert said is not None
    tried, one_in = (int(group.replace(",", "")) for group in said.groups())
    # The rule of three; bounds leave nine tenths. Of all derivations 3^-13 meets it, one in 1.6 million.
    assert tried // 3 <= one_in < tried / 2.5
    assert "no twigs under the condition was found in time; nor was it shown that there is none" in result.err
    assert "± 0" not in result.err and "allow more time" not in result.err


def test_a_slip_is_a_fault_of_the_call(run, here: Path) -> None:
    result = run("sample", "chair.shape", "-n", "2", "--json", "--where", "count(sead) == 1")
    assert result.code == 2
    assert "did you mean 'seat'?" in result.err


def test_other_chances_are_refused(run, here: Path) -> None:
    result = run("sample", "chair.shape", "-n", "2", "--json", "--where", "height > 1.2", "--temperature", "0.5")
    assert result.code == 2
    assert "neither --fix nor --temperature" in result.err
