"""What stands within solids and parts, rewritten in its place."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import TypeAlias

from shapelang.syntax import tree

Statements: TypeAlias = tuple[tree.Statement, ...]

Change: TypeAlias = Callable[[Statements], Statements]
"""Statements that make the same, in another order perhaps."""


def within_bodies(module: tree.Module, change: Change) -> tree.Module:
    """The program with the bodies of its parts, and with the operands of its solids that may change their order."""
    return replace(module, statements=_each(module.statements, change))


def _each(statements: Statements, change: Change) -> Statements:
    return tuple(_statement(s, change) for s in statements)


def _statement(statement: tree.Statement, change: Change) -> tree.Statement:
    match statement:
        case tree.ShapeStatement():
            return replace(statement, shape=replace(statement.shape, core=_core(statement.shape.core, change)))
        case tree.PartDefinition(_, (), body):
            return replace(statement, body=replace(body, statements=change(_each(body.statements, change))))
        case _:
            return statement


def _core(core: tree.Core, change: Change) -> tree.Core:
    match core:
        case tree.SolidBlock(operator, None, body) if operator in ("union", "difference"):
            # What the others are taken from stays the first.
            kept = int(operator == "difference")
            inside = _each(body.statements, change)
            return replace(core, body=replace(body, statements=(*inside[:kept], *change(inside[kept:]))))
        case tree.Mirror() | tree.Array() | tree.Ring() | tree.For():
            return replace(core, body=replace(core.body, statements=_each(core.body.statements, change)))
        case tree.Block(statements):
            return replace(core, statements=_each(statements, change))
        case _:
            return core
