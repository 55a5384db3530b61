"""Solids from a file of cells."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch

from learners.configs import from_json, to_json
from learners.data.sets import Data, Split, at_place, examples, set_cells
from learners.data.voxels import MOST, VoxelSet, holds_voxels, voxel_grids, voxel_set
from shapelang.diagnostics import UsageError

SOLIDS = np.random.default_rng(0).random((40, 6, 6, 6)) < 0.3


def _written(folder: Path, **arrays: Any) -> Path:
    np.savez(folder / "solids.npz", **arrays)
    return folder / "solids.npz"


def _rows(config: VoxelSet) -> tuple[torch.Tensor, torch.Tensor]:
    training, away = (examples(config, split) for split in Split)
    return training.grids(torch.arange(len(training))), away.grids(torch.arange(len(away)))


def test_solids_stand_in_the_middle_and_one_of_ten_is_held_out(tmp_path: Path) -> None:
    config = voxel_set(_written(tmp_path, voxels=SOLIDS))
    training, away = _rows(config)
    assert set_cells(config) == (3, 8) and training.shape == (36, 8, 8, 8) and away.shape == (4, 8, 8, 8)
    every = torch.cat([training, away])
    assert int(every.sum()) == int(SOLIDS.sum()) == int(every[:, 1:7, 1:7, 1:7].sum())
    known = {solid.tobytes() for solid in SOLIDS}
    assert {grid[1:7, 1:7, 1:7].contiguous().numpy().tobytes() for grid in every} == known


def test_packed_cells_are_the_same_solids(tmp_path: Path) -> None:
    plain = _rows(voxel_set(_written(tmp_path, voxels=SOLIDS.astype(np.uint8) * 7)))
    bits = np.packbits(SOLIDS.reshape(40, -1), axis=1)
    packed = _rows(voxel_set(_written(tmp_path, bits=bits, shape=np.array(SOLIDS.shape))))
    assert all(torch.equal(one, other) for one, other in zip(plain, packed, strict=True))


def test_rows_of_one_object_stay_together(tmp_path: Path) -> None:
    """Every solid twice, an object each; of 20 objects two are held out, with all their rows."""
    objects = np.repeat(np.arange(20), 2)
    solids = np.repeat(SOLIDS[:20], 2, axis=0)
    training, away = _rows(voxel_set(_written(tmp_path, voxels=solids, object_id=objects)))
    assert len(away) == 4
    seen, kept = ({grid.numpy().tobytes() for grid in some} for some in (training, away))
    assert not seen & kept and len(kept) == 2


def test_objects_of_large_numbers_are_apart(tmp_path: Path) -> None:
    """On both sides of 2^63 no integer type of NumPy but theirs holds them all: as floats they would be one number."""
    objects = np.arange(40, dtype=np.uint64) + np.uint64(2**63 - 20)
    training, away = _rows(voxel_set(_written(tmp_path, voxels=SOLIDS[:40], object_id=objects)))
    assert (len(training), len(away)) == (36, 4)


def test_empty_rows_are_left_out(tmp_path: Path) -> None:
    solids = np.concatenate([np.zeros((3, 6, 6, 6), bool), SOLIDS])
    training, away = _rows(voxel_set(_written(tmp_path, voxels=solids)))
    assert len(training) + len(away) == 40


def test_a_run_knows_its_file(tmp_path: Path) -> None:
    file = _written(tmp_path, voxels=SOLIDS)
    config = voxel_set(file)
    assert from_json(Data, to_json(config), "run.json") == config
    moved = file.rename(tmp_path / "moved.npz")
    assert len(examples(at_place(config, str(moved)), Split.TRAINING)) == 36
    changed = _written(tmp_path, voxels=~SOLIDS)
    with pytest.raises(UsageError, match="not the solids that the run began with"):
        voxel_grids(VoxelSet(str(changed), config.sha256, 8), held_out=False)
    with pytest.raises(UsageError, match="do not fit into 4"):
        voxel_grids(VoxelSet(str(moved), config.sha256, 4), held_out=False)


@pytest.mark.parametrize(
    ("arrays", "told"),
    [
        ({"voxels": SOLIDS[0]}, r"`voxels` \(6, 6, 6\) of bool, not \(n, r, r, r\)"),
        ({"voxels": SOLIDS[:, :5]}, r"`voxels` \(40, 5, 6, 6\)"),
        ({"voxels": SOLIDS.astype(np.float32)}, "of float32, not"),
        ({"voxels": np.ones((2, 2, 2, 2), bool)}, "solids of 2³ cells, and 4 to 128"),
        ({"voxels": np.zeros((5, 4, 4, 4), bool)}, "fewer than two objects have a cell inside"),
        ({"voxels": SOLIDS, "object_id": np.zeros(40, int)}, "fewer than two objects"),
        ({"voxels": SOLIDS, "object_id": np.zeros(39, int)}, r"`object_id` \(39,\) of int64, not 40 integers"),
        ({"bits": np.zeros((4, 27), np.uint8)}, "has no 'voxels'"),
        ({"bits": np.zeros((4, 26), np.uint8), "shape": np.array([4, 6, 6, 6])}, r"are not those of `shape`"),
        ({"bits": np.zeros((4, 27), np.uint8), "shape": np.array([4, 6, 6])}, "not n, r, r, r"),
        ({"bits": np.zeros((4, 8), np.uint8), "shape": np.array([MOST, 4, 4, 4])}, "cells, and at most"),
    ],
)
def test_what_is_no_solids_is_refused(arrays: dict[str, Any], told: str, tmp_path: Path) -> None:
    with pytest.raises(UsageError, match=told):
        voxel_set(_written(tmp_path, **arrays))


def test_what_a_file_holds_is_told(tmp_path: Path) -> None:
    assert holds_voxels(_written(tmp_path, voxels=SOLIDS)) and not holds_voxels(_written(tmp_path, images=SOLIDS))
    with pytest.raises(UsageError, match=r"holds `voxel`: digits are .* did you mean 'voxels'\?"):
        holds_voxels(_written(tmp_path, voxel=SOLIDS))
    with pytest.raises(UsageError, match="cannot read"):
        holds_voxels(tmp_path / "none.npz")
