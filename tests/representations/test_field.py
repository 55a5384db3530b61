"""The reference field: signs, poses, scales, combinations, and who is nearest."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from shapelang.assembly.part import Placed
from shapelang.geometry.pose import IDENTITY, Pose
from shapelang.representations.field import field_at, geometry_field, nearest_leaf, posed_field
from tests.representations.shapes import (
    CUBE,
    MIRRORED_YAW,
    PITCH,
    YAW,
    Cuboid,
    Cylinder,
    Sphere,
    assembly,
    at,
    leaf,
    placed,
    solid,
    stool,
)

GRID = np.stack(np.meshgrid(*[np.linspace(-1.3, 1.3, 14)] * 3, indexing="ij"), axis=-1).reshape(-1, 3)
COLUMNS = (GRID[:, 0], GRID[:, 1], GRID[:, 2])


def test_values_by_hand() -> None:
    points = np.array([[0.0, 0.0, 0.0], [0.5, 0.0, 0.0], [1.5, 0.0, 0.0], [3.5, 4.5, 0.0]])
    assert field_at(assembly(placed(CUBE, "a")), points).tolist() == [-0.5, 0.0, 1.0, 5.0]
    two = assembly(placed(CUBE, "a"), placed(Sphere(1.0), "b", at(4.0)))
    assert field_at(two, points).tolist() == [-0.5, 0.0, 1.0, pytest.approx(np.sqrt(0.25 + 20.25) - 1.0)]
    assert nearest_leaf(two, points).tolist() == [0, 0, 0, 1]


def test_no_leaf_is_nowhere() -> None:
    assert field_at(assembly(), GRID[:2]).tolist() == [np.inf, np.inf]
    assert nearest_leaf(assembly(), GRID[:2]).tolist() == [-1, -1]


def test_the_first_of_equal_leaves_is_nearest() -> None:
    twins = assembly(placed(CUBE, "a"), placed(CUBE, "b"))
    assert set(nearest_leaf(twins, GRID).tolist()) == {0}


@pytest.mark.parametrize("rotation", [None, YAW, PITCH, MIRRORED_YAW])
@settings(max_examples=10)
@given(st.floats(0.2, 4.0), st.floats(-1.0, 1.0))
def test_a_scaled_and_moved_field_is_still_a_distance(rotation: object, scale: float, shift: float) -> None:
    pose = Pose(rotation, scale, (shift, 0.5, -shift), rotation is MIRRORED_YAW)  # type: ignore[arg-type]
    own = geometry_field(Cuboid(1.0, 0.5, 0.25), COLUMNS)
    moved = posed_field(Cuboid(1.0, 0.5, 0.25), pose, pose.apply(COLUMNS))
    # The same distance, computed there and back.
    assert moved.tolist() == pytest.approx((own * scale).tolist(), abs=1e-12)


def test_sharp_booleans_are_minimum_and_maximum() -> None:
    a, b = geometry_field(CUBE, COLUMNS), posed_field(Sphere(0.6), at(0.5), COLUMNS)
    pair = ((CUBE, IDENTITY), (Sphere(0.6), at(0.5)))
    assert geometry_field(solid("union", *pair), COLUMNS).tolist() == np.minimum(a, b).tolist()
    assert geometry_field(solid("intersection", *pair), COLUMNS).tolist() == np.maximum(a, b).tolist()
    assert geometry_field(solid("difference", *pair), COLUMNS).tolist() == np.maximum(a, -b).tolist()


@pytest.mark.parametrize(("operator", "sign"), [("union", -1.0), ("difference", 1.0), ("intersection", 1.0)])
def test_a_blend_changes_the_field_by_a_quarter_of_its_radius_at_most(operator: str, sign: float) -> None:
    pair = ((CUBE, IDENTITY), (Sphere(0.6), at(0.5)))
    change = geometry_field(solid(operator, *pair, blend=0.2), COLUMNS) - geometry_field(
        solid(operator, *pair), COLUMNS
    )
    assert (sign * change).min() >= 0.0
    assert 0.0 < (sign * change).max() <= 0.05 + 1e-15


def test_a_hull_of_boxes_is_exact() -> None:
    hull = solid("hull", (CUBE, IDENTITY), (CUBE, at(2.0)))
    filled = posed_field(Cuboid(3.0, 1.0, 1.0), at(1.0), COLUMNS)
    found = geometry_field(hull, COLUMNS)
    # Inside the distance to the nearest plane, outside a bound below the distance; planes are rounded to 1e-12.
    assert found[filled <= 0.0].tolist() == pytest.approx(filled[filled <= 0.0].tolist(), abs=1e-11)
    assert (found[filled > 0.0] > 0.0).all()
    assert (found <= filled + 1e-11).all()


def test_the_assembly_is_the_union_of_its_leaves() -> None:
    found = stool()
    each = [posed_field(one.geometry, one.pose, COLUMNS) for one in found.leaves()]
    assert field_at(found, GRID).tolist() == np.min(each, axis=0).tolist()
    assert nearest_leaf(found, GRID).tolist() == np.argmin(each, axis=0).tolist()


def test_a_solid_is_one_leaf_under_its_pose() -> None:
    cut = solid("difference", (CUBE, IDENTITY), (Cylinder(0.2, 2.0), at(0.1)))
    pose = Pose(PITCH, 0.5, (0.3, 0.1, 0.0))
    found = field_at(assembly(Placed(leaf(cut), pose, "a")), GRID)
    assert found.tolist() == posed_field(cut, pose, COLUMNS).tolist()
    assert (found < 0.0).any()
