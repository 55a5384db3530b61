"""Rows of the benchmark of inference: written once, read back, and safe against a run that was killed."""

from __future__ import annotations

from pathlib import Path

from benchmarks.infer.rows import Row, State, append_row, read_rows


def row(shape: str, iou: float = 0.5, state: State = State.OK) -> Row:
    return Row("kenney", shape, "shapelang", state, {"iou64": iou, "tokens": 12.0}, "a\nb", "abc123")


def test_what_is_written_is_read_back(tmp_path: Path):
    path = tmp_path / "rows.jsonl"
    given = [row("chair"), row("table", state=State.TIME), Row("ikea", "chair", "vhacd", State.REFUSED, {})]
    for one in given:
        append_row(path, one)
    assert read_rows([path]) == given
    assert path.read_text().count("\n") == 3


def test_a_line_that_a_killed_run_left_unfinished_costs_only_itself(tmp_path: Path):
    path = tmp_path / "rows.jsonl"
    append_row(path, row("chair"))
    whole = path.read_bytes()
    path.write_bytes(whole + row("table").line.encode()[:40])
    append_row(path, row("sofa"))
    assert [one.shape for one in read_rows([path])] == ["chair", "sofa"]


def test_of_rows_with_one_key_the_last_counts_and_shards_are_read_together(tmp_path: Path):
    first, second = tmp_path / "1.jsonl", tmp_path / "2.jsonl"
    append_row(first, row("chair", 0.25))
    append_row(first, row("chair", 0.75))
    append_row(second, row("table"))
    found = read_rows([first, second, tmp_path / "none.jsonl"])
    assert [(one.shape, one.figures["iou64"]) for one in found] == [("chair", 0.75), ("table", 0.5)]


def test_figures_have_six_digits():
    assert '"iou64": 0.333333' in row("chair", 1 / 3).line
