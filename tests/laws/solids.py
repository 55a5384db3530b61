"""Random primitives of every kind, and what the laws measure on them."""

from __future__ import annotations

from typing import Any

import numpy as np
from hypothesis import strategies as st

from shapelang.elementary import sincosd
from shapelang.geometry.mesh import Mesh
from shapelang.geometry.pose import Real
from shapelang.numbers import FLOAT, NUMPY
from shapelang.primitives.capsule import Capsule
from shapelang.primitives.cone import Cone
from shapelang.primitives.cuboid import Cuboid
from shapelang.primitives.cylinder import Cylinder
from shapelang.primitives.ellipsoid import Ellipsoid
from shapelang.primitives.lathe import Lathe
from shapelang.primitives.prism import Prism
from shapelang.primitives.protocol import Primitive
from shapelang.primitives.sphere import Sphere
from shapelang.primitives.superquadric import Superquadric
from shapelang.primitives.torus import Torus
from shapelang.primitives.wedge import Wedge

lengths = st.floats(0.1, 2.0)
shares = st.floats(0.05, 0.95)


@st.composite
def cones(draw: st.DrawFn) -> Cone:
    return Cone(draw(lengths), draw(lengths), draw(st.sampled_from([0.0]) | lengths))


@st.composite
def capsules(draw: st.DrawFn) -> Capsule:
    radius = draw(lengths)
    return Capsule(radius, 2.0 * radius + draw(st.sampled_from([0.0, 1e-9]) | lengths))


@st.composite
def tori(draw: st.DrawFn) -> Torus:
    radius = draw(lengths)
    return Torus(radius, radius * draw(shares), draw(st.sampled_from([90.0, 180.0, 360.0]) | st.floats(5.0, 355.0)))


def star(corners: list[tuple[float, float]]) -> tuple[tuple[float, float], ...]:
    """A simple polygon: corners in order of their angle about a point inside, given as (share of the angle, radius)."""
    total = sum(share for share, _ in corners)
    angle, found = 0.0, []
    for share, radius in corners:
        angle += 360.0 * share / total
        s, c = sincosd(FLOAT, angle)
        found.append((c * radius, s * radius))
    return tuple(found)


@st.composite
def polygons(draw: st.DrawFn, corners: int | None = None) -> tuple[tuple[float, float], ...]:
    """Simple, often concave, in either direction. Between neighbours less than half a turn, so that it is a star."""
    count = corners or draw(st.integers(5, 9))
    found = star(draw(st.lists(st.tuples(st.floats(0.5, 1.0), st.floats(0.2, 1.0)), min_size=count, max_size=count)))
    return found[::-1] if draw(st.booleans()) else found


@st.composite
def prisms(draw: st.DrawFn, corners: int | None = None) -> Prism:
    taper = draw(st.sampled_from([1.0, 1.0, 0.0]) | st.floats(0.1, 2.0))
    if corners is None and draw(st.booleans()):
        return Prism(draw(lengths), draw(st.integers(3, 12)), draw(lengths), taper=taper)
    return Prism(draw(lengths), points=draw(polygons(corners)), taper=taper)


@st.composite
def lathes(draw: st.DrawFn, corners: int | None = None) -> Lathe:
    """A profile that rises, in either direction, on the axis or off it at its ends."""
    count = corners or draw(st.integers(2, 6))
    steps = draw(st.lists(st.floats(0.05, 0.5), min_size=count, max_size=count))
    radii = draw(st.lists(st.floats(0.1, 1.0), min_size=count, max_size=count))
    if count > 2:
        radii[0] *= draw(st.sampled_from([0.0, 1.0]))
        radii[-1] *= draw(st.sampled_from([0.0, 1.0]))
    profile = tuple((r, sum(steps[: k + 1])) for k, r in enumerate(radii))
    return Lathe(profile[::-1] if draw(st.booleans()) else profile)


