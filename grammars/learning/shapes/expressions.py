"""Expressions of the language as learned programs write them: numbers, sums, anchors."""

from __future__ import annotations

from typing import Final

from grammars.learning.shapes.describing import thousandths
from grammars.learning.shapes.model import FACES
from shapelang.syntax import tree

ZERO: Final = tree.Number(0)


def number_text(value: float) -> tree.Expr:
    """A number to six digits behind the point."""
    short = round(float(value), 6) + 0.0
    if short < 0.0:
        return tree.Unary("-", number_text(-short))
    return tree.Number(int(short) if short == int(short) else short)


def weight_text(weight: float) -> tree.Expr:
    """A probability to a thousandth; what is rarer was seen all the same, and is not written as 0."""
    return number_text(thousandths(weight))


def call_of(callee: str, *arguments: tree.Expr) -> tree.Call:
    """A call with arguments by position."""
    return tree.Call(tree.Name(callee), tuple(tree.Argument(None, a) for a in arguments))


def scaled(slope: float, source: tree.Expr) -> tree.Expr:
    """slope · source, halves as `/ 2`."""
    if slope == 1.0:
        return source
    if slope == -1.0:
        return tree.Unary("-", source)
    if abs(slope) == 0.5:
        half = tree.Binary("/", source, tree.Number(2))
        return half if slope > 0.0 else tree.Unary("-", half)
    return tree.Binary("*", number_text(slope), source)


def summed(term: tree.Expr, constant: float) -> tree.Expr:
    """term + constant, without one that is 0."""
    if not constant:
        return term
    return tree.Binary("+" if constant > 0.0 else "-", term, number_text(abs(constant)))


def anchor_text(anchor: tuple[float, float, float]) -> tree.Expr:
    """`top(1, -1)`, the upright face before the others."""
    for axis in (1, 2, 0):
        if abs(anchor[axis]) == 1.0:
            face = FACES[axis][0 if anchor[axis] < 0 else 1]
            others = [number_text(anchor[k]) for k in range(3) if k != axis]
            if all(is_number(o, 0.0) for o in others):
                return tree.Name(face)
            return tree.Call(tree.Name(face), tuple(tree.Argument(None, o) for o in others))
    if not any(anchor):
        return tree.Name("center")
    return call_of("point", *map(number_text, anchor))


def fixed_text(value: object) -> tree.Expr | None:
    """A whole number or a list of points as it is written; None of anything else."""
    match value:
        case int():
            return tree.Number(value)
        case tuple() if value:
            return tree.List(tuple(tree.Tuple((number_text(x), number_text(y))) for x, y in value))
        case _:
            return None


def added(mean: tree.Expr, loose: str, off: str) -> tree.Expr:
    """`mean + (if loose then off else 0)`, and `if loose then off else 0` where the mean is 0."""
    more = tree.Conditional(tree.Name(loose), tree.Name(off), ZERO)
    return more if is_number(mean, 0.0) else tree.Binary("+", mean, more)


def step_of(span: tree.Expr, count: tree.Expr) -> tree.Expr:
    """From one instance to the next."""
    if is_number(span, 0.0):
        return ZERO
    last = tree.Number(count.value - 1) if isinstance(count, tree.Number) else tree.Binary("-", count, tree.Number(1))
    return span if is_number(last, 1.0) else tree.Binary("/", span, last)


def is_number(value: tree.Expr, number: float) -> bool:
    """Whether an expression is that number, written out."""
    return isinstance(value, tree.Number) and value.value == number
