"""Extruded outlines read from faces: what is one, what is none, and holes through it."""

from __future__ import annotations

import numpy as np
import pytest

from shapelang.assembly.part import Operand, Solid
from shapelang.geometry.pose import Pose
from shapelang.inference.solids.extruded import extruded_fit
from shapelang.inference.solids.kinds import Carved, Cuboid, Prism
from shapelang.metrics.triangles import Triangles, triangles
from shapelang.primitives.cuboid import Cuboid as Box
from shapelang.primitives.cylinder import Cylinder
from shapelang.primitives.prism import Prism as PrismShape
from shapelang.representations.solids.build import solid_mesh
from tests.fields.scenes import turn

ELL = ((-1.0, -1.0), (1.0, -1.0), (1.0, -0.6), (-0.6, -0.6), (-0.6, 1.0), (-1.0, 1.0))


def _shell(solid: Solid, pose: Pose | None = None) -> Triangles:
    mesh = solid_mesh(solid)
    _, first = np.unique(mesh.weld, return_index=True)
    points = mesh.positions[first]
    if pose is not None:
        points = np.stack(pose.apply(tuple(points.T)), axis=1)
    return triangles(points, mesh.welded_faces.astype(np.int64))


def _of(*operands: Operand) -> Solid:
    return Solid("difference" if len(operands) > 1 else "union", 0.0, operands)


def test_a_turned_box_is_a_cuboid() -> None:
    pose = Pose(turn(0.9, 0.1, 0.3, -0.2), offset=(3.0, 1.0, -2.0))
    fit = extruded_fit(_shell(_of(Operand(Box(1.0, 2.0, 0.5), Pose())), pose))
    assert fit is not None
    assert isinstance(fit.kind, Cuboid)
    assert sorted(fit.kind.size) == pytest.approx([0.5, 1.0, 2.0], rel=1e-6)
    assert fit.centre == pytest.approx([3.0, 1.0, -2.0], abs=1e-9)


@pytest.mark.parametrize("way", [(1.0, 0.2, -0.1), (0.0, 0.0, 1.0), (-0.3, 1.0, 0.4), (-1.0, -1.0, -1.0)])
@pytest.mark.parametrize("degrees", [-0.9, -0.4, 0.02, 0.7, 1.4])
def test_a_box_that_leans_a_little_stays_where_it_is(degrees: float, way: tuple[float, float, float]) -> None:
    """As books in a shelf do: its corners are those of the mesh to a tenth of a degree, however near to upright."""
    half = 0.5 * np.radians(degrees)
    axis = np.sin(half) * np.array(way) / np.sqrt(np.dot(way, way))
    pose = Pose(turn(float(np.cos(half)), *axis.tolist()), offset=(3.0, 1.0, -2.0))
    fit = extruded_fit(_shell(_of(Operand(Box(0.03, 0.24, 0.2), Pose())), pose))
    assert fit is not None
    assert isinstance(fit.kind, Cuboid)
    assert fit.centre == pytest.approx([3.0, 1.0, -2.0], abs=1e-6)
    inner = np.array([(x, y, z) for x in (-1, 1) for y in (-1, 1) for z in (-1, 1)]) * (0.0145, 0.1195, 0.0995)
    assert fit.inside(np.stack(pose.apply(tuple(inner.T)), axis=1)).all()


@pytest.mark.parametrize("pose", [Pose(), Pose(turn(0.9, 0.1, 0.3, -0.2), offset=(3.0, 1.0, -2.0))])
def test_an_outline_with_a_hole_is_exact(pose: Pose) -> None:
    """An L with a square hole in its corner: asked at 4,000 points, none is on another side than in the mesh."""
    hole = Operand(Box(0.2, 3.0, 0.2), Pose(offset=(-0.8, 0.0, -0.8)))
    fit = extruded_fit(_shell(_of(Operand(PrismShape(0.7, points=ELL), Pose()), hole), pose))
    assert fit is not None
    assert isinstance(fit.kind, Carved)
    assert isinstance(fit.kind.whole, Prism)
    assert len(fit.kind.whole.points) == 6
    points = np.random.default_rng(0).uniform(-1.1, 1.1, (4000, 3))
    x, y, z = points.T
    ell = (np.abs(y) < 0.35) & (np.abs(x) < 1) & (np.abs(z) < 1) & ((x < -0.6) | (z < -0.6))
    truth = ell & ~((np.abs(x + 0.8) < 0.1) & (np.abs(z + 0.8) < 0.1))
    assert (fit.inside(np.stack(pose.apply((x, y, z)), axis=1)) == truth).all()


@pytest.mark.parametrize(
    "solid",
    [
        _of(Operand(Cylinder(0.5, 1.0), Pose())),
        _of(Operand(Box(1.0, 1.0, 1.0), Pose()), Operand(Box(0.5, 0.5, 0.5), Pose(offset=(0.5, 0.5, 0.5)))),
        Solid("union", 0.0, (Operand(Box(1.0, 1.0, 1.0), Pose()), Operand(Box(0.5, 3.0, 0.5), Pose()))),
    ],
    ids=["cylinder", "corner cut off", "box on a post"],
)
def test_what_is_no_outline_is_none(solid: Solid) -> None:
    assert extruded_fit(_shell(solid)) is None
