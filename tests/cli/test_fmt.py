from __future__ import annotations

import json
from pathlib import Path

import pytest

LOOSE = "// a box\nbox   = cuboid( 1,2,  3 ) // here\n"
TIDY = "// a box\nbox = cuboid(1, 2, 3)  // here\n"


def test_in_place(run, here: Path) -> None:
    (here / "box.shape").write_text(LOOSE)
    first = run("fmt", "box.shape")
    assert (first.code, first.text) == (0, "")
    assert first.err == "changed: box.shape\n1 file changed, 0 files left as they were\n"
    assert (here / "box.shape").read_text() == TIDY
    again = run("fmt", "box.shape")
    assert (again.code, again.err) == (0, "0 files changed, 1 file left as it was\n")


def test_check_writes_nothing(run, here: Path) -> None:
    (here / "box.shape").write_text(LOOSE)
    (here / "tidy.shape").write_text(TIDY)
    result = run("fmt", "--check", "box.shape", "tidy.shape")
    assert (result.code, result.text) == (1, "would change: box.shape\n")
    assert result.err == "1 file would change, 1 file would not\n"
    assert (here / "box.shape").read_text() == LOOSE
    assert run("fmt", "--check", "tidy.shape").code == 0


def test_diff_shows_what_would_change(run, here: Path) -> None:
    (here / "box.shape").write_text(LOOSE)
    result = run("fmt", "--diff", "box.shape")
    assert result.code == 1
    assert result.text == (
        "--- box.shape (now)\n+++ box.shape (formatted)\n@@ -1,2 +1,2 @@\n // a box\n"
        "-box   = cuboid( 1,2,  3 ) // here\n+box = cuboid(1, 2, 3)  // here\n"
    )
    assert (here / "box.shape").read_text() == LOOSE


def test_stdin_to_stdout(run, here: Path) -> None:
    result = run("fmt", "-", stdin=LOOSE.encode())
    assert (result.code, result.text, result.err) == (0, TIDY, "")


def test_a_file_with_syntax_errors_is_left_alone(run, here: Path) -> None:
    broken = "box = cuboid(1,, 2\n"
    (here / "broken.shape").write_text(broken)
    (here / "box.shape").write_text(LOOSE)
    result = run("fmt", "broken.shape", "box.shape")
    assert (result.code, result.text) == (1, "")
    assert result.err.startswith("broken.shape:1:16: error[E1")
    assert (here / "broken.shape").read_text() == broken
    assert (here / "box.shape").read_text() == TIDY


def test_json_tells_what_became_of_each_file(run, here: Path) -> None:
    (here / "box.shape").write_text(LOOSE)
    (here / "tidy.shape").write_text(TIDY)
    (here / "broken.shape").write_text("box = cuboid(1,, 2\n")
    files = ("box.shape", "tidy.shape", "broken.shape")
    shown = run("fmt", "--diff", "--json", *files)
    row = json.loads(shown.text)
    assert (shown.code, shown.text.count("\n")) == (1, 1)
    assert (row["changed"], row["unchanged"], row["failed"]) == (1, 1, 1)
    assert [file["file"] for file in row["files"]] == list(files)
    assert [file["changed"] for file in row["files"]] == [True, False, False]
    assert row["files"][0]["diff"] == run("fmt", "--diff", "box.shape").text
    assert row["files"][1] == {"file": "tidy.shape", "changed": False, "diff": "", "error": None}
    error = row["files"][2]["error"]
    assert error["diagnostics"] == json.loads(run("check", "--json", "broken.shape").text)["diagnostics"]
    assert (error["exit_code"], error["code"]) == (1, error["diagnostics"][0]["code"])
    assert (here / "box.shape").read_text() == LOOSE

    written = run("fmt", "--json", "box.shape", "tidy.shape")
    assert (written.code, json.loads(written.text)["changed"]) == (0, 1)
    assert (here / "box.shape").read_text() == TIDY
    assert json.loads(run("fmt", "--json", "box.shape").text)["files"][0]["diff"] is None


def test_json_and_the_formatted_text_cannot_both_have_standard_output(run, here: Path) -> None:
    result = run("fmt", "-", "--json", stdin=LOOSE.encode())
    message = "--json and the text of '-' both want standard output: add --check or --diff"
    assert (result.code, json.loads(result.text)["error"]["message"]) == (2, message)
    assert json.loads(run("fmt", "-", "--check", "--json", stdin=LOOSE.encode()).text)["files"] == [
        {"file": "<stdin>", "changed": True, "diff": None, "error": None}
    ]


def test_windows_line_ends_become_plain_ones(run, here: Path) -> None:
    (here / "box.shape").write_bytes(TIDY.replace("\n", "\r\n").encode())
    assert run("fmt", "box.shape").code == 0
    assert (here / "box.shape").read_bytes() == TIDY.encode()


def test_a_layout_that_changes_the_meaning_is_never_written(run, here: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (here / "box.shape").write_text(LOOSE)
    monkeypatch.setattr("shapelang.syntax.printer.print_module", lambda *_: "box = cuboid(1, 2, 4)\n")
    result = run("fmt", "box.shape")
    assert result.code == 70
    assert "the layout of box.shape would change its meaning; the file was left alone" in result.err
    assert (here / "box.shape").read_text() == LOOSE


def test_a_layout_that_loses_a_comment_is_never_written(run, here: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (here / "box.shape").write_text(LOOSE)
    monkeypatch.setattr("shapelang.syntax.printer.print_module", lambda *_: "box = cuboid(1, 2, 3)\n")
    assert run("fmt", "box.shape").code == 70
    assert (here / "box.shape").read_text() == LOOSE
