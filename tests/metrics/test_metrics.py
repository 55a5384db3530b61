"""Metrics against closed forms and against one another."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from shapelang.inference.sampling.inside_test import closed_test
from shapelang.metrics.chamfer import chamfer, distances_to, surface_distances
from shapelang.metrics.fscore import fscore, fscore_of
from shapelang.metrics.inside import centres, column_windings, inside, is_closed, occupancy, winding_numbers
from shapelang.metrics.iou import solid_iou
from shapelang.metrics.sampling import surface_points, uniforms
from shapelang.metrics.triangles import Triangles, joined, triangles
from shapelang.primitives.table import PRIMITIVE_BY_KIND

QUADS = ((0, 1, 3, 2), (4, 6, 7, 5), (0, 4, 5, 1), (2, 3, 7, 6), (0, 2, 6, 4), (1, 5, 7, 3))


def box(low: tuple[float, float, float], high: tuple[float, float, float]) -> Triangles:
    corners = np.array([[x, y, z] for x in (low[0], high[0]) for y in (low[1], high[1]) for z in (low[2], high[2])])
    return triangles(corners, [f for a, b, c, d in QUADS for f in ((a, b, c), (a, c, d))])


def ball(segments: int = 24) -> Triangles:
    mesh = PRIMITIVE_BY_KIND["sphere"](0.5).mesh(segments)  # type: ignore[call-arg]
    return triangles(mesh.positions, mesh.faces)


def test_iou_of_shifted_boxes_is_the_closed_form() -> None:
    # 64 cells over [0, 1.5]: the faces at 0.5 and 1 lie between centres on neither side by more than half a cell.
    a, b = box((0, 0, 0), (1, 1, 1)), box((0.5, 0, 0), (1.5, 1, 1))
    assert solid_iou(a, b) == pytest.approx(1 / 3, abs=0.02)
    assert solid_iou(a, a) == 1.0
    assert solid_iou(a, box((2, 0, 0), (3, 1, 1))) == 0.0


def test_iou_is_symmetric_and_sees_no_winding() -> None:
    a, b = box((0, 0, 0), (1, 2, 1)), ball()
    turned = Triangles(a.positions, a.faces[:, ::-1].copy())
    assert solid_iou(a, b) == solid_iou(b, a) == solid_iou(turned, b)


def test_overlapping_parts_are_one_solid() -> None:
    a, b = box((0, 0, 0), (1, 1, 1)), box((0.5, 0, 0), (1.5, 1, 1))
    assert solid_iou(joined([a, b]), box((0, 0, 0), (1.5, 1, 1))) == 1.0


def test_holes_do_not_open_a_solid() -> None:
    whole = ball(32)
    keep = uniforms(len(whole.faces), 1, 3)[:, 0] > 0.03
    torn = Triangles(whole.positions, whole.faces[keep])
    assert is_closed(whole) and not is_closed(torn)
    assert solid_iou(whole, torn) > 0.98


def test_closed_and_open_pieces_add_up() -> None:
    """A box (closed, by columns), a box without a lid (open, by the tree), and a cavity in the first."""
    cavity = box((0.2, 0.2, 0.2), (0.8, 0.8, 0.8))
    lidless = box((0.5, 0.5, 0.5), (1.5, 1.5, 1.5))
    pieces = [box((0, 0, 0), (1, 1, 1)), Triangles(cavity.positions, cavity.faces[:, ::-1].copy())]
    mesh = joined([*pieces, Triangles(lidless.positions, lidless.faces[:-2])])
    lattice = centres(*mesh.bounds, 12)
    points = np.stack(np.meshgrid(*lattice, indexing="ij"), axis=-1).reshape(-1, 3)
    clear = np.abs(np.abs(winding_numbers(mesh, points)) - 0.5) > 0.02  # the tree is exact to about 1 %
    np.testing.assert_array_equal(occupancy(mesh, *lattice).reshape(-1)[clear], inside(mesh, points)[clear])


def test_an_open_sheet_has_no_inside() -> None:
    sheet = triangles([[0, 0, 0], [1, 0, 0], [1, 0, 1], [0, 0, 1]], [[0, 1, 2], [0, 2, 3]])
    assert solid_iou(sheet, sheet) == 0.0


@settings(max_examples=6, deadline=None)
@given(st.integers(0, 10_000))
def test_three_inside_tests_agree_on_closed_meshes(seed: int) -> None:
    """Columns, crossings and the fast winding number, on two boxes and a ball at random places."""
    shift = uniforms(3, 3, seed)
    mesh = joined(
        Triangles(m.positions + s, m.faces)
        for m, s in zip((box((0, 0, 0), (1, 0.7, 0.4)), ball(), ball(12)), shift, strict=True)
    )
    low, high = mesh.bounds
    lattice = centres(low, high, 9)
    points = np.stack(np.meshgrid(*lattice, indexing="ij"), axis=-1).reshape(-1, 3)
    exact = column_windings(mesh, *lattice).reshape(-1)
    np.testing.assert_array_equal(exact, np.abs(closed_test(mesh).windings(points)))
    # The tree's expansion is exact to about 1 %; the facets of a ball may lie nearer to a point than that.
    assert np.abs(np.abs(winding_numbers(mesh, points)) - exact).max() < 0.1
    np.testing.assert_array_equal(inside(mesh, points), exact != 0)


@settings(max_examples=10, deadline=None)
@given(st.integers(0, 10_000))
def test_long_faces_across_the_rows_of_the_ground_are_met_by_all_that_is_below_or_above_them(seed: int) -> None:
    """Crossings ask only the faces of the bin that a point is in; columns ask all."""
    turns = 2.0 * np.pi * uniforms(12, 2, seed)
    pieces: list[Triangles] = []
    for angle, lean in turns:
        needle = box((0, 0, 0), (1, 0.03, 0.01)).positions - 0.5
        c, s, d, e = np.cos(angle), np.sin(angle), np.cos(lean), np.sin(lean)
        turned = needle @ np.array([[c, 0, s], [0, 1, 0], [-s, 0, c]]) @ np.array([[d, e, 0], [-e, d, 0], [0, 0, 1]])
        pieces.append(Triangles(turned, box((0, 0, 0), (1, 1, 1)).faces))
    mesh = joined(pieces)
    lattice = centres(*mesh.bounds, 24)
    points = np.stack(np.meshgrid(*lattice, indexing="ij"), axis=-1).reshape(-1, 3)
    exact = column_windings(mesh, *lattice).reshape(-1)
    assert (exact != 0).any()
    np.testing.assert_array_equal(exact, np.abs(closed_test(mesh).windings(points)))


def test_chamfer_of_parallel_sheets_is_their_distance() -> None:
    sheet = triangles([[0, 0, 0], [1, 0, 0], [1, 0, 1], [0, 0, 1]], [[0, 1, 2], [0, 2, 3]])
    other = Triangles(sheet.positions + np.array([0.0, 0.1, 0.0]), sheet.faces)
    # Both means are 0.1; the diagonal is √2.
    assert chamfer(sheet, other, 2000) == pytest.approx(100 * 0.1 / np.sqrt(2))
    assert chamfer(sheet, sheet, 2000) == pytest.approx(0.0, abs=1e-9)
    assert fscore(sheet, other, 2000) == 0.0
    assert fscore(sheet, sheet, 2000) == 1.0


def test_what_is_missing_and_what_is_added_are_told_apart() -> None:
    a = box((0, 0, 0), (1, 1, 1))
    more = joined([a, box((3, 0, 0), (4, 1, 1))])
    found = surface_distances(a, more, 4000)
    assert found.of_reference.max() == pytest.approx(0.0, abs=1e-9)
    # Half of the other's surface is the second box, on average 2.5 from the first.
    assert found.of_other.mean() == pytest.approx(0.5 * 2.5, rel=0.05)
    # Recall is 1, precision 1/2: their harmonic mean is 2/3.
    assert fscore_of(found) == pytest.approx(2 / 3, abs=0.02)


def test_distances_are_to_triangles_and_not_to_corners() -> None:
    assert distances_to(box((0, 0, 0), (1, 1, 1)), np.array([[0.5, 1.25, 0.5]]))[0] == pytest.approx(0.25)


def test_samples_are_uniform_by_area_and_repeatable() -> None:
    mesh = joined([box((0, 0, 0), (1, 1, 1)), box((5, 0, 0), (7, 2, 2))])
    points = surface_points(mesh, 20_000, seed=4)
    np.testing.assert_array_equal(points, surface_points(mesh, 20_000, seed=4))
    assert not np.array_equal(points, surface_points(mesh, 20_000, seed=5))
    # Areas 6 and 24; five standard deviations of a binomial share are 0.014.
    assert (points[:, 0] > 3).mean() == pytest.approx(0.8, abs=0.015)
