"""Solids as grids, in memory and on the disk."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import torch

from learners.data.packed import packed
from learners.data.sampled import Sampled, sampled_grids
from learners.data.solid_grids import solid_grid
from shapelang.diagnostics import UsageError
from shapelang.execution.simulate import simulate
from shapelang.semantics.check import check_text


def test_the_longest_side_takes_all_but_two_cells_in_the_middle() -> None:
    grid = solid_grid(simulate(check_text("cuboid(1, 3, 1.5) at (5, 0, 0)", "a.shape")).assembly, 14)
    assert grid is not None
    filled = np.argwhere(grid)
    assert filled.min(axis=0).tolist() == [5, 1, 4] and filled.max(axis=0).tolist() == [8, 12, 9]
    assert int(grid.sum()) == 4 * 12 * 6


def test_what_is_thinner_than_a_cell_is_left_out() -> None:
    thin = solid_grid(simulate(check_text("cuboid(1, 0.001, 1)\ncuboid(0.001, 1, 1)", "a.shape")).assembly, 8)
    assert thin is None
    assert len(packed([thin, np.ones((8, 8, 8), np.bool_)], 8)) == 1
    with pytest.raises(UsageError, match="thinner than a cell"):
        packed([thin], 8)


def test_packing_loses_nothing() -> None:
    grids = np.random.default_rng(0).random((5, 6, 6, 6)) < 0.5
    held = packed(list(grids), 6)
    assert held.bits.shape == (5, 27)
    assert bool((held.grids(torch.tensor([3, 0])).numpy() == grids[[3, 0]]).all())


def test_what_is_held_out_is_other_shapes(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    program = "param a ~ uniform(0.1, 1)\nparam b ~ uniform(0.1, 1)\ncuboid(a, b, 1)\n"
    training, away = (sampled_grids(Sampled(program, 30, 16), held_out) for held_out in (False, True))
    assert len(training) == 30 and len(away) == 3
    seen = {row.tobytes() for row in training.bits}
    assert len(seen) > 10 and any(row.tobytes() not in seen for row in away.bits)
