"""Laws of the primitives' fields: the declared kind of distance, the right sign, equal bits. No row is exempt."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from shapelang.numbers import FLOAT, NUMPY
from shapelang.primitives.protocol import Primitive
from shapelang.primitives.superquadric import Superquadric
from shapelang.primitives.table import PRIMITIVE_BY_KIND
from shapelang.primitives.torus import Torus
from tests.laws.solids import ALIKE, SOLIDS, bits, distances, extent, lanes_of, unit_points, values, winding

# The run-time check of types looks at a random item of a tuple of points, which hypothesis takes for a draw of ours.
pytestmark = pytest.mark.filterwarnings("ignore:Do not use the `random` module")

each_kind = pytest.mark.parametrize("kind", PRIMITIVE_BY_KIND)
FINE = 48
# A chord of 1/48 turn lies 1 − cos(π/48) = 2.1e-3 of the radius inside; of a superquadric, whose steps are even but
# whose curvature is not, the worst one lies farther. Round a torus' tube there are half as many chords, and a short arc
# is small against its circle.
SAGITTA = {"superquadric": 0.03, "torus": 0.012}


def sagitta(kind: str) -> float:
    """As a share of the extent, how far the mesh may lie inside the solid."""
    return SAGITTA.get(kind, 2.5e-3)


@each_kind
@settings(max_examples=20)
@given(data=st.data())
def test_the_field_is_the_distance_it_is_declared_to_be(kind: str, data: st.DataObject) -> None:
    """Exact ones are the distance to the surface; bounds are never more than it, and no bound on it is 0 elsewhere."""
    solid = data.draw(SOLIDS[kind])
    size = extent(solid)
    points = data.draw(unit_points) * size * data.draw(st.sampled_from([0.6, 2.0]))
    found, measured = np.abs(values(solid, points)), distances(solid.mesh(FINE), points)
    declared = solid.field_class()
    assert (found <= declared.lipschitz * measured + sagitta(kind) * size).all()
    if declared.exact:
        assert declared.lipschitz == 1.0
        assert np.abs(found - measured).max() < sagitta(kind) * size
    else:
        assert (found[measured > sagitta(kind) * size] > 0.0).all()


@each_kind
@settings(max_examples=20)
@given(data=st.data())
def test_the_field_is_negative_inside_and_nowhere_else(kind: str, data: st.DataObject) -> None:
    solid = data.draw(SOLIDS[kind])
    size = np.array(solid.size(FLOAT))
    points = data.draw(unit_points) * size * 0.6
    mesh = solid.mesh(FINE)
    clear = distances(mesh, points) > sagitta(kind) * size.max()
    inside = winding(mesh, points) > 0.5
    assert ((values(solid, points) < 0.0) == inside)[clear].all()


@each_kind
@settings(max_examples=25)
@given(data=st.data())
def test_the_field_is_no_steeper_than_declared(kind: str, data: st.DataObject) -> None:
    solid = data.draw(SOLIDS[kind])
    size = extent(solid)
    steepest = solid.field_class().lipschitz
    start = data.draw(unit_points) * size * data.draw(st.sampled_from([0.6, 3.0]))
    step = data.draw(unit_points) * size * data.draw(st.sampled_from([1e-4, 0.1, 1.0]))
    gap = np.sqrt((step * step).sum(axis=1))
    rise = np.abs(values(solid, start + step) - values(solid, start))
    assert (rise <= steepest * gap * (1.0 + 1e-9) + 1e-12 * size).all()


@each_kind
@settings(max_examples=25)
@given(data=st.data())
def test_the_surface_is_where_the_field_is_zero(kind: str, data: st.DataObject) -> None:
    solid = data.draw(SOLIDS[kind])
    assert np.abs(values(solid, solid.mesh(20).positions)).max() < 2e-9 * extent(solid)


@each_kind
@settings(max_examples=25)
@given(data=st.data())
def test_the_field_has_the_declared_symmetries(kind: str, data: st.DataObject) -> None:
    solid = data.draw(SOLIDS[kind])
    points = data.draw(unit_points) * extent(solid)
    for axis, symmetric in enumerate(solid.mirror_symmetric()):
        mirrored = points.copy()
        mirrored[:, axis] *= -1.0
        if symmetric:
            gap = np.abs(values(solid, points) - values(solid, mirrored)).max()
            assert gap < 1e-12 * extent(solid)


@each_kind
@settings(max_examples=25)
@given(data=st.data())
def test_an_undeclared_symmetry_is_none(kind: str, data: st.DataObject) -> None:
    """A mirrored corner is off the surface; or, in a notch seen from its cap, the fields below the cap differ."""
    solid = data.draw(SOLIDS[kind])
    corners = solid.mesh(32).positions
    for axis, symmetric in enumerate(solid.mirror_symmetric()):
        if not symmetric:
            sign = np.where(np.arange(3) == axis, -1.0, 1.0)
            below = values(solid, corners * sign * 0.9) - values(solid, corners * 0.9)
            assert max(np.abs(values(solid, corners * sign)).max(), np.abs(below).max()) > 0.0


@each_kind
@settings(max_examples=15)
@given(data=st.data())
def test_lanes_have_the_bits_of_floats(kind: str, data: st.DataObject) -> None:
    """Sizes, refusals and fields of a batch are those of each variant alone."""
    solids = data.draw(st.lists(ALIKE[kind], min_size=3, max_size=3).filter(_alike))
    batch = lanes_of(solids)
    points = data.draw(unit_points)[:3]
    with np.errstate(all="ignore"):
        size, field = batch.size(NUMPY), batch.field(NUMPY, points[:, 0], points[:, 1], points[:, 2])
        refused = np.array([np.broadcast_to(test, (3,)) for test, _ in batch.refusals(NUMPY)]).reshape(-1, 3)
    for axis in range(3):
        assert bits(size[axis], 3) == [bits(solid.size(FLOAT)[axis], 1)[0] for solid in solids]
    floats = [solid.field(FLOAT, *point) for solid, point in zip(solids, points.tolist(), strict=True)]
    assert bits(field, 3) == [bits(value, 1)[0] for value in floats]
    assert not refused.any()


def _alike(solids: list[Primitive]) -> bool:
    """Whole numbers are structure: a batch has them in common."""
    return len({getattr(solid, "sides", 0) for solid in solids}) == 1


def test_the_arc_of_a_torus_by_hand() -> None:
    """A quarter of radius 2 and tube 0.5 about +X: its ends lie at ±45°."""
    arc = Torus(2.0, 0.5, 90.0)
    shift = arc.centre_x(FLOAT)
    half = 2.0**-0.5
    assert arc.field(FLOAT, 2.0 + shift, 0.0, 0.0) == pytest.approx(-0.5)
    assert arc.field(FLOAT, 3.0 + shift, 0.0, 0.0) == pytest.approx(0.5)
    # 0.25 beyond the middle of an end, along the circle's tangent; and 0.1 before it, from inside.
    assert arc.field(FLOAT, 2.0 * half - 0.25 * half + shift, 0.0, 2.0 * half + 0.25 * half) == pytest.approx(0.25)
    assert arc.field(FLOAT, 2.0 * half + 0.1 * half + shift, 0.0, 2.0 * half - 0.1 * half) == pytest.approx(-0.1)


def test_fields_of_boxes_by_exponent() -> None:
    """With both exponents near 0 a superquadric is nearly its box, with both 2 the octahedron in it."""
    assert Superquadric(1.0, 1.0, 1.0, 0.1, 0.1).field(FLOAT, 0.46, 0.46, 0.46) < 0.0
    assert Superquadric(1.0, 1.0, 1.0, 2.0, 2.0).field(FLOAT, 0.17, 0.17, 0.17) > 0.0
    assert Superquadric(1.0, 1.0, 1.0, 2.0, 2.0).field(FLOAT, 0.16, 0.16, 0.16) < 0.0
