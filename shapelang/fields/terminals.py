"""A posed primitive, or the hull of some, as one instruction: a frame in metres and its kernel's numbers."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Final, TypeAlias, final

import numpy as np

from shapelang.assembly.part import Solid
from shapelang.diagnostics import UsageError
from shapelang.elementary import sincosd
from shapelang.fields import codes
from shapelang.geometry.pose import EYE, Mat3, Pose, Vec3, product, transposed
from shapelang.numbers import FLOAT
from shapelang.primitives.capsule import Capsule
from shapelang.primitives.cone import Cone
from shapelang.primitives.cuboid import Cuboid
from shapelang.primitives.cylinder import Cylinder
from shapelang.primitives.deform import LEAST_BEND
from shapelang.primitives.ellipsoid import Ellipsoid
from shapelang.primitives.lathe import Lathe
from shapelang.primitives.polygon import Point, signed_area
from shapelang.primitives.prism import Prism, steepest
from shapelang.primitives.protocol import Primitive
from shapelang.primitives.sphere import Sphere
from shapelang.primitives.superquadric import Superquadric
from shapelang.primitives.torus import Torus
from shapelang.primitives.wedge import Wedge
from shapelang.representations.field import HULL_SEGMENTS, hull_planes
from shapelang.representations.surface import geometry_mesh

Numbers: TypeAlias = tuple[float, ...]

_AXES: Final[Mat3] = (0.0, 0.0, 1.0, 1.0, 0.0, 0.0, 0.0, 1.0, 0.0)
"""A wedge is a prism whose axes x, y, z are its own z, x, y."""


@final
@dataclass(frozen=True, slots=True)
class Terminal:
    """A terminal in the world's metres: the local point is `turn` · (world − centre), row-major.

    `numbers` are those of its `code` (`shapelang.fields.codes`). A ball of radius `reach` about `centre` holds it.
    """

    code: int
    turn: Mat3
    centre: Vec3
    numbers: Numbers
    reach: float


def terminal(primitive: Primitive, pose: Pose) -> Terminal:
    """A primitive under a pose. Raises UsageError for one that has no kernel."""
    code, numbers = _packed(primitive, float(pose.scale))
    inverse = EYE if pose.rotation is None else transposed(pose.rotation)
    shift = primitive.centre_x(FLOAT) if isinstance(primitive, Torus) else 0.0
    if isinstance(primitive, Wedge):
        inverse = product(_AXES, inverse)
    x, y, z = primitive.size(FLOAT)
    reach = 0.5 * float(np.sqrt(x * x + y * y + z * z)) * pose.scale + abs(shift) * pose.scale
    return Terminal(code, inverse, pose.apply((shift, 0.0, 0.0)), numbers, reach)


def hull(solid: Solid, pose: Pose) -> Terminal:
    """The hull of a solid's operands by its planes, about the middle of its corners."""
    normals, offsets, middle, reach = _planes(solid)
    rows = np.column_stack([normals, offsets * pose.scale])
    inverse = EYE if pose.rotation is None else transposed(pose.rotation)
    numbers = (float(len(rows)), *rows.reshape(-1).tolist())
    return Terminal(codes.HULL, inverse, pose.apply(middle), numbers, reach * pose.scale)


def _planes(solid: Solid) -> tuple[np.ndarray, np.ndarray, Vec3, float]:
    """Planes about the middle of the hull, that middle, and a radius that holds it."""
    normals, offsets = hull_planes(solid)
    corners = geometry_mesh(solid, HULL_SEGMENTS).positions
    low, high = corners.min(axis=0), corners.max(axis=0)
    middle, half = (low + high) * 0.5, (high - low) * 0.5
    x, y, z = middle.tolist()
    heights = normals[:, 0] * x + normals[:, 1] * y + normals[:, 2] * z
    return normals, offsets - heights, (x, y, z), float(np.sqrt((half * half).sum()))


