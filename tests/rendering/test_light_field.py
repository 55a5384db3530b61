"""Light fields: moments by hand, and what turning, moving, scaling and mirroring a shape leaves as it is."""

from __future__ import annotations

import numpy as np
import pytest

from shapelang.geometry.pose import EYE
from shapelang.metrics.light_field import (
    LightFields,
    directions,
    light_field_distance,
    light_fields,
)
from shapelang.rendering.silhouettes import silhouettes

PIXELS = 96


def _boxes(*boxes: tuple[tuple[float, float, float], tuple[float, float, float]]) -> np.ndarray:
    """(f, 3, 3) of boxes by middle and size."""
    signs = np.array([(x, y, z) for x in (-0.5, 0.5) for y in (-0.5, 0.5) for z in (-0.5, 0.5)])
    quads = ((0, 1, 3, 2), (4, 6, 7, 5), (0, 4, 5, 1), (2, 3, 7, 6), (0, 2, 6, 4), (1, 5, 7, 3))
    faces = np.array([face for a, b, c, d in quads for face in ((a, b, c), (a, c, d))])
    return np.concatenate([(np.array(middle) + signs * np.array(size))[faces] for middle, size in boxes])


CHAIR = _boxes(
    ((0.0, 0.0, 0.0), (1.0, 0.1, 1.0)),
    ((0.0, 0.6, -0.45), (1.0, 1.1, 0.1)),
    *(((x, -0.4, z), (0.1, 0.8, 0.1)) for x in (-0.4, 0.4) for z in (-0.4, 0.4)),
)
TABLE = _boxes(
    ((0.0, 0.4, 0.0), (1.6, 0.1, 1.0)),
    *(((x, 0.0, z), (0.1, 0.8, 0.1)) for x in (-0.7, 0.7) for z in (-0.4, 0.4)),
)


def _seen(corners: np.ndarray) -> LightFields:
    ways = directions()
    pictures = silhouettes(corners, ways.reshape(-1, 3), PIXELS)
    return light_fields(pictures.reshape(*ways.shape[:2], PIXELS, PIXELS))


@pytest.fixture(scope="module")
def chair() -> LightFields:
    return _seen(CHAIR)


def _of(picture: np.ndarray) -> np.ndarray:
    return light_fields(picture[None, None]).magnitudes[0, 0]


def test_moments_of_a_disk_and_of_its_half_by_hand() -> None:
    axis = (np.arange(400) + 0.5) / 200 - 1.0
    x, y = np.meshgrid(axis, axis)
    disk = np.hypot(x, y) <= 1.0
    # All polynomials but the first are orthogonal to what is even: only the raster is left.
    assert _of(disk).max() < 0.01
    half = _of(disk & (x > 0.0))
    # A_11 = 2/π ∫ r² dr ∫ cos θ dθ over the half = 4 / (3 π); A_20 = 3/π ∫∫ (2 r² - 1) r dr dθ = 0.
    assert half[0] == pytest.approx(4.0 / (3.0 * np.pi), abs=0.005)
    assert half[1] < 0.005


def test_the_outline_of_a_square_has_the_fourth_harmonic() -> None:
    square = np.zeros((200, 200), np.bool_)
    square[40:160, 40:160] = True
    series = _of(square)[35:]
    assert series.argmax() == 3 and series[3] > 5.0 * series[[0, 1, 2, 4, 5, 6]].max()


def test_the_corners_are_those_of_a_dodecahedron_turned_as_a_whole() -> None:
    ways = directions()
    assert np.allclose(np.linalg.norm(ways, axis=2), 1.0)
    between = np.einsum("svi,swi->svw", ways, ways)
    assert np.allclose(between, between[0])
    # Corners that are not opposite stand at angles of 41.8°, 70.5°, 109.5° or 138.2°.
    assert set(np.round(np.abs(between[0]), 4).ravel()) == {1.0, 0.7454, 0.3333}
    assert np.allclose(ways[0][0], (1.0, 1.0, 1.0) / np.sqrt(3.0))


def test_a_shape_is_no_distance_from_itself_however_it_is_turned_by_a_turn_of_the_dodecahedron(
    chair: LightFields,
) -> None:
    assert light_field_distance(chair, chair) == 0.0
    # About (1, 1, 1) by 120°: the axes change places, and the corners of the dodecahedron too.
    third = np.array(EYE).reshape(3, 3)[[1, 2, 0]]
    turned = light_field_distance(chair, _seen(CHAIR @ third.T))
    other = light_field_distance(chair, _seen(TABLE))
    assert turned < 0.1 * other


def test_moved_scaled_and_mirrored_it_looks_the_same(chair: LightFields) -> None:
    for same in (CHAIR * 4.0, CHAIR + 8.0, CHAIR * np.array([-1.0, 1.0, 1.0])):
        assert light_field_distance(chair, _seen(same)) < 0.02 * light_field_distance(chair, _seen(TABLE))


def test_it_is_symmetric_and_nearer_for_what_is_more_alike(chair: LightFields) -> None:
    table, lower = _seen(TABLE), _seen(CHAIR * np.array([1.0, 0.9, 1.0]))
    assert light_field_distance(chair, table) == pytest.approx(light_field_distance(table, chair))
    assert light_field_distance(chair, lower) < 0.5 * light_field_distance(chair, table)
