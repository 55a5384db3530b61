"""A program of plain numbers becomes one with parameters, where that explains its numbers."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, final

from shapelang.inference.lift.expressions import Writer
from shapelang.inference.lift.forms import Form
from shapelang.inference.lift.parameters import Derived, derived
from shapelang.inference.lift.pieces import read, rewritten
from shapelang.inference.lift.relations import Fitted, candidates
from shapelang.inference.lift.room import room
from shapelang.inference.lift.sound import alike
from shapelang.inference.naming import Names
from shapelang.inference.plain import rounded
from shapelang.inference.program import number
from shapelang.syntax import tree
from shapelang.syntax.tree import nodes_in

MOST: Final = 12
"""Parameters of one program."""

SLOTS: Final = 600
"""Numbers of a program that is lifted: the relations among more cost too much time."""

_TOLERANCE: Final = 1.5
"""Of the grid: by how much a number may move, to be what it follows from."""

_MOVED: Final = 6.0
"""Of the grid: by how much a corner may, which is a sum of up to four numbers."""

_LEAST: Final = 4.0
"""Tolerances that a number must have, to be written as what it follows from."""

_PARAMETER: Final = 10
"""Tokens of `param name = 1 in [0.5, 2]`."""


@final
@dataclass(frozen=True, slots=True)
class Lifted:
    """The program, and what was found: relations among its numbers, and the parameters' names with their values."""

    module: tree.Module
    relations: int
    parameters: tuple[tuple[str, float], ...]


def with_parameters(module: tree.Module, grid: float) -> tree.Module:
    """The program with parameters where they explain its numbers, within 1.5 of the grid that these are written on.

    How long it may become is in `room.py`; a lift that moved an instance would be left out.
    """
    made = lifted(module, _TOLERANCE * grid, grid, room(module, grid)).module
    return made if made is module or alike(module, made, _MOVED * grid) else module


def lifted(module: tree.Module, tolerance: float, grid: float, spare: int) -> Lifted:
    """The program with parameters. Its numbers move by at most `tolerance`, metres; they are written on `grid`.

    `spare`: tokens that it may be longer by.
    """
    found = read(module)
    if not 0 < len(found.values) <= SLOTS:
        return Lifted(module, 0, ())
    fitted = Fitted(found.values, tolerance)
    relations = [form for form in candidates(found, tolerance) if fitted.take(form)]
    space = derived(found, relations)
    values = tuple(quantity.form.at(fitted.values) for quantity in space.quantities)
    named = _named(space, values, spare)
    names = _fresh_names(module, space, named)
    writer = Writer(values, names, grid)
    # What is next to nothing is no difference of large numbers.
    written = {
        k: writer.expression(form) for k, form in enumerate(space.slots) if abs(found.values[k]) > _LEAST * tolerance
    }
    parameters = [(names[k], rounded(values[k], 0.1 * grid)) for k in sorted(named)]
    made = rewritten(module, written)
    statements = (*(_parameter(name, value) for name, value in parameters), *made.statements)
    return Lifted(tree.Module(statements, made.comments), len(relations), tuple(parameters))


def _named(space: Derived, values: Sequence[float], spare: int) -> frozenset[int]:
    """The quantities to name: those that most numbers follow from, as far as the tokens allow."""
    uses = Counter(k for form in space.slots for k in form.terms)
    order = sorted((k for k in uses if uses[k] > 1 and values[k] > 0.0), key=lambda k: (-uses[k], k))
    chosen = order[:MOST]
    while chosen and _cost(space, frozenset(chosen)) > spare:
        chosen.pop()
    named = frozenset(chosen)
    for k in order[len(chosen) :]:
        if len(named) < MOST and _cost(space, named | {k}) <= spare:
            named |= {k}
    return named


def _cost(space: Derived, named: frozenset[int]) -> int:
    return _PARAMETER * len(named) + _longer(space, named)


def _longer(space: Derived, named: frozenset[int]) -> int:
    """Tokens that the numbers take more than before."""
    return sum(_length(form, named) - 1 for form in space.slots)


def _length(form: Form, named: frozenset[int]) -> int:
    mine = [c for k, c in form.terms.items() if k in named]
    terms = len(mine) + (len(mine) < len(form.terms))
    return max(1, 2 * terms - 1 + sum(2 * (c.denominator != 1 or abs(c.numerator) != 1) for c in mine))


def _fresh_names(module: tree.Module, space: Derived, named: frozenset[int]) -> dict[int, str]:
    names = Names()
    for node in nodes_in(module.statements):
        match node:
            case tree.ShapeStatement(str(name)) | tree.MaterialDefinition(name) | tree.PartDefinition(name):
                names.taken.add(name)
            case tree.For(variable):
                names.taken.add(variable)
            case _:
                pass
    return {k: names.fresh(space.quantities[k].name) for k in sorted(named)}


def _parameter(name: str, value: float) -> tree.Param:
    low, high = (float(f"{value * factor:.1g}") for factor in (0.5, 2.0))
    return tree.Param(name, None, number(value), False, tree.List((number(min(low, value)), number(max(high, value)))))
