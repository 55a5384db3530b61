"""Kinds of solids as they are written."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from shapelang.inference.rounding.turns import Turns, turns_of
from shapelang.inference.solids.bows import SQUARE, Bent, Bow
from shapelang.inference.solids.kinds import (
    Capsule,
    Carved,
    Cone,
    Cuboid,
    Ellipsoid,
    Joined,
    Kind,
    Lathe,
    Prism,
    Superquadric,
    Tapered,
    Torus,
    Tube,
)
from shapelang.inference.solids.regular import regular_radius
from shapelang.syntax import tree

_TIP: Final = 1e-3
"""Of its top's radius: the foot of a cone that stands on its tip, as it must have one."""


def number(value: float) -> tree.Expr:
    """A literal; a negative one is a minus before a literal."""
    if value < 0:
        return tree.Unary("-", number(-value))
    return tree.Number(int(value) if value == int(value) and value < 1e15 else value)


def number_of(expr: tree.Expr) -> float | None:
    """A number that is written as one."""
    match expr:
        case tree.Number(value):
            return float(value)
        case tree.Unary("-", tree.Number(value)):
            return -float(value)
        case _:
            return None


def plain_vector(point: tree.Expr) -> tuple[float, float, float] | None:
    """A vector written by three plain numbers."""
    match point:
        case tree.Tuple((a, b, c)):
            x, y, z = number_of(a), number_of(b), number_of(c)
            return None if x is None or y is None or z is None else (x, y, z)
        case _:
            return None


def core_of(kind: Kind) -> tree.Core:
    """A kind about its own middle."""
    match kind:
        case Cuboid(size):
            return _plain("cuboid", *(number(s) for s in size))
        case Ellipsoid((a, b, c)) if a == b == c:
            return _plain("sphere", number(_half(a)))
        case Ellipsoid(size):
            return _plain("ellipsoid", *(number(s) for s in size))
        case Cone(radius, top, height) if radius == top:
            return _plain("cylinder", number(radius), number(height))
        case Cone(radius, top, height):
            foot = radius if radius > 0.0 else float(f"{_TIP * top:.3g}")
            return _plain("cone", number(foot), number(height), top_radius=number(top))
        case Prism(points, height):
            return _plain("prism", number(height), **_outline(points))
        case Tapered(points, height, taper):
            return _plain("prism", number(height), **_outline(points), taper=number(taper))
        case Lathe(points):
            return _plain("lathe", _points(points))
        case Superquadric(size, e1, e2):
            return _plain("superquadric", *(number(s) for s in size), e1=number(e1), e2=number(e2))
        case Bent(extents, bend):
            shape = {"e1": number(SQUARE), "e2": number(SQUARE), "bend": number(bend)}
            return _plain("superquadric", *(number(s) for s in extents), **shape)
        case Bow(radius, tube, arc):
            return _plain("torus", number(radius), number(tube), arc=number(arc))
        case Capsule(radius, height):
            return _plain("capsule", number(radius), number(height))
        case Torus(radius, tube):
            return _plain("torus", number(radius), number(tube))
        case Tube(radius, top, _, _, height):
            bore = kind.bore
            ends = (float(f"{r:.6g}") for r in (bore.radius, bore.top_radius, bore.height))
            return _hollow(_shape(Cone(radius, top, height)), [_shape(Cone(*ends))])
        case Carved(whole, holes):
            return _hollow(_shape(whole), [_shape(h.kind, h.centre, turns_of(h.matrix)) for h in holes])
        case Joined(parts):
            shapes = tuple(tree.ShapeStatement(None, _shape(p.kind, p.centre, turns_of(p.matrix))) for p in parts)
            return tree.SolidBlock("union", None, tree.Block(shapes))


def _hollow(whole: tree.Shape, holes: Sequence[tree.Shape]) -> tree.SolidBlock:
    shapes = (tree.ShapeStatement(None, shape) for shape in (whole, *holes))
    return tree.SolidBlock("difference", None, tree.Block(tuple(shapes)))


def _shape(kind: Kind, centre: tuple[float, float, float] = (0.0, 0.0, 0.0), turns: Turns = ()) -> tree.Shape:
    """An operand where it stands in its solid."""
    modifiers: list[tree.Modifier] = []
    if any(centre):
        modifiers.append(tree.At(tree.Tuple(tuple(number(float(f"{c:.12g}")) for c in centre))))
    if turns:
        modifiers.append(tree.Rotate(tuple(tree.Turn(axis, number(angle)) for axis, angle in turns)))
    return tree.Shape(core_of(kind), tuple(modifiers))


def _plain(callee: str, *values: tree.Expr, **labelled: tree.Expr) -> tree.Instance:
    """Sizes in their order, as the reference writes them; what a reader could not tell by its place has its name."""
    named = (tree.Argument(label, value) for label, value in labelled.items())
    return tree.Instance((callee,), (*(tree.Argument(None, value) for value in values), *named))


def _outline(points: Sequence[tuple[float, float]]) -> dict[str, tree.Expr]:
    radius = regular_radius(points)
    if radius is None:
        return {"points": _points(points)}
    return {"sides": number(len(points)), "radius": number(radius)}


def _points(points: Sequence[tuple[float, float]]) -> tree.List:
    return tree.List(tuple(tree.Tuple((number(a), number(b))) for a, b in points))


def _half(value: float) -> float:
    return float(f"{0.5 * value:.12g}")
