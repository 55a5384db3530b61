"""How far a posed solid reaches along the world's axes: the extents that its surface has, not those of its turned box.

Support functions: h(d) = max over the solid of d · x. Of a cuboid Σ |d_i| s_i / 2, of an ellipsoid the length of
(d_i s_i / 2), of a superquadric the dual norm (R. T. Rockafellar, "Convex analysis", 1970, section 15).
"""

from __future__ import annotations

from typing import Any, Final, TypeAlias

from shapelang.assembly.part import Geometry, Part
from shapelang.elementary import pow as power
from shapelang.geometry.box import Box
from shapelang.geometry.pose import UNIT, Pose, Real, Vec3
from shapelang.numbers import Numbers
from shapelang.primitives.capsule import Capsule
from shapelang.primitives.cone import Cone
from shapelang.primitives.cylinder import Cylinder
from shapelang.primitives.ellipsoid import Ellipsoid
from shapelang.primitives.sphere import Sphere
from shapelang.primitives.superquadric import Superquadric
from shapelang.primitives.torus import Torus

Reaches: TypeAlias = tuple[Real, Real]
"""Towards a direction, and away from it."""

_WHOLE: Final = (0.0, 1.0, -1.0)


def reach_box(n: Numbers, part: Part, pose: Pose) -> Box:
    """The axis-aligned box of a posed leaf; metres. Of solids, prisms, lathes and what bends that of the turned box."""
    middle = pose.apply(part.box.centre)
    rows = _rows(pose)
    scale = 1.0 if pose.scale is UNIT else pose.scale
    ends = [_reaches(n, part, row) for row in rows]
    low = tuple(m - scale * away for m, (_, away) in zip(middle, ends, strict=True))
    high = tuple(m + scale * to for m, (to, _) in zip(middle, ends, strict=True))
    return Box((low[0], low[1], low[2]), (high[0], high[1], high[2]))


def _rows(pose: Pose) -> tuple[Vec3, Vec3, Vec3]:
    m = pose.rotation
    if m is None:
        return (1.0, 0.0, 0.0), (0.0, 1.0, 0.0), (0.0, 0.0, 1.0)
    return (m[0], m[1], m[2]), (m[3], m[4], m[5]), (m[6], m[7], m[8])


def _reaches(n: Numbers, part: Part, row: Vec3) -> Reaches:
    """How far the leaf reaches from its box's middle along a direction in its own frame."""
    x, y, z = (0.5 * side for side in part.box.size)
    along = [k for k, v in enumerate(row) if not (isinstance(v, float) and v == 0.0)]
    if len(along) == 1 and isinstance(row[along[0]], float) and row[along[0]] in _WHOLE:
        # Along one of its own axes a solid reaches as far as its box: no need to know what it is.
        half = (x, y, z)[along[0]]
        return half, half
    return _turned(n, part.geometry, (x, y, z), row)


def _turned(n: Numbers, geometry: Geometry | None, half: Vec3, d: Vec3) -> Reaches:
    size = n.absolute
    x, y, z = half
    match geometry:
        case Sphere(radius=radius):
            return radius, radius
        case Ellipsoid():
            each = _length(n, d[0] * x, d[1] * y, d[2] * z)
            return each, each
        case Cylinder(radius=radius):
            each = size(d[1]) * y + radius * _across(n, d)
            return each, each
        case Capsule(radius=radius):
            each = size(d[1]) * (y - radius) + radius
            return each, each
        case Cone(radius=radius, top_radius=top):
            out, up = _across(n, d), d[1] * y
            return n.maximum(up + top * out, radius * out - up), n.maximum(radius * out + up, top * out - up)
        case Torus(radius=radius, tube=tube, arc=arc) if isinstance(arc, float | int) and arc >= 360.0:
            each = radius * _across(n, d) + tube
            return each, each
        case Superquadric(e1=e1, e2=e2, taper_x=tx, taper_z=tz, bend=bend) if _plain(e1, e2, tx, tz, bend):
            section = _dual(n, size(d[0] * x), size(d[2] * z), float(e2))
            each = _dual(n, section, size(d[1] * y), float(e1))
            return each, each
        case _:
            each = size(d[0]) * x + size(d[1]) * y + size(d[2]) * z
            return each, each


def _plain(e1: Any, e2: Any, *deforms: Any) -> bool:
    """Known shape, not tapered, not bent."""
    known = all(isinstance(v, float | int) for v in (e1, e2, *deforms))
    return known and not any(deforms)


def _dual(n: Numbers, a: Real, b: Real, e: float) -> Real:
    """The dual of the norm with the exponent 2 / e: the exponent is 2 / (2 − e); at e = 2 the larger of the two."""
    if e >= 2.0:
        return n.maximum(a, b)
    p = 2.0 / (2.0 - e)
    return power(n, power(n, a, p) + power(n, b, p), 1.0 / p)


def _across(n: Numbers, d: Vec3) -> Real:
    """The length of a direction's part across the y axis."""
    return n.sqrt(d[0] * d[0] + d[2] * d[2])


def _length(n: Numbers, x: Real, y: Real, z: Real) -> Real:
    return n.sqrt(x * x + y * y + z * z)
