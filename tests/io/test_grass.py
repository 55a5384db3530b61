"""GRASS' hierarchies: read from MATLAB files, and each image of a box where its symmetry puts it."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from shapelang.execution.simulate import simulate
from shapelang.io.read.grass import (
    Adjacent,
    GrassError,
    Repeated,
    Rotation,
    boxes_of,
    hierarchy,
    read_grass,
    skeleton_of,
)
from shapelang.io.read.grass_program import hierarchy_program
from shapelang.semantics.check import check_text

SEAT = [0, 0, 0, 0.05, 0.5, 0.6, 0, 1, 0, 0, 0, 1]
LEG = [0.2, -0.3, 0.2, 0.5, 0.04, 0.05, 0, 1, 0, 0, 0, 1]


def centres(operations: list[int], boxes: list[list[float]], symmetries: list[list[float]]) -> list[tuple[float, ...]]:
    node = hierarchy(np.array(boxes, float), np.array(operations), np.array(symmetries, float).reshape(-1, 8))
    leaves = simulate(check_text(hierarchy_program(node), "chair")).assembly.leaves()
    return sorted(tuple(round(c, 6) + 0.0 for c in leaf.pose.offset) for leaf in leaves)


def test_a_mirrored_leg_stands_on_both_sides() -> None:
    found = centres([0, 0, 2, 1, -1], [SEAT, LEG], [[1, 1, 0, 0, 0.05, 0, 0, 0]])
    assert found == [(-0.1, -0.3, 0.2), (0.0, 0.0, 0.0), (0.2, -0.3, 0.2)]


def test_a_plane_that_is_askew_reflects_as_well() -> None:
    root = 0.5**0.5
    found = centres([0, 2], [LEG], [[1, root, 0, root, 0, 0, 0, 0]])
    assert found == [(-0.2, -0.3, -0.2), (0.2, -0.3, 0.2)]


def test_a_ring_about_an_axis_beside_the_origin() -> None:
    found = centres([0, 2], [LEG], [[-1, 0, 1, 0, 0.1, 0, 0.2, 0.25]])
    assert found == [(0.0, -0.3, 0.2), (0.1, -0.3, 0.1), (0.1, -0.3, 0.3), (0.2, -0.3, 0.2)]


def test_a_row_ends_where_its_last_image_stands() -> None:
    found = centres([0, 2], [LEG], [[0, -0.1, 0, 0, -0.1, -0.3, 0.2, 0]])
    assert found == [(-0.1, -0.3, 0.2), (0.0, -0.3, 0.2), (0.1, -0.3, 0.2), (0.2, -0.3, 0.2)]


def test_extents_are_named_after_the_axes_that_they_are_along() -> None:
    (box,) = boxes_of(hierarchy(np.array([SEAT], float), np.array([0]), np.zeros((0, 8))))
    assert np.allclose(box.size, (0.6, 0.05, 0.5))
    assert np.allclose(box.frame, np.eye(3))


def test_shapes_of_a_folder_are_told_apart(tmp_path: Path) -> None:
    from scipy.io import savemat

    pad = [0.0] * 12
    savemat(tmp_path / "box_data.mat", {"boxes": np.array([SEAT, LEG, LEG, pad]).T})
    savemat(tmp_path / "op_data.mat", {"ops": np.array([[0, 0, 1], [0, 2, -1]]).T})
    savemat(tmp_path / "sym_data.mat", {"syms": np.array([[0.0] * 8, [-1, 0, 1, 0, 0, 0, 0, 0.25]]).T})
    first, second = read_grass(tmp_path)
    assert isinstance(first, Adjacent)
    assert isinstance(second, Repeated) and isinstance(second.symmetry, Rotation) and second.symmetry.count == 4


@pytest.mark.parametrize(
    ("operations", "cause"),
    [([0, 1], "more boxes or symmetries"), ([0, 0], "2 nodes are left"), ([0, 7], "numbered 7"), ([], "0 nodes")],
)
def test_operations_that_build_no_tree_are_refused(operations: list[int], cause: str) -> None:
    with pytest.raises(GrassError, match=cause):
        hierarchy(np.array([SEAT, LEG], float), np.array(operations, int), np.zeros((0, 8)))


def test_a_folder_without_the_files_is_refused(tmp_path: Path) -> None:
    with pytest.raises(GrassError, match="cannot be read"):
        read_grass(tmp_path)
    (tmp_path / "box_data.mat").write_bytes(b"no matlab")
    with pytest.raises(GrassError, match="MATLAB"):
        read_grass(tmp_path)


def test_a_skeleton_is_the_tree_without_its_numbers() -> None:
    leg, seat = [0.0] * 6 + [1.0, 0.0, 0.0, 0.0, 1.0, 0.0], [0.5] * 6 + [1.0, 0.0, 0.0, 0.0, 1.0, 0.0]
    mirror = [1.0, 1.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0]

    def told(boxes: list[list[float]], operations: list[int]) -> str:
        return skeleton_of(hierarchy(np.array(boxes), np.array(operations), np.array([mirror])))

    assert told([leg, seat], [0, 2, 0, 1]) == told([seat, leg], [0, 2, 0, 1]) == "(box reflection box)"
    assert told([leg, seat], [0, 0, 1]) == "(box box)"
