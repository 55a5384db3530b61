"""Warns of recursion that nothing ends: a part that always comes back to itself."""

from __future__ import annotations

from shapelang.semantics.context import Context, resolve
from shapelang.semantics.program import Program
from shapelang.syntax import tree


def warn_endless(ctx: Context) -> None:
    """Notes every part of this file that calls itself on every path through its body."""
    for part in ctx.program.parts.values():
        if _always_reaches(ctx.program, part, part, set()):
            ctx.findings.warn(
                "W602",
                part.name_span,
                f"'{part.name}' always calls itself, so it never ends",
                "put the call in an 'if', or give 'choose' an alternative without it",
            )


def _always_reaches(program: Program, part: tree.PartDefinition, goal: tree.PartDefinition, seen: set[int]) -> bool:
    for name in _certain_calls(program, part.body.statements):
        if name is goal:
            return True
        if id(name) not in seen:
            seen.add(id(name))
            if _always_reaches(program, name, goal, seen):
                return True
    return False


def _certain_calls(program: Program, statements: tuple[tree.Statement, ...]) -> list[tree.PartDefinition]:
    found: list[tree.PartDefinition] = []
    for statement in statements:
        if isinstance(statement, tree.ShapeStatement):
            found += _certain(program, statement.shape.core)
    return found


def _certain(program: Program, core: tree.Core) -> list[tree.PartDefinition]:
    match core:
        case tree.Instance(callee=callee):
            _, part = resolve(program, callee)
            return [] if part is None else [part]
        case tree.Block(statements=statements):
            return _certain_calls(program, statements)
        case tree.SolidBlock(body=body) | tree.Mirror(body=body) | tree.Array(body=body) | tree.Ring(body=body):
            return _certain_calls(program, body.statements)
        case tree.Choose(alternatives=alternatives):
            each = [_certain(program, a.shape.core) for a in alternatives]
            return [p for p in each[0] if all(p in other for other in each)] if each else []
        case _:
            # `if`, `for` and the slices of a split may all stay empty.
            return []
