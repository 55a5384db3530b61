from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from shapelang.rendering.camera import Camera, Preset, axes_of, view_of

coordinate = st.floats(-10.0, 10.0)
clouds = st.lists(st.tuples(coordinate, coordinate, coordinate), min_size=4, max_size=30).map(np.array)
cameras = st.builds(Camera, azimuth=st.floats(-360.0, 360.0), elevation=st.floats(-90.0, 90.0))


@given(clouds, cameras)
def test_all_points_lie_within_the_margin(points: np.ndarray, camera: Camera) -> None:
    points = points / max(1.0, np.abs(points).max())
    view = view_of(camera, points, (640, 480))
    seen = view.project(points)
    assert (seen[:, 2] > 0.0).all()
    reach = np.abs(seen[:, :2] - (320.0, 240.0)) / (320.0, 240.0)
    # Halving stops 2^-24 of the points' extent from the middle, which near the eye (1e-3) is a ten-thousandth.
    assert reach.max() <= (1.0 - 2.0 * camera.margin) + 2e-4


def test_framing_does_not_depend_on_scale() -> None:
    points = np.array([(x, y, z) for x in (-1.0, 1.0) for y in (-0.5, 0.5) for z in (-0.2, 0.2)])
    first, second = (view_of(Camera(), points * scale, (960, 720)).project(points * scale) for scale in (1.0, 2.0))
    # The eye keeps a thousandth of a metre from flat things, which this is not: only rounding differs.
    np.testing.assert_allclose(first[:, :2], second[:, :2], atol=1e-6)


def test_a_cuboid_fills_the_height_and_stands_in_the_middle() -> None:
    points = np.array([(x, y, z) for x in (-0.3, 0.3) for y in (-1.0, 1.0) for z in (-0.3, 0.3)])
    seen = view_of(Camera(margin=0.1), points, (800, 600)).project(points)
    assert seen[:, 1].min() == pytest.approx(60.0, abs=0.01)
    assert seen[:, 1].max() == pytest.approx(540.0, abs=0.01)
    assert seen[:, 0].min() + seen[:, 0].max() == pytest.approx(800.0, abs=0.01)


def test_the_front_is_seen_from_the_front_and_the_left_side_from_the_left() -> None:
    right, up, back = axes_of(Preset.FRONT.value)
    assert back[2] > 0.9 and right[0] > 0.9 and up[1] > 0.9
    assert axes_of(Preset.SIDE.value)[2][0] > 0.9
    np.testing.assert_allclose(axes_of(Preset.TOP.value), ((1, 0, 0), (0, 0, -1), (0, 1, 0)), atol=1e-12)
    assert (axes_of(Preset.THREE_QUARTER.value)[2] > 0.0).all()
