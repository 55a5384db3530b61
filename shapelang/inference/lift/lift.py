"""A program of plain numbers becomes one with its overall sizes as parameters, from which its numbers follow."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, final

from shapelang.inference.lift.expressions import Following, tokens
from shapelang.inference.lift.parameters import parameter, scaled
from shapelang.inference.lift.pieces import read, rewritten
from shapelang.inference.lift.relations import Fitted, candidates
from shapelang.inference.lift.room import room
from shapelang.inference.lift.sound import alike
from shapelang.inference.lift.stretch import Overall, overall
from shapelang.inference.rounding.grid import rounded
from shapelang.inference.writing.naming import Names
from shapelang.syntax import tree
from shapelang.syntax.tree import nodes_in

SLOTS: Final = 600
"""Numbers of a program that is lifted: the relations among more cost too much time."""

_TOLERANCE: Final = 1.5
"""Of the grid: by how much a number may move, to be what it follows from."""

_MOVED: Final = 6.0
"""Of the grid: by how much a corner may, which is a sum of up to four numbers."""

_PARAMETER: Final = 10
"""Tokens of `param name = 1 in [0.5, 2]`."""


_HIDDEN: Final = 0.35
"""Of the expressions of a parameter: how many may only hide a number; of more it explains nothing."""


_FEW: Final = 18
"""Numbers that may all follow in proportion, each with a share of its own."""


@final
@dataclass(frozen=True, slots=True)
class Lifted:
    """The program, and what was found: relations among its numbers, and the parameters' names with their values."""

    module: tree.Module
    relations: int
    parameters: tuple[tuple[str, float], ...]


@final
@dataclass(frozen=True, slots=True)
class _Parameter:
    """A parameter, the expressions that follow from it by slot, how many of them only hide a number, and the tokens
    that all of it costs.
    """

    name: str
    value: float
    written: dict[int, tree.Expr]
    hidden: int
    cost: int


def with_parameters(module: tree.Module, grid: float) -> tree.Module:
    """The program with its overall sizes as parameters; its numbers move within 1.5 of the grid they are written on.

    How long it may become is in `room.py`; a lift that moved an instance would be left out.
    """
    made = lifted(module, _TOLERANCE * grid, grid, room(module, grid)).module
    return made if made is module or alike(module, made, _MOVED * grid) else module


def lifted(module: tree.Module, tolerance: float, grid: float, spare: int) -> Lifted:
    """The program with parameters. Its numbers move by at most `tolerance`, metres; they are written on `grid`.

    `spare`: tokens that it may be longer by.
    """
    found = read(module)
    if not 0 < len(found.values) <= SLOTS or spare <= _PARAMETER + 4:
        return Lifted(module, 0, ())
    fitted = Fitted(found.values, tolerance)
    relations = sum(fitted.take(form) for form in candidates(found, tolerance))
    names = _names(module)
    sizes = overall(found.at(fitted.values), tolerance)
    if _is_cube(sizes, tolerance) and (made := scaled(module, sizes[0][0].value, names, grid)) is not None:
        return Lifted(made, relations, (("size", sizes[0][0].value),))
    all_of = [one for ways in sizes if (one := _told(ways, fitted.values, names.fresh(ways[0].name), grid)) is not None]
    chosen = _affordable(all_of, spare)
    if not chosen:
        return Lifted(module, relations, ())
    made = rewritten(module, {slot: expr for one in chosen for slot, expr in one.written.items()})
    statements = (*(parameter(one.name, one.value) for one in chosen), *made.statements)
    parameters = tuple((one.name, one.value) for one in chosen)
    return Lifted(tree.Module(statements, made.comments), relations, parameters)


def _is_cube(sizes: Sequence[Sequence[Overall]], near: float) -> bool:
    """Whether a model is as high and deep as it is wide."""
    values = [ways[0].value for ways in sizes]
    return len(values) == len("xyz") and max(values) - min(values) <= 2.0 * near


def _told(ways: Sequence[Overall], values: Sequence[float], name: str, grid: float) -> _Parameter | None:
    """A size in the first way that does not hide most numbers; of many numbers only the likeliest is looked at."""
    made = (_parameter(size, values, name, grid) for k, size in enumerate(ways) if k == 0 or len(size.shares) <= _FEW)
    return next((one for one in made if one.written and one.hidden <= _HIDDEN * len(one.written)), None)


def _parameter(size: Overall, values: Sequence[float], name: str, grid: float) -> _Parameter:
    value = rounded(size.value, 0.1 * grid)
    following = {s: Following(name, value, share, values[s]) for s, share in size.shares.items()}
    written = {s: one.expression(grid) for s, one in following.items()}
    longer = sum(tokens(expr) - (1 + (values[s] < 0.0)) for s, expr in written.items())
    hidden = sum(one.hides(grid) for one in following.values())
    return _Parameter(name, value, written, hidden, _PARAMETER + longer)


def _affordable(all_of: Sequence[_Parameter], spare: int) -> list[_Parameter]:
    """As many as there is room for, in their order."""
    left, chosen = spare, set[str]()
    for one in sorted(all_of, key=lambda one: one.cost):
        if one.cost <= left:
            left -= one.cost
            chosen.add(one.name)
    return [one for one in all_of if one.name in chosen]


def _names(module: tree.Module) -> Names:
    """All that are taken."""
    names = Names()
    for node in nodes_in(module.statements):
        match node:
            case tree.ShapeStatement(str(name)) | tree.MaterialDefinition(name) | tree.PartDefinition(name):
                names.taken.add(name)
            case tree.For(variable):
                names.taken.add(variable)
            case _:
                pass
    return names
