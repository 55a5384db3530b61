"""Meshes for a page: as many triangles as allowed, on the same surface."""

from __future__ import annotations

import numpy as np
import pytest

from shapelang.inference.measuring.evidence import mesh_triangles
from shapelang.inference.report.display import displayed
from shapelang.metrics.chamfer import distances_to
from shapelang.metrics.inside import is_closed
from shapelang.metrics.triangles import Triangles, cross_products, face_areas, joined
from tests.inference.shapes import data, piece


def whole(kind: str, *sizes: float) -> Triangles:
    return mesh_triangles(data(piece(kind, *sizes)))


def volume(mesh: Triangles) -> float:
    """Of a closed mesh with outward faces (divergence theorem)."""
    return float((mesh.corners.mean(axis=1) * cross_products(mesh)).sum()) / 6.0


@pytest.mark.parametrize(("kind", "sizes"), [("cuboid", (1, 0.1, 3)), ("cylinder", (0.5, 4)), ("torus", (3, 0.4))])
def test_long_edges_are_halved_on_the_same_surface(kind: str, sizes: tuple[float, ...]) -> None:
    mesh = whole(kind, *sizes)
    shown = displayed(mesh, np.zeros(len(mesh.positions), np.int64), 5_000)
    finer = Triangles(shown.positions, shown.faces)
    assert len(mesh.faces) < len(finer.faces) <= 5_000
    assert is_closed(mesh) and is_closed(finer)
    # Sums of some thousand rounded terms.
    assert face_areas(finer).sum() == pytest.approx(face_areas(mesh).sum(), rel=1e-12)
    assert volume(finer) == pytest.approx(volume(mesh), rel=1e-12)
    assert distances_to(mesh, finer.positions).max() < 1e-7


def test_edges_become_as_short_as_the_limit() -> None:
    mesh = whole("cuboid", 1, 1, 1)
    shown = displayed(mesh, np.zeros(len(mesh.positions), np.int64), 100_000)
    corners = shown.positions[shown.faces]
    longest = np.sqrt(((corners - np.roll(corners, -1, axis=1)) ** 2).sum(axis=2)).max()
    assert longest <= mesh.diagonal / 80


def test_many_triangles_become_few_and_pieces_stay_apart() -> None:
    """Two spheres nearer to each other than a cell; each corner that is left is one of the mesh."""
    sphere = dense_sphere()
    pieces = joined([sphere, Triangles(sphere.positions * 0.999, sphere.faces)])
    owner = np.repeat([0, 1], len(sphere.positions))
    shown = displayed(pieces, owner, 3_000)
    assert 1_000 < len(shown.faces) <= 3_000
    corners = shown.piece[shown.faces]
    assert (corners == corners[:, :1]).all() and set(shown.piece) == {0, 1}
    known = {tuple(place) for place in pieces.positions.tolist()}
    assert all(tuple(place) in known for place in shown.positions.tolist())


def dense_sphere() -> Triangles:
    """Some 20,000 triangles."""
    mesh = whole("sphere", 1)
    shown = displayed(mesh, np.zeros(len(mesh.positions), np.int64), 40_000)
    return Triangles(shown.positions, shown.faces)
