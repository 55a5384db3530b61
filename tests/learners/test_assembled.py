"""Shapes of ShapeAssembly programs."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import torch

from grammars.programs.corpus import fold
from grammars.programs.text import read
from learners.data.assembled import assembled, assembled_grids
from shapelang.diagnostics import UsageError
from tests.learners.assembled_texts import text

LARGEST = 17


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    for parts in range(1, LARGEST):
        for k, wide in enumerate((0.25, 0.75)):
            (tmp_path / f"{parts:02}{k}.txt").write_text(text(parts, wide))
    (tmp_path / "copy.txt").write_text(text(1, 0.25))
    return tmp_path


def test_no_skeleton_stands_on_both_sides_and_copies_are_left_out(folder: Path) -> None:
    config = assembled(folder, 10)
    away = sum(fold(read(text(parts, 0.25)), 10) == 0 for parts in range(1, LARGEST))
    assert 0 < away < 6
    learned, held = assembled_grids(config, held_out=False), assembled_grids(config, held_out=True)
    assert (len(learned), len(held)) == (2 * (LARGEST - 1 - away), 2 * away)
    widths = [int(grid.any(dim=2).any(dim=1).sum()) for grid in held.grids(torch.arange(2 * away))]
    assert widths == [2, 6] * away, "a quarter and three quarters of 8 cells"
    assert np.array_equal(learned.bits, assembled_grids(config, held_out=False).bits)


def test_a_folder_that_changed_is_told(folder: Path) -> None:
    config = assembled(folder, 10)
    (folder / "more.txt").write_text(text(3, 0.5))
    with pytest.raises(UsageError, match="not the programs that the run began with"):
        assembled_grids(config, held_out=False)


def test_a_folder_without_programs_is_told(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match=r"no \.txt file is in it"):
        assembled(tmp_path, 10)
