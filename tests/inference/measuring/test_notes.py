"""A low solid IoU is explained, and sheets keep their outlines."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from shapelang.deadline import NEVER
from shapelang.inference.description.description import Description
from shapelang.inference.infer import infer
from shapelang.inference.measuring.evidence import Evidence
from shapelang.inference.measuring.notes import notes_on
from shapelang.inference.solids.kinds import Prism
from shapelang.inference.solids.sheets import sheet_fits
from shapelang.io.read import MeshGroup
from shapelang.metrics.iou import overlap
from shapelang.metrics.triangles import triangles
from tests.inference.shapes import data, piece

GOOD = Evidence(0.95, 0.1, 0.9, 3, 30, 100_000, 5.0, 0.0, 1.0, Description(80, 40, 500, 20))


@pytest.mark.parametrize(
    ("evidence", "said"),
    [
        (replace(GOOD, iou64=0.0, thickness=0.0), "encloses no volume"),
        (replace(GOOD, iou64=0.3, thickness=0.5), "0.5 cells of 64 thick on average. Trust the Chamfer distance, 0.10"),
        (replace(GOOD, iou64=0.3, open_share=0.5, chamfer=3.0), "50 % of the surface has holes"),
        (replace(GOOD, iou64=0.3, open_share=0.5, chamfer=3.0), "3.00 % of the diagonal, which is not close either"),
        (replace(GOOD, iou64=0.3, open_share=0.5, chamfer=3.0), "the mesh is open"),
        (replace(GOOD, iou64=0.3, open_share=0.5, chamfer=3.0), "it was taken as filled"),
        (replace(GOOD, open_share=0.21, chamfer=0.51), "the mesh is open, 21 % of the surface has holes"),
        (replace(GOOD, open_share=0.21, chamfer=0.51), "it was taken as filled"),
        (replace(GOOD, open_share=0.21, chamfer=0.51), "Trust the Chamfer distance, 0.51 % of the diagonal, which is"),
        (replace(GOOD, iou64=0.3), "explain the shape poorly"),
    ],
)
def test_each_cause_has_its_sentence(evidence: Evidence, said: str) -> None:
    assert said in " ".join(notes_on(evidence))


def test_a_good_figure_needs_no_words() -> None:
    assert notes_on(GOOD) == ()
    assert notes_on(replace(GOOD, open_share=1.0, chamfer=0.5)) == notes_on(replace(GOOD, chamfer=3.0)) == ()


def test_a_flat_sheet_is_told_to_have_no_volume() -> None:
    square = np.array([[0, 0, 0], [1, 0, 0], [1, 0, 1], [0, 0, 1.0]])
    found = infer(data(MeshGroup((), None, None, square, np.array([[0, 2, 1], [0, 3, 2]], np.int32))), name="plate")
    assert found.evidence.thickness < 1e-3 and found.evidence.open_share == 1.0
    assert any(note.startswith("Sheets are written ") for note in found.notes)
    assert any("encloses no volume" in note for note in found.notes)
    # A plate of a 500th of the diagonal about the sheet: its two faces lie a 1000th away, its rim hardly counts.
    assert found.evidence.chamfer < 0.12


def test_the_thickness_of_a_slab_is_measured() -> None:
    """A plate of 1 × 0.064 × 1 has 2V/A = 0.128 / 2.256 of its side, of which 64 are cells."""
    found = infer(data(piece("cuboid", 1.0, 0.064, 1.0)), name="plate")
    # In y the cells are much smaller and no face lies between their centres, so that the volume is exact.
    assert found.evidence.thickness == pytest.approx(64.0 * 0.128 / 2.256, rel=1e-9)


def test_a_triangle_is_a_prism_and_a_square_is_a_box() -> None:
    corners = np.array([[0, 1, 0], [2, 1, 0], [0, 1, 2], [2, 1, 2.0]])
    (half,) = sheet_fits(triangles(corners, [[0, 1, 2]]), 3.0, 4, NEVER.late)
    (whole,) = sheet_fits(triangles(corners, [[0, 1, 2], [1, 3, 2]]), 3.0, 4, NEVER.late)
    assert isinstance(half.kind, Prism) and not isinstance(whole.kind, Prism)
    points = np.random.default_rng(1).uniform((0, 1, 0), (2, 1, 2), (4000, 3))
    below = points[:, 0] + points[:, 2] <= 2.0
    # The outline is that of 48 × 48 pixels: it errs within a pixel of its three edges.
    pixel = 2.0 / 48.0
    certain = (np.abs(points[:, 0] + points[:, 2] - 2.0) > 2.0 * pixel) & (points[:, [0, 2]] > pixel).all(axis=1)
    assert np.array_equal(half.inside(points)[certain], below[certain])


def test_overlaps_count_cells() -> None:
    low, high = (piece("cuboid", 1, 1, 1, at=(x, 0, 0)) for x in (0.0, 0.5))
    made = overlap(triangles(low.positions, low.faces), triangles(high.positions, high.faces), 12)
    # Joint bounds are 1.5 × 1 × 1, so that each solid is 8 of 12 columns and both are 4.
    assert (made.first, made.second, made.both) == (8 * 144, 8 * 144, 4 * 144)
    assert made.iou == pytest.approx(1.0 / 3.0) and made.cell == pytest.approx(1.5 / 1728.0)
