"""Meshes are read in the size that the shapes of a set have."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import torch

from learners.data.digits import Digits
from learners.data.primitives import Primitives
from learners.data.sets import Data, Split, examples
from learners.data.sizes import longest_sides, usual_size
from learners.data.voxels import voxel_set
from learners.data.wire_cubes import WireCubes
from shapelang.cli.main import main
from shapelang.diagnostics import UsageError


def test_longest_sides_by_hand() -> None:
    grids = torch.zeros(3, 8, 8, 8, dtype=torch.bool)
    grids[0, 2, 1:7, 3] = grids[1, 0, 0, 0] = True
    grids[2, 1, 1, 1] = grids[2, 5, 1, 7] = True
    assert longest_sides(grids).tolist() == [6, 1, 7]


@pytest.mark.parametrize("data", [Primitives(0), WireCubes(32, 0), WireCubes(20, 0)])
def test_it_is_that_of_the_shapes_themselves(data: Data) -> None:
    """A tenth off: a primitive's corners reach further than its half extents when it is turned."""
    shapes = examples(data, Split.HELD_OUT)
    found = longest_sides(shapes.grids(torch.arange(200))).float()
    assert usual_size(data, shapes.resolution) == pytest.approx(float(found.mean()), rel=0.1)


def test_of_voxels_it_is_read_from_the_file(tmp_path: Path) -> None:
    """Solids of 40 cells stand in 64, and no mesh is to fill these."""
    voxels = np.zeros((30, 40, 40, 40), np.bool_)
    voxels[:, 5:30, 8:20, 8:20] = True
    file = tmp_path / "solids.npz"
    np.savez(file, voxels=voxels)
    data = voxel_set(file)
    assert data.resolution == 64 and usual_size(data, 64) == 25
    np.savez(file, voxels=voxels[:20])
    with pytest.raises(UsageError, match="not the solids that the run began with"):
        usual_size(data, 64)


def test_pictures_fill_all_but_a_margin() -> None:
    assert usual_size(Digits("digits.npz", "0" * 64), 32) == 30


def test_a_mesh_is_read_as_large_as_fits_where_the_file_is_gone(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    Path("box.shape").write_text("cuboid(1, 2, 1)\n")
    voxels = np.zeros((12, 12, 12, 12), np.bool_)
    voxels[:, 2:10, 2:10, 2:10] = True
    np.savez("solids.npz", voxels=voxels)
    assert main(["train", "cnn-ae", "--data", "solids.npz", "--batch", "2", "--steps", "1", "--out", "run"]) == 0
    told = "how large shapes of the set are is not known"
    assert main(["reconstruct", "run", "box.shape", "-o", "box.npz"]) == 0
    assert told not in capsys.readouterr().err
    Path("solids.npz").unlink()
    assert main(["reconstruct", "run", "box.shape", "-o", "box.npz"]) == 0
    assert told in capsys.readouterr().err