def _packed(primitive: Primitive, s: float) -> tuple[int, Numbers]:
    """The code and the numbers of a primitive that is s times as large."""
    match primitive:
        case Cuboid(w, h, d):
            return codes.CUBOID, (w * s / 2, h * s / 2, d * s / 2)
        case Ellipsoid(w, h, d):
            return codes.ELLIPSOID, (*_inverses(w * s, h * s, d * s), min(w, h, d) * s / 2)
        case Superquadric():
            return _superquadric(primitive, s)
        case Sphere(radius):
            return codes.CAPSULE, (0.0, radius * s)
        case Capsule(radius, height):
            return codes.CAPSULE, (max(height / 2 - radius, 0.0) * s, radius * s)
        case Cylinder(radius, height):
            return codes.CYLINDER, (radius * s, height * s / 2)
        case Cone(a, h, b):
            return codes.CONE, (h * s / 2, a * s, b * s, 1.0 / (((b - a) * (b - a) + h * h) * s * s))
        case Torus(radius, tube, arc):
            sine, cosine = sincosd(FLOAT, arc * 0.5)
            return codes.TORUS, (radius * s, tube * s, sine, cosine, float(arc >= 360.0))
        case Prism():
            return _prism(primitive, s)
        case Lathe():
            return codes.LATHE, _polygon(primitive.outline(FLOAT), 0.0, s, closed=False)
        case Wedge(w, h, d):
            return codes.PRISM, _polygon(((-d / 2, -h / 2), (d / 2, -h / 2), (-d / 2, h / 2)), w, s, closed=True)
        case _:
            raise UsageError(f"no field kernel for {primitive.kind!r}")


def _prism(prism: Prism, s: float) -> tuple[int, Numbers]:
    if prism.taper == 1.0:
        return codes.PRISM, _polygon(prism.outline(FLOAT), prism.height, s, closed=True)
    outline, (x, z) = prism.section(FLOAT)
    rate = (prism.taper - 1.0) / prism.height
    numbers = _polygon(outline, prism.height, s, closed=True)
    return codes.TAPERED, (*numbers, x * s, z * s, rate / s, 1.0 / steepest(FLOAT, outline, rate))


def _inverses(w: float, h: float, d: float) -> tuple[float, float, float]:
    return 2.0 / w, 2.0 / h, 2.0 / d


def _superquadric(solid: Superquadric, s: float) -> tuple[int, Numbers]:
    inverses = _inverses(solid.width * s, solid.height * s, solid.depth * s)
    least = min(solid.width, solid.height, solid.depth) * s / 2
    flat = abs(solid.bend) < LEAST_BEND
    if not (flat and solid.taper_x == 0.0 and solid.taper_z == 0.0):
        return codes.DEFORMED, _deformed(solid, s)
    if solid.e1 == 1.0 and solid.e2 == 1.0:
        return codes.ELLIPSOID, (*inverses, least)
    return codes.NORM, (*inverses, *_powers(solid), least / solid.slope(FLOAT))


def _powers(solid: Superquadric) -> Numbers:
    return 2.0 / solid.e2, solid.e2 / 2, 2.0 / solid.e1, solid.e1 / 2


def _deformed(solid: Superquadric, s: float) -> Numbers:
    inverses = _inverses(solid.width * s, solid.height * s, solid.depth * s)
    low, high, foot, top = solid.reach(FLOAT)
    sx, sz = solid.tapers(FLOAT)
    curve, (excess, steepest) = solid.curve(FLOAT), solid.excess(FLOAT)
    return (
        *inverses, *_powers(solid), s / steepest,
        sx.slope, 1.0 / sx.widest, sz.slope, 1.0 / sz.widest,
        curve.radius * s, curve.side, float(curve.flat), (low + high) * s / 2, (foot + top) * s / 2, excess,
        (high - low) * s / 2, (top - foot) * s / 2, solid.depth * s / 2,
    )  # fmt: skip


def _polygon(points: Sequence[Point], height: float, s: float, *, closed: bool) -> Numbers:
    """Half the height, the number of edges, the edges with the inside to their left.

    Edges of no length bound nothing and are left out.
    """
    corners = [(u * s, v * s) for u, v in points]
    if signed_area(corners) < 0.0:
        corners.reverse()
    rows: list[float] = []
    for (a, b), (c, d) in pairwise((*corners, corners[0]) if closed else corners):
        square = (c - a) * (c - a) + (d - b) * (d - b)
        if square > 0.0:
            rows += (a, b, d, c - a, d - b, 1.0 / square)
    return (height * s / 2, float(len(rows) // codes.EDGE), *rows)
