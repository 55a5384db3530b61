from __future__ import annotations

import numpy as np
import pytest

from shapelang.diagnostics import UsageError
from shapelang.rendering.camera import Camera, view_of
from shapelang.rendering.picture import render
from shapelang.rendering.raster import visible
from shapelang.rendering.shaded import Shaded, points_of, shaded_of, soup_of
from tests.rendering.models import CHAIR, GLASS, assembly, block

SMALL = (160, 120)


def silhouette(shapes: tuple[Shaded, ...], size: tuple[int, int]) -> tuple[np.ndarray, np.ndarray]:
    """Which pixels see the model, and where its vertices are in the picture."""
    points = points_of(shapes)
    soup, view = soup_of(shapes, np.zeros(3), 1.0), view_of(Camera(), points, size)
    return visible(soup, view, np.ones(len(soup.corners), np.bool_)) >= 0, view.project(points)


def test_the_silhouette_stands_where_the_box_is_projected() -> None:
    seen, corners = silhouette((block((0.6, 0.9, 0.5)),), (320, 240))
    rows, columns = np.nonzero(seen)
    # A pixel is seen by its middle, half a pixel from its edges; a sharp corner may slip between middles.
    assert columns.min() == pytest.approx(corners[:, 0].min(), abs=2.0)
    assert columns.max() + 1 == pytest.approx(corners[:, 0].max(), abs=2.0)
    assert rows.min() == pytest.approx(corners[:, 1].min(), abs=2.0)
    assert rows.max() + 1 == pytest.approx(corners[:, 1].max(), abs=2.0)


def test_a_cuboid_has_no_holes() -> None:
    seen, _ = silhouette((block((0.6, 0.9, 0.5)),), (320, 240))
    for row in seen:
        columns = np.flatnonzero(row)
        assert len(columns) == 0 or len(columns) == columns[-1] - columns[0] + 1


def test_the_nearer_of_two_is_seen() -> None:
    near, far = block((0.4, 0.4, 0.1), (0.0, 0.0, 1.0)), block((1.0, 1.0, 0.1), (0.0, 0.0, -1.0))
    for shapes, expected in (((near, far), 0), ((far, near), 1)):
        soup = soup_of(shapes, np.zeros(3), 1.0)
        view = view_of(Camera(0.0, 0.0), points_of(shapes), SMALL)
        seen = visible(soup, view, np.ones(len(soup.corners), np.bool_))
        assert soup.material[seen[60, 80]] == expected


def test_a_picture_shows_the_model_in_its_colour_before_a_light_ground() -> None:
    picture = render(assembly(*CHAIR), size=SMALL, backend="software")
    assert picture.rgb.shape == (120, 160, 3) and picture.rgb.dtype == np.uint8
    assert picture.backend == "software" and picture.note == ""
    red = (picture.rgb[..., 0] > 100) & (picture.rgb[..., 1] < 110)
    assert 0.04 < red.mean() < 0.4
    assert (picture.rgb[:4] > 225).all()


def test_a_lit_face_has_its_colour_and_faces_differ() -> None:
    # From the left, above and before: the top is brighter than the front, the front brighter than the side.
    picture = render([block((1.0, 1.0, 1.0), color=(0.7, 0.4, 0.3))], size=(240, 240), backend="software", samples=2)
    top, front, side = (picture.rgb[y, x].astype(int) for y, x in ((45, 120), (140, 80), (140, 175)))
    assert top.sum() > front.sum() + 20 and front.sum() > side.sum() + 20
    # What is 0.7, 0.4, 0.3 in full daylight is shown within a third of it, and in the same order.
    assert np.abs(front - np.array((178, 102, 76))).max() < 60
    assert front[0] > front[1] > front[2]


def test_the_ground_is_shaded_on_the_side_away_from_the_light() -> None:
    picture = render([block((0.5, 1.0, 0.5))], size=SMALL, backend="software", camera=Camera(0.0, 25.0, margin=0.25))
    grey = picture.rgb.astype(int).sum(axis=2)
    assert grey[68, 108] < grey[68, 40] - 40


def test_the_same_bytes_twice() -> None:
    first, second = (render(assembly(*CHAIR), size=SMALL, backend="software").png() for _ in range(2))
    assert first == second


@pytest.mark.parametrize("scale", [0.03125, 64.0])
def test_a_screw_and_a_wall_look_alike(scale: float) -> None:
    # Powers of two, so that every number is scaled without rounding.
    pictures = [
        render(assembly(*CHAIR, scale=factor), size=SMALL, backend="software", samples=2).rgb for factor in (1.0, scale)
    ]
    np.testing.assert_array_equal(pictures[0], pictures[1])


def test_something_is_seen_through_glass() -> None:
    behind = block((0.5, 0.5, 0.1), (0.0, 0.0, -0.5), (0.1, 0.1, 0.6))
    (pane,) = shaded_of(assembly(((1.0, 1.0, 0.05), (0.0, 0.0, 0.5)), material=GLASS))
    camera = Camera(0.0, 0.0)
    through, beside = (
        render([pane, behind], size=SMALL, backend="software", camera=camera).rgb[y, 80].astype(int) for y in (60, 20)
    )
    alone = render([behind], size=SMALL, backend="software", camera=camera).rgb[60, 80].astype(int)
    assert alone[0] + 20 < through[0] < beside[0] - 20


def test_faces_wound_the_other_way_look_the_same() -> None:
    one = block((0.5, 1.0, 0.5))
    other = Shaded(one.positions, None, one.faces[:, ::-1], one.color)
    pictures = [render([shape], size=SMALL, backend="software").rgb.astype(int) for shape in (one, other)]
    # Barycentric sums in another order move single roundings.
    assert np.abs(pictures[0] - pictures[1]).max() <= 1


def test_what_has_no_area_or_no_number_is_left_out() -> None:
    positions = np.array([(0, 0, 0), (1, 0, 0), (0, 1, 0), (2, 0, 0), (np.nan, 0, 0), (np.inf, 1, 1)], np.float64)
    faces = np.array([(0, 1, 2), (0, 1, 3), (0, 1, 4), (0, 1, 5)], np.int32)
    assert len(soup_of([Shaded(positions, None, faces)], np.zeros(3), 1.0).corners) == 1
    assert render([Shaded(positions, None, faces)], size=(32, 24), backend="software").rgb.std() > 1.0


def test_nothing_at_all_is_an_empty_studio() -> None:
    rgb = render([], size=(32, 24), backend="software").rgb
    assert rgb.min() > 200


@pytest.mark.parametrize(("size", "samples"), [((0, 10), 1), ((10, 9000), 1), ((10, 10), 0), ((10, 10), 9)])
def test_sizes_out_of_range_are_told(size: tuple[int, int], samples: int) -> None:
    with pytest.raises(UsageError, match=r"each side"):
        render([], size=size, samples=samples, backend="software")
