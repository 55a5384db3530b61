"""Nodes of expressions."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal, TypeAlias, final

from shapelang.syntax.source import NOWHERE, Span


@final
@dataclass(frozen=True, slots=True)
class Number:
    """`3`, `0.5`, `1e-5`; an int literal has an int value, any other a float."""

    value: int | float
    span: Span = field(default=NOWHERE, compare=False)


@final
@dataclass(frozen=True, slots=True)
class Boolean:
    """`true` or `false`."""

    value: bool
    span: Span = field(default=NOWHERE, compare=False)


@final
@dataclass(frozen=True, slots=True)
class Text:
    """`"plain"`: a value of type name."""

    value: str
    span: Span = field(default=NOWHERE, compare=False)


@final
@dataclass(frozen=True, slots=True)
class Colour:
    """`#b98b5e`, kept as its six lower-case hex digits."""

    digits: str
    span: Span = field(default=NOWHERE, compare=False)


@final
@dataclass(frozen=True, slots=True)
class Name:
    """A bare identifier."""

    name: str
    span: Span = field(default=NOWHERE, compare=False)


@final
@dataclass(frozen=True, slots=True)
class Open:
    """`_`, a size filled by the place."""

    span: Span = field(default=NOWHERE, compare=False)


@final
@dataclass(frozen=True, slots=True)
class Tuple:
    """`(x, y, z)` a vector, or `(x, y)` a point of a polygon or profile."""

    items: tuple[Expr, ...]
    span: Span = field(default=NOWHERE, compare=False)


@final
@dataclass(frozen=True, slots=True)
class List:
    """`[a, b, c]`: an argument, or the range of a declaration."""

    items: tuple[Expr, ...]
    span: Span = field(default=NOWHERE, compare=False)


@final
@dataclass(frozen=True, slots=True)
class Unary:
    """`-a` or `not a`."""

    operator: Literal["-", "not"]
    operand: Expr
    span: Span = field(default=NOWHERE, compare=False)


BinaryOperator: TypeAlias = Literal["+", "-", "*", "/", "<", "<=", ">", ">=", "==", "!=", "and", "or"]


@final
@dataclass(frozen=True, slots=True)
class Binary:
    """`a + b` and its like; comparisons do not chain."""

    operator: BinaryOperator
    left: Expr
    right: Expr
    span: Span = field(default=NOWHERE, compare=False)


@final
@dataclass(frozen=True, slots=True)
class Conditional:
    """`if test then a else b`."""

    test: Expr
    then: Expr
    otherwise: Expr
    span: Span = field(default=NOWHERE, compare=False)


@final
@dataclass(frozen=True, slots=True)
class Member:
    """`value.name`: a component, a part, an anchor or an extent."""

    value: Expr
    name: str
    span: Span = field(default=NOWHERE, compare=False)


@final
@dataclass(frozen=True, slots=True)
class Index:
    """`value[index]`: one instance."""

    value: Expr
    index: Expr
    span: Span = field(default=NOWHERE, compare=False)


@final
@dataclass(frozen=True, slots=True)
class Argument:
    """An argument, with its label if it has one; `categorical` also takes ints and texts as labels."""

    label: str | int | None
    value: Expr
    span: Span = field(default=NOWHERE, compare=False)
    quoted: bool = False
    """The label was written as a text: `categorical("plain": 2)`."""


@final
@dataclass(frozen=True, slots=True)
class Call:
    """`callee(arguments)`: a function, a distribution, or an anchor with its `(u, v)`."""

    callee: Expr
    arguments: tuple[Argument, ...]
    span: Span = field(default=NOWHERE, compare=False)


Expr: TypeAlias = (
    Number | Boolean | Text | Colour | Name | Open | Tuple | List | Unary | Binary | Conditional | Member | Index | Call
)
