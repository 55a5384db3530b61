from __future__ import annotations

import json
from pathlib import Path

STOOL = """let w = 0.{k}
seat = cuboid(w, 0.04, w) at (0, 0.4{j}, 0)
mirror x, z {{ leg = cylinder(0.02, seat.bottom.y) attach top(1, 1) to seat.bottom(1, 1) }}
"""


def stools(folder: Path) -> None:
    folder.mkdir()
    for k in range(6):
        (folder / f"stool{k}.shape").write_text(STOOL.format(k=30 + 3 * k, j=k))


def test_a_folder_becomes_a_grammar_that_can_be_sampled(run, here: Path) -> None:
    stools(here / "stools")
    result = run("learn", "stools", "-o", "stool.shape", "--hold-out", "0.2")
    assert result.code == 0, result.err
    text = (here / "stool.shape").read_text()
    assert text.startswith("// Learned from 5 examples by `shapelang learn`.\n")
    assert "mirror x, z {" in text and "seat.bottom.y" in text
    assert run("check", "stool.shape", "--strict").code == 0
    assert run("fmt", "--check", "stool.shape").code == 0
    assert run("sample", "stool.shape", "-n", "3", "--json").code == 0


def test_the_same_examples_give_the_same_bytes(run, here: Path) -> None:
    stools(here / "stools")
    for name in ("a.shape", "b.shape"):
        assert run("learn", "stools", "-o", name).code == 0
    assert (here / "a.shape").read_bytes() == (here / "b.shape").read_bytes()


def test_json_tells_of_each_step(run, here: Path) -> None:
    stools(here / "stools")
    (here / "stools" / "broken.shape").write_text("seat = cuboid(")
    result = run("learn", "stools", "-o", "stool.shape", "--json")
    assert result.code == 0
    row = json.loads(result.text)
    assert row["examples"] == 6 and row["not_explained"] == []
    assert [Path(r["file"]).name for r in row["refused"]] == ["broken.shape"]
    assert [s["step"] for s in row["steps"]] == [
        "nothing learned",
        "most specific",
        "structure merged",
        "numbers described",
        "in families",
    ]
    assert all(s["training"]["explained"] == 6 for s in row["steps"][2:])
    bits = [s["training"]["bits"]["structure"] + s["training"]["bits"]["numbers"] for s in row["steps"]]
    assert bits[0] == 0.0 and row["steps"][0]["training"]["bits"]["escaped"] > bits[-1]


def test_wrong_calls_are_told(run, here: Path) -> None:
    for arguments, message in (
        (["nothing", "-o", "a.shape"], "nothing: there is no such file or folder"),
        (["chair.shape", "-o", "chair.shape"], "that is the input"),
        (["chair.shape", "-o", "-", "--json"], "both want standard output"),
        (["picture.png", "-o", "a.shape"], "examples are .shape files"),
        (["empty", "-o", "a.shape"], "empty: no example can be read: there is no .shape"),
        (["cut/cut.shape", "-o", "a.shape"], "no example can be read: cut/cut.shape:1:8: error[E102]"),
        (["cut", "-o", "a", "--library"], "no program can be read: cut/cut.shape:1:8: error[E102]"),
        (["nil.shape", "-o", "a.shape"], "nil.shape: no example makes a shape"),
    ):
        (here / "cut").mkdir(exist_ok=True)
        (here / "cut" / "cut.shape").write_text("cuboid(")
        (here / "nil.shape").write_text("param width = 1 in [0, 2]\n")
        (here / "picture.png").write_bytes(b"")
        (here / "empty").mkdir(exist_ok=True)
        result = run("learn", *arguments)
        assert result.code == 2 and message in result.err and "Traceback" not in result.err
        assert not (here / "a.shape").exists()


def test_two_examples_become_the_cheapest_program_of_both(run, here: Path) -> None:
    stools(here / "stools")
    result = run("learn", "stools/stool0.shape", "stools/stool3.shape", "-o", "two.shape", "--json")
    assert result.code == 0, result.err
    row = json.loads(result.text)
    assert row["examples"] == 2 and row["proved"]
    assert [given["width"] for given in row["given"]] == [0.3, 0.39]
    assert run("check", "two.shape", "--strict").code == 0
    assert run("fmt", "--check", "two.shape").code == 0
    assert run("sample", "two.shape", "-n", "3", "--json").code == 0


def test_params_go_off_their_defaults(run, here: Path) -> None:
    (here / "stool.shape").write_text(
        "param height = 0.45 in [0.3, 0.6]\nparam legs: int = 4 in [3, 5]\nseat = cuboid(0.4, height, 0.1 * legs)\n"
    )
    assert run("learn", "stool.shape", "--each", "20", "--vary", "0.2", "-o", "stools.shape").code == 0
    text = (here / "stools.shape").read_text()
    assert "~" in text, "heights differ from run to run"
    assert "0.4)" in text, "whole numbers do not"
    assert run("learn", "stool.shape", "--each", "20", "--vary", "0.2", "-o", "again.shape").code == 0
    assert (here / "again.shape").read_text() == text
    refused = run("learn", "stool.shape", "--vary", "0.2", "-o", "stools.shape")
    assert refused.code == 2 and "give --each N as well" in refused.err
    assert run("learn", "stool.shape", "--each", "20", "--vary", "0.8", "-o", "far.shape").code == 2


def test_a_grammar_is_no_picture(run, here: Path) -> None:
    stools(here / "stools")
    result = run("learn", "stools", "-o", "stool.png")
    assert (result.code, result.err) == (
        2,
        "error: -o stool.png: a grammar is a .shape file, and a model of programs a .programs file\n",
    )
    assert not (here / "stool.png").exists()


TABLE = """Assembly Program_0 {{
	bbox = Cuboid(1.2, {h}, 0.6, True)
	top = Cuboid(1.2, 0.05, 0.6, True)
	leg = Cuboid(0.05, {h}, 0.05, True)
	attach(top, bbox, 0.5, 1.0, 0.5, 0.5, 1.0, 0.5)
	squeeze(leg, bbox, top, bot, 0.021, 0.042)
	reflect(leg, X){more}
}}
"""


def test_programs_of_shapeassembly_that_differ_in_numbers_only_are_held_out_together(run, here: Path) -> None:
    """8 of one skeleton and 4 of another: of two skeletons half are kept apart, all of 8 or all of 4."""
    (here / "tables").mkdir()
    for k in range(12):
        text = TABLE.format(h=f"0.{60 + k}", more="" if k < 8 else "\n\treflect(leg, Z)")
        (here / "tables" / f"{k}.txt").write_text(text)
    told = set[tuple[int, int]]()
    for seed in range(6):
        result = run("learn", "tables", "-o", "t.shape", "--hold-out", "0.5", "--seed", str(seed), "--json")
        assert result.code == 0, result.err
        step = json.loads(result.text)["steps"][0]
        told.add((step["training"]["examples"], step["held_out"]["examples"]))
    assert told == {(8, 4), (4, 8)}
