"""Open surfaces that are turned: as thin lathes and tubes, unless nobody would see that they are open."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pytest

from shapelang.inference.infer import Inferred, infer
from shapelang.inference.rounding.turns import turn_matrix
from shapelang.inference.solids.kinds import Carved, Lathe, Tube
from shapelang.inference.solids.turned_sheets import sheet_turned
from shapelang.io.read import MeshGroup
from shapelang.metrics.triangles import Triangles, cross_products, triangles
from tests.inference.shapes import data, piece

SIDES = 32
TURNED = turn_matrix("z", 37.0) @ turn_matrix("x", 20.0)

BOWL = [(0.5 * np.sin(a), -0.5 * np.cos(a)) for a in np.linspace(0.0, 1.57, 12)]
TUBE = [(0.5, 0.0), (0.5, 1.0)]
SHADE = [(0.5, 0.0), (0.2, 0.6)]
VASE = [(0.4, 0.0), (0.5, 0.3), (0.2, 0.9), (0.3, 1.0)]


def turned(path: Sequence[tuple[float, float]], turn: np.ndarray | None = None) -> Triangles:
    """A path (away, along) turned about +Y in flat sides, without ends."""
    angle = 2.0 * np.pi * np.arange(SIDES) / SIDES
    points = np.array([(r * np.cos(t), y, r * np.sin(t)) for r, y in path for t in angle])
    faces: list[tuple[int, int, int]] = []
    for k in range(len(path) - 1):
        for s in range(SIDES):
            a, b = SIDES * k + s, SIDES * k + (s + 1) % SIDES
            faces += [(a, a + SIDES, b), (b, a + SIDES, b + SIDES)]
    return triangles(points if turn is None else points @ turn.T, np.array(faces))


def read(*shells: Triangles) -> Inferred:
    groups = (MeshGroup((), None, None, shell.positions, shell.faces.astype(np.int32)) for shell in shells)
    return infer(data(*groups), name="open")


@pytest.mark.parametrize("turn", [None, TURNED], ids=["upright", "turned"])
@pytest.mark.parametrize(
    ("path", "kind"),
    [(BOWL, Lathe), (TUBE, Tube), (SHADE, Tube), (VASE, Carved)],
    ids=["bowl", "tube", "shade", "vase"],
)
def test_what_is_turned_is_as_thin_as_is_said(
    path: list[tuple[float, float]], kind: type, turn: np.ndarray | None
) -> None:
    shell = turned(path, turn)
    fit = sheet_turned(shell, 0.04)
    assert fit is not None
    assert isinstance(fit.kind, kind)
    assert fit.sheet == 0.04
    cross = cross_products(shell)
    whole = np.sqrt((cross**2).sum(axis=1)) > 1e-9
    normals = cross[whole] / np.sqrt((cross[whole] ** 2).sum(axis=1))[:, None]
    middles = shell.positions[shell.faces[whole]].mean(axis=1)
    # The circles of the sheet are at most half a percent outside of flat sides.
    assert fit.inside(middles).mean() > 0.98
    for side in (-0.03, 0.03):
        assert fit.inside(middles + side * normals).mean() < 0.02


def test_boxes_and_bent_sheets_are_none() -> None:
    group = piece("cuboid", 1.0, 2.0, 1.0)
    x, z = np.meshgrid(np.linspace(0.0, 1.0, 9), np.linspace(0.0, 1.0, 9))
    wave = np.stack([x, 0.1 * np.sin(6.0 * x), z], axis=-1).reshape(-1, 3)
    quads = [(9 * j + i, 9 * j + i + 1, 9 * j + i + 10, 9 * j + i + 9) for i in range(8) for j in range(8)]
    faces = np.array([t for a, b, c, d in quads for t in ((a, b, c), (a, c, d))])
    assert sheet_turned(triangles(group.positions, group.faces[:-2]), 0.01) is None
    assert sheet_turned(triangles(wave, faces), 0.01) is None


def test_a_wall_that_is_folded_more_narrowly_than_it_is_thick_is_none() -> None:
    folded = turned([(0.0, 0.0), (0.5, 0.0), (0.5, 1.0), (0.4995, 1.0), (0.4995, 0.7)])
    assert sheet_turned(folded, 0.004) is None


def test_a_fine_pipe_is_read_as_a_coarse_one() -> None:
    """Of many faces a shell is thinned, and its caps are no longer the last of them."""
    for rows in (2, 80):
        found = read(turned([(0.5, y) for y in np.linspace(0.0, 1.0, rows).tolist()]))
        assert found.evidence.chamfer < 0.2


def test_an_open_bowl_is_no_half_ball() -> None:
    found = read(turned(BOWL))
    assert found.evidence.chamfer < 0.2
    assert any("thick" in note for note in found.notes)


def test_what_has_no_underside_is_a_solid() -> None:
    """A post whose foot was left out, as modellers do: it is a cylinder, and not a pipe."""
    post = turned([(0.0, 1.0), (0.5, 1.0), (0.5, 0.0)][::-1])
    assert read(post).evidence.primitives == 1
    assert "difference" not in read(post).text


def test_what_is_open_within_another_is_a_solid() -> None:
    """A hoop about a post, whose openings nobody sees."""
    group = piece("cylinder", 0.46, 2.0, at=(0.0, 0.5, 0.0))
    hoop = turned([(0.5, 0.0), (0.5, 0.3)])
    text = read(triangles(group.positions, group.faces), hoop).text
    assert "difference" not in text
