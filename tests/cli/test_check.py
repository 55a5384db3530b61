from __future__ import annotations

import json
from pathlib import Path

import pytest

WRONG = "seat = cuboid(1, 1, 1)\nleg = cuboid(1, sead.top.y, 1)\n"
WARNED = "let unused = 3\ncuboid(1, 1, 1)\n"


def test_a_good_program_says_nothing_on_stdout(run, here: Path) -> None:
    result = run("check", "chair.shape")
    assert (result.code, result.text, result.err) == (0, "", "1 file checked: 0 errors, 0 warnings\n")


def test_findings_go_to_stdout_and_counts_to_stderr(run, here: Path) -> None:
    (here / "wrong.shape").write_text(WRONG)
    result = run("check", "wrong.shape", "chair.shape")
    assert result.code == 1
    assert result.text == (
        "wrong.shape:2:17: error[E201]: unknown name 'sead'\n"
        "  2 | leg = cuboid(1, sead.top.y, 1)\n"
        "    |                 ^^^^\n"
        "  help: did you mean 'seat'?\n"
    )
    assert result.err == "2 files checked: 1 error, 0 warnings\n"


def test_json_has_the_same_findings(run, here: Path) -> None:
    (here / "wrong.shape").write_text(WRONG)
    result = run("check", "--json", "wrong.shape")
    assert (result.code, result.err) == (1, "")
    assert json.loads(result.text) == {
        "files": 1,
        "errors": 1,
        "warnings": 0,
        "diagnostics": [
            {
                "file": "wrong.shape",
                "line": 2,
                "column": 17,
                "end_line": 2,
                "end_column": 21,
                "code": "E201",
                "severity": "error",
                "message": "unknown name 'sead'",
                "hint": "did you mean 'seat'?",
            }
        ],
    }


def test_warnings_fail_only_when_strict(run, here: Path) -> None:
    (here / "warned.shape").write_text(WARNED)
    plain, strict = run("check", "warned.shape"), run("check", "--strict", "warned.shape")
    assert (plain.code, strict.code) == (0, 1)
    assert plain.text.startswith("warned.shape:1:5: warning[W603]: 'unused' is never read\n")
    assert plain.text == strict.text


def test_a_folder_is_all_programs_below_it(run, here: Path) -> None:
    (here / "deep" / "er").mkdir(parents=True)
    (here / "deep" / "er" / "wrong.shape").write_text(WRONG)
    result = run("check", ".")
    assert result.code == 1
    assert result.text.startswith("deep/er/wrong.shape:2:17: ")
    assert result.err == "2 files checked: 1 error, 0 warnings\n"


def test_a_folder_without_programs_is_a_slip(run, here: Path) -> None:
    (here / "empty").mkdir()
    result = run("check", "empty")
    assert (result.code, result.err) == (2, "error: empty: no .shape files in this folder\n")


def test_an_unreadable_file_does_not_hide_the_others(run, here: Path) -> None:
    (here / "wrong.shape").write_text(WRONG)
    (here / "binary.shape").write_bytes(b"seat = \xff\xfe")
    result = run("check", "binary.shape", "wrong.shape")
    assert result.code == 2
    assert "error[E201]" in result.text
    assert result.err.splitlines()[0] == "error: binary.shape: not UTF-8 text (byte 7)"


def test_stdin_stands_for_a_named_file(run, here: Path) -> None:
    (here / "lib").mkdir()
    (here / "lib" / "box.shape").write_text("param side = 1\ncuboid(side, side, side)\n")
    text = b'use "box.shape" as box\nbox(side: 2)\n'
    assert run("check", "-", "--stdin-filename", "lib/main.shape", stdin=text).code == 0
    lost = run("check", "-", stdin=text)
    assert lost.code == 1
    assert lost.text.startswith("<stdin>:1:1: error[E220]: ")


def test_a_shared_file_is_reported_once(run, here: Path) -> None:
    (here / "bad.shape").write_text("cuboid(1, 1)\n")
    for name in ("a", "b"):
        (here / f"{name}.shape").write_text('use "bad.shape" as bad\nbad()\n')
    result = run("check", "a.shape", "b.shape", "bad.shape")
    assert result.text.count("error[") == 1


def test_nothing_to_check(run) -> None:
    result = run("check")
    assert (result.code, result.err) == (2, "error: nothing to check: name a file, a folder, or '-'\n")


@pytest.mark.parametrize(
    "command",
    [["build", "-o", "a.obj"], ["info", "--json"], ["sample", "-n", "3", "--json"]],
    ids=lambda words: words[0],
)
def test_every_command_tells_the_warnings_once(run, here: Path, command: list[str]) -> None:
    """As `check` words them, on standard error; the work is done all the same."""
    (here / "a.shape").write_text("a = cuboid(1, 1, 1) rotate y 1.5708\n")
    words = run("check", "a.shape").text.strip()
    assert "warning[W601]" in words
    result = run(command[0], "a.shape", *command[1:])
    assert (result.code, result.err.count(words)) == (0, 1)
    assert b"W601" not in result.out


def test_only_near_names_are_suggested(run, here: Path) -> None:
    """A common suffix makes no name near."""
    (here / "t.shape").write_text("a = cuboid(1, 1, 1)\n")
    assert "did you mean" not in run("check", "nope.shape").err
    assert "did you mean 'chair.shape'?" in run("check", "chiar.shape").err
    assert "did you mean 'chair.shape'?" in run("check", "chair.shpae").err
