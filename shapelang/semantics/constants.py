"""Expressions whose value the text states, and angles that were most likely meant in radians."""

from __future__ import annotations

from shapelang.semantics.builtins import CONSTANTS
from shapelang.semantics.context import Context
from shapelang.syntax import tree
from shapelang.syntax.source import Span


def literal(expr: tree.Expr) -> float | None:
    """The number that an expression states outright, or None."""
    if isinstance(expr, tree.Number):
        return expr.value
    if isinstance(expr, tree.Unary) and expr.operator == "-" and isinstance(expr.operand, tree.Number):
        return -expr.operand.value
    return None


def warn_radians(ctx: Context, angle: tree.Expr, span: Span) -> None:
    """Notes an angle such as 1.5708 or pi / 2: a small multiple of an eighth turn, in radians."""
    number = _constant(angle)
    if number is None:
        return
    eighths = abs(number) / (CONSTANTS["pi"] / 4)
    # Beyond two turns nothing is meant so; an infinite one is an error of its own.
    if eighths < 9 and abs(eighths - round(eighths)) < 2e-3 and round(eighths) in (1, 2, 3, 4, 8):
        degrees = round(eighths) * 45 * (1 if number > 0 else -1)
        ctx.findings.warn("W601", span, f"{number:g} looks like radians; angles are degrees", f"write {degrees}")


def _constant(expr: tree.Expr) -> float | None:
    """The value of numbers, `pi`, products and quotients of them; None of anything else."""
    match expr:
        case tree.Name(name="pi"):
            return CONSTANTS["pi"]
        case tree.Unary(operator="-", operand=operand):
            value = _constant(operand)
            return None if value is None else -value
        case tree.Binary(operator="*" | "/" as operator, left=left, right=right):
            a, b = _constant(left), _constant(right)
            if a is None or b is None or (operator == "/" and b == 0):
                return None
            return a * b if operator == "*" else a / b
        case _:
            return literal(expr)
