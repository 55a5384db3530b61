"""Meshes of several bodies: boards that only touch stand apart, and what was one piece is one part."""

from __future__ import annotations

import numpy as np
import pytest

from shapelang.execution.simulate import simulate
from shapelang.inference.bodies.attached import attached
from shapelang.inference.bodies.bodies import Body, bodies_of
from shapelang.inference.bodies.pieces import pieces_of
from shapelang.inference.infer import infer
from shapelang.inference.parting.joining import joined_bodies
from shapelang.inference.solids.kinds import Carved, Cone, Cuboid, Joined, Placed
from shapelang.inference.solids.plain import Solid
from shapelang.io.read import MeshData, MeshGroup
from shapelang.metrics.triangles import triangles
from shapelang.representations.surface import flattened
from shapelang.semantics.check import check_text
from tests.inference.shapes import data, piece

IDENTITY = (1.0, 0.0, 0.0, 0.0, 1.0, 0.0, 0.0, 0.0, 1.0)


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
    """The surface of an L of two boxes, 1 m high and wide; of different depths, so that it is no prism."""
    text = f"union {{ cuboid(1, 0.2, 0.3) at ({x}, 0.1, 0); cuboid(0.2, 1, 0.2) at ({x - 0.4}, 0.5, 0) }}"
    mesh = flattened(simulate(check_text(text.replace("; ", "\n"), "ell.shape")).assembly).mesh
    _, first, place = np.unique(mesh.weld, return_index=True, return_inverse=True)
    return MeshGroup((), None, None, mesh.positions[first], place[mesh.faces].astype(np.int32))


def test_a_body_of_two_boxes_is_one_part_of_an_assembly() -> None:
    found = infer(soup(ell(0.0), ell(3.0), ell(6.0), piece("cuboid", 9, 0.1, 2, at=(3, -0.05, 0))), name="rack")
    assert found.evidence.iou64 > 0.99
    # Three bodies alike and a board: one union of two in an array, and a cuboid.
    assert found.text.count("union {") == 1
    assert "array 3" in found.text
    assert found.evidence.primitives == 7


def test_one_body_is_not_joined() -> None:
    solids = [Solid(Cuboid((1.0, 1.0, 1.0)), (), np.zeros(3), 0), Solid(Cone(0.1, 0.1, 2.0), (), np.ones(3), 0)]
    assert joined_bodies([solids], [0], 0.01) == solids
    (joined, _, _) = joined_bodies([solids, solids[:1], solids[1:]], [0, 1, 2], 0.01)
    assert isinstance(joined.kind, Joined)
    points = np.random.default_rng(0).uniform(-1.0, 2.5, (2000, 3))
    inside = joined.kind.inside((points - joined.centre) @ joined.frame)
    assert (inside == (solids[0].kind.inside(points) | solids[1].kind.inside(points - 1.0))).all()
    assert joined.bounds[0].tolist() == [-0.5, -0.5, -0.5]
    assert joined.bounds[1].tolist() == [1.1, 2.0, 1.1]


def test_a_body_joins_its_host_even_where_that_is_hollow() -> None:
    hole = Placed(Cuboid((0.5, 2.0, 0.5)), IDENTITY, (0.0, 0.0, 0.0))
    frame = Solid(Carved(Cuboid((1.0, 1.0, 1.0)), (hole,)), (), np.zeros(3), 0)
    batten = Solid(Cuboid((1.0, 0.1, 0.1)), (), np.array([0.0, 0.55, 0.4]), 0)
    leg = Solid(Cuboid((0.1, 1.0, 0.1)), (), np.array([3.0, 0.0, 0.0]), 0)
    both, alone = joined_bodies([[frame], [batten], [leg]], [0, 0, 2], 0.01)
    assert isinstance(both.kind, Joined)
    assert alone == leg
    points = np.random.default_rng(1).uniform(-0.6, 0.6, (2000, 3))
    inside = both.kind.inside((points - both.centre) @ both.frame)
    expected = frame.kind.inside(points) | batten.kind.inside(points - batten.centre)
    assert (inside == expected).all()


def bodies(*groups: MeshGroup) -> list[Body]:
    """One for each, in the order of the first coordinate of their middles."""
    mesh = soup(*groups).groups[0]
    found = bodies_of([triangles(mesh.positions, mesh.faces)], 2.0, lambda: False)
    return sorted(found, key=lambda b: float(b.shell.positions[:, 0].mean()))


@pytest.mark.parametrize(
    ("batten", "is_part"),
    [
        ((0.8, 0.05, 0.05), True),
        ((0.8, 0.05, 0.3), True),
        ((0.8, 0.2, 0.05), False),  # an apron, on its edge
        ((0.05, 0.7, 0.05), False),  # a leg, on its end
        ((0.3, 0.05, 0.3), False),  # a plate, as long as wide
    ],
)
def test_what_lies_along_a_board_is_a_part_of_it(batten: tuple[float, float, float], is_part: bool) -> None:
    at = (0.01, -0.05 - 0.5 * batten[1], 0.0)
    found = bodies(
        piece("cuboid", 1, 0.1, 0.6), piece("cuboid", *batten, at=at), piece("cuboid", 1, 0.1, 0.6, at=(2, 0, 0))
    )
    assert attached(found, 2.0, lambda: False) == ([0, 0, 2] if is_part else [0, 1, 2])
    apart = bodies(
        piece("cuboid", 1, 0.1, 0.6),
        piece("cuboid", *batten, at=(0.01, at[1] - 0.01, 0.0)),
        piece("cuboid", 1, 0.1, 0.6, at=(2, 0, 0)),
    )
    assert attached(apart, 2.0, lambda: False) == [0, 1, 2]


def test_thin_boards_stay_where_they_are() -> None:
    """Unevenly spaced by more than their thickness: no array of even steps, which would miss all of them."""
    heights = (0.1, 0.3, 0.512, 0.7)
    boards = [piece("cuboid", 0.4, 0.006, 0.2, at=(0, y, 0)) for y in heights]
    text = infer(soup(*boards, piece("cuboid", 0.02, 0.9, 0.2, at=(0.21, 0.45, 0))), name="shelf").text
    leaves = simulate(check_text(text, "shelf.shape")).assembly.leaves()
    found = sorted(float(leaf.pose.offset[1]) for leaf in leaves)
    assert np.abs(np.array(found) - sorted([*heights, 0.45])).max() < 0.002
