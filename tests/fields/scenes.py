"""Random leaves of every kind under random poses, for the laws of the fields."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal

import numpy as np
from hypothesis import strategies as st

from shapelang.assembly.assembly import Leaf
from shapelang.assembly.material import DEFAULT
from shapelang.assembly.part import Geometry, Operand, Part, Solid
from shapelang.geometry.box import centred
from shapelang.geometry.pose import Mat3, Pose
from shapelang.representations.field import nearest
from tests.laws.solids import SOLIDS

units = st.floats(-1.0, 1.0)
places = st.tuples(units, units, units)
ANY_PRIMITIVE = st.one_of(list(SOLIDS.values()))

_PART = Part("leaf", "leaf", centred((1.0, 1.0, 1.0)))


def turn(w: float, x: float, y: float, z: float) -> Mat3:
    """The rotation of a quaternion of any length."""
    s = 2.0 / (w * w + x * x + y * y + z * z)
    return (
        1 - s * (y * y + z * z), s * (x * y - w * z), s * (x * z + w * y),
        s * (x * y + w * z), 1 - s * (x * x + z * z), s * (y * z - w * x),
        s * (x * z - w * y), s * (y * z + w * x), 1 - s * (x * x + y * y),
    )  # fmt: skip


@st.composite
def poses(draw: st.DrawFn) -> Pose:
    """Turned or not, scaled, moved, mirrored or not."""
    rotation = None
    if draw(st.booleans()):
        rotation = turn(draw(st.floats(0.1, 1.0)), *draw(places))
    mirrored = rotation is not None and draw(st.booleans())
    if rotation is not None and mirrored:
        a, b, c, d, e, f, g, h, i = rotation
        rotation = (-a, b, c, -d, e, f, -g, h, i)
    return Pose(rotation, draw(st.sampled_from([1.0, 0.2, 3.0])), draw(places), mirrored)


@st.composite
def hulls(draw: st.DrawFn) -> Solid:
    """Of boxes and wedges, whose meshes have few faces."""
    operands = st.builds(Operand, SOLIDS["cuboid"] | SOLIDS["wedge"], poses())
    return Solid("hull", 0.0, tuple(draw(st.lists(operands, min_size=1, max_size=2))))


@st.composite
def combinations(draw: st.DrawFn, inner: st.SearchStrategy[Geometry]) -> Solid:
    """Sharp or blended, of two or three operands."""
    operands = draw(st.lists(st.builds(Operand, inner, poses()), min_size=2, max_size=3))
    operators: tuple[Literal["union", "difference", "intersection"], ...] = ("union", "difference", "intersection")
    return Solid(draw(st.sampled_from(operators)), draw(st.sampled_from([0.0, 0.1, 0.5])), tuple(operands))


GEOMETRIES: st.SearchStrategy[Geometry] = st.recursive(ANY_PRIMITIVE | hulls(), combinations, max_leaves=5)  # type: ignore[assignment]


def leaf(geometry: Geometry, pose: Pose) -> Leaf:
    """A leaf of no part in particular."""
    return Leaf(("leaf",), _PART, geometry, pose, DEFAULT)


leaves = st.builds(leaf, GEOMETRIES, poses())
scenes = st.lists(leaves, min_size=1, max_size=6)


def scatter(seed: int, count: int, half: float = 4.0) -> np.ndarray:
    """Points (count, 3) in a cube; the same for the same seed."""
    return np.random.default_rng(seed).uniform(-half, half, (count, 3))


def moved(found: Sequence[Leaf], offset: tuple[float, float, float]) -> list[Leaf]:
    """The same leaves elsewhere."""
    return [leaf(one.geometry, one.pose.then(Pose(offset=offset))) for one in found]


def reference(found: Sequence[Leaf], points: np.ndarray) -> np.ndarray:
    """The plain field (n,) at points (n, 3)."""
    with np.errstate(all="ignore"):
        return nearest(found, points)[0]
