"""Meshes of several bodies: boards that only touch stand apart, and what was one piece is one part."""

from __future__ import annotations

import numpy as np

from shapelang.execution.simulate import simulate
from shapelang.inference.infer import infer
from shapelang.inference.joining import joined_bodies
from shapelang.inference.kinds import Cone, Cuboid, Joined
from shapelang.inference.pieces import pieces_of
from shapelang.inference.plain import Solid
from shapelang.io.read import MeshData, MeshGroup
from shapelang.metrics.triangles import triangles
from shapelang.representations.surface import flattened
from shapelang.semantics.check import check_text
from tests.inference.shapes import data, piece


def soup(*groups: MeshGroup) -> MeshData:
    """All groups as one unnamed list of triangles."""
    starts = np.cumsum([0, *(len(g.positions) for g in groups)])
    points = np.concatenate([g.positions for g in groups])
    faces = np.concatenate([g.faces + start for g, start in zip(groups, starts, strict=False)]).astype(np.int32)
    return data(MeshGroup((), None, None, points, faces))


def test_boards_that_meet_in_an_edge_are_two_pieces() -> None:
    mesh = soup(piece("cuboid", 1, 1, 1, at=(0, 0, 0)), piece("cuboid", 1, 1, 1, at=(1, 1, 0))).groups[0]
    found = list(pieces_of(triangles(mesh.positions, mesh.faces), 0, 3.0, lambda: False))
    assert sorted(p.low[0] for p in found) == [-0.5, 0.5]
    assert all(p.closed for p in found)


def test_boards_that_almost_touch_are_two_pieces() -> None:
    """Less than the play of 3e-5 m lies between them: a face in common is no reason to weld them."""
    for gap in (0.0, 1e-6, 2e-5):
        mesh = soup(piece("cuboid", 1, 1, 1, at=(0, 0, 0)), piece("cuboid", 1, 1, 1, at=(1 + gap, 0, 0))).groups[0]
        found = list(pieces_of(triangles(mesh.positions, mesh.faces), 0, 3.0, lambda: False))
        assert len(found) == (1 if gap == 0.0 else 2), gap
        assert all(p.closed for p in found)


def test_corners_that_are_only_near_are_welded_where_that_closes() -> None:
    cube = piece("cuboid", 1, 1, 1)
    corners = cube.positions[cube.faces].reshape(-1, 3)
    noise = np.random.default_rng(0).uniform(-2e-7, 2e-7, corners.shape)
    found = list(pieces_of(triangles(corners + 0.3 + noise, np.arange(36).reshape(-1, 3)), 0, 1.8, lambda: False))
    assert [p.closed for p in found] == [True]


def test_solids_with_holes_at_one_place_are_two_pieces() -> None:
    """Open boxes that stand rim on rim, but for the rounding: each is a solid when it is capped."""
    cube = piece("cuboid", 1, 1, 1)
    corners = cube.positions[cube.faces]
    tub = triangles(corners[corners[:, :, 1].min(axis=1) < 0.49].reshape(-1, 3), np.arange(30).reshape(-1, 3))
    lid = tub.positions * (1.0, -1.0, 1.0) + (0.0, 1.0 + 1e-6, 0.0)
    both = triangles(np.vstack([tub.positions, lid]), np.vstack([tub.faces, tub.faces[:, ::-1] + 30]))
    found = list(pieces_of(both, 0, 2.5, lambda: False))
    assert sorted(len(p.shell.faces) for p in found) == [10, 10]


def test_a_doubled_skin_stays_in_one_piece() -> None:
    cube = piece("cuboid", 1, 1, 1)
    mesh = soup(cube, cube).groups[0]
    found = list(pieces_of(triangles(mesh.positions, mesh.faces), 0, 2.0, lambda: False))
    assert len(found) == 1
    assert len(found[0].shell.faces) == 24


def ell(x: float) -> MeshGroup:
    """The surface of an L of two boxes, 1 m high and wide."""
    text = f"union {{ cuboid(1, 0.2, 0.3) at ({x}, 0.1, 0); cuboid(0.2, 1, 0.3) at ({x - 0.4}, 0.5, 0) }}"
    mesh = flattened(simulate(check_text(text.replace("; ", "\n"), "ell.shape")).assembly).mesh
    _, first, place = np.unique(mesh.weld, return_index=True, return_inverse=True)
    return MeshGroup((), None, None, mesh.positions[first], place[mesh.faces].astype(np.int32))


def test_a_body_of_two_boxes_is_one_part_of_an_assembly() -> None:
    found = infer(soup(ell(0.0), ell(3.0), ell(6.0), piece("cuboid", 9, 0.1, 2, at=(3, -0.05, 0))), name="rack")
    assert found.evidence.iou64 > 0.99
    # Three bodies alike and a board: one union in an array, and a cuboid.
    assert found.text.count("union {") == 1
    assert "array 3" in found.text
    assert found.evidence.primitives == 4


def test_one_body_is_not_joined() -> None:
    solids = [Solid(Cuboid((1.0, 1.0, 1.0)), (), np.zeros(3), 0), Solid(Cone(0.1, 0.1, 2.0), (), np.ones(3), 0)]
    assert joined_bodies([solids], 0.01) == solids
    (joined, _, _) = joined_bodies([solids, solids[:1], solids[1:]], 0.01)
    assert isinstance(joined.kind, Joined)
    points = np.random.default_rng(0).uniform(-1.0, 2.5, (2000, 3))
    inside = joined.kind.inside((points - joined.centre) @ joined.frame)
    assert (inside == (solids[0].kind.inside(points) | solids[1].kind.inside(points - 1.0))).all()
    assert joined.bounds[0].tolist() == [-0.5, -0.5, -0.5]
    assert joined.bounds[1].tolist() == [1.1, 2.0, 1.1]
