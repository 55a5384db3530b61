"""What each primitive explains, against shares that are worked out by hand."""

from __future__ import annotations

from math import sqrt

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from shapelang.execution.simulate import simulate
from shapelang.inference.measuring.evidence import mesh_triangles
from shapelang.inference.report.nearest import nearest_pieces
from shapelang.inference.report.primitives import (
    SAMPLES,
    PrimitiveEvidence,
    leaf_surfaces,
    primitive_evidence,
)
from shapelang.io.read import MeshGroup
from shapelang.metrics.chamfer import distances_to
from shapelang.metrics.sampling import uniforms
from shapelang.metrics.triangles import joined
from shapelang.representations.surface import flattened
from shapelang.semantics.check import check_text
from tests.inference.shapes import data, piece

# Four standard errors of a share that is told from the points on the mesh, and from those on a primitive of two.
SHARE = 4 * sqrt(0.25 / SAMPLES)
OWN_SHARE = 4 * sqrt(0.25 / 2_000)


def evidence(program: str, *groups: MeshGroup) -> tuple[PrimitiveEvidence, ...]:
    flat = flattened(simulate(check_text(program)).assembly)
    return primitive_evidence(flat, mesh_triangles(data(*groups)))


def test_two_boxes_explain_what_is_theirs() -> None:
    """Areas of 6 and 24."""
    small, large = evidence(
        "small = cuboid(1, 1, 1)\nlarge = cuboid(2, 2, 2) at (4, 0, 0)\n",
        piece("cuboid", 1, 1, 1),
        piece("cuboid", 2, 2, 2, at=(4, 0, 0)),
    )
    assert (small.name, large.name, small.kind, large.kind) == ("small", "large", "cuboid", "cuboid")
    for found, share in ((small, 0.2), (large, 0.8)):
        assert found.explained == found.nearest == pytest.approx(share, abs=SHARE)
        # Rounding of coordinates, not of the program's numbers.
        assert found.residual_max == pytest.approx(0.0, abs=1e-9)
        assert (found.outer, found.false_surface) == (1.0, 0.0)
    assert small.nearest + large.nearest == pytest.approx(1.0, abs=1e-12)


def test_a_box_too_high() -> None:
    """A unit cube read as one of twice the height: its lid, a sixth of it, lies inside, and half the result is false.

    Of a point of the lid the nearest surface is a side: as far as the edge of a unit square, on average 1/6 and at
    most 1/2. What sticks out has four sides of 1 × 1, of which a strip of 1 % lies near the mesh, and a lid, of 10.
    """
    one, two = evidence(
        "one = cuboid(1, 1, 1)\ntwo = cuboid(1, 2, 1) at (3, 0.5, 0)\n",
        piece("cuboid", 1, 1, 1),
        piece("cuboid", 1, 1, 1, at=(3, 0, 0)),
    )
    diagonal = sqrt(4**2 + 1 + 1)
    near = 0.01 * diagonal
    assert one.explained == one.nearest == pytest.approx(0.5, abs=SHARE)
    assert two.nearest == pytest.approx(0.5, abs=SHARE)
    within = 1 - (1 - 2 * near) ** 2
    assert two.explained == pytest.approx(0.5 * (5 + within) / 6, abs=SHARE)
    # A deviation of 0.08 over 10,000 points.
    assert two.residual_mean == pytest.approx(100 * (1 / 6) * (1 / 6) / diagonal, abs=100 * 4 * 0.08 / 100 / diagonal)
    assert two.residual_max == pytest.approx(100 * 0.5 / diagonal, rel=0.1)
    assert (one.false_surface, two.outer) == (0.0, 1.0)
    assert two.false_surface == pytest.approx((4 * (1 - near) + 1) / 10, abs=OWN_SHARE)


def test_what_no_primitive_explains() -> None:
    (only,) = evidence("only = cuboid(1, 1, 1)\n", piece("cuboid", 1, 1, 1), piece("cuboid", 1, 1, 1, at=(9, 0, 0)))
    assert only.nearest == 1.0
    assert only.explained == pytest.approx(0.5, abs=SHARE)
    # The furthest corner: from x = 0.5 to 9.5 in a box of 10 × 1 × 1.
    assert only.residual_max == pytest.approx(100 * 9 / sqrt(102), rel=1e-3)


def test_where_two_touch_the_first_has_the_surface() -> None:
    """Two cubes with their walls between them: seven of twelve faces are the first's, and five of six show."""
    for order in (("low", "high"), ("high", "low")):
        height = {"low": 0.0, "high": 1.0}
        program = "".join(f"{name} = cuboid(1, 1, 1) at (0, {height[name]}, 0)\n" for name in order)
        first, second = evidence(program, piece("cuboid", 1, 1, 1), piece("cuboid", 1, 1, 1, at=(0, 1, 0)))
        assert (first.name, second.name) == order
        assert first.nearest == pytest.approx(7 / 12, abs=SHARE)
        assert second.nearest == pytest.approx(5 / 12, abs=SHARE)
        assert first.outer == pytest.approx(5 / 6, abs=OWN_SHARE)
        assert second.outer == pytest.approx(5 / 6, abs=OWN_SHARE)


def test_a_buried_primitive_explains_nothing_and_claims_nothing() -> None:
    shell, core = evidence("shell = cuboid(2, 2, 2)\ncore = cuboid(1, 1, 1)\n", piece("cuboid", 2, 2, 2))
    assert (shell.explained, shell.outer, shell.false_surface) == (1.0, 1.0, 0.0)
    assert (core.nearest, core.explained, core.outer, core.false_surface) == (0.0, 0.0, 0.0, None)
    assert (core.residual_mean, core.residual_max) == (None, None)


def test_instances_and_solids_have_their_names() -> None:
    program = """\
mirror x { leg = cuboid(1, 1, 1) at (2, 0, 0) }
hole = difference { cuboid(1, 1, 1); cuboid(0.5, 2, 0.5) }
"""
    found = evidence(program, piece("cuboid", 5, 1, 1))
    assert [(row.name, row.kind) for row in found] == [
        ("leg[0]", "cuboid"),
        ("leg[1]", "cuboid"),
        ("hole", "difference"),
    ]


@settings(max_examples=25, deadline=None)
@given(
    boxes=st.lists(st.tuples(*[st.integers(1, 4)] * 3, *[st.integers(-4, 4)] * 3), min_size=1, max_size=6),
    seed=st.integers(0, 1000),
)
def test_the_nearest_is_the_first_of_the_least(boxes: list[tuple[int, ...]], seed: int) -> None:
    """Against all distances of all pieces; boxes on a grid, so that many faces coincide."""
    program = "".join(f"cuboid({a}, {b}, {c}) at ({x}, {y}, {z})\n" for a, b, c, x, y, z in boxes)
    pieces = leaf_surfaces(flattened(simulate(check_text(program)).assembly))
    diagonal = joined(pieces).diagonal
    points = np.concatenate([10 * uniforms(50, 3, seed) - 5, pieces[0].positions])
    found = nearest_pieces(pieces, points, diagonal)
    every = np.stack([distances_to(each, points) for each in pieces])
    np.testing.assert_allclose(found.distance, every.min(axis=0), atol=1e-12)
    first = (every <= every.min(axis=0) + 1e-6 * diagonal).argmax(axis=0)
    np.testing.assert_array_equal(found.piece, first)