@st.composite
def superquadrics(draw: st.DrawFn) -> Superquadric:
    exponents = st.sampled_from([0.1, 1.0, 2.0]) | st.floats(0.1, 2.0)
    tapers = st.sampled_from([0.0]) | st.floats(-0.9, 0.9)
    width, height, kx = draw(lengths), draw(lengths), draw(tapers)
    most = min(180.0, 0.9 * height / (0.5 * width * (1.0 + abs(kx))) * 57.0)
    bend = draw(st.sampled_from([0.0]) | st.floats(-most, most))
    return Superquadric(width, height, draw(lengths), draw(exponents), draw(exponents), kx, draw(tapers), bend)


SOLIDS: dict[str, st.SearchStrategy[Primitive]] = {
    "cuboid": st.builds(Cuboid, lengths, lengths, lengths),
    "superquadric": superquadrics(),
    "sphere": st.builds(Sphere, lengths),
    "ellipsoid": st.builds(Ellipsoid, lengths, lengths, lengths),
    "cylinder": st.builds(Cylinder, lengths, lengths),
    "cone": cones(),
    "capsule": capsules(),
    "torus": tori(),
    "prism": prisms(),
    "lathe": lathes(),
    "wedge": st.builds(Wedge, lengths, lengths, lengths),
}
"""A strategy for each row of the table."""

ALIKE: dict[str, st.SearchStrategy[Primitive]] = {**SOLIDS, "prism": prisms(5), "lathe": lathes(4)}
"""Of one structure, as the lanes of a batch are."""

units = st.floats(-1.0, 1.0)
unit_points = st.lists(st.tuples(units, units, units), min_size=12, max_size=12).map(np.array)


def extent(solid: Primitive) -> float:
    return max(solid.size(FLOAT))


def values(solid: Primitive, points: np.ndarray) -> np.ndarray:
    """The field at (k, 3) points."""
    with np.errstate(all="ignore"):
        found = solid.field(NUMPY, points[:, 0], points[:, 1], points[:, 2])
    return np.broadcast_to(np.asarray(found, dtype=np.float64), (len(points),))


def winding(mesh: Mesh, points: np.ndarray) -> np.ndarray:
    """How often the surface goes round each of (k, 3) points: solid angles (Van Oosterom & Strackee 1983)."""
    a, b, c = (mesh.positions[mesh.faces[:, k]][None] - points[:, None] for k in range(3))
    la, lb, lc = (np.sqrt((v * v).sum(axis=-1)) for v in (a, b, c))
    top = (a * np.cross(b, c)).sum(axis=-1)
    low = la * lb * lc + (a * b).sum(axis=-1) * lc + (b * c).sum(axis=-1) * la + (c * a).sum(axis=-1) * lb
    return np.arctan2(top, low).sum(axis=1) / (2.0 * np.pi)


def distances(mesh: Mesh, points: np.ndarray) -> np.ndarray:
    """Unsigned distance of (k, 3) points to the triangles."""
    import igl

    squares = igl.point_mesh_squared_distance(points, mesh.positions, mesh.faces.astype(np.int64))[0]
    return np.sqrt(np.maximum(squares, 0.0))


def lanes_of(solids: list[Primitive]) -> Primitive:
    """Solids of one kind as one whose numbers are lanes."""
    kind = type(solids[0])
    return kind(*[_together([getattr(solid, slot.name) for solid in solids]) for slot in kind.slots])


def _together(found: list[Any]) -> Real:
    if isinstance(found[0], tuple):
        return tuple(tuple(map(np.array, zip(*corner, strict=True))) for corner in zip(*found, strict=True))
    return found[0] if isinstance(found[0], int) else np.array(found)


def bits(value: Real, count: int) -> list[bytes]:
    """The bytes of each lane of a number."""
    return [float(v).hex().encode() for v in np.broadcast_to(np.asarray(value, dtype=np.float64), (count,))]
