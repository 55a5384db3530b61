"""Turned bodies: their axis, their steps, and what stands out of them."""

from __future__ import annotations

import numpy as np
import pytest

from shapelang.inference.infer import infer
from shapelang.inference.rounding.turns import turn_matrix
from shapelang.inference.solids.kinds import Cone, Fit, Lathe
from shapelang.inference.solids.spin import frame_about, turning_axis
from shapelang.inference.solids.stacks import stacked
from shapelang.metrics.triangles import Triangles, joined, triangles
from tests.inference.shapes import mesh_of

MUG = "lathe([(0.4, -0.5), (0.5, 0.5), (0.44, 0.5), (0.35, -0.4), (0, -0.4)])"
HANDLE = "torus(0.25, 0.05) at (0.55, 0, 0) rotate x 90"


def shell(text: str) -> Triangles:
    return joined(triangles(group.positions, group.faces) for group in mesh_of(text).groups)


@pytest.mark.parametrize("lean", [0.0, 4.0, 37.0])
def test_the_axis_is_found_beside_a_handle(lean: float) -> None:
    turn = turn_matrix("z", lean) @ turn_matrix("x", 0.5 * lean)
    mesh = shell(f"cup = union {{ {MUG} \n {HANDLE} }}")
    turned = triangles(mesh.positions @ turn.T + np.array([1.0, 2.0, 3.0]), mesh.faces)
    axis = turning_axis(turned, np.eye(3))
    assert axis is not None
    assert abs(axis.direction @ turn[:, 1]) > np.cos(np.radians(1.0))
    off = np.cross(axis.point - np.array([1.0, 2.0, 3.0]), turn[:, 1])
    assert np.sqrt((off**2).sum()) < 0.01


def test_boxes_have_no_axis() -> None:
    assert turning_axis(shell("a = cuboid(1, 2, 1)"), np.eye(3)) is None
    assert turning_axis(shell("a = prism(2, sides: 3, radius: 1)"), np.eye(3)) is None


@pytest.mark.parametrize("direction", [(0.0, 1.0, 0.0), (0.6, 0.0, -0.8), (0.005, -1.0, 0.0)])
def test_frames_are_rotations(direction: tuple[float, float, float]) -> None:
    frame = frame_about(np.array(direction) / np.linalg.norm(direction))
    assert np.allclose(frame.T @ frame, np.eye(3))
    assert np.linalg.det(frame) > 0.0
    assert frame[:, 1] @ np.array(direction) > 0.99


def fit(*points: tuple[float, float]) -> Fit:
    return Fit(Lathe(points), turn_matrix("x", 30.0), np.array([1.0, 2.0, 3.0]), 1.0, 0.0)


SHAFT = fit((0.0, -1.0), (0.3, -1.0), (0.3, -0.9), (0.2, -0.9), (0.2, 0.2), (0.1, 0.2), (0.1, 1.0), (0.0, 1.0))
BARREL = fit((0.0, -1.0), (0.4, -1.0), (0.5, -0.4), (0.5, 0.4), (0.4, 1.0), (0.0, 1.0))
GOBLET = fit(
    (0.0, -1.0), (0.5, -1.0), (0.05, -0.9), (0.05, 0.0), (0.6, 0.9), (0.6, 1.0), (0.5, 1.0), (0.1, 0.3), (0.0, 0.3)
)


def test_a_stepped_shaft_is_three_cylinders() -> None:
    pieces = stacked(SHAFT)
    assert [p.kind for p in pieces] == [
        Cone(pytest.approx(0.3), pytest.approx(0.3), pytest.approx(0.1)),  # type: ignore[arg-type]
        Cone(pytest.approx(0.2), pytest.approx(0.2), pytest.approx(1.1)),  # type: ignore[arg-type]
        Cone(pytest.approx(0.1), pytest.approx(0.1), pytest.approx(0.8)),  # type: ignore[arg-type]
    ]


def test_what_bulges_is_not_cut() -> None:
    assert stacked(BARREL) == []


def test_a_goblet_is_foot_stem_and_bowl() -> None:
    assert [type(p.kind) for p in stacked(GOBLET)] == [Cone, Cone, Lathe]


@pytest.mark.parametrize("whole", [SHAFT, GOBLET])
def test_pieces_are_the_whole(whole: Fit) -> None:
    points = np.random.default_rng(1).uniform(-1.2, 1.2, (6000, 3)) + np.array([1.0, 2.0, 3.0])
    made = np.any([p.inside(points) for p in stacked(whole)], axis=0)
    assert (made != whole.inside(points)).mean() < 2e-3


def test_a_cup_is_one_lathe_and_its_handle() -> None:
    found = infer(mesh_of(f"cup = union {{ {MUG} \n {HANDLE} }}"), name="cup")
    assert found.text.count("lathe(") == 1, found.text
    assert len(list(found.assembly().leaves())) <= 9
    assert found.evidence.iou64 > 0.85


def test_thin_legs_of_a_large_top_are_kept() -> None:
    legs = "\n".join(f"cylinder(0.03, 0.5) at ({x}, -0.27, {z})" for x in (-0.6, 0.6) for z in (-0.6, 0.6))
    found = infer(mesh_of(f"table = union {{ cylinder(1, 0.08)\n{legs} }}"), name="table")
    assert found.evidence.primitives == 5, found.text
    assert found.evidence.iou64 > 0.95


def test_a_ring_of_any_profile_is_a_lathe_less_another() -> None:
    text = "r = difference { lathe([(0.7, -0.3), (0.9, 0), (0.6, 0.3)])\n lathe([(0.4, -0.4), (0.3, 0), (0.5, 0.4)]) }"
    found = infer(mesh_of(text), name="ring")
    assert found.text.count("lathe(") == 2, found.text
    assert found.evidence.iou64 > 0.93
