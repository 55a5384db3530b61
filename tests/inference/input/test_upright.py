"""Shapes turned upright: what was up is up, and nothing is mirrored."""

from __future__ import annotations

import numpy as np
import pytest

from shapelang.inference.input.up import Up
from shapelang.inference.input.upright import upright
from shapelang.io.read import MeshData
from shapelang.io.read.sampled_data import PointData, VoxelData
from tests.inference.shapes import data, piece

DIRECTIONS = {
    Up.X: (1, 0, 0),
    Up.Y: (0, 1, 0),
    Up.Z: (0, 0, 1),
    Up.DOWN_X: (-1, 0, 0),
    Up.DOWN_Y: (0, -1, 0),
    Up.DOWN_Z: (0, 0, -1),
}


def _volume(mesh: MeshData) -> float:
    corners = mesh.positions[mesh.faces]
    return float((corners[:, 0] * np.cross(corners[:, 1], corners[:, 2])).sum() / 6.0)


@pytest.mark.parametrize("up", list(Up))
def test_up_becomes_y_and_volumes_keep_their_sign(up: Up) -> None:
    cloud = upright(PointData("up", "xyz", np.array([DIRECTIONS[up]], float), np.array([DIRECTIONS[up]], float)), up)
    assert isinstance(cloud, PointData) and cloud.normals is not None
    assert cloud.points.tolist() == cloud.normals.tolist() == [[0.0, 1.0, 0.0]]
    mesh = data(piece("cuboid", 1.0, 2.0, 3.0, at=(5, 6, 7)))
    turned = upright(mesh, up)
    assert isinstance(turned, MeshData)
    assert _volume(turned) == pytest.approx(6.0)
    assert upright(mesh, Up.Y) is mesh


@pytest.mark.parametrize("up", list(Up))
def test_cells_turn_as_their_middles_do(up: Up) -> None:
    full = np.zeros((2, 3, 4), bool)
    full[1, 2, 3] = full[0, 1, 0] = True
    grid = VoxelData("v", "npz", full, (10.0, 20.0, 30.0), (1.0, 2.0, 3.0), full.astype(np.int32) * 2, ("a", "b"))
    middles = PointData("v", "xyz", _middles(grid), None)
    turned, points = upright(grid, up), upright(middles, up)
    match turned, points:
        case VoxelData(), PointData():
            assert sorted(_middles(turned).tolist()) == sorted(points.points.tolist())
            assert turned.labels is not None
            assert (turned.labels == 2 * turned.occupied).all()
        case _:
            pytest.fail("another kind of shape")


def _middles(grid: VoxelData) -> np.ndarray:
    return np.array(grid.origin) + (np.argwhere(grid.occupied) + 0.5) * np.array(grid.pitch)
