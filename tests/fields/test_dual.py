"""The dual surface of samples: closed, oriented and two-manifold whatever they are."""

from __future__ import annotations

import os

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from shapelang.fields.blocks import SampledBlocks, index_of
from shapelang.fields.dual import SurfaceError, blocks_of_grid, classified, exits, grid_surface
from shapelang.fields.dual_table import dual_table, edge_corners, face_edges
from shapelang.geometry.invariants import edge_faults, pinched_points, signed_volume
from shapelang.geometry.mesh import Mesh
from shapelang.representations.levelset import Lattice


def unit(values: np.ndarray) -> Lattice:
    return Lattice((0.0, 0.0, 0.0), 1.0, values.shape)


def is_closed(mesh: Mesh) -> bool:
    faces = mesh.welded_faces
    return not any(bad.any() for _, bad in edge_faults(faces)) and not pinched_points(faces).any()


def crossed(values: np.ndarray) -> int:
    """Edges of the grid between inside and outside, with the border outside."""
    inside = np.pad(values[1:-1, 1:-1, 1:-1] < 0.0, 1)
    return sum(int((np.diff(inside.astype(np.int8), axis=axis) != 0).sum()) for axis in range(3))


# --- the table ---------------------------------------------------------------------------------------------------


def test_the_edges_of_a_cell_join_its_corners() -> None:
    ends = [edge_corners(edge) for edge in range(12)]
    assert ends[:4] == [(0, 1), (2, 3), (4, 5), (6, 7)]
    assert ends[4:8] == [(0, 2), (4, 6), (1, 3), (5, 7)]
    assert ends[8:] == [(0, 4), (1, 5), (2, 6), (3, 7)]
    # Face 0 has x = 0, face 5 has z = 1.
    assert face_edges(0) == (4, 5, 8, 10)
    assert face_edges(5) == (2, 3, 5, 7)


@pytest.mark.parametrize(
    ("case", "patches"),
    [
        (0b00000000, 0),
        (0b00000001, 1),
        # Two corners across a face are kept apart, across the cell too; seven of them enclose the eighth.
        (0b00001001, 2),
        (0b10000001, 2),
        (0b01111111, 1),
        # All but two opposite corners: a tunnel would be one patch.
        (0b01111110, 2),
        # Four corners, none beside another.
        (0b01101001, 4),
        # Four of a face.
        (0b00001111, 1),
    ],
)
def test_patches_of_a_case(case: int, patches: int) -> None:
    assert dual_table().count[case] == patches


def test_a_turned_face_splits_the_one_patch_that_had_it_twice() -> None:
    table = dual_table()
    assert (table.tunnel >= 0).sum() == 36
    for case in np.flatnonzero(table.tunnel >= 0):
        before, after = table.patch[case], table.patch[table.turned[case]]
        edges = list(face_edges(int(table.tunnel[case])))
        assert len(set(before[edges])) == 1
        assert len(set(after[edges])) == 2
        assert table.count[table.turned[case]] == table.count[case] + 1


# --- closed, oriented, two-manifold ------------------------------------------------------------------------------


@pytest.mark.parametrize("case", range(1, 256))
def test_every_case_alone(case: int) -> None:
    values = np.ones((4, 4, 4))
    for corner in range(8):
        if case >> corner & 1:
            values[1 + (corner & 1), 1 + (corner >> 1 & 1), 1 + (corner >> 2)] = -1.0
    mesh = grid_surface(values, unit(values))
    assert is_closed(mesh)
    assert signed_volume(mesh) > 0.0


@given(st.integers(0, 2**32 - 1), st.tuples(*(st.integers(3, 20),) * 3), st.floats(0.05, 0.95))
def test_noise(seed: int, shape: tuple[int, int, int], share: float) -> None:
    """Every node inside or outside by chance: all cases meet all others, within blocks and across them."""
    values = np.random.default_rng(seed).uniform(-share, 1.0 - share, shape)
    count = crossed(values)
    if count == 0:
        with pytest.raises(SurfaceError):
            grid_surface(values, unit(values))
        return
    mesh = grid_surface(values, unit(values))
    assert is_closed(mesh)
    assert len(mesh.faces) == 2 * count


def test_a_tunnel_met_by_a_tunnel_is_turned() -> None:
    """Without turning, the two patches would share two segments of the face and their edge would have four faces."""
    table = dual_table()
    low = next(case for case in range(256) if table.tunnel[case] == 1)
    faces = 0
    for high in np.flatnonzero(table.tunnel == 0):
        values = np.ones((5, 4, 4))
        for corner in range(8):
            x, y, z = corner & 1, corner >> 1 & 1, corner >> 2
            values[1 + x, 1 + y, 1 + z] = -1.0 if low >> corner & 1 else 1.0
        if any((low >> (2 * k + 1) & 1) != (high >> (2 * k) & 1) for k in range(4)):
            continue
        for corner in range(1, 8, 2):
            values[3, 1 + (corner >> 1 & 1), 1 + (corner >> 2)] = -1.0 if high >> corner & 1 else 1.0
        faces += 1
        assert is_closed(grid_surface(values, unit(values)))
    assert faces > 0


def test_the_border_closes_what_it_cuts() -> None:
    values = np.full((13, 11, 18), -1.0)
    mesh = grid_surface(values, unit(values))
    assert is_closed(mesh)
    assert mesh.positions.min() >= 0.0
    assert (mesh.positions.max(axis=0) <= np.array(values.shape) - 1).all()
    # Without creases it is rounded off in the outermost cells only.
    assert 11 * 9 * 16 < signed_volume(mesh) <= 12 * 10 * 17


