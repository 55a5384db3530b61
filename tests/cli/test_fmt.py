from __future__ import annotations

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
