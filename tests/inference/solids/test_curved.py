"""Capsules, tori, tubes and superquadrics are found again, and written as they stand."""

from __future__ import annotations

import numpy as np
import pytest

from shapelang.inference.infer import infer
from shapelang.inference.rounding.turns import turn_matrix
from shapelang.inference.solids.kinds import Capsule, Cone, Fit, Kind, Superquadric, Torus, Tube
from shapelang.inference.solids.plain import plain
from shapelang.io.read import MeshData, MeshGroup
from shapelang.primitives.table import PRIMITIVE_BY_KIND
from tests.inference.shapes import data, piece


def pipe(sides: int) -> MeshData:
    """A conical pipe of many sides: radii 1 and 0.6 outside, 0.8 and 0.45 inside, 1.5 high, standing on y = 1."""
    turn = 2.0 * np.pi * np.arange(sides) / sides
    rings = [(1.0, 1.0), (0.6, 2.5), (0.45, 2.5), (0.8, 1.0)]
    points = np.concatenate([np.stack([r * np.cos(turn), np.full(sides, y), r * np.sin(turn)], 1) for r, y in rings])
    faces: list[tuple[int, int, int]] = []
    for ring in range(4):
        for k in range(sides):
            a, b = ring * sides + k, ring * sides + (k + 1) % sides
            c, d = (a + sides) % (4 * sides), (b + sides) % (4 * sides)
            faces += [(a, c, b), (b, c, d)]
    return data(MeshGroup((), None, None, points, np.array(faces, np.int32)))


OBLIQUE = turn_matrix("y", 35.0) @ turn_matrix("x", 20.0)


@pytest.mark.parametrize(
    ("mesh", "callee"),
    [
        (data(piece("capsule", 0.3, 1.6, at=(0, 1, 0))), "capsule("),
        (data(piece("torus", 1.0, 0.2, at=(0, 1, 0), turn=turn_matrix("x", 90.0))), "torus("),
        (data(piece("superquadric", 1.0, 1.4, 0.8, 0.4, 0.4, at=(0, 1, 0))), "superquadric("),
        (data(piece("superquadric", 1.0, 2.0, 1.5, 0.4, 1.0, turn=OBLIQUE)), "superquadric("),
        (data(piece("superquadric", 1.0, 2.0, 1.5, 1.0, 1.5, turn=turn_matrix("z", 25.0))), "superquadric("),
        (pipe(32), "difference {"),
    ],
)
def test_one_solid_is_found(mesh: MeshData, callee: str) -> None:
    found = infer(mesh, name="thing")
    assert callee in found.text, found.text
    assert len(list(found.assembly().leaves())) == 1
    # 24 sides against 32 and samples instead of surfaces: some per cent of a thin wall.
    assert found.evidence.iou64 > 0.87


@pytest.mark.parametrize(
    ("kind", "callee", "arguments"),
    [
        (Superquadric((1.0, 2.0, 0.5), 0.3, 1.4), "superquadric", (1.0, 2.0, 0.5, 0.3, 1.4)),
        (Capsule(0.3, 1.5), "capsule", (0.3, 1.5)),
        (Torus(1.0, 0.3), "torus", (1.0, 0.3)),
    ],
)
def test_the_inside_is_that_of_the_language(kind: Kind, callee: str, arguments: tuple[float, ...]) -> None:
    made = PRIMITIVE_BY_KIND[callee](*arguments)  # type: ignore[call-arg]
    mesh = made.mesh(96)
    # The corners of the mesh lie on the surface: a little inwards they are inside, a little outwards outside.
    assert kind.inside(mesh.positions - 1e-3 * mesh.normals).mean() > 0.99
    assert kind.inside(mesh.positions + 1e-3 * mesh.normals).mean() < 0.01
    assert np.allclose(kind.size, np.ptp(mesh.positions, axis=0), rtol=5e-3)


@pytest.mark.parametrize(
    "kind",
    [Superquadric((1.0, 2.0, 0.5), 0.3, 1.4), Capsule(0.3, 1.5), Torus(1.0, 0.3), Tube(1.0, 0.7, 0.8, 0.4, 1.2)],
)
def test_the_plain_form_is_the_same_solid(kind: Kind) -> None:
    points = np.random.default_rng(5).uniform(-1.5, 1.5, (4000, 3))
    for turn in ("x", 180.0), ("z", 90.0), ("y", 90.0), ("x", 37.0):
        fit = Fit(kind, turn_matrix(*turn), np.array([0.1, 0.2, -0.3]), 1.0, 0.0)  # type: ignore[arg-type]
        solid = plain(fit, 0, 1e-6)
        again = Fit(solid.kind, solid.frame, solid.centre, 1.0, 0.0)
        # Points within rounding of the surface may differ.
        assert (fit.inside(points) != again.inside(points)).mean() < 1e-3


@pytest.mark.parametrize(("ends", "axis"), [((0.3, 0.0), -1.0), ((0.0, 0.3), 1.0)])
def test_a_cone_that_hangs_down_stands_on_its_wide_end(ends: tuple[float, float], axis: float) -> None:
    frame = np.diag([1.0, axis, axis])
    solid = plain(Fit(Cone(*ends, 1.0), frame, np.zeros(3), 1.0, 0.0), 0, 0.01)
    assert solid.kind == Cone(0.3, 0.0, 1.0)
    assert solid.turns
