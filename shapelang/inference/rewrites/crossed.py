"""A mirror with nothing but another mirror in it is one mirror across both planes."""

from __future__ import annotations

from dataclasses import replace

from shapelang.inference.rounding.turns import AXES
from shapelang.syntax import tree


def with_crossed_mirrors(module: tree.Module) -> tree.Module:
    """`mirror x { mirror z { a } }` as `mirror x, z { a }`, wherever it stands: the same images, in another order."""
    return replace(module, statements=_each(module.statements))


def _each(statements: tuple[tree.Statement, ...]) -> tuple[tree.Statement, ...]:
    return tuple(_statement(s) for s in statements)


def _statement(statement: tree.Statement) -> tree.Statement:
    match statement:
        case tree.ShapeStatement(_, shape):
            return replace(statement, shape=_crossed(replace(shape, core=_core(shape.core))))
        case tree.PartDefinition(_, _, body):
            return replace(statement, body=replace(body, statements=_each(body.statements)))
        case _:
            return statement


def _core(core: tree.Core) -> tree.Core:
    match core:
        case tree.Mirror() | tree.Array() | tree.Ring() | tree.For() | tree.SolidBlock():
            return replace(core, body=replace(core.body, statements=_each(core.body.statements)))
        case tree.Block(statements):
            return replace(core, statements=_each(statements))
        case _:
            return core


def _crossed(shape: tree.Shape) -> tree.Shape:
    """A shape of which the inside is done already."""
    match shape.core:
        case tree.Mirror(axes, tree.Block((tree.ShapeStatement(None, tree.Shape(tree.Mirror(deeper, body), ())),))):
            if set(axes) & set(deeper):
                return shape
            both = tuple(axis for axis in AXES if axis in axes or axis in deeper)
            return replace(shape, core=replace(shape.core, axes=both, body=body))
        case _:
            return shape
