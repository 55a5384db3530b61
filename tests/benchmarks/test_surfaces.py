"""The rows of surfaces made both ways: what was interrupted goes on."""

from __future__ import annotations

import json
from dataclasses import asdict, replace
from pathlib import Path

from benchmarks.learners.surfaces import Made, keep, kept, made, told
from learners.tensors import Points, Values

ROW = Made("net", 64, 3, "abc", 2.0, 50.0, 1, 900)


def test_lines_that_a_kill_cut_short_are_made_again(tmp_path: Path) -> None:
    """Whole lines are read, of the run and cells asked for alone; half a line is none, and the next takes its place."""
    file = tmp_path / "deeper" / "rows.jsonl"
    assert kept(file, "net", 64) == {}
    keep(file, ROW)
    keep(file, replace(ROW, cells=32))
    keep(file, replace(ROW, run="other"))
    whole = file.read_text()
    file.write_text(whole + json.dumps(asdict(replace(ROW, index=4)))[:20])
    assert kept(file, "net", 64) == {3: ROW}
    keep(file, replace(ROW, index=5))
    assert file.read_text().startswith(whole)
    assert kept(file, "net", 64) == {3: ROW, 5: replace(ROW, index=5)}


def test_a_ball_is_made_both_ways_with_the_same_signs() -> None:
    """Of a ball of radius ½ nothing differs, and inside are as many nodes of 65³ as lie within it."""
    row = made(_ball, "ball", 64, 7)
    within = sum(x * x + y * y + z * z < 16**2 for x in range(-16, 17) for y in range(-16, 17) for z in range(-16, 17))
    assert (row.run, row.cells, row.index, row.wrong, row.inside) == ("ball", 64, 7, 0, within)


def test_ratios_are_of_each_code() -> None:
    """The median and least of ratios, not ratios of medians; nodes of all codes."""
    rows = [ROW, replace(ROW, near=1.0, all=10.0), replace(ROW, near=4.0, all=120.0)]
    assert told(rows, 1) == ("3 codes: 2.00 s for 50.00 s, 1 of 25.0 (least 1 of 10.0); 3 of 24 nodes differ (1.2e-01)")


def _ball(points: Points) -> Values:
    return 0.5 + 0.25 - points.square().sum(dim=1)
