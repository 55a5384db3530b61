"""Terms: the statements of a program as the rewrites see them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, TypeAlias, assert_never, final

from shapelang.inference.description.tokens import token_count
from shapelang.inference.rounding.grid import rounded
from shapelang.inference.solids.cores import number
from shapelang.syntax import tree
from shapelang.syntax.printer import print_module

Class: TypeAlias = int
"""The number of a class of the e-graph."""


@final
@dataclass(frozen=True, slots=True)
class Piece:
    """A statement as it stands."""

    statement: tree.ShapeStatement


@final
@dataclass(frozen=True, slots=True)
class Group:
    """Statements one after the other."""

    members: tuple[Class, ...]


@final
@dataclass(frozen=True, slots=True)
class Mirrored:
    """`mirror axes { body }`."""

    axes: tuple[tree.AxisName, ...]
    body: Class


@final
@dataclass(frozen=True, slots=True)
class Arrayed:
    """`array count by step { body }`."""

    count: int
    step: tuple[float, float, float]
    body: Class


Term: TypeAlias = Piece | Group | Mirrored | Arrayed

_MIRROR: Final = 3
"""`mirror { }`; each axis is one token, and a comma between two."""

_ARRAY: Final = 12
"""`array 2 by (1, 2, 3) { }`."""


def own_tokens(term: Term) -> int:
    """Tokens of a term without those of its classes."""
    match term:
        case Piece(statement):
            return token_count(print_module(tree.Module((statement,))))
        case Group():
            return 0
        case Mirrored(axes):
            return _MIRROR + 2 * len(axes) - 1
        case Arrayed(_, step):
            return _ARRAY + sum(s < 0.0 for s in step)
        case _:
            assert_never(term)


def inner(term: Term) -> tuple[Class, ...]:
    """The classes that a term is made of."""
    match term:
        case Piece():
            return ()
        case Group(members):
            return members
        case Mirrored(_, body) | Arrayed(_, _, body):
            return (body,)
        case _:
            assert_never(term)


def written(term: Term, bodies: tuple[tuple[tree.Statement, ...], ...], grid: float) -> tuple[tree.Statement, ...]:
    """The statements of a term, from those of its classes. Steps are written to a tenth of the grid."""
    match term:
        case Piece(statement):
            return (statement,)
        case Group():
            return tuple(statement for body in bodies for statement in body)
        case Mirrored(axes):
            return (_statement(tree.Mirror(axes, tree.Block(bodies[0]))),)
        case Arrayed(count, step):
            by = tree.Tuple(tuple(number(rounded(s, 0.1 * grid)) for s in step))
            return (_statement(tree.Array(tree.Number(count), by, tree.Block(bodies[0]))),)
        case _:
            assert_never(term)


def _statement(core: tree.Core) -> tree.ShapeStatement:
    return tree.ShapeStatement(None, tree.Shape(core, ()))
