"""Voxels say the same as the field, the mesh and the labels."""

from __future__ import annotations

import numpy as np
import pytest

from shapelang.assembly.assembly import Assembly
from shapelang.diagnostics import UsageError
from shapelang.geometry.pose import IDENTITY, Pose
from shapelang.representations import voxels as module
from shapelang.representations.field import field_at, nearest_leaf
from shapelang.representations.labels import labels_of
from shapelang.representations.surface import flattened
from shapelang.representations.voxels import voxelise
from tests.representations.shapes import CUBE, YAW, Cuboid, Cylinder, Sphere, assembly, at, placed, solid, stool, volume

SOLIDS = [
    solid("difference", (CUBE, IDENTITY), (Cylinder(0.2, 2.0), at(0.1))),
    solid("union", (CUBE, IDENTITY), (Sphere(0.5), at(0.5, 0.5)), blend=0.3),
    solid("hull", (CUBE, IDENTITY), (Sphere(0.5), at(0.5, 0.5))),
]
ASSEMBLIES = [
    stool(),
    assembly(placed(Sphere(0.5), "ball", at(3.0, -2.0, 1.0))),
    *[assembly(placed(one, "a", Pose(YAW)), placed(Cuboid(0.2, 2.0, 0.2), "b")) for one in SOLIDS],
]


@pytest.mark.parametrize("found", ASSEMBLIES)
@pytest.mark.parametrize("block", [1 << 18, 50])
def test_a_cell_is_full_exactly_where_the_field_is_negative(
    found: Assembly, block: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "_BLOCK", block)
    grid = voxelise(found, resolution=21)
    centres = grid.centres()
    assert max(grid.occupied.shape) == 21
    assert grid.occupied.reshape(-1).tolist() == (field_at(found, centres) < 0.0).tolist()
    nearest = labels_of(found.leaves()).of_leaf[nearest_leaf(found, centres)] + 1
    assert grid.labels.reshape(-1).tolist() == np.where(grid.occupied.reshape(-1), nearest, 0).tolist()


@pytest.mark.parametrize("geometry", [CUBE, Cylinder(0.5, 1.0), Sphere(0.5), *SOLIDS])
def test_the_volume_of_the_cells_tends_to_that_of_the_mesh(geometry: object) -> None:
    found = assembly(placed(geometry, "a", at(0.3, 0.1)))  # type: ignore[arg-type]
    meant = volume(flattened(found, 128).mesh)
    for resolution, tolerance in ((16, 0.06), (64, 0.015)):
        # What is won and lost at the surface cancels to about a tenth of a layer of cells.
        assert voxelise(found, resolution=resolution).volume == pytest.approx(meant, rel=tolerance)


def test_a_cuboid_is_filled_cell_for_cell() -> None:
    grid = voxelise(assembly(placed(Cuboid(0.4, 0.2, 0.1), "a", at(1.0, 2.0, 3.0))), pitch=0.05)
    assert grid.occupied.shape == (8, 4, 2)
    assert grid.occupied.all()
    assert grid.label_names == ("a",)
    assert grid.origin == pytest.approx((0.8, 1.9, 2.95))
    assert grid.volume == pytest.approx(0.008)


def test_labels_are_shared_by_the_images_of_a_part() -> None:
    grid = voxelise(stool(), resolution=48)
    assert grid.label_names == ("seat", "leg", "knob", "tray.plate")
    assert set(np.unique(grid.labels).tolist()) == {0, 1, 2, 3, 4}


@pytest.mark.parametrize(
    "arguments",
    [
        {},
        {"resolution": 8, "pitch": 0.1},
        {"resolution": 0},
        {"pitch": 0.0},
        {"pitch": -1.0},
        {"pitch": float("nan")},
        {"pitch": float("inf")},
        {"resolution": 4000},
        {"pitch": 1e-300},
    ],
)
def test_bad_grids_are_refused(arguments: dict[str, float]) -> None:
    with pytest.raises(UsageError):
        voxelise(stool(), **arguments)  # type: ignore[arg-type]


def test_nothing_has_no_cells() -> None:
    with pytest.raises(UsageError):
        voxelise(assembly(), resolution=8)
