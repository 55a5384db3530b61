"""Shapes where a value is wanted: nothing that is called like a part stands in an expression."""

from __future__ import annotations

from shapelang.primitives.table import PRIMITIVE_BY_KIND
from shapelang.semantics.context import Context
from shapelang.syntax import tree


def makes_shape(ctx: Context, expr: tree.Expr) -> bool:
    """Whether an expression is written like a call of a primitive, a part or a used program."""
    match expr:
        case tree.Call(callee=tree.Name(name=name)):
            return name in PRIMITIVE_BY_KIND or name in ctx.program.parts or name in ctx.program.uses
        case tree.Call(callee=tree.Member(value=tree.Name(name=name))):
            return name in ctx.program.uses
        case _:
            return False


def refuse_shape(ctx: Context, expr: tree.Expr, hint: str) -> None:
    """Notes that a shape stands in an expression; what calls it is used all the same."""
    match expr:
        case tree.Call(callee=tree.Name(name=name)) | tree.Call(callee=tree.Member(value=tree.Name(name=name))):
            ctx.used.add(name)
            ctx.findings.error("E308", expr.span, f"'{name}' makes a shape, and a shape is no value", hint)
        case _:
            raise AssertionError("only what makes a shape is refused as one")
