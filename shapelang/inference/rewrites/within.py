"""What stands within solids and parts, rewritten in its place."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from typing import TypeAlias, final

from shapelang.inference.description.tokens import token_count
from shapelang.inference.rewrites.search import Step
from shapelang.inference.rewrites.single import vector_of
from shapelang.inference.rounding.grid import rounded
from shapelang.inference.solids.cores import number
from shapelang.syntax import tree
from shapelang.syntax.printer import print_module

Statements: TypeAlias = tuple[tree.Statement, ...]

Change: TypeAlias = Callable[[Statements], tuple[Statements, tuple[Step, ...]]]
"""Statements that make the same, in another order perhaps, and how they were come by."""


@final
@dataclass(slots=True)
class Within:
    """Rewrites the bodies of parts, and the operands of solids that may change their order; keeps the steps.

    A solid that is not turned stands where its operands do when that is shorter: `union { … } at (0, 1, 0)` needs no
    place of its own. `grid`: metres that numbers are written on.
    """

    change: Change
    grid: float
    steps: list[Step] = field(default_factory=list[Step])

    def module(self, module: tree.Module) -> tree.Module:
        """All of a program."""
        return replace(module, statements=self._each(module.statements))

    def _each(self, statements: Statements) -> Statements:
        return tuple(self._statement(s) for s in statements)

    def _statement(self, statement: tree.Statement) -> tree.Statement:
        match statement:
            case tree.ShapeStatement(_, tree.Shape(tree.SolidBlock())):
                made = [self._solid(way) for way in (statement, *_moved_in(statement, self.grid))]
                best, steps = min(made, key=lambda way: token_count(print_module(tree.Module((way[0],)))))
                self.steps += steps
                return best
            case tree.ShapeStatement():
                return replace(statement, shape=replace(statement.shape, core=self._core(statement.shape.core)))
            case tree.PartDefinition(_, (), body):
                made, steps = self.change(self._each(body.statements))
                self.steps += steps
                return replace(statement, body=replace(body, statements=made))
            case _:
                return statement

    def _core(self, core: tree.Core) -> tree.Core:
        match core:
            case tree.Mirror() | tree.Array() | tree.Ring() | tree.For():
                return replace(core, body=replace(core.body, statements=self._each(core.body.statements)))
            case tree.Block(statements):
                return replace(core, statements=self._each(statements))
            case _:
                return core

    def _solid(self, statement: tree.ShapeStatement) -> tuple[tree.ShapeStatement, tuple[Step, ...]]:
        core = statement.shape.core
        if not isinstance(core, tree.SolidBlock):
            return statement, ()
        inside = self._each(core.body.statements)
        if core.blend is not None or core.operator not in ("union", "difference"):
            made, steps, kept = (), (), len(inside)
        else:
            # What the others are taken from stays the first.
            kept = int(core.operator == "difference")
            made, steps = self.change(inside[kept:])
        body = replace(core.body, statements=(*inside[:kept], *made))
        return replace(statement, shape=replace(statement.shape, core=replace(core, body=body))), steps


def _moved_in(statement: tree.ShapeStatement, grid: float) -> Iterator[tree.ShapeStatement]:
    """A solid that is only moved, with its operands moved instead."""
    shape = statement.shape
    place = vector_of(shape.modifiers)
    if not isinstance(shape.core, tree.SolidBlock) or place is None or not any(place):
        return
    if any(not isinstance(m, tree.At | tree.With | tree.Tagged) for m in shape.modifiers):
        return
    made = [_moved(operand, place, grid) for operand in shape.core.body.statements]
    if all(operand is not None for operand in made):
        body = replace(shape.core.body, statements=tuple(operand for operand in made if operand is not None))
        left = tuple(m for m in shape.modifiers if not isinstance(m, tree.At))
        yield replace(statement, shape=tree.Shape(replace(shape.core, body=body), left))


def _moved(statement: tree.Statement, by: tuple[float, float, float], grid: float) -> tree.ShapeStatement | None:
    """An operand moved; None where it has no plain place."""
    match statement:
        case tree.ShapeStatement(_, tree.Shape(tree.Instance() | tree.SolidBlock(), modifiers) as shape):
            inside = vector_of(modifiers)
        case _:
            return None
    if inside is None:
        return None
    place = tuple(number(rounded(a + b, 0.1 * grid)) for a, b in zip(inside, by, strict=True))
    others = tuple(m for m in modifiers if not isinstance(m, tree.At))
    return replace(statement, shape=replace(shape, modifiers=(tree.At(tree.Tuple(place)), *others)))
