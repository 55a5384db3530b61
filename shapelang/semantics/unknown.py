"""What is said of a name that means nothing, or nothing that could stand there."""

from __future__ import annotations

from shapelang.semantics import slips
from shapelang.semantics.builtins import CONSTANTS, DISTRIBUTIONS, FUNCTIONS
from shapelang.semantics.context import Context, View, members
from shapelang.semantics.scope import Scope, ShapeEntry
from shapelang.semantics.shape_values import makes_shape, refuse_shape
from shapelang.syntax import tree


def unknown_name(ctx: Context, scope: Scope, expr: tree.Name) -> None:
    """Notes a name that nothing has, or that is no value."""
    known = [*scope.names(), *CONSTANTS]
    if expr.name in ctx.broken:
        return
    if expr.name in ctx.program.parts or expr.name in ctx.program.uses:
        ctx.findings.error(
            "E201", expr.span, f"'{expr.name}' is a part, not a value", f"write {expr.name}(…) as a shape to place it"
        )
    elif expr.name in FUNCTIONS:
        ctx.findings.error("E201", expr.span, f"'{expr.name}' is a function", f"call it: {expr.name}(…)")
    else:
        near = slips.VALUES.get(expr.name) or slips.meant(expr.name, known, {})
        hint = _inside(scope, ctx, expr.name) or near or "a name refers only to what stands earlier"
        ctx.findings.error("E201", expr.span, f"unknown name '{expr.name}'", hint)


def _inside(scope: Scope, ctx: Context, name: str) -> str | None:
    """Where a name stands within a shape that is known here."""
    for owner in scope.names():
        entry = scope.find(owner)
        if isinstance(entry, ShapeEntry) and name in members(View(entry.shape, ctx.program, 0)):
            return f"it stands in '{owner}': write '{owner}{'[0]' * entry.depth}.{name}'"
    return None


def unknown_function(ctx: Context, expr: tree.Call, callee: tree.Name) -> None:
    """Notes a call of what is no function."""
    name = callee.name
    if name in ctx.broken:
        return
    if makes_shape(ctx, expr):
        refuse_shape(ctx, expr, f"place it, 'a = {name}(…)', and read what it has: a.width, a.top")
    elif name in DISTRIBUTIONS:
        ctx.findings.error(
            "E206", callee.span, f"'{name}' is a distribution", f"draws stand behind '~': 'let x ~ {name}(…)'"
        )
    else:
        hint = slips.FUNCTIONS.get(name) or slips.meant(name, FUNCTIONS, {})
        ctx.findings.error("E206", callee.span, f"unknown function '{name}'", hint)
