"""Rows are added whole, survive what is cut off or damaged, and are one process's at a time."""

from __future__ import annotations

import json
from dataclasses import replace
from math import nan
from pathlib import Path

import pytest

from shapelang.diagnostics import UsageError
from shapelang.inference.corpus.manifest import MANIFEST, Manifest
from shapelang.inference.corpus.results import Crashed, Done, Failed, OutOfMemory, Refused, Result, TimedOut
from shapelang.inference.corpus.rows import Ending, Row, Settings, read_row, row_of
from tests.inference.corpus.fakes import item, made, with_others

SETTINGS = Settings(time_limit=30.0, max_parts=64, seed=0, memory=2**30)
ENDS: list[tuple[Result, Ending, str | None]] = [
    (made("x"), Ending.PROGRAM, None),
    (with_others("x", 2), Ending.PROGRAM, None),
    (Refused("no surface", "M106"), Ending.REFUSED, "no surface"),
    (TimedOut(55.0), Ending.TIMED_OUT, "not done after 55 s, and ended; try a larger --time-limit"),
    (
        OutOfMemory(),
        Ending.OUT_OF_MEMORY,
        "it wants more memory than 1,024 MiB; try a larger --memory, or fewer --jobs",
    ),
    (Crashed("the process was ended by SIGSEGV"), Ending.CRASHED, "the process was ended by SIGSEGV"),
    (Failed("internal error"), Ending.FAILED, "internal error"),
]


def row(name: str, result: Result | None = None) -> Row:
    return row_of(Done(item(name), result or made("x"), 1.25), "00ff", SETTINGS)


@pytest.mark.parametrize(("result", "outcome", "error"), ENDS)
def test_a_row_is_read_as_it_was_written(result: Result, outcome: Ending, error: str | None) -> None:
    written = row("ä/b c.obj", result)
    assert (written.outcome, written.error) == (outcome, error)
    line = written.line()
    assert line.endswith(b"\n") and line.count(b"\n") == 1
    assert read_row(line) == written


def test_all_that_a_row_says() -> None:
    assert json.loads(row("a.obj").line()) == {
        "file": "a.obj",
        "sha256": "00ff",
        "outcome": "program",
        "seconds": 1.25,
        "settings": {
            "time_limit": 30.0,
            "max_parts": 64,
            "seed": 0,
            "memory": 2**30,
            "up": "y",
            "keep_groups": False,
            "alternatives": 1,
            "grammar": None,
            "any_size": False,
        },
        "search": "finished",
        "iou64": 0.5,
        "chamfer": 0.25,
        "primitives": 3,
        "tokens": 12,
        "program": "a.obj.shape",
        "notes": ["a note"],
        "code": None,
        "error": None,
        "log_prob": None,
        "alternatives": [],
    }


def test_a_figure_that_is_no_number_is_none() -> None:
    assert row("a.obj", made("x", iou=nan)).iou64 is None


DAMAGED = [b"", b"{", b"[]", b"{}", b"null", b"\xff", b"7", b"[" * 100_000]


@pytest.mark.parametrize("line", DAMAGED, ids=range(len(DAMAGED)))
def test_lines_that_are_no_rows(line: bytes) -> None:
    assert read_row(line) is None


@pytest.mark.parametrize("key", sorted(row("a").json()))
def test_a_row_with_a_value_of_another_kind_is_none(key: str) -> None:
    assert read_row(json.dumps(row("a").json() | {key: {"x": 1}}).encode()) is None
    without = row("a").json()
    del without[key]
    left = read_row(json.dumps(without).encode())
    assert left == (row("a") if key in ("log_prob", "alternatives") else None), "older manifests lack these two"


def test_the_newest_row_of_a_file_counts(tmp_path: Path) -> None:
    with Manifest(tmp_path) as manifest:
        for each in (row("a"), row("b"), row("a", OutOfMemory())):
            manifest.add(each)
    with Manifest(tmp_path) as manifest:
        assert manifest.rows == {"a": row("a", OutOfMemory()), "b": row("b")}


@pytest.mark.parametrize("tail", [b'{"file":"c"', b"\0\0\0", row("c").line()[:-1]])
def test_what_a_power_cut_left_of_a_line_is_taken_away(tmp_path: Path, tail: bytes) -> None:
    (tmp_path / MANIFEST).write_bytes(row("a").line() + b"nonsense\n" + tail)
    with Manifest(tmp_path) as manifest:
        assert manifest.rows == {"a": row("a")}
        manifest.add(row("b"))
    assert (tmp_path / MANIFEST).read_bytes() == row("a").line() + b"nonsense\n" + row("b").line()


def test_two_runs_do_not_write_into_one_folder(tmp_path: Path) -> None:
    with Manifest(tmp_path), pytest.raises(UsageError, match="another run is writing there"), Manifest(tmp_path):
        pass
    with Manifest(tmp_path):
        pass


def test_a_folder_that_cannot_be(tmp_path: Path) -> None:
    (tmp_path / "file").write_bytes(b"")
    with pytest.raises(UsageError, match="that is a file, not a folder"), Manifest(tmp_path / "file"):
        pass
    with pytest.raises(UsageError, match="cannot write /proc/x"), Manifest(Path("/proc/x")):
        pass


def test_which_rows_stand() -> None:
    others = [replace(SETTINGS, time_limit=31.0), replace(SETTINGS, max_parts=3), replace(SETTINGS, seed=1)]
    others += [replace(SETTINGS, alternatives=2), replace(SETTINGS, grammar="00ff"), replace(SETTINGS, any_size=True)]
    more = replace(SETTINGS, memory=None)
    for result, ending, _ in ENDS:
        found = row("a", result)
        stands = ending not in (Ending.CRASHED, Ending.FAILED)
        assert found.stands_for(SETTINGS) == stands
        assert not any(found.stands_for(other) for other in others)
        assert found.stands_for(more) == (ending in (Ending.PROGRAM, Ending.REFUSED))