# --- where the vertices are --------------------------------------------------------------------------------------


def ball(count: int) -> tuple[np.ndarray, Lattice]:
    """A ball of radius 1."""
    axis = np.linspace(-1.3, 1.3, count)
    x, y, z = np.meshgrid(axis, axis, axis, indexing="ij")
    return np.sqrt(x * x + y * y + z * z) - 1.0, Lattice((-1.3, -1.3, -1.3), 2.6 / (count - 1), (count, count, count))


def test_a_ball_from_samples() -> None:
    for count in (17, 33, 65):
        values, lattice = ball(count)
        mesh = grid_surface(values, lattice)
        # Crossings are linear, and so off by pitch² / 8 · curvature; normals are differences over two cells.
        error = np.abs(np.sqrt((mesh.positions**2).sum(axis=1)) - 1.0)
        assert error.max() < 0.25 * lattice.pitch * lattice.pitch
        outward = mesh.positions / np.sqrt((mesh.positions**2).sum(axis=1, keepdims=True))
        assert (outward * mesh.normals).sum(axis=1).min() > 1.0 - lattice.pitch * lattice.pitch
        assert signed_volume(mesh) == pytest.approx(4.0 / 3.0 * np.pi, rel=lattice.pitch * lattice.pitch)


@given(st.tuples(*(st.floats(3.5, 4.5),) * 3), st.floats(2.0, 3.4))
def test_a_vertex_stays_in_its_cell(middle: tuple[float, float, float], radius: float) -> None:
    """Of a ball each mixed cell has one patch; in a single block vertices stand in the order of the cells."""
    nodes = np.stack(np.meshgrid(*(np.arange(9.0),) * 3, indexing="ij"), axis=-1)
    values = np.sqrt(((nodes - middle) ** 2).sum(axis=-1)) - radius
    corners = np.lib.stride_tricks.sliding_window_view(values.astype(np.float32) < 0.0, (2, 2, 2)).reshape(8, 8, 8, 8)
    low = np.argwhere(corners.any(axis=-1) & ~corners.all(axis=-1))
    within = grid_surface(values, unit(values)).positions - low
    # The crossings' mean is in the cell. From there it is half the way to their planes, which at most a cell away from
    # where they touch a ball of radius 2 are 1² / (2 · 2) above it.
    assert within.min() >= -0.125
    assert within.max() <= 1.125


# --- the same for all --------------------------------------------------------------------------------------------


def test_equal_for_any_number_of_threads(monkeypatch: pytest.MonkeyPatch) -> None:
    values, lattice = ball(33)
    meshes: list[Mesh] = []
    for cores in (1, 2, 5):
        monkeypatch.setattr(os, "cpu_count", lambda cores=cores: cores)
        meshes.append(grid_surface(values, lattice))
    for other in meshes[1:]:
        for name in ("positions", "faces", "normals", "uvs", "weld"):
            assert np.array_equal(getattr(meshes[0], name), getattr(other, name))


def all_blocks(values: np.ndarray) -> SampledBlocks:
    """Those that the surface does not pass, too; each axis has a multiple of 8 cells."""
    cells = np.array(values.shape) - 1
    places = np.argwhere(np.ones(cells // 8, np.bool_)).astype(np.int32)
    windows = np.lib.stride_tricks.sliding_window_view(values.astype(np.float32), (9, 9, 9))[::8, ::8, ::8]
    return SampledBlocks(windows.reshape(-1, 9, 9, 9).copy(), places, index_of(places, cells), cells)


def test_nodes_that_blocks_disagree_about_are_sewn() -> None:
    values, _ = ball(33)
    blocks = all_blocks(values)
    whole = classified(all_blocks(values)).cases
    # All but the first of the blocks that share a node get it wrong.
    places, samples = blocks.places, blocks.samples
    samples[places[:, 0] > 0, 0] *= -1.0
    samples[places[:, 1] > 0, :, 0] *= -1.0
    samples[places[:, 2] > 0, :, :, 0] *= -1.0
    assert np.array_equal(classified(blocks).cases, whole)


def test_exits_name_the_blocks_that_are_missing() -> None:
    values, _ = ball(33)
    assert len(exits(classified(blocks_of_grid(values)))) == 0
    blocks = all_blocks(values)
    missing = 13
    kept = np.arange(len(blocks.places)) != missing
    places = blocks.places[kept]
    found = exits(classified(SampledBlocks(blocks.samples[kept], places, index_of(places, blocks.cells), blocks.cells)))
    assert found.tolist() == [blocks.places[missing].tolist()]


# --- refusals ----------------------------------------------------------------------------------------------------


def test_no_surface_and_no_numbers() -> None:
    values = np.ones((9, 9, 9))
    with pytest.raises(SurfaceError, match="no surface in the grid"):
        grid_surface(values, unit(values))
    values[4, 4, 4] = np.nan
    with pytest.raises(SurfaceError, match="not a number"):
        grid_surface(values, unit(values))


def test_infinite_samples_are_far_outside() -> None:
    values = np.full((9, 9, 9), np.inf)
    values[3:6, 3:6, 3:6] = -1.0
    mesh = grid_surface(values, unit(values))
    assert is_closed(mesh)
    assert np.isfinite(mesh.positions).all()
