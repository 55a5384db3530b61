"""One rule for all commands: 0 done, 1 the input is at fault, 2 the call is; with --json a failure is JSON as well."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from shapelang.cli.app import wants_json

DRAWN = """\
param width = 0.5 in [0.4, 0.6]
param height ~ uniform(0.4, 0.8) in [0.4, 0.8]
param finish ~ categorical(oak: 3, ash: 1)
material m = { color: if finish == "oak" then #9c7043 else #6b4128 }
back = choose {
  3: slab = cuboid(width, height, 1) with m
  1: post = sphere(width) with m
}
"""
FAILS_TO_RUN = "param n ~ uniform(1, 2)\nlet zero = n - n\ncuboid(1 / zero, 1, 1)\n"
CUBE = "v 0 0 0\nv 1 0 0\nv 0 1 0\nv 0 0 1\nf 1 3 2\nf 1 2 4\nf 2 3 4\nf 3 1 4\n"
PROGRAM_COMMANDS = {
    "build": ("build", "{}", "-o", "made.glb"),
    "render": ("render", "{}", "-o", "made.png", "--size", "64", "--backend", "software"),
    "sheet": ("render", "{}", "-o", "made.png", "--variants", "2", "--size", "64", "--backend", "software"),
    "sample": ("sample", "{}", "-n", "2", "--json"),
    "score": ("score", "{}", "--seed", "1", "--json"),
    "info": ("info", "{}", "--json"),
    "fit": ("fit", "{}", "made.obj", "--json"),
}
"""Commands that run a program; the braces stand for it."""
JSON_COMMANDS = {
    "check": ("check", "{}"),
    "fmt": ("fmt", "{}"),
    "build": ("build", "{}", "-o", "made.glb"),
    "render": ("render", "{}", "-o", "made.png"),
    "sample": ("sample", "{}", "-n", "1"),
    "score": ("score", "{}", "--seed", "1"),
    "info": ("info", "{}"),
    "compare": ("compare", "{}", "drawn.shape"),
    "infer": ("infer", "{}", "-o", "made.shape"),
    "verify": ("verify", "drawn.shape", "{}"),
    "fit": ("fit", "drawn.shape", "{}"),
}
"""Commands with --json; the braces stand for a file."""


@pytest.fixture
def drawn(here: Path) -> Path:
    (here / "drawn.shape").write_text(DRAWN)
    (here / "fails.shape").write_text(FAILS_TO_RUN)
    (here / "made.obj").write_text(CUBE)
    return here


def words(template: tuple[str, ...], file: str) -> list[str]:
    return [word.replace("{}", file) for word in template]


@pytest.mark.parametrize("command", PROGRAM_COMMANDS)
@pytest.mark.parametrize(
    ("setting", "message"),
    [
        ("width=9", "error: --set: width = 9 is outside [0.4, 0.6]\n"),
        ("height=9", "error: --set: height = 9 is outside [0.4, 0.8]\n"),
        ("back=stool", "error: --set: 'back' has no alternative 'stool'\n  help: it has slab, post\n"),
        ("finish=okk", "error: --set: 'finish' has no outcome 'okk'\n  help: did you mean 'oak'?\n"),
        ("wdith=0.5", "error: 'wdith' is no parameter or choice of drawn; did you mean 'width'?\n"),
        ("width=red", "error: 'width' takes a real, not 'red'\n"),
        ("width", "error: --set takes NAME=VALUE, not 'width'\n"),
    ],
)
def test_a_value_that_cannot_be_is_a_fault_of_the_call(
    run, drawn: Path, command: str, setting: str, message: str
) -> None:
    result = run(*words(PROGRAM_COMMANDS[command], "drawn.shape"), "--set", setting)
    assert (result.code, result.err) == (2, message)


def test_processes_say_the_same(run, drawn: Path) -> None:
    result = run("sample", "drawn.shape", "-n", "40", "--json", "--jobs", "2", "--set", "width=9")
    assert (result.code, result.err) == (2, "error: --set: width = 9 is outside [0.4, 0.6]\n")


@pytest.mark.parametrize("command", PROGRAM_COMMANDS)
def test_a_program_that_fails_is_a_fault_of_the_input(run, drawn: Path, command: str) -> None:
    result = run(*words(PROGRAM_COMMANDS[command], "fails.shape"))
    assert result.code == 1
    assert result.err.startswith("fails.shape:3:")


@pytest.mark.parametrize("command", JSON_COMMANDS)
def test_a_file_that_is_not_there_is_a_fault_of_the_call_told_in_json(run, drawn: Path, command: str) -> None:
    suffix = "obj" if command in ("infer", "verify", "fit", "compare") else "shape"
    result = run(*words(JSON_COMMANDS[command], f"nowhere/q.{suffix}"), "--json")
    assert result.code == 2
    row = json.loads(result.text)
    if command == "check":
        (finding,) = row["diagnostics"]
        assert (finding["file"], finding["severity"], row["errors"]) == ("nowhere/q.shape", "error", 1)
        assert finding["message"] == "nowhere/q.shape: there is no folder 'nowhere'"
    elif command == "fmt":
        (file,) = row["files"]
        assert (file["file"], file["changed"], row["failed"]) == ("nowhere/q.shape", False, 1)
        assert file["error"]["message"] == "nowhere/q.shape: there is no folder 'nowhere'"
    else:
        assert row == {
            "error": {
                "code": None,
                "diagnostics": [],
                "exit_code": 2,
                "message": f"nowhere/q.{suffix}: there is no folder 'nowhere'",
            }
        }
    assert result.err.startswith(f"error: nowhere/q.{suffix}: there is no folder 'nowhere'\n")


@pytest.mark.parametrize("command", JSON_COMMANDS)
def test_every_fault_of_a_call_is_told_in_json(run, drawn: Path, command: str) -> None:
    result = run(*words(JSON_COMMANDS[command], "made.obj"), "--json", "--qqqqqq")
    error = json.loads(result.text)["error"]
    assert (result.code, error["exit_code"], error["message"]) == (2, 2, "No such option: --qqqqqq")


def test_findings_of_a_run_are_the_rows_of_check(run, drawn: Path) -> None:
    (drawn / "wrong.shape").write_text("cuboid(1, 1)\n")
    rows = json.loads(run("check", "wrong.shape", "--json").text)["diagnostics"]
    result = run("info", "wrong.shape", "--json")
    error = json.loads(result.text)["error"]
    assert (result.code, error["exit_code"], error["diagnostics"]) == (1, 1, rows)
    assert (error["code"], error["message"]) == (rows[0]["code"], rows[0]["message"])


def test_a_mesh_that_is_wrong_has_its_code(run, drawn: Path) -> None:
    (drawn / "wrong.obj").write_text("v 0 0\n")
    result = run("info", "wrong.obj", "--json")
    error = json.loads(result.text)["error"]
    assert result.code == error["exit_code"] == 1
    assert error["code"].startswith("M1")


def test_a_file_that_is_no_text_is_a_finding_without_a_place(run, drawn: Path) -> None:
    (drawn / "binary.shape").write_bytes(b"seat = \xff\xfe")
    result = run("check", "binary.shape", "drawn.shape", "--json")
    assert result.code == 2
    assert json.loads(result.text) == {
        "files": 1,
        "errors": 1,
        "warnings": 0,
        "diagnostics": [
            {
                "file": "binary.shape",
                "line": None,
                "column": None,
                "end_line": None,
                "end_column": None,
                "code": None,
                "severity": "error",
                "message": "binary.shape: not UTF-8 text (byte 7)",
                "hint": None,
            }
        ],
    }


def test_without_json_standard_output_stays_empty(run, drawn: Path) -> None:
    assert run("info", "nowhere/q.shape").text == ""
    assert wants_json(["info", "--json"]) and not wants_json(["info", "--", "--json"])


@pytest.mark.parametrize("size", ["31", "64x31", "8193", "64x8193", "0"])
def test_sizes_of_pictures_that_show_nothing(run, drawn: Path, size: str) -> None:
    result = run("render", "drawn.shape", "-o", "a.png", "--size", size)
    assert (result.code, result.err) == (2, f"error: --size {size}: each side is from 32 to 8192 pixels\n")


def test_a_folder_that_takes_no_files(run, drawn: Path) -> None:
    result = run("build", "drawn.shape", "-o", "/proc/a.glb")
    assert result.code == 2
    assert result.err == (
        "error: cannot write /proc/a.glb: that folder takes no new files\n  help: choose another folder\n"
    )
