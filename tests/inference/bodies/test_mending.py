"""Dirt is taken away, and nothing else: what is clean comes back as it is, and what was damaged is found again."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest

from shapelang.deadline import NEVER
from shapelang.inference.bodies.bodies import bodies_of
from shapelang.inference.bodies.hidden import hidden
from shapelang.inference.bodies.mending import mended
from shapelang.inference.bodies.pieces import pieces_of
from shapelang.inference.bodies.thinning import thinned
from shapelang.inference.sampling.rims import open_edges, signed_volume
from shapelang.metrics.triangles import Triangles, joined, triangles
from tests.inference.shapes import piece


def box(*size: float, at: tuple[float, float, float] = (0, 0, 0)) -> Triangles:
    group = piece("cuboid", *size, at=at)
    return triangles(group.positions, group.faces)


def two() -> Triangles:
    """Two boxes apart."""
    return joined([box(1, 1, 1), box(1, 2, 1, at=(3, 0, 0))])


def volumes(mesh: Triangles) -> list[float]:
    found = mended([mesh], mesh.diagonal)
    return sorted(signed_volume(body.shell) for body in bodies_of(found.groups, mesh.diagonal, NEVER.late))


def test_what_is_clean_comes_back_as_it_is():
    given = two()
    (made,) = mended([given], given.diagonal).groups
    assert made is given


@pytest.mark.parametrize(
    "damage",
    [
        lambda f: np.concatenate([f, f[::3]]),
        lambda f: np.concatenate([f, f[:, ::-1]]),
        lambda f: np.where(np.arange(len(f))[:, None] % 5 == 0, f[:, ::-1], f),
        lambda f: np.roll(f, 1, axis=1)[::-1],
    ],
    ids=["doubled", "two-sided", "turned", "in another order"],
)
def test_damaged_faces_are_mended(damage: Callable[[np.ndarray], np.ndarray]):
    given = two()
    found = volumes(triangles(given.positions, damage(given.faces)))
    assert np.allclose(np.abs(found), [1.0, 2.0])


def test_solids_that_share_a_face_keep_it():
    # The right faces of both lie in one plane and are equal: neither may be taken from them.
    given = joined([box(2, 1, 1), box(1, 1, 1, at=(0.5, 0, 0))])
    assert len(mended([given], given.diagonal).groups[0].faces) == 24


def test_dust_is_left_out_and_told_of():
    dice = np.random.default_rng(5)
    crumbs = [box(0.002, 0.002, 0.002, at=tuple(dice.uniform(-1, 1, 3).tolist())) for _ in range(300)]
    given = joined([two(), *crumbs])
    made = mended([given], given.diagonal)
    assert len(made.groups[0].faces) == 24
    assert made.notes == ("300 crumbs below 0.4 % of the diagonal were left out.",)
    only = joined(crumbs)
    assert len(mended([only], 2.0).groups[0].faces) == 3600


def test_a_mesh_of_two_sides_that_cannot_agree_stays():
    turns = np.linspace(0.0, 2.0 * np.pi, 24, endpoint=False)
    rims = [
        np.stack([(1 + w * np.cos(turns / 2)) * np.cos(turns), w * np.sin(turns / 2), np.sin(turns)], axis=1)
        for w in (-0.3, 0.3)
    ]
    a = np.arange(23)
    faces = np.concatenate([np.stack([a, a + 1, a + 24], axis=1), np.stack([a + 1, a + 25, a + 24], axis=1)])
    strip = triangles(np.concatenate(rims), np.concatenate([faces, [[23, 24, 47], [24, 0, 47]]]))
    (made,) = mended([strip], strip.diagonal).groups
    assert np.array_equal(made.faces, strip.faces)


def test_a_shelf_that_looks_inward_is_no_cavity():
    (shell, inner) = box(4, 4, 4), box(3.8, 3.8, 3.8)
    shelf = box(3, 0.1, 3)
    inward = [triangles(m.positions, m.faces[:, ::-1]) for m in (inner, shelf)]
    assert np.allclose(sorted(map(abs, volumes(joined([shell, inward[0]])))), [64 - 3.8**3])
    found = volumes(joined([shell, *inward]))
    assert np.allclose(sorted(map(abs, found)), [0.9, 64 - 3.8**3])


def test_an_edge_met_three_times_is_open_three_times():
    fan = np.array([[0, 1, 2], [0, 1, 3], [0, 1, 4]])
    found = [tuple(edge) for edge in open_edges(fan).tolist()]
    assert found.count((0, 1)) == 3 and len(found) == 9


def test_sheets_on_and_within_a_solid_are_hidden():
    solid = box(1, 1, 1)
    flat = np.array([(-0.3, 0, -0.3), (0.3, 0, -0.3), (0.0, 0, 0.3)])
    sheets = [triangles(flat + np.array([0, y, 0]), [(0, 1, 2)]) for y in (0.0, 0.5001, 0.52)]
    pieces = [p for mesh in [solid, *sheets] for p in pieces_of(mesh, 0, 1.7, NEVER.late)]
    assert hidden(pieces[1:], pieces[:1], 1.7) == [True, True, False]


def test_a_finely_cut_solid_is_thinned_out():
    from manifold3d import Manifold

    made = Manifold.cube((1.0, 2.0, 3.0)).refine(24).to_mesh64()
    fine = triangles(np.array(made.vert_properties), np.array(made.tri_verts))
    (whole,) = pieces_of(fine, 0, fine.diagonal, NEVER.late)
    small = thinned(whole, fine.diagonal)
    assert len(fine.faces) > 4000 and len(small.shell.faces) <= 100
    assert signed_volume(small.shell) == pytest.approx(6.0, rel=1e-3)


def test_a_sheet_with_two_sides_keeps_both() -> None:
    """One side of it would be an open sheet, which says less than none."""
    corners = np.array([[0.0, 0, 0], [1, 0, 0], [1, 1, 0], [0, 1, 0]])
    both = triangles(corners, np.array([(0, 1, 2), (0, 2, 3), (0, 2, 1), (0, 3, 2)]))
    assert len(mended([both], 1.5).groups[0].faces) == 4
