"""Columns through triangles: laws of closed meshes, and meshes that are broken in every usual way."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from shapelang.arrays import AnyArray
from shapelang.inference.sampling.inside_test import closed_test
from shapelang.metrics.columns import Lattice, cast_columns, decide, few_windings
from shapelang.metrics.inside import centres, column_windings, inside, is_closed, occupancy, winding_numbers
from shapelang.metrics.kernels.columns import INSIDE, OUTSIDE, UNKNOWN, settle
from shapelang.metrics.sampling import uniforms
from shapelang.metrics.triangles import Triangles, joined, triangles
from shapelang.primitives.table import PRIMITIVE_BY_KIND

QUADS = ((0, 1, 3, 2), (4, 6, 7, 5), (0, 4, 5, 1), (2, 3, 7, 6), (0, 2, 6, 4), (1, 5, 7, 3))
SIDES = {"left": 0, "right": 1, "bottom": 2, "top": 3, "back": 4, "front": 5}
Three = tuple[float, float, float]


def box(low: Three, high: Three, without: tuple[str, ...] = ()) -> Triangles:
    corners = np.array([[x, y, z] for x in (low[0], high[0]) for y in (low[1], high[1]) for z in (low[2], high[2])])
    quads = [quad for k, quad in enumerate(QUADS) if k not in {SIDES[name] for name in without}]
    return triangles(corners, [f for a, b, c, d in quads for f in ((a, b, c), (a, c, d))])


def flipped(mesh: Triangles) -> Triangles:
    return Triangles(mesh.positions, mesh.faces[:, ::-1].copy())


def radius(way: AnyArray) -> AnyArray:
    x, y, z = way.T
    return 0.7 + 0.3 * x * y + 0.15 * z * z * np.sin(3.0 * y) + 0.08 * np.sin(5.0 * x + 2.0 * z)


def blob(segments: int) -> Triangles:
    """A closed surface that is a distance from the origin in each direction."""
    mesh = PRIMITIVE_BY_KIND["sphere"](1.0).mesh(segments)  # type: ignore[call-arg]
    way = mesh.positions / np.sqrt((mesh.positions**2).sum(axis=1))[:, None]
    return triangles(way * radius(way)[:, None], mesh.faces)


def points_of(lattice: Lattice) -> AnyArray:
    return np.stack(np.meshgrid(*lattice, indexing="ij"), axis=-1).reshape(-1, 3)


def in_blob(lattice: Lattice) -> AnyArray:
    points = points_of(lattice)
    away = np.sqrt((points**2).sum(axis=1))
    return (away < radius(points / away[:, None])).reshape([len(line) for line in lattice])


def iou(a: AnyArray, b: AnyArray) -> float:
    return float((a & b).sum() / (a | b).sum())


def along_each_axis(mesh: Triangles, lattice: Lattice) -> list[AnyArray]:
    grids = cast_columns(mesh, lattice).grids
    return [grids[0], np.cumsum(grids[1], axis=1), np.cumsum(grids[2], axis=2)]


def some_boxes(seed: int, count: int) -> list[Triangles]:
    lows, sizes = uniforms(count, 3, seed), 0.1 + uniforms(count, 3, seed + 1)
    return [box(tuple(low), tuple(low + size)) for low, size in zip(lows, sizes, strict=True)]


# --- Closed meshes ---------------------------------------------------------------------------------------------------


@settings(max_examples=12, deadline=None)
@given(st.integers(0, 10_000), st.integers(1, 4))
def test_each_axis_alone_gives_the_winding_number(seed: int, count: int) -> None:
    mesh = joined([*some_boxes(seed, count), blob(10)])
    lattice = centres(*mesh.bounds, 9)
    exact = closed_test(mesh).windings(points_of(lattice)).reshape(9, 9, 9)
    for found in along_each_axis(mesh, lattice):
        np.testing.assert_array_equal(found, np.abs(exact))


@settings(max_examples=20, deadline=None)
@given(st.lists(st.tuples(*[st.integers(0, 4)] * 3, *[st.integers(1, 3)] * 3), min_size=1, max_size=4))
def test_columns_along_edges_and_through_corners_are_crossed_evenly(boxes: list[tuple[int, ...]]) -> None:
    """Every column of this lattice runs through corners, along edges or in faces; points there count as behind."""
    mesh = joined(box((x, y, z), (x + a, y + b, z + c)) for x, y, z, a, b, c in boxes)
    line = np.arange(-1.0, 9.0)
    columns = cast_columns(mesh, (line, line, line))
    assert all((total == 0).all() for total in columns.totals)
    expected = np.zeros((10, 10, 10), np.int64)
    for x, y, z, a, b, c in boxes:
        expected[x + 1 : x + 1 + a, y + 1 : y + 1 + b, z + 1 : z + 1 + c] += 1
    for found in along_each_axis(mesh, (line, line, line)):
        np.testing.assert_array_equal(found, expected)


def test_points_on_a_slope_are_behind_it_along_every_axis() -> None:
    ends = [[x, y, z] for z in (0.0, 1.0) for x, y in ((0.0, 0.0), (1.0, 0.0), (0.0, 1.0))]
    sides = [f for a, b in ((0, 1), (1, 2), (2, 0)) for f in ((a, b, b + 3), (a, b + 3, a + 3))]
    mesh, line = triangles(ends, [(0, 2, 1), (3, 4, 5), *sides]), np.arange(-2, 11) / 8.0
    expected = (line[:, None] >= 0) & (line >= 0) & (line[:, None] + line < 1)
    for found in along_each_axis(mesh, (line, line, line)):
        np.testing.assert_array_equal(found, expected[:, :, None] & (line >= 0) & (line < 1))


@settings(max_examples=8, deadline=None)
@given(st.integers(0, 10_000))
def test_a_quarter_turn_turns_the_answer(seed: int) -> None:
    """Torn meshes too: no axis is treated otherwise than another."""
    mesh = blob(20)
    torn = Triangles(mesh.positions, mesh.faces[uniforms(len(mesh.faces), 1, seed)[:, 0] > 0.05])
    x, y, z = centres(*torn.bounds, 17)
    found = occupancy(torn, x, y, z)
    around = Triangles(np.ascontiguousarray(torn.positions[:, [1, 2, 0]]), torn.faces)
    np.testing.assert_array_equal(occupancy(around, y, z, x), found.transpose(1, 2, 0))
    quarter = Triangles(np.stack([-torn.positions[:, 1], torn.positions[:, 0], torn.positions[:, 2]], 1), torn.faces)
    turned = occupancy(quarter, np.ascontiguousarray(-y[::-1]), x, z)
    np.testing.assert_array_equal(turned, found[:, ::-1].transpose(1, 0, 2))


def test_a_shift_shifts_the_answer() -> None:
    mesh, lattice = blob(20), centres(np.full(3, -1.0), np.full(3, 1.0), 16)
    moved = Triangles(mesh.positions + np.array([64.0, -32.0, 8.0]), mesh.faces)
    shifted = (lattice[0] + 64.0, lattice[1] - 32.0, lattice[2] + 8.0)
    np.testing.assert_array_equal(occupancy(moved, *shifted), occupancy(mesh, *lattice))


@settings(max_examples=8, deadline=None)
@given(st.integers(0, 10_000))
def test_pieces_add_up(seed: int) -> None:
    """Outward pieces: their windings add, so what is in one of them is in all together."""
    pieces = [*some_boxes(seed, 3), blob(9)]
    lattice = centres(*joined(pieces).bounds, 11)
    total = sum(column_windings(piece, *lattice) for piece in pieces)
    np.testing.assert_array_equal(column_windings(joined(pieces), *lattice), total)
    either = np.any([occupancy(piece, *lattice) for piece in pieces], axis=0)
    np.testing.assert_array_equal(occupancy(joined(pieces), *lattice), either)


def test_a_lattice_may_be_uneven() -> None:
    mesh = box((0, 0, 0), (1, 1, 1))
    line = np.array([-3.0, -0.5, 0.001, 0.002, 0.5, 0.999, 1.5, 40.0])
    full = (line > 0) & (line < 1)
    expected = full[:, None, None] & full[:, None] & full
    np.testing.assert_array_equal(occupancy(mesh, line, line, line), expected)


def test_twelve_overlapping_cuboids_are_their_union() -> None:
    pieces = some_boxes(5, 12)
    lattice = centres(*joined(pieces).bounds, 48)
    union = np.zeros((48, 48, 48), np.bool_)
    for low, high in (piece.bounds for piece in pieces):
        x, y, z = ((low[k] < line) & (line < high[k]) for k, line in enumerate(lattice))
        union |= x[:, None, None] & y[:, None] & z
    np.testing.assert_array_equal(occupancy(joined(pieces), *lattice), union)


def test_windings_beyond_sixteen_bits() -> None:
    copies, one = 33_000, box((0, 0, 0), (1, 1, 1))
    many = Triangles(one.positions, np.tile(one.faces, (copies, 1)))
    line = np.array([-0.5, 0.4, 1.5])
    found = column_windings(many, line, line, line)
    assert found[1, 1, 1] == copies
    assert found.sum() == copies


# --- Broken meshes ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("n", [48, 104])
def test_a_blob_without_three_faces_in_a_hundred(n: int) -> None:
    """Against the surface that the mesh was made from; holes cost less than facets do."""
    whole = blob(128)
    torn = Triangles(whole.positions, whole.faces[uniforms(len(whole.faces), 1, 3)[:, 0] > 0.03])
    lattice = centres(np.full(3, -1.1), np.full(3, 1.1), n)
    assert not is_closed(torn)
    assert iou(occupancy(whole, *lattice), in_blob(lattice)) > 0.998
    assert iou(occupancy(torn, *lattice), in_blob(lattice)) > 0.998
    assert len(decide(cast_columns(torn, lattice)).rest) < n * n * n / 1000


def test_neighbours_behind_a_face_are_not_heard() -> None:
    """The middle of 27 points: three neighbours are full behind faces, three are empty with none between."""
    grids = tuple(np.zeros((3, 3, 3), np.int16) for _ in range(3))
    states = np.full((3, 3, 3), OUTSIDE, np.uint8)
    states[1, 1, 1] = UNKNOWN
    for axis in range(3):
        full = [1, 1, 1]
        full[axis] = 0
        states[tuple(full)] = INSIDE
        grids[axis][0 if axis == 0 else 1, 1, 1] = 1  # windings before the middle along x, else the step into it
    found, middle = np.zeros(1, np.uint8), np.array([13])
    settle(grids, states, middle, 3, found)
    assert found[0] == OUTSIDE
    settle(tuple(np.zeros_like(grid) for grid in grids), states, middle, 1, found)
    assert found[0] == UNKNOWN


def test_soups_doubles_and_flips() -> None:
    whole = blob(48)
    lattice = centres(np.full(3, -1.1), np.full(3, 1.1), 40)
    plain = occupancy(whole, *lattice)
    chance = uniforms(len(whole.faces), 1, 8)[:, 0]
    soup = triangles(whole.corners.reshape(-1, 3), np.arange(3 * len(whole.faces)).reshape(-1, 3)[np.argsort(chance)])
    twice = Triangles(whole.positions, np.concatenate([whole.faces, whole.faces]))
    for same in (soup, twice, flipped(whole)):
        np.testing.assert_array_equal(occupancy(same, *lattice), plain)
    some_twice = Triangles(whole.positions, np.concatenate([whole.faces, whole.faces[chance < 0.02]]))
    some_turned = Triangles(whole.positions, np.where((chance < 0.02)[:, None], whole.faces[:, ::-1], whole.faces))
    for near in (some_twice, some_turned):
        assert iou(occupancy(near, *lattice), plain) > 0.998


def test_nested_shells() -> None:
    outer, inner = box((0, 0, 0), (4, 4, 4)), box((1, 1, 1), (3, 3, 3))
    line = np.array([0.5, 2.0, 3.5])
    assert occupancy(joined([outer, inner]), line, line, line).all()
    hollow = occupancy(joined([outer, flipped(inner)]), line, line, line)
    assert not hollow[1, 1, 1]
    assert hollow.sum() == 26


@pytest.mark.parametrize("without", [("top",), ("left",), ("top", "front"), ("bottom", "back", "right")])
def test_boxes_without_sides_are_as_their_winding_number_says(without: tuple[str, ...]) -> None:
    mesh = box((0, 0, 0), (1, 1.3, 0.8), without)
    lattice = centres(np.full(3, -0.3), np.full(3, 1.7), 14)
    points = points_of(lattice)
    # The tree is exact to about 1 %.
    clear = np.abs(np.abs(winding_numbers(mesh, points)) - 0.5) > 0.02
    np.testing.assert_array_equal(occupancy(mesh, *lattice).reshape(-1)[clear], inside(mesh, points)[clear])


def test_where_an_open_mesh_leaves_much_undecided_the_winding_number_is_asked() -> None:
    """Eighty loose faces: nearly no column is crossed evenly."""
    corners = uniforms(240, 3, 12)
    mesh = triangles(corners, np.arange(240).reshape(-1, 3))
    lattice = centres(*mesh.bounds, 12)
    rest = decide(cast_columns(mesh, lattice)).rest
    assert len(rest) > 500
    points = points_of(lattice)[rest]
    clear = np.abs(np.abs(winding_numbers(mesh, points)) - 0.5) > 0.05
    found = occupancy(mesh, *lattice).reshape(-1)[rest]
    np.testing.assert_array_equal(found[clear], inside(mesh, points)[clear])


def test_a_few_windings_are_those_of_the_tree() -> None:
    whole = blob(40)
    torn = Triangles(whole.positions, whole.faces[uniforms(len(whole.faces), 1, 4)[:, 0] > 0.2])
    points = uniforms(400, 3, 5) * 2.0 - 1.0
    # Dipoles of bundles at three radii, and the tree's own 1 %.
    np.testing.assert_allclose(few_windings(torn, points), winding_numbers(torn, points), atol=0.03)
    near_none = triangles([[0, 0, 0], [1, 0, 0], [0, 1, 0]], [[0, 1, 2]])
    # Right before a face it fills half of all directions.
    assert abs(few_windings(near_none, np.array([[0.2, 0.2, -1e-9]]))[0]) == pytest.approx(0.5, abs=1e-6)


# --- Edges of the domain ---------------------------------------------------------------------------------------------


def test_a_sheet_between_points_is_not_seen_and_a_point_within_is() -> None:
    sheet, line = box((0, 0.0, 0), (1, 0.01, 1)), np.linspace(0.05, 0.95, 10)
    assert not occupancy(sheet, line, np.array([-0.05, 0.05]), line).any()
    assert occupancy(sheet, line, np.array([-0.05, 0.005, 0.05]), line)[:, 1].all()


def test_nothing_and_single_points() -> None:
    none, one = triangles([], []), np.array([0.5])
    assert not occupancy(none, one, one, one).any()
    assert occupancy(box((0, 0, 0), (1, 1, 1)), one, one, np.zeros(0)).shape == (1, 1, 0)
    assert occupancy(box((0, 0, 0), (1, 1, 1)), one, one, one).all()
    flat = triangles([[0, 0, 0], [1, 1, 1], [2, 2, 2]], [[0, 1, 2], [0, 0, 1]])
    assert not occupancy(flat, one, one, one).any()


def test_numba_is_loaded_by_the_first_occupancy_only() -> None:
    code = "import sys, shapelang.metrics.iou; print('numba' in sys.modules)"
    root = Path(__file__).parents[2]
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, cwd=root, env=dict(os.environ))
    assert run.stdout.strip() == "False", run.stderr
