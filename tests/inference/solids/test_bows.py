"""Bent bars and arcs of tori are the language's own solids, mirrored and read back."""

from __future__ import annotations

import numpy as np
import pytest

from benchmarks.infer.instances import leaves_of
from benchmarks.infer.known import fused
from shapelang.inference.fused.reading import fused_reading
from shapelang.inference.refine.distance import kind_distance
from shapelang.inference.refine.leaves import geometry_of
from shapelang.inference.solids.bows import Bent, Bow
from shapelang.inference.solids.kinds import Kind
from shapelang.inference.solids.mirrored import mirrored
from shapelang.metrics.triangles import triangles
from shapelang.representations.surface import geometry_mesh

_BOWS = (Bow(1.0, 0.1, 90.0), Bow(1.0, 0.1, 180.0, -1.0), Bow(1.0, 0.2, 270.0))
_BENT = (Bent((0.1, 1.0, 0.3), 32.0), Bent((0.1, 1.0, 0.3), -60.0), Bent((0.1, 1.0, 0.3), 150.0))


@pytest.mark.parametrize("kind", _BOWS)
def test_the_surface_of_a_bow_is_that_of_the_language(kind: Bow) -> None:
    points = geometry_mesh(geometry_of(kind)).positions
    assert np.ptp(points, axis=0) == pytest.approx(kind.size, abs=1e-6)
    assert np.abs(kind_distance(kind, points)).max() < 1e-6


@pytest.mark.parametrize("kind", _BENT)
def test_the_surface_of_a_bent_bar_is_nearly_that_of_the_language(kind: Bent) -> None:
    points = geometry_mesh(geometry_of(kind)).positions
    beyond = np.abs(kind.straight(points)) / (0.5 * np.array(kind.extents))
    assert beyond.max(axis=1) == pytest.approx(np.ones(len(points)), abs=0.07)


@pytest.mark.parametrize("kind", [*_BOWS, *_BENT])
def test_a_mirror_image_has_the_mirrored_points(kind: Kind) -> None:
    points = (np.random.default_rng(0).random((2000, 3)) - 0.5) * np.array(kind.size)
    assert 20 < kind.inside(points).sum() < 2000
    assert (mirrored(kind).inside(points * np.array([-1.0, 1.0, 1.0])) == kind.inside(points)).all()


def _read(text: str) -> list[Kind]:
    turn = np.linalg.qr(np.random.default_rng(3).random((3, 3)))[0]
    turn = turn * np.sign(np.linalg.det(turn))
    mesh = fused(leaves_of(text))
    found = fused_reading(triangles(mesh.positions @ turn.T, mesh.faces), lambda: False)
    return [fit.kind for fit in found.solids]


def test_a_bar_that_is_bent_and_stands_in_a_plate() -> None:
    bar = "superquadric(0.1, 2, 0.4, e1: 0.1, e2: 0.1, bend: 60)"
    (found,) = [k for k in _read(f"a = cuboid(2, 0.1, 2)\nb = {bar} at (0, 0.8, 0)") if isinstance(k, Bent)]
    assert found.extents[0] == pytest.approx(0.1, rel=0.05)
    assert found.extents[2] == pytest.approx(0.4, rel=0.05)
    assert found.radius == pytest.approx(2.0 / np.radians(60.0), rel=0.02)


def test_half_a_ring_on_a_plate() -> None:
    made = "a = cuboid(3, 0.1, 1)\nb = torus(radius: 1, tube: 0.1, arc: 180) rotate x 90, z 90 at (0, 0.5, 0)"
    (found,) = [k for k in _read(made) if isinstance(k, Bow)]
    assert (found.radius, found.tube) == pytest.approx((1.0, 0.1), rel=1e-3)
    assert 150.0 < found.arc <= 190.0
