"""What a learned program is said to explain is what it makes; and how far off that is, by hand."""

from __future__ import annotations

import math

import pytest

from benchmarks.grammars.hung import hung
from benchmarks.grammars.replayed import off, replayed, runs
from shapelang.execution.simulate import simulate
from shapelang.semantics.check import check_text


@pytest.mark.parametrize("seed", [13, 22])
def test_what_is_explained_is_made_where_it_stands(seed: int) -> None:
    found = replayed(runs(hung(seed), 10), 1)
    assert len(found.offs) >= 8
    assert max(found.offs) <= 0.05


def test_how_far_parts_are_off_is_told_of_the_pairs_that_are_nearest() -> None:
    boxes = "a = cuboid(1, 1, 1) at (0, 0.5, 0); b = cuboid(0.2, 0.2, 0.2) at ({x}, 0.5, 0)"
    (body,) = runs(boxes.format(x=0.3), 1)
    moved = "b = cuboid(0.2, 0.2, 0.2) at (0.25, 0.5, 0); a = cuboid(1, 1.02, 1) at (0, 0.51, 0)"
    assert off(body, simulate(check_text(moved, "moved.shape"), 0).assembly) == pytest.approx(0.05)
    assert off(body, simulate(check_text("a = cuboid(1, 1, 1)", "one.shape"), 0).assembly) == math.inf
