"""`shapelang fit` as a person calls it."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from shapelang.cli.main import main
from shapelang.semantics.check import load

PROGRAM = "// a box\nparam a = 1.0 in [0.5, 2]  // across\nparam b ~ uniform(0.5, 1.5)\ncuboid(a, b, 1)\n"


@pytest.fixture
def place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    Path("box.shape").write_text(PROGRAM)
    assert main(["build", "box.shape", "--set", "a=1.7", "--set", "b=0.9", "-o", "box.obj"]) == 0
    return tmp_path


def test_values_text_and_report(place: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["fit", "box.shape", "box.obj", "-o", "out.shape", "--report", "r.json"]) == 0
    shown = [line.split()[:2] for line in capsys.readouterr().err.splitlines()]
    assert [row for row in shown if row and row[0] in ("name", "a", "b")] == [
        ["name", "value"],
        ["a", "1.7"],
        ["b", "0.9"],
    ]
    assert (place / "out.shape").read_text() == (
        "// a box\nparam a = 1.7 in [0.5, 2]  // across\nparam b = 0.9\ncuboid(a, b, 1)\n"
    )
    assert load(place / "out.shape").params[1].name == "b"
    report = json.loads((place / "r.json").read_text())
    assert report["iou64"] == 1.0
    assert {row["name"] for row in report["params"] + report["draws"]} == {"a", "b"}
    assert report["outcome"] == "No step brings it nearer."


def test_json_and_the_least_iou(place: Path, capsys: pytest.CaptureFixture[str]) -> None:
    capsys.readouterr()
    wrong = ["fit", "box.shape", "box.obj", "--set", "a=0.6", "--json", "--min-iou", "0.9"]
    assert main(wrong) == 1
    captured = capsys.readouterr()
    assert json.loads(captured.out)["fixed"] == {"a": 0.6}
    assert "below 0.9" in captured.err


@pytest.mark.parametrize(
    ("arguments", "message", "code"),
    [
        (["fit", "box.shape", "none.obj"], "none.obj: no such file", 2),
        (["fit", "none.shape", "box.obj"], "none.shape: no such file", 2),
        (["fit", "-", "-"], "only one of the two can come from standard input", 2),
        (["fit", "box.shape", "box.obj", "-o", "box.obj"], "box.obj", 2),
        (["fit", "box.shape", "box.obj", "--device", "tpu"], "--device takes cpu or cuda, not 'tpu'", 2),
        (["fit", "box.shape", "box.obj", "--set", "c=1"], "'c'", 2),
        (["fit", "box.shape", "box.obj", "-o", "a", "--report", "a"], "-o and --report name the same file", 2),
        (["fit", "box.shape", "box.obj", "-o", "box.obj"], "box.obj: that is the input", 2),
    ],
)
def test_wrong_calls(
    place: Path, capsys: pytest.CaptureFixture[str], arguments: list[str], message: str, code: int
) -> None:
    del place
    capsys.readouterr()
    assert main(arguments) == code
    captured = capsys.readouterr().err
    assert message in captured
    assert "Traceback" not in captured


def test_a_mesh_of_other_units_is_aligned_first(place: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Ten times as large and elsewhere: brought to the box of the program's own run."""
    text = (place / "box.obj").read_text().splitlines()
    moved = [
        " ".join(["v", *(f"{10 * float(x) + k:.9g}" for k, x in enumerate(line.split()[1:]))])
        if line[:2] == "v "
        else line
        for line in text
    ]
    (place / "far.obj").write_text("\n".join(moved) + "\n")
    capsys.readouterr()
    assert main(["fit", "box.shape", "far.obj", "--set", "b=0.9", "--align", "--json"]) == 0
    captured = capsys.readouterr()
    assert "taken 0.1 times as large" in captured.err
    assert json.loads(captured.out)["params"][0]["value"] == pytest.approx(1.7, rel=1e-5)
