"""Profiles read from sections: thin walls and rings, in any pose, and what is no profile turned."""

from __future__ import annotations

import numpy as np
import pytest

from shapelang.inference.rounding.turns import turn_matrix
from shapelang.inference.solids.kinds import Carved, Lathe
from shapelang.inference.solids.revolved import revolved_fit
from shapelang.metrics.triangles import Triangles, cross_products, joined, triangles
from tests.inference.shapes import mesh_of

MUG = "lathe([(0.4, -0.5), (0.5, 0.5), (0.49, 0.5), (0.39, -0.49), (0, -0.49)])"
"""A hundredth thick, where half the width is a half: less than a pixel of any picture of it."""

FLANGE = """difference {
  lathe([(0, -0.4), (0.6, -0.4), (0.6, -0.35), (0.3, -0.3), (0.2, 0.1), (0.2, 0.4), (0, 0.4)])
  lathe([(0, -0.5), (0.25, -0.5), (0.16, 0.1), (0.16, 0.5), (0, 0.5)])
}"""

TURNED = turn_matrix("z", 37.0) @ turn_matrix("x", 20.0)


def shell(text: str, turn: np.ndarray = TURNED) -> Triangles:
    mesh = joined(triangles(group.positions, group.faces) for group in mesh_of(text).groups)
    _, first, again = np.unique(mesh.positions.round(9), axis=0, return_index=True, return_inverse=True)
    return triangles(mesh.positions[first] @ turn.T + np.array([1.0, 2.0, 3.0]), again.reshape(-1)[mesh.faces])


@pytest.mark.parametrize(("text", "kind"), [(f"cup = {MUG}", Lathe), (f"foot = {FLANGE}", Carved)])
@pytest.mark.parametrize("seed", range(6))
def test_what_is_turned_is_read_with_its_walls(text: str, kind: type, seed: int) -> None:
    x, y, z = np.random.default_rng(seed).uniform(-180.0, 180.0, 3).tolist()
    turn = turn_matrix("x", x) @ turn_matrix("y", y) @ turn_matrix("z", z)
    mesh = shell(text, turn if seed else np.eye(3))
    fit = revolved_fit(mesh)
    assert fit is not None
    assert isinstance(fit.kind, kind)
    # Just below the middles of the mesh's faces it is, and just above them not: its circles are 0.5 % off flat sides.
    normals = cross_products(mesh)
    normals = 0.004 * normals / np.linalg.norm(normals, axis=1, keepdims=True)
    middles = mesh.positions[mesh.faces].mean(axis=1)
    assert fit.inside(middles - normals).mean() > 0.98
    assert fit.inside(middles + normals).mean() < 0.02


def test_the_profile_has_the_corners_that_were_written() -> None:
    fit = revolved_fit(shell(f"cup = {MUG}", np.eye(3)))
    assert fit is not None
    assert isinstance(fit.kind, Lathe)
    found = np.array(fit.kind.points) + np.array([0.0, fit.centre[1] - 2.0])
    for corner in ((0.4, -0.5), (0.5, 0.5), (0.49, 0.5), (0.39, -0.49)):
        assert np.abs(found - corner).max(axis=1).min() < 0.004


@pytest.mark.parametrize(
    "text",
    [
        f"cup = union {{ {MUG} \n torus(0.25, 0.05) at (0.55, 0, 0) rotate x 90 }}",
        f"cup = union {{ {MUG} \n torus(0.12, 0.02) at (0.52, 0, 0) rotate x 90 }}",
        "a = cuboid(1, 2, 1)",
        "a = cone(0.5, 1, top_radius: 0.2)",
        "a = prism(0.5, points: [(-1, -1), (1, -1), (1, -0.6), (-0.6, -0.6), (-0.6, 1), (-1, 1)])",
    ],
    ids=["a handle", "a small handle", "a box", "plain", "an outline"],
)
def test_what_else_there_is_has_none(text: str) -> None:
    assert revolved_fit(shell(text)) is None
