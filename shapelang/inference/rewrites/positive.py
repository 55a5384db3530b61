"""Of two images in a mirror the one is written that stands on the positive side: the other is the same, reflected."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Final

from shapelang.inference.description.tokens import token_count
from shapelang.inference.rounding.turns import AXES
from shapelang.inference.solids.cores import number_of, plain_vector
from shapelang.syntax import tree
from shapelang.syntax.printer import print_module

_SYMMETRIC: Final[Mapping[str, str]] = {
    **dict.fromkeys(("cuboid", "ellipsoid", "sphere", "cylinder", "capsule", "superquadric"), "xyz"),
    **dict.fromkeys(("cone", "lathe"), "xz"),
}
"""Across which of its own axes a primitive is its own image, as it is written here: without taper and bend."""


def on_positive_side(module: tree.Module) -> tree.Module:
    """The program with what stands in mirrors on the side that takes fewer minus signs."""
    return replace(module, statements=_each(module.statements, frozenset()))


def _each(statements: Iterable[tree.Statement], across: frozenset[tree.AxisName]) -> tuple[tree.Statement, ...]:
    return tuple(_statement(s, across) for s in statements)


def _statement(statement: tree.Statement, across: frozenset[tree.AxisName]) -> tree.Statement:
    """`across`: the axes of the mirrors about it whose planes go through the origin that it is placed from."""
    match statement:
        case tree.ShapeStatement(_, tree.Shape(tree.Instance((kind,)))):
            made = statement
            for axis in AXES:
                if axis not in across or axis not in _SYMMETRIC.get(kind, ""):
                    continue
                made = min((made, _reflected(made, axis)), key=lambda s: token_count(print_module(tree.Module((s,)))))
            return made
        case tree.ShapeStatement(_, tree.Shape(core, modifiers)):
            here = (
                across if all(isinstance(m, tree.With | tree.Tagged) for m in modifiers) else frozenset[tree.AxisName]()
            )
            return replace(statement, shape=replace(statement.shape, core=_core(core, here)))
        case tree.PartDefinition(_, _, body):
            return replace(statement, body=replace(body, statements=_each(body.statements, frozenset())))
        case _:
            return statement


def _core(core: tree.Core, across: frozenset[tree.AxisName]) -> tree.Core:
    match core:
        case tree.Mirror(axes, body):
            return replace(core, body=replace(body, statements=_each(body.statements, across | set(axes))))
        case tree.Array(_, step, body):
            by = plain_vector(step)
            still = frozenset[tree.AxisName](a for a in across if by is not None and by[AXES.index(a)] == 0.0)
            return replace(core, body=replace(body, statements=_each(body.statements, still)))
        case tree.SolidBlock(_, _, body) | tree.Ring(_, _, body) | tree.For(_, _, _, body):
            # An image of a whole solid is one of all its operands; those of a mirror within it are looked at.
            return replace(core, body=replace(body, statements=_each(body.statements, frozenset())))
        case tree.Block(statements):
            return replace(core, statements=_each(statements, across))
        case _:
            return core


def _reflected(statement: tree.ShapeStatement, axis: tree.AxisName) -> tree.ShapeStatement:
    """The image of a primitive across an axis; the same where it is not placed by plain numbers."""
    made: list[tree.Modifier] = []
    for modifier in statement.shape.modifiers:
        match modifier:
            case tree.At(tree.Tuple(items)):
                made.append(tree.At(tree.Tuple(tuple(_minus(e, a == axis) for a, e in zip(AXES, items, strict=True)))))
            case tree.Rotate(turns):
                made.append(tree.Rotate(tuple(replace(t, angle=_minus(t.angle, t.axis != axis)) for t in turns)))
            case tree.With() | tree.Tagged():
                made.append(modifier)
            case _:
                return statement
    return replace(statement, shape=replace(statement.shape, modifiers=tuple(made)))


def _minus(expr: tree.Expr, negated: bool) -> tree.Expr:
    match expr:
        case _ if not negated or number_of(expr) in (None, 0.0):
            return expr
        case tree.Unary("-", operand):
            return operand
        case _:
            return tree.Unary("-", expr)
