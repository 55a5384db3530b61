"""Solids as what the language's own fields are made of: a geometry in its pose."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Literal, assert_never

import numpy as np

from shapelang.assembly.part import Geometry, Operand, Solid
from shapelang.geometry.pose import Pose
from shapelang.inference.solids.bows import SQUARE, Bent, Bow
from shapelang.inference.solids.kinds import (
    Capsule,
    Carved,
    Cone,
    Cuboid,
    Ellipsoid,
    Fit,
    Joined,
    Kind,
    Lathe,
    Placed,
    Prism,
    Superquadric,
    Tapered,
    Torus,
    Tube,
)
from shapelang.primitives import table as primitives


def leaf_of(fit: Fit) -> tuple[Geometry, Pose]:
    """A solid where it stands in the world; those of one kind with as many corners differ in reals alone."""
    return geometry_of(fit.kind), _pose(fit.frame, fit.centre.tolist())


def geometry_of(kind: Kind) -> Geometry:
    """A kind about its own middle."""
    match kind:
        case Cuboid(size):
            return primitives.Cuboid(*_plain(*size))
        case Ellipsoid(size):
            return primitives.Ellipsoid(*_plain(*size))
        case Cone(radius, top, height):
            return primitives.Cone(*_plain(radius, height, top))
        case Prism(points, height):
            return primitives.Prism(float(height), points=points)
        case Tapered(points, height, taper):
            return primitives.Prism(float(height), points=points, taper=float(taper))
        case Lathe(points):
            return primitives.Lathe(points)
        case Superquadric(size, e1, e2):
            return primitives.Superquadric(*_plain(*size, e1, e2))
        case Bent(extents, bend):
            return primitives.Superquadric(*_plain(*extents, SQUARE, SQUARE, 0.0, 0.0, bend))
        case Bow(radius, tube, arc):
            turned = np.diag((kind.side, 1.0, kind.side))
            return _solid("union", (Operand(primitives.Torus(*_plain(radius, tube, arc)), _pose(turned, np.zeros(3))),))
        case Capsule(radius, height):
            return primitives.Capsule(*_plain(radius, height))
        case Torus(radius, tube):
            return primitives.Torus(*_plain(radius, tube))
        case Tube(radius, top, _, _, height):
            return _solid("difference", (_still(Cone(radius, top, height)), _still(kind.bore)))
        case Carved(whole, holes):
            return _solid("difference", (_still(whole), *map(_operand, holes)))
        case Joined(parts):
            return _solid("union", map(_operand, parts))
        case _:
            assert_never(kind)


def _plain(*values: float) -> list[float]:
    """NumPy's scalars, of which a fit may have some, as Python's."""
    return [float(value) for value in values]


def _solid(operator: Literal["union", "difference"], operands: Iterable[Operand]) -> Solid:
    return Solid(operator, 0.0, tuple(operands))


def _still(kind: Kind) -> Operand:
    return Operand(geometry_of(kind), Pose())


def _operand(placed: Placed) -> Operand:
    return Operand(geometry_of(placed.kind), _pose(placed.matrix, placed.centre))


def _pose(frame: np.ndarray, centre: Iterable[float]) -> Pose:
    """Always with a rotation, so that turned and unturned solids share a table; no field asks whether it mirrors."""
    a, b, c, d, e, f, g, h, i = frame.reshape(-1).tolist()
    x, y, z = _plain(*centre)
    return Pose((a, b, c, d, e, f, g, h, i), 1.0, (x, y, z))
