"""How far a posed solid reaches along the world's axes: the extents that its surface has, not those of its turned box.

Support functions: h(d) = max over the solid of d · x. Of a cuboid Σ |d_i| s_i / 2, of an ellipsoid the length of
(d_i s_i / 2), of a superquadric the dual norm (R. T. Rockafellar, "Convex analysis", 1970, section 15).
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final, TypeAlias

from shapelang.assembly.part import Geometry, Part, Solid
from shapelang.elementary import pow as power
from shapelang.geometry.box import Box
from shapelang.geometry.pose import UNIT, Pose, Real, Vec3, transposed, turned
from shapelang.numbers import Numbers
from shapelang.primitives.capsule import Capsule
from shapelang.primitives.cone import Cone
from shapelang.primitives.cylinder import Cylinder
from shapelang.primitives.ellipsoid import Ellipsoid
from shapelang.primitives.lathe import Lathe
from shapelang.primitives.prism import Prism
from shapelang.primitives.sphere import Sphere
from shapelang.primitives.superquadric import Superquadric
from shapelang.primitives.torus import Torus
from shapelang.primitives.wedge import Wedge

Reaches: TypeAlias = tuple[Real, Real]
"""Towards a direction, and away from it."""

_WHOLE: Final = (0.0, 1.0, -1.0)


def reach_box(n: Numbers, part: Part, pose: Pose) -> Box:
    """The axis-aligned box of a posed leaf, metres; of what is bent, cut or blended that of the turned box."""
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
    if isinstance(part.geometry, Solid) and _whole(part.geometry):
        to, away = _of_operands(n, part.geometry, row)
        centre = _dot(row, part.box.centre)
        return to - centre, away + centre
    x, y, z = (0.5 * side for side in part.box.size)
    along = [k for k, v in enumerate(row) if not (isinstance(v, float) and v == 0.0)]
    if len(along) == 1 and isinstance(row[along[0]], float) and row[along[0]] in _WHOLE:
        # Along one of its own axes a solid reaches as far as its box: no need to know what it is.
        half = (x, y, z)[along[0]]
        return half, half
    return _turned(n, part.geometry, (x, y, z), row)


def _whole(solid: Solid) -> bool:
    """Whether it reaches just as far as its operands do."""
    plain = solid.operator in ("union", "hull") and isinstance(solid.blend, float) and solid.blend == 0.0
    return plain and all(_whole(o.geometry) for o in solid.operands if isinstance(o.geometry, Solid))


def _of_operands(n: Numbers, solid: Solid, row: Vec3) -> Reaches:
    """How far the operands reach from the solid's origin."""
    found: list[Reaches] = []
    for operand in solid.operands:
        pose, inner = operand.pose, operand.geometry
        m = pose.rotation
        own = row if m is None else turned(transposed(m), row)
        if isinstance(inner, Solid):
            # Operands of one statement: themselves a union.
            to, away = _of_operands(n, inner, own)
        else:
            x, y, z = inner.size(n)
            to, away = _turned(n, inner, (0.5 * x, 0.5 * y, 0.5 * z), own)
        s, offset = 1.0 if pose.scale is UNIT else pose.scale, _dot(row, pose.offset)
        found.append((offset + s * to, s * away - offset))
    to, away = found[0]
    for other in found[1:]:
        to, away = n.maximum(to, other[0]), n.maximum(away, other[1])
    return to, away


def _dot(a: Vec3, b: Vec3) -> Real:
    return a[0] * b[0] + a[1] * b[1] + a[2] * b[2]


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
        case Lathe():
            out = _across(n, d)
            rings = [(radius * out, d[1] * up) for radius, up in geometry.outline(n)]
            return _most(n, [a + b for a, b in rings]), _most(n, [a - b for a, b in rings])
        case Prism():
            corners = [_dot(d, corner) for corner in _corners(n, geometry)]
            return _most(n, corners), _most(n, [-each for each in corners])
        case Wedge():
            foot, back = size(d[0]) * x, d[1] * y
            ends = [foot - back + d[2] * z, foot - back - d[2] * z, foot + back - d[2] * z]
            away = [foot + back - d[2] * z, foot + back + d[2] * z, foot - back + d[2] * z]
            return _most(n, ends), _most(n, away)
        case _:
            each = size(d[0]) * x + size(d[1]) * y + size(d[2]) * z
            return each, each


def _corners(n: Numbers, prism: Prism) -> list[Vec3]:
    """Those of the foot and of the top."""
    outline, (x, z) = prism.section(n)
    y, taper = 0.5 * prism.height, prism.taper
    foot: list[Vec3] = [(x + u, -y, z + v) for u, v in outline]
    return [*foot, *((x + taper * u, y, z + taper * v) for u, v in outline)]


def _most(n: Numbers, values: Sequence[Real]) -> Real:
    found = values[0]
    for value in values[1:]:
        found = n.maximum(found, value)
    return found


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
