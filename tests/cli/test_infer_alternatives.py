"""`shapelang infer` with more than one answer, and with a grammar: files, figures and refusals."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

BOX = "cuboid(1, 1, 1)\nmirror x { arm = cuboid(0.5, 0.2, 0.2) at (2, 0, 0) }\n"
GRAMMAR = """\
let wide ~ uniform(0.5, 2)
legs = choose { 3: one = cuboid(0.2, 1, 0.2); 1: two = { mirror x { cuboid(0.2, 1, 0.2) at (0.4, 0, 0) } } }
top = cuboid(wide, 0.2, 1) at (0, 0.6, 0)
"""


def test_each_program_has_a_file_and_a_row(run, here: Path) -> None:
    (here / "box.shape").write_text(BOX)
    assert run("build", "box.shape", "-o", "box.obj").code == 0
    done = run(
        "infer", "box.obj", "-o", "found.shape", "--alternatives", "2", "--report", "r.json", "--time-limit", "300"
    )
    assert done.code == 0
    row = json.loads((here / "r.json").read_text())
    texts = [one["program"] for one in row["alternatives"]]
    assert [(here / name).read_text() for name in ("found.shape", "found.2.shape")] == texts
    assert row["alternatives"][0]["bits"] == row["bits"] < row["alternatives"][1]["bits"]
    assert "found.2.shape" in done.err


def test_a_grammar_gives_its_derivation(run, here: Path) -> None:
    (here / "stools.shape").write_text(GRAMMAR)
    assert run("build", "stools.shape", "--seed", "2", "-o", "stool.obj").code == 0
    done = run(
        "infer", "stool.obj", "-o", "f.shape", "--grammar", "stools.shape", "--report", "r.json", "--time-limit", "300",
        "--alternatives", "2",
    )  # fmt: skip
    assert done.code == 0
    assert "ln p" in done.err and (here / "f.2.shape").exists()
    derivation = json.loads((here / "r.json").read_text())["derivation"]
    (here / "trace.json").write_text(json.dumps(derivation["choices"]))
    scored = run("score", "stools.shape", "trace.json")
    assert float(scored.text) == derivation["log_prob"]
    assert "choose" not in (here / "f.shape").read_text()
    assert "log-probability" in done.err


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("box.obj", "-o", "a.shape", "--grammar", "g.shape", "--keep-groups"), "--grammar has groups of its own"),
        (("box.obj", "-o", "a.shape", "--grammar", "g.shape", "--max-parts", "3"), "--grammar makes as many parts as"),
        ((".", "-o", "out", "--grammar", "g.shape", "--max-parts", "256"), "--grammar makes as many parts as it says"),
        ((".", "-o", "out", "--grammar", "g.shape"), "g.shape: no such file"),
        ((".", "-o", "out", "--grammar", "-"), "of a folder --grammar is a file"),
        ((".", "-o", "out", "--any-size"), "--any-size is for --grammar"),
    ],
)
def test_calls_that_mean_nothing(run, here: Path, arguments: tuple[str, ...], message: str) -> None:
    (here / "box.obj").write_text("v 0 0 0\nv 1 0 0\nv 0 1 0\nf 1 2 3\n")
    result = run("infer", *arguments)
    assert (result.code, result.out) == (2, b"")
    assert result.err.startswith(f"error: {message}")
