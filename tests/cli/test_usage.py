"""Help, slips of the pen, and faults that are not the user's."""

from __future__ import annotations

from pathlib import Path

import pytest

from shapelang.cli.app import SUMMARIES, load_command
from shapelang.cli.explain import sections


@pytest.mark.parametrize("name", SUMMARIES)
def test_help_has_examples_and_the_summary_is_its_first_line(run, name: str) -> None:
    result = run(name, "--help")
    assert (result.code, result.err) == (0, "")
    assert result.text.startswith(f"Usage: shapelang {name} ")
    assert f"\n  {SUMMARIES[name]}\n" in result.text
    assert f"    shapelang {name}" in result.text.partition("\n  Examples:\n")[2]
    assert load_command(name).name == name


def test_no_line_of_help_is_wider_than_a_terminal(run) -> None:
    wide = [line for name in SUMMARIES for line in run(name, "--help").text.splitlines() if len(line) > 84]
    assert wide == []


def test_without_a_command_help_goes_to_stderr(run) -> None:
    result = run()
    assert (result.code, result.text) == (2, "")
    assert "Commands:\n  check        Report every error and warning of programs.\n" in result.err


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["biuld"], "error: No such command 'biuld'. Did you mean 'build'?\n  help: try 'shapelang --help'\n"),
        (["frobnicate"], "error: No such command 'frobnicate'\n  help: try 'shapelang --help'\n"),
        (
            ["check", "--stric"],
            "error: No such option: --stric (Possible options: --strict)\n  help: try 'shapelang check --help'\n",
        ),
        (["build"], "error: Missing argument 'file'\n  help: try 'shapelang build --help'\n"),
        (
            ["build", "a", "--segments", "2"],
            "error: Invalid value for '--segments': Input should be greater than or equal to 3\n"
            "  help: try 'shapelang build --help'\n",
        ),
        (
            ["render", "a", "--view", "under"],
            "error: Invalid value for '--view': 'under' is not one of "
            "'three-quarter', 'front', 'side', 'back', 'top', 'iso'\n"
            "  help: try 'shapelang render --help'\n",
        ),
        (["info", "."], "error: .: that is a folder, not a file\n"),
        (
            ["infer", "chair.shape", "-o", "a.shape"],
            "error: chair.shape: that is a program, and a mesh is wanted here\n",
        ),
        (
            ["verify", "a.shape", "b.obj", "--report", "a.txt"],
            "error: Invalid value for '--report': a.txt: a report is a .json file, or a page (.html)\n"
            "  help: try 'shapelang verify --help'\n",
        ),
        (["check", "nowhere/a.shape"], "error: nowhere/a.shape: there is no folder 'nowhere'\n"),
        (["check", "chiar.shape"], "error: chiar.shape: no such file; did you mean 'chair.shape'?\n"),
    ],
)
def test_slips(run, here: Path, arguments: list[str], message: str) -> None:
    result = run(*arguments)
    assert (result.code, result.text) == (2, "")
    assert result.err.startswith(message)


@pytest.mark.parametrize(
    "command",
    [
        ["learn", "absent.shape", "-o", "nowhere/a.shape"],
        ["fit", "absent.shape", "absent.obj", "-o", "nowhere/a.shape"],
        ["reconstruct", "chairs-im-ae", "absent.obj", "-o", "nowhere/a.glb"],
    ],
)
def test_what_cannot_be_written_is_told_before_anything_is_read(run, here: Path, command: list[str]) -> None:
    result = run(*command)
    assert (result.code, result.text) == (2, "")
    assert result.err.startswith(
        f"error: cannot write {command[-1]}: No such file or directory\n  help: make the folder"
    )


def test_an_internal_error_is_one_line(run, here: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_: object) -> None:
        raise IndexError("list index\nout of range")

    monkeypatch.setattr("shapelang.execution.simulate.simulate", broken)
    result = run("build", "chair.shape", "-o", "chair.glb")
    assert (result.code, result.text) == (70, "")
    assert result.err.startswith("error: internal error at test_usage.py:")
    assert "IndexError: list index out of range; shapelang " in result.err
    assert result.err.endswith("please report this\n")
    assert result.err.count("\n") == 1
    monkeypatch.setenv("SHAPELANG_DEBUG", "1")
    assert "Traceback (most recent call last):" in run("build", "chair.shape", "-o", "chair.glb").err


def test_too_little_memory_is_no_traceback(run, here: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_: object) -> None:
        raise MemoryError

    monkeypatch.setattr("shapelang.execution.simulate.simulate", broken)
    result = run("build", "chair.shape", "-o", "chair.glb")
    assert (result.code, result.err) == (1, "error: the memory of this machine does not suffice for that\n")


def test_pages_of_errors(run, monkeypatch: pytest.MonkeyPatch) -> None:
    text = "# Errors\n\n## E201 unknown name\n\nOne.\n\n### Example\n\nTwo.\n\n## `W603`: unused\n\nThree.\n\n# More\n"
    assert sections(text) == {
        "E201": "## E201 unknown name\n\nOne.\n\n### Example\n\nTwo.",
        "W603": "## `W603`: unused\n\nThree.",
    }
    monkeypatch.setattr("shapelang.cli.explain._text", lambda: text)
    good, bad = run("check", "--explain", "w603"), run("check", "--explain", "E210")
    assert (good.code, good.text) == (0, "## `W603`: unused\n\nThree.\n")
    assert (bad.code, bad.err) == (2, "error: no error has the code 'E210'; did you mean 'E201'?\n")
