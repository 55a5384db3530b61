"""The exact hull: closed, convex to the last bit, and Qhull's volume; where all lies in one plane, nothing."""

from __future__ import annotations

from fractions import Fraction
from itertools import product

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.spatial import ConvexHull

from shapelang.arrays import FaceArray, PointArray
from shapelang.geometry.mesh import face_vectors
from shapelang.representations.solids.exact_hull import convex_hull, holds

CORNERS = np.array(list(product((0.0, 1.0), repeat=3)))

# Quarters put many points into one plane; hairs of 1e-16 to 1e-9 put them nearly there.
quarters = st.integers(-4, 4).map(lambda k: k / 4.0)
hairs = st.sampled_from([0.0, 0.0, 1e-16, -3e-16, 1e-13, 1e-9])
numbers = st.builds(lambda a, b: a + b, quarters, hairs)
clouds = st.lists(st.tuples(numbers, numbers, numbers), min_size=4, max_size=24, unique=True).map(np.array)


def height(points: PointArray, face: FaceArray, point: PointArray) -> Fraction:
    """How far a point is above a face, times twice the face's area, exactly."""
    (ax, ay, az), *others = [[Fraction(float(v)) for v in p] for p in (*points[face], point)]
    (ux, uy, uz), (vx, vy, vz), (wx, wy, wz) = [(x - ax, y - ay, z - az) for x, y, z in others]
    return (uy * vz - uz * vy) * wx + (uz * vx - ux * vz) * wy + (ux * vy - uy * vx) * wz


@settings(max_examples=60)
@given(clouds)
def test_closed_and_without_any_point_outside(points: PointArray) -> None:
    faces = convex_hull(points)
    edges = {(int(a), int(b)) for f in faces for a, b in zip(f, np.roll(f, -1), strict=True)}
    assert len(edges) == 3 * len(faces)
    assert edges == {(b, a) for a, b in edges}
    assert all(height(points, face, point) <= 0 for face in faces for point in points)
    if not len(faces):
        assert all(height(points, np.array([0, 1, k]), p) == 0 for k in range(2, len(points)) for p in points)


@settings(max_examples=40)
@given(st.integers(0, 10_000), st.integers(5, 60))
def test_as_large_as_qhulls(seed: int, count: int) -> None:
    points = np.random.default_rng(seed).normal(size=(count, 3))
    faces = convex_hull(points)
    volume = float((points[faces[:, 0]] * face_vectors(points, faces)).sum() / 6.0)
    # Both sum about a hundred terms of size 1 to 10.
    assert volume == pytest.approx(ConvexHull(points).volume, rel=1e-12)


def test_a_cube_with_all_its_middles_keeps_its_corners_alone_outside() -> None:
    points = np.array(list(product((0.0, 0.5, 1.0), repeat=3)))
    faces = convex_hull(points)
    assert float((points[faces[:, 0]] * face_vectors(points, faces)).sum() / 6.0) == 1.0
    assert all(height(points, face, point) <= 0 for face in faces for point in points)


@pytest.mark.parametrize(
    "flat", [[(0, 0, 0), (1, 0, 0), (0, 1, 0), (1, 1, 0)], [(0, 0, 0), (1, 1, 1), (2, 2, 2), (3, 3, 3)]]
)
def test_points_of_one_plane_have_no_hull(flat: list[tuple[int, int, int]]) -> None:
    assert len(convex_hull(np.array(flat, np.float64))) == 0


def test_a_point_a_hair_above_a_face_is_a_corner() -> None:
    points = np.concatenate([CORNERS, [(0.5, 1.0 + 2.3e-16, 0.5)]])
    assert 8 in convex_hull(points)
    assert 8 not in convex_hull(np.concatenate([CORNERS, [(0.5, 1.0, 0.5)]]))


def test_holds_says_whether_a_mesh_is_convex() -> None:
    faces = convex_hull(CORNERS)
    assert holds(CORNERS, faces, CORNERS)
    assert not holds(CORNERS, faces, np.array([(0.5, 0.5, 1.001)]))
    pyramid = np.concatenate([CORNERS, [(0.5, 2.0, 0.5)]])
    dented = pyramid.copy()
    dented[8, 1] = 0.5
    assert holds(pyramid, convex_hull(pyramid), pyramid)
    assert not holds(dented, convex_hull(pyramid), dented)
