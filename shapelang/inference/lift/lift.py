"""A program of plain numbers becomes one with its overall sizes as parameters, from which its numbers follow."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import chain, combinations
from typing import Final, final

from shapelang.deadline import NEVER, Deadline
from shapelang.inference.lift.contacts import with_contacts
from shapelang.inference.lift.counts import with_count
from shapelang.inference.lift.expressions import Following, tokens
from shapelang.inference.lift.parameters import parameter, scaled
from shapelang.inference.lift.pieces import read, rewritten
from shapelang.inference.lift.relations import Fitted, candidates
from shapelang.inference.lift.room import room
from shapelang.inference.lift.sound import alike, extent
from shapelang.inference.lift.stretch import AXES, Overall, cut_sizes, overall
from shapelang.inference.measuring.evidence import token_count
from shapelang.inference.rounding.grid import rounded
from shapelang.inference.writing.naming import Names
from shapelang.syntax import tree
from shapelang.syntax.printer import print_module
from shapelang.syntax.tree import nodes_in

SLOTS: Final = 600
"""Numbers of a program that is lifted: the relations among more cost too much time."""

_TOLERANCE: Final = 1.5
"""Of the grid: by how much a number may move, to be what it follows from."""

_MOVED: Final = 6.0
"""Of the grid: by how much a corner may, which is a sum of up to four numbers."""

_MEETS: Final = 0.6
"""Of the grid: faces that are so near to each other are in one plane."""

_PARAMETER: Final = 10
"""Tokens of `param name = 1 in [0.5, 2]`."""


_HIDDEN: Final = (0.55, 0.8)
"""Of the expressions of a parameter: how many may only hide a number; more where no other way is left."""


_CUTS: Final = 3
"""Ways to change a size at one place only that are tried, the cheapest."""

_WHOLE: Final = 1e-6
"""Shares that differ from 1 by less are those of what grows as the whole does."""

_MAIN: Final = 0.9
"""Of the whole: a piece that is shorter does not stand for it."""

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


def with_parameters(module: tree.Module, grid: float, spare: int = 0, deadline: Deadline = NEVER) -> tree.Module:
    """The program with its overall sizes as parameters; its numbers move within 1.5 of the grid they are written on.

    `spare`: tokens that it will lose after this. How long it may become is in `room.py`; a lift that moved an instance
    would be left out, and what is not tried by the deadline. Places are told by other shapes where that is shorter,
    with parameters or without.
    """
    most = room(module, grid) + spare
    plain = with_contacts(module, _MEETS * grid)
    for made in chain((one.module for one in lifts(module, _TOLERANCE * grid, grid)), (plain,)):
        for one in (with_count(made, _names(made), grid), made):
            short = one is plain or (one is not None and token_count(print_module(one)) <= most)
            if one is not None and short and alike(module, one, _MOVED * grid):
                return one
        if deadline.late():
            break
    return module


def lifts(module: tree.Module, tolerance: float, grid: float) -> Iterator[Lifted]:
    """The program with parameters, as many as there are first, then fewer, the cheaper ones first.

    Its numbers move by at most `tolerance`, metres; they are written on `grid`.
    """
    found = read(module)
    if not 0 < len(found.values) <= SLOTS or len(found.pieces) < 2:
        # The numbers of a single terminal are its parameters.
        return
    fitted = Fitted(found.values, tolerance)
    relations = sum(fitted.take(form) for form in candidates(found, tolerance))
    names = _names(module)
    sizes = overall(found.at(fitted.values), tolerance)
    if _is_cube(sizes, tolerance) and (made := scaled(module, sizes[0][0].value, names, grid)) is not None:
        yield Lifted(with_contacts(made, _MEETS * grid), relations, (("size", sizes[0][0].value),))
        return
    called = {name: names.fresh(name) for name in AXES}
    cuts = sorted(
        (
            _parameter(cut, fitted.values, called[cut.name], grid)
            for cut in cut_sizes(found.at(fitted.values), tolerance)
        ),
        key=lambda one: one.cost,
    )
    all_of = [
        one for ways in sizes if (one := _told(ways, cuts, fitted.values, called[ways[0].name], grid)) is not None
    ]
    for count in range(len(all_of), 0, -1):
        for chosen in sorted(combinations(all_of, count), key=lambda some: sum(one.cost for one in some)):
            yield _lifted(module, chosen, relations, grid)
    for one in cuts[:_CUTS]:
        yield _lifted(module, (one,), relations, grid)
    largest = extent(module)
    if largest > 0.0 and (made := scaled(module, largest, names, grid)) is not None:
        yield Lifted(with_contacts(made, _MEETS * grid), relations, (("size", largest),))


def _lifted(module: tree.Module, chosen: Sequence[_Parameter], relations: int, grid: float) -> Lifted:
    made = rewritten(module, {slot: expr for one in chosen for slot, expr in one.written.items()})
    statements = (*(parameter(one.name, one.value) for one in chosen), *made.statements)
    told = with_contacts(tree.Module(statements, made.comments), _MEETS * grid)
    return Lifted(told, relations, tuple((one.name, one.value) for one in chosen))


def _is_cube(sizes: Sequence[Sequence[Overall]], near: float) -> bool:
    """Whether a model is as high and deep as it is wide."""
    values = [ways[0].value for ways in sizes]
    return len(values) == len("xyz") and max(values) - min(values) <= 2.0 * near


def _told(
    ways: Sequence[Overall], cuts: Sequence[_Parameter], values: Sequence[float], name: str, grid: float
) -> _Parameter | None:
    """A size in the first way that does not hide most numbers; of many numbers only the likeliest is looked at. After
    these it may change at one place, by the first of the cuts of its name.
    """
    made = [_parameter(size, values, name, grid) for k, size in enumerate(ways) if k == 0 or len(size.shares) <= _FEW]
    all_ways = [*made, *(cut for cut in cuts if cut.name == name)]
    return next(
        (one for most in _HIDDEN for one in all_ways if one.written and one.hidden <= most * len(one.written)), None
    )


def _parameter(size: Overall, values: Sequence[float], name: str, grid: float) -> _Parameter:
    """The size of the whole, or that of a piece which grows as the whole does where the program is shorter by it: a
    table is as wide as its top, whatever stands out of that.
    """
    pieces = {rounded(values[s], 0.1 * grid) for s in size.extents if abs(size.shares[s] - 1.0) < _WHOLE}
    bases = [rounded(size.value, 0.1 * grid), *sorted((v for v in pieces if v > _MAIN * size.value), reverse=True)]
    return min((_from(size, base, values, name, grid) for base in bases), key=lambda one: one.cost)


def _from(size: Overall, value: float, values: Sequence[float], name: str, grid: float) -> _Parameter:
    """The parameter whose default is `value`, metres, of what grows with it."""
    following = {s: Following(name, value, share, values[s]) for s, share in size.shares.items()}
    written = {s: one.expression(grid) for s, one in following.items()}
    longer = sum(tokens(expr) - (1 + (values[s] < 0.0)) for s, expr in written.items())
    hidden = sum(one.hides(grid) for one in following.values())
    return _Parameter(name, value, written, hidden, _PARAMETER + longer)


def _names(module: tree.Module) -> Names:
    """All that are taken."""
    names = Names()
    for node in nodes_in(module.statements):
        match node:
            case tree.ShapeStatement(str(name)) | tree.MaterialDefinition(name) | tree.PartDefinition(name):
                names.taken.add(name)
            case tree.For(name) | tree.Param(name):
                names.taken.add(name)
            case _:
                pass
    return names
