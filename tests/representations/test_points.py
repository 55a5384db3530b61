"""Points lie on the surface, evenly, with the labels of what they lie on."""

from __future__ import annotations

import numpy as np
import pytest

from shapelang.diagnostics import UsageError
from shapelang.geometry.pose import Pose
from shapelang.representations.field import field_at, nearest_leaf, posed_field
from shapelang.representations.points import MAX_POINTS, Points, sample_outer_points, sample_points
from tests.representations.shapes import CUBE, YAW, Cuboid, Sphere, assembly, at, placed, solid, stool

# A chord of a circle of 64 segments leaves it by 0.12 % of the radius, here at most 0.075 m; a sphere's by twice that.
ON_SURFACE = 2.5e-3 * 0.075


def test_every_point_lies_on_its_own_leaf() -> None:
    found = stool()
    cloud = sample_points(found, 3000, 1, segments=64)
    x, y, z = cloud.positions.T
    for number, leaf in enumerate(found.leaves()):
        mine = cloud.leaf == number
        assert mine.any()
        value = posed_field(leaf.geometry, leaf.pose, (x[mine], y[mine], z[mine]))
        assert np.abs(value).max() < ON_SURFACE


def test_outer_points_lie_on_the_surface_of_the_union_and_know_whose() -> None:
    found = stool()
    cloud = sample_outer_points(found, 3000, 1, segments=64)
    assert len(cloud.positions) == 3000
    assert np.abs(field_at(found, cloud.positions)).max() < ON_SURFACE
    agree = nearest_leaf(found, cloud.positions) == cloud.leaf
    # Where two leaves meet, the two surfaces are one and the facets decide.
    assert agree.mean() > 0.97
    inner = sample_points(found, 3000, 1, segments=64)
    assert field_at(found, inner.positions).min() < -1e-3


def test_points_are_uniform_by_area() -> None:
    found = assembly(placed(Cuboid(1.0, 2.0, 3.0), "a"), placed(CUBE, "b", at(9.0)))
    cloud = sample_points(found, 20_000, 5)
    share = float((cloud.labels == 0).mean())
    # 22 of 28 m²; three standard deviations of 20,000 draws.
    assert share == pytest.approx(22.0 / 28.0, abs=3 * np.sqrt(22 / 28 * 6 / 28 / 20_000))
    top = cloud.positions[(cloud.labels == 1) & (cloud.normals[:, 1] > 0.5)] - (9.0, 0.0, 0.0)
    counts = np.histogram2d(top[:, 0], top[:, 2], bins=4, range=[[-0.5, 0.5]] * 2)[0].reshape(-1)
    expected = len(top) / 16
    # Chi square with 15 degrees of freedom: above 37.7 once in a thousand.
    assert ((counts - expected) ** 2 / expected).sum() < 37.7


def test_normals_are_those_of_the_surface() -> None:
    cloud = sample_points(assembly(placed(Sphere(0.5), "a", Pose(YAW, 2.0, (1.0, 0.0, 0.0)))), 500, 3, segments=64)
    outward = cloud.positions - (1.0, 0.0, 0.0)
    outward /= np.sqrt((outward**2).sum(axis=1))[:, None]
    # Interpolated over facets of 5.6 degrees.
    assert (outward * cloud.normals).sum(axis=1).min() > 0.999
    assert np.abs((cloud.normals**2).sum(axis=1) - 1.0).max() < 1e-12


def same(a: Points, b: Points) -> bool:
    return a.positions.tobytes() == b.positions.tobytes() and a.labels.tobytes() == b.labels.tobytes()


def test_a_longer_cloud_begins_with_the_shorter_and_seeds_differ() -> None:
    long, short = sample_points(stool(), 200, 7), sample_points(stool(), 50, 7)
    assert long.positions[:50].tolist() == short.positions.tolist()
    assert same(short, sample_points(stool(), 50, 7))
    assert not same(short, sample_points(stool(), 50, 8))
    assert same(sample_points(stool(), 10, -1), sample_points(stool(), 10, 2**64 - 1))


def test_points_of_a_blended_solid() -> None:
    found = assembly(placed(solid("union", (CUBE, at(0.0)), (Sphere(0.5), at(0.5)), blend=0.2), "a"))
    cloud = sample_points(found, 1000, 2, segments=64)
    # Cells of 1.5 m / 96.
    assert np.abs(field_at(found, cloud.positions)).max() < 1.5 / 96


def test_no_points_at_all() -> None:
    assert sample_points(stool(), 0).positions.shape == (0, 3)
    assert sample_outer_points(stool(), 0).positions.shape == (0, 3)
    assert sample_points(assembly(), 0).label_names == ()


@pytest.mark.parametrize("count", [-1, MAX_POINTS + 1])
def test_bad_counts_are_refused(count: int) -> None:
    with pytest.raises(UsageError):
        sample_points(stool(), count)


def test_nothing_has_no_surface() -> None:
    with pytest.raises(UsageError):
        sample_points(assembly(), 1)


def test_a_surface_that_is_hidden_entirely_is_refused() -> None:
    shells = assembly(
        placed(CUBE, "inner"),
        placed(CUBE, "a", at(0.5)),
        placed(CUBE, "b", at(-0.5)),
        placed(Cuboid(9.0, 9.0, 9.0), "all"),
    )
    assert set(sample_outer_points(shells, 100).labels.tolist()) == {3}
