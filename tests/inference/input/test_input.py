"""Points and voxels on the way to a program: shapes made by hand, whose solid is known."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from shapelang.deadline import Deadline
from shapelang.inference.bodies.pieces import pieces_of
from shapelang.inference.errors import InferenceError
from shapelang.inference.input import shape as shape_input
from shapelang.inference.input.cloud import FEWEST, mesh_of_points
from shapelang.inference.input.shape import infer_shape, mesh_of, point_note
from shapelang.inference.input.sight import sides_of
from shapelang.inference.input.surfels import are_noisy, surfels_of
from shapelang.inference.input.voxels import MOST_CELLS, mesh_of_voxels
from shapelang.inference.measuring.evidence import mesh_triangles, verify
from shapelang.io.read import MeshData, MeshGroup, PointData, VoxelData
from shapelang.metrics.inside import is_closed, occupancy
from shapelang.metrics.iou import solid_iou
from shapelang.metrics.triangles import Triangles, cross_products, triangles

Sample = tuple[np.ndarray, np.ndarray]


def cube(count: int, size: float = 1.0, at: tuple[float, float, float] = (0.0, 0.0, 0.0)) -> Sample:
    """Points on the surface of a cube, with outward normals."""
    dice = np.random.default_rng(0)
    points = dice.uniform(-0.5, 0.5, (count, 3))
    axis, side = dice.integers(0, 3, count), dice.choice([-0.5, 0.5], count)
    points[np.arange(count), axis] = side
    normals = np.zeros((count, 3))
    normals[np.arange(count), axis] = 2.0 * side
    return points * size + np.array(at), normals


def sphere(count: int, radius: float) -> Sample:
    normals = np.random.default_rng(0).normal(size=(count, 3))
    normals /= np.sqrt((normals * normals).sum(axis=1, keepdims=True))
    return radius * normals, normals


def solid_cube(size: float = 1.0) -> Triangles:
    return mesh_triangles(mesh_of_voxels(grid(np.ones((1, 1, 1), np.bool_), -0.5 * size, size)))


def grid(full: np.ndarray, origin: float = 0.0, pitch: float = 1.0) -> VoxelData:
    return VoxelData("grid.npz", "npz", full, (origin, origin, origin), (pitch, pitch, pitch))


def cloud(sample: Sample, normals: bool) -> PointData:
    return PointData("cloud.xyz", "xyz", sample[0], sample[1] if normals else None)


def volume(mesh: Triangles) -> float:
    return float((mesh.corners[:, 0] * cross_products(mesh)).sum()) / 6.0


# --- Voxels --------------------------------------------------------------------------------------------------------


@settings(max_examples=60, deadline=None)
@given(st.lists(st.booleans(), min_size=24, max_size=24), st.booleans())
def test_the_boundary_of_cells_is_closed_and_holds_them(bits: list[bool], last: bool) -> None:
    full = np.array([*bits[:-1], True]).reshape(2, 3, 4)
    data = VoxelData("a", "npz", full, (5.0, -1.0, 0.5), (0.5, 1.0, 2.0))
    made = mesh_triangles(mesh_of_voxels(data))
    assert is_closed(made)
    assert volume(made) == pytest.approx(float(full.sum()), rel=1e-12)
    x, y, z = (o + (np.arange(n) + 0.5) * p for o, n, p in zip(data.origin, full.shape, data.pitch, strict=True))
    assert np.array_equal(occupancy(made, x, y, z), full)


def test_a_cell_is_a_cube() -> None:
    (group,) = mesh_of_voxels(grid(np.ones((1, 1, 1), np.bool_), 3.0, 2.0)).groups
    assert (len(group.positions), len(group.faces)) == (8, 12)
    assert (group.positions.min(), group.positions.max()) == (3.0, 5.0)


def test_each_label_is_a_closed_group_with_its_name() -> None:
    labels = np.zeros((4, 2, 2), np.int32)
    labels[:2], labels[2:] = 1, 3
    data = VoxelData(
        "a", "npz", labels > 0, (0.0, 0.0, 0.0), (1.0, 1.0, 1.0), labels, ("table/leg", "unused", "table/top")
    )
    made = mesh_of_voxels(data)
    assert [g.path for g in made.groups] == [("table", "leg"), ("table", "top")]
    assert [volume(triangles(g.positions, g.faces)) for g in made.groups] == [8.0, 8.0]
    assert all(is_closed(triangles(g.positions, g.faces)) for g in made.groups)


def test_a_fine_grid_is_made_coarser_and_says_so() -> None:
    full = np.zeros((2 * MOST_CELLS, 4, 4), np.bool_)
    full[:100] = True
    made = mesh_of_voxels(grid(full, 0.0, 0.25))
    assert "each 2 were taken as one" in made.notes[-1]
    assert volume(mesh_triangles(made)) == pytest.approx(100 * 16 * 0.25**3)
    assert made.positions.max(axis=0).tolist() == [25.0, 1.0, 1.0]


def test_cells_become_the_box_that_they_fill() -> None:
    full = np.zeros((12, 12, 12), np.bool_)
    full[2:10, 3:7, 1:11] = True
    found, mesh = infer_shape(grid(full, -1.0, 0.25), name="box", time_limit=10)
    assert found.evidence.iou64 == 1.0 and found.evidence.primitives == 1
    assert "boundary of the full cells" in found.notes[-1]
    assert verify(found.text, mesh).chamfer < 0.01


# --- Points --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("normals", [True, False])
@pytest.mark.parametrize("scale", [1e-4, 1.0, 1e4])
def test_points_of_a_cube_make_a_cube(normals: bool, scale: float) -> None:
    made = mesh_triangles(mesh_of_points(cloud(cube(5000, scale), normals)))
    assert is_closed(made)
    # 29 points along an edge: half a cell all round an edge of a cube of 26 cells would be 0.9.
    assert solid_iou(solid_cube(scale), made) > 0.95
    assert volume(made) > 0.0


def test_normals_that_point_inward_make_the_same_solid() -> None:
    points, normals = sphere(4000, 0.5)
    out, back = (mesh_triangles(mesh_of_points(cloud((points, n), True))) for n in (normals, -normals))
    assert solid_iou(out, back) > 0.97
    # The volume of a ball of radius 1/2.
    assert volume(out) == pytest.approx(np.pi / 6, rel=0.03)


def test_the_outside_is_found_by_sight() -> None:
    points, normals = cube(4000)
    surfels = surfels_of(points)
    sides = sides_of(surfels)
    # Beside an edge, nearer than a neighbourhood of 12 points reaches (0.08), a plane leans towards the other face.
    sure = np.sort(np.abs(points), axis=1)[:, 1] < 0.4
    right = (surfels.normals * sides.signs[:, None] * normals).sum(axis=1) > 0.0
    assert right[sure].all() and sides.contrast > 0.5 and not sides.buried[sure].any()


def test_an_inner_wall_of_a_solid_is_left_out() -> None:
    outer, _ = cube(6000)
    wall = np.random.default_rng(4).uniform(-0.35, 0.35, (600, 3)) * [1.0, 1.0, 0.0]
    buried = sides_of(surfels_of(np.concatenate([outer, wall]))).buried
    assert buried[6000:].mean() > 0.9 and buried[:6000].mean() < 0.02


def test_a_closed_cavity_stays_empty_without_normals() -> None:
    outer, inner = cube(6000), cube(2000, 0.5)
    made = mesh_triangles(mesh_of_points(cloud((np.concatenate([outer[0], inner[0]]), outer[1]), False)))
    # 1 without an eighth.
    assert abs(volume(made)) == pytest.approx(0.875, abs=0.06)


def test_noise_is_seen_and_smoothed() -> None:
    points, normals = cube(8000)
    assert not are_noisy(points, None) and not are_noisy(points, normals)
    shaken = points + np.random.default_rng(1).normal(size=points.shape) * 0.01
    assert are_noisy(shaken, None) and are_noisy(shaken, normals)
    for given_normals in (True, False):
        made = mesh_of_points(cloud((shaken, normals), given_normals))
        assert "smoothed" in made.notes[-1]
        # The noise is 1 % of the edge; a shell of that width is 6 % of the cube.
        assert solid_iou(solid_cube(), mesh_triangles(made)) > 0.94


def test_a_cube_of_points_becomes_a_box_and_the_notes_say_what_was_compared() -> None:
    found, _ = infer_shape(cloud(cube(5000, at=(0.0, 2.0, 0.0)), False), name="box", time_limit=15)
    truth = solid_cube()
    mesh = MeshData(
        "cube", "obj", (MeshGroup((), None, None, truth.positions + np.array([0, 2, 0]), truth.faces.astype(np.int32)),)
    )
    assert verify(found.text, mesh).iou64 > 0.95
    notes = " ".join(found.notes)
    assert "5,000 points without normals" in notes and "found by sight" in notes
    assert "compare with the surface that was laid through the points" in notes


def two_boxes(count: int) -> np.ndarray:
    """Points on the surface of two cuboids that stand in each other, 1 x 0.4 x 0.5 and 0.3 x 0.6 x 0.5 on its end."""
    sizes, centres = np.array([[1.0, 0.4, 0.5], [0.3, 0.6, 0.5]]), np.array([[0.0, 0.2, 0.0], [-0.2, 0.7, 0.0]])
    points, _ = cube(2 * count)
    which = np.random.default_rng(1).integers(0, 2, len(points))
    placed = points * sizes[which] + centres[which]
    other = 1 - which
    on = np.all(np.abs(placed - centres[other]) <= 0.5 * sizes[other] + 1e-9, axis=1)
    return placed[~on][:count]


def test_a_surface_without_normals_leaves_no_crumbs() -> None:
    """Where faces meet, planes lean either way, and between two of them a piece of the surface may close by itself."""
    made = mesh_triangles(mesh_of_points(PointData("a", "xyz", two_boxes(5000), None)))
    assert len(list(pieces_of(made, 0, made.diagonal, lambda: False))) == 1
    # 1 x 0.4 x 0.5, and 0.3 x 0.6 x 0.5.
    assert volume(made) == pytest.approx(0.2 + 0.09, rel=0.04)


def test_a_small_piece_with_points_of_its_own_is_no_crumb() -> None:
    large, small = cube(6000)[0], cube(40)[0] * 0.05 + np.array([0.0, 0.8, 0.0])
    made = mesh_triangles(mesh_of_points(PointData("a", "xyz", np.concatenate([large, small]), None)))
    assert len(list(pieces_of(made, 0, made.diagonal, lambda: False))) == 2


def test_the_distance_of_points_from_a_program() -> None:
    points, normals = cube(3000)
    # The cube of points is 1 wide, that of the program 1.2, which is 0.1 away: 5.8 % of the diagonal √3.
    note = point_note(PointData("a", "xyz", points, normals), "cuboid(1.2, 1.2, 1.2)\n")
    assert "themselves are 5.77 % of their diagonal" in note


def test_points_that_are_too_few_or_enclose_nothing_are_refused() -> None:
    with pytest.raises(InferenceError, match="too few for a surface"):
        mesh_of_points(cloud(cube(FEWEST - 1), False))
    same = np.zeros((1000, 3))
    with pytest.raises(InferenceError, match="1 distinct points"):
        mesh_of_points(PointData("a", "xyz", same, None))
    line = np.linspace(0.0, 1.0, 1000)[:, None] * [1.0, 0.0, 0.0]
    with pytest.raises(InferenceError):
        mesh_of(PointData("line.xyz", "xyz", line, None))


def test_stray_points_are_left_out() -> None:
    points, normals = cube(6000)
    stray = np.array([[1e6, 0.0, 0.0], [0.0, -40.0, 0.0], [0.1, 0.0, 0.1]])
    for own in (None, np.concatenate([normals, np.eye(3)])):
        made = mesh_of_points(PointData("a", "xyz", np.concatenate([points, stray]), own))
        assert any(note.startswith("2 stray points") or note.startswith("3 stray points") for note in made.notes)
        assert solid_iou(solid_cube(), mesh_triangles(made)) > 0.95


def test_far_from_the_origin_nothing_is_rounded_away() -> None:
    near, far = (mesh_of_points(cloud(cube(2000, at=(x, 0.0, 0.0)), True)) for x in (0.0, 2.0**30))
    assert np.array_equal(near.faces, far.faces)
    # A coordinate near 2³⁰ has steps of 2⁻²².
    assert np.abs(far.positions - near.positions - [2.0**30, 0.0, 0.0]).max() < 2.0**-20


def test_the_making_of_the_mesh_is_part_of_the_time_limit(monkeypatch: pytest.MonkeyPatch) -> None:
    limits: list[float] = []

    def noted(*arguments: object, time_limit: float, **others: object) -> object:
        limits.append(time_limit)
        raise InferenceError("enough")

    # When it starts, when the end of the making is set, and when it is done.
    clock = iter((0.0, 0.0, 6.0, 0.0, 0.0, 60.0))
    monkeypatch.setattr(shape_input, "infer", noted)
    for _ in range(2):
        with pytest.raises(InferenceError, match="enough"):
            infer_shape(grid(np.ones((1, 1, 1), np.bool_)), name="a", time_limit=20.0, clock=lambda: next(clock))
    assert limits == [14.0, 5.0]


def test_of_points_that_there_is_no_time_for_fewer_are_used() -> None:
    sample = cube(20_000)
    looks = iter(range(100))
    hurried = mesh_of_points(cloud(sample, True), Deadline(7.0, lambda: float(next(looks))))
    full = mesh_of_points(cloud(sample, True))
    assert not any("For lack of time" in note for note in full.notes)
    assert "For lack of time 10,000 of the points were used." in hurried.notes
    assert len(hurried.groups[0].faces) < 0.7 * len(full.groups[0].faces)
    assert solid_iou(solid_cube(), mesh_triangles(hurried)) > 0.95


def test_the_same_points_make_the_same_mesh() -> None:
    first, second = (mesh_of_points(cloud(cube(2000), False)) for _ in range(2))
    assert np.array_equal(first.positions, second.positions) and np.array_equal(first.faces, second.faces)
