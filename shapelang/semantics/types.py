"""The types of the language and what may stand where."""

from __future__ import annotations

from enum import Enum, unique
from typing import assert_never

from shapelang.syntax import tree


@unique
class Type(Enum):
    """A type; the value is its name in messages. `UNKNOWN` is the type of what was already reported."""

    REAL = "real"
    INT = "int"
    BOOL = "bool"
    NAME = "name"
    VECTOR = "vector"
    POINT = "2D point"
    COLOUR = "colour"
    POINTS = "list of points"
    SHAPE = "shape"
    MATERIAL = "material"
    UNKNOWN = "unknown"

    @property
    def one(self) -> str:
        """The type with its article: `an int`, `a real`."""
        return f"{'an' if self.value[0] in 'iu' else 'a'} {self.value}"


DECLARABLE = {t.value: t for t in (Type.REAL, Type.INT, Type.BOOL, Type.NAME, Type.VECTOR, Type.COLOUR)}
"""Types that a program may write after a colon."""

NUMERIC = frozenset({Type.REAL, Type.INT})


def accepts(wanted: Type, given: Type) -> bool:
    """Whether a value of type `given` may stand where `wanted` is expected: an int widens, a shape is its centre."""
    if wanted is given or Type.UNKNOWN in (wanted, given):
        return True
    return (wanted is Type.REAL and given is Type.INT) or (wanted is Type.VECTOR and given is Type.SHAPE)


def joined(a: Type, b: Type) -> Type | None:
    """The type of a value that is one or the other, or None when they do not go together."""
    if accepts(a, b):
        return a if a is not Type.UNKNOWN else b
    return b if accepts(b, a) else None


def operate(operator: tree.BinaryOperator, left: Type, right: Type) -> Type | None:
    """The type of `left operator right`, or None when they do not go together."""
    a, b = (Type.VECTOR if t is Type.SHAPE else t for t in (left, right))
    numbers = a in NUMERIC and b in NUMERIC
    match operator:
        case "+" | "-":
            if numbers:
                return Type.INT if a is b is Type.INT else Type.REAL
            return Type.VECTOR if a is b is Type.VECTOR else None
        case "*":
            if numbers:
                return Type.INT if a is b is Type.INT else Type.REAL
            mixed = (a is Type.VECTOR and b in NUMERIC) or (b is Type.VECTOR and a in NUMERIC)
            return Type.VECTOR if mixed else None
        case "/":
            if numbers:
                return Type.REAL
            return Type.VECTOR if a is Type.VECTOR and b in NUMERIC else None
        case "<" | "<=" | ">" | ">=":
            return Type.BOOL if numbers else None
        case "==" | "!=":
            return Type.BOOL if numbers or (left is right and left in (Type.BOOL, Type.NAME)) else None
        case "and" | "or":
            return Type.BOOL
    assert_never(operator)
