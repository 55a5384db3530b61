"""Which of the columns of a template are arguments, and how the others follow from these."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Final, final

from shapelang.inference.generalizing.templates import Column, Template
from shapelang.inference.rounding.grid import rounded
from shapelang.inference.solids.cores import number
from shapelang.inference.writing.naming import Names
from shapelang.syntax import tree

_PLAIN: Final = (1.0, -1.0, 0.5, -0.5, 2.0, -2.0)
"""Shares that two numbers may follow each other by with any rest: more would fit by chance where pieces are two."""

_DIGITS: Final = 2
"""Of a share of another kind; that leaves no rest where pieces are two."""

_EXACT: Final = 0.06
"""Of the grid: a number that is off by less follows from another."""

_LENGTHS: Final = frozenset(("width", "height", "depth", "radius", "tube", "top_radius", "size", "x", "y", "z"))
"""What may follow from one another; an angle or a roundness is no share of a length."""

_COUNTS: Final = frozenset(("count", "sides"))
"""What is a whole number."""

_SIZES: Final = ("width", "height", "depth", "radius", "tube", "top_radius")
"""What a piece is told by first: places follow from sizes, not sizes from places."""


@final
@dataclass(frozen=True, slots=True)
class Arguments:
    """The parameters of a part, what stands in the holes of its template, and what each piece is called with."""

    parameters: tuple[tree.Parameter, ...]
    filled: dict[int, tree.Expr]
    calls: tuple[tuple[tree.Expr, ...], ...]


def arguments_of(template: Template, names: Names, grid: float) -> Arguments:
    """As few arguments as the columns need: one for what is equal everywhere, or in one ratio, or a distance apart.

    `grid`: metres that numbers are written on. Each argument is called after what it is.
    """
    told: dict[int, tree.Parameter] = {}
    filled: dict[int, tree.Expr] = {}
    columns = template.columns
    for k in sorted(range(len(columns)), key=lambda k: (_SIZES.index(h) if (h := columns[k].hint) in _SIZES else 9, k)):
        follows = next((e for j, p in told.items() if (e := _following(columns[k], columns[j], p.name, grid))), None)
        if follows is None:
            told[k] = tree.Parameter(names.fresh(columns[k].hint), "int" if columns[k].hint in _COUNTS else None, None)
            follows = tree.Name(told[k].name)
        filled[k] = follows
    order = sorted(told)
    calls = tuple(tuple(columns[k].items[piece] for k in order) for piece in range(_pieces(columns)))
    return Arguments(tuple(told[k] for k in order), filled, calls)


def _pieces(columns: Sequence[Column]) -> int:
    return len(columns[0].items) if columns else 0


def _following(column: Column, other: Column, name: str, grid: float) -> tree.Expr | None:
    """A column as an expression of another's argument; None where it does not follow."""
    if column.items == other.items:
        return tree.Name(name)
    mine, theirs = column.numbers, other.numbers
    if mine is None or theirs is None or not {column.hint, other.hint} <= _LENGTHS:
        return None
    for share in (*_PLAIN, *_ratios(mine, theirs)):
        rests = [a - share * b for a, b in zip(mine, theirs, strict=True)]
        if max(rests) - min(rests) <= _EXACT * grid:
            rest = rounded(sum(rests) / len(rests), 0.1 * grid)
            if share in _PLAIN or len(mine) > 2 or abs(rest) <= _EXACT * grid:
                return _expression(name, share, rest if abs(rest) > _EXACT * grid else 0.0)
    return None


def _ratios(mine: Sequence[float], theirs: Sequence[float]) -> list[float]:
    """The shares of more than one digit that may do: of the largest difference, and of all."""
    low, high = min(range(len(theirs)), key=theirs.__getitem__), max(range(len(theirs)), key=theirs.__getitem__)
    apart = theirs[high] - theirs[low]
    shares = [(mine[high] - mine[low]) / apart] if apart else []
    shares += [mine[high] / theirs[high]] if theirs[high] else []
    return [plain for share in shares if (plain := round(share, _DIGITS))]


def _expression(name: str, share: float, rest: float) -> tree.Expr:
    """`width / 2`, `0.4 - width`, `0.8 * width + 0.02`."""
    part = _times(abs(share), tree.Name(name))
    if rest == 0.0:
        return part if share > 0.0 else tree.Unary("-", part)
    if share < 0.0:
        return tree.Binary("-", number(rest), part)
    return tree.Binary("+" if rest > 0.0 else "-", part, number(abs(rest)))


def _times(share: float, name: tree.Expr) -> tree.Expr:
    if share == 1.0:
        return name
    whole = Fraction(1.0 / share).limit_denominator(1)
    if whole > 1 and abs(float(whole) * share - 1.0) < 1e-12:
        return tree.Binary("/", name, tree.Number(int(whole)))
    return tree.Binary("*", number(share), name)
