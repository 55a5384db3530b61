"""Names that say something: many of one name become one block of that name, and what has no role has no name."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Final

from shapelang.inference.writing.looks import looks_inward, looks_outward
from shapelang.inference.writing.naming import ROLES, UNTOLD
from shapelang.syntax import tree
from shapelang.syntax.tree import nodes_in

_NOT_A_NAME: Final = " "
"""Behind the name of a part that is called, or of a loop's number: nothing may be called so again."""

_MANY: Final = 3
"""Shapes that the mesh calls by one name, from which on they are one block."""


def titled(module: tree.Module) -> tree.Module:
    """The program with plainer names: `lid = { … }` for `lid`, `lid_2`, `lid_3`; no `block_7`; one shape needs none."""
    grouped = looks_outward(replace(looks_inward(module), statements=_titled(module)))
    return replace(grouped, statements=tuple(_untold(s) for s in _alone(grouped.statements)))


def _titled(module: tree.Module) -> tuple[tree.Statement, ...]:
    statements = looks_inward(module).statements
    shapes = [s for s in statements if isinstance(s, tree.ShapeStatement)]
    match shapes:
        case [tree.ShapeStatement(_, tree.Shape(tree.Block(inside), _)) as whole]:
            made = replace(whole, shape=replace(whole.shape, core=tree.Block(_gathered(inside))))
            return tuple(made if s is whole else s for s in statements)
        case _:
            return _gathered(statements)


def _gathered(statements: Sequence[tree.Statement]) -> tuple[tree.Statement, ...]:
    """What the mesh calls by one name in a block of that name, where the first of it stood."""
    titles = [_title(s) for s in statements]
    counts = Counter(title for title in titles if title is not None)
    many = {title for title, count in counts.items() if count >= _MANY and title not in ROLES}
    made: list[tree.Statement] = []
    done: set[str] = set()
    for statement, title in zip(statements, titles, strict=True):
        if title is None or title not in many:
            made.append(statement)
        elif title not in done:
            done.add(title)
            members = [s for s, other in zip(statements, titles, strict=True) if other == title]
            block = tree.Block(tuple(_nameless(s) for s in members))
            made.append(tree.ShapeStatement(_shortest(members), tree.Shape(block, ())))
    return tuple(made)


def _title(statement: tree.Statement) -> str | None:
    """The one name, without its number, of all shapes in a statement."""
    found = {bare(name) for name in _names(statement)}
    one = found.pop() if len(found) == 1 and isinstance(statement, tree.ShapeStatement) else None
    return None if one is None or one.endswith(_NOT_A_NAME) else one


def _names(statement: tree.Statement) -> Iterator[str]:
    for node in nodes_in(statement):
        match node:
            case tree.ShapeStatement(str(name)):
                yield name
            case tree.Instance((name,), ()) | tree.For(name):
                # A part that is called, or a loop: not what the mesh calls one thing.
                yield name + _NOT_A_NAME
            case _:
                pass


def bare(name: str) -> str:
    """A name without its number."""
    return re.sub(r"_\d+$", "", name)


def _shortest(statements: Sequence[tree.Statement]) -> str:
    return min((name for s in statements for name in _names(s)), key=lambda name: (len(name), name))


def _nameless(statement: tree.Statement) -> tree.Statement:
    if not isinstance(statement, tree.ShapeStatement):
        return statement
    shape = statement.shape
    match shape.core:
        case tree.Mirror() | tree.Array() | tree.Ring():
            inside = tuple(_nameless(s) for s in shape.core.body.statements)
            core = replace(shape.core, body=replace(shape.core.body, statements=inside))
            return replace(statement, name=None, shape=replace(shape, core=core))
        case _:
            return replace(statement, name=None)


def _alone(statements: tuple[tree.Statement, ...]) -> tuple[tree.Statement, ...]:
    """The one shape of a program is the model: its name is that of the file."""
    shapes = [s for s in statements if isinstance(s, tree.ShapeStatement)]
    match shapes:
        case [tree.ShapeStatement(str(), tree.Shape(tree.Instance() | tree.SolidBlock()))]:
            return tuple(replace(s, name=None) if isinstance(s, tree.ShapeStatement) else s for s in statements)
        case _:
            return statements


def _untold(statement: tree.Statement) -> tree.Statement:
    """Without the names that say no more than what it is."""
    match statement:
        case tree.ShapeStatement(name, tree.Shape(tree.Instance() | tree.SolidBlock())):
            return replace(statement, name=None) if name is not None and bare(name) in UNTOLD else statement
        case tree.ShapeStatement(_, tree.Shape(core)):
            return replace(statement, shape=replace(statement.shape, core=_untold_core(core)))
        case tree.PartDefinition(_, _, body):
            return replace(statement, body=replace(body, statements=tuple(_untold(s) for s in body.statements)))
        case _:
            return statement


def _untold_core(core: tree.Core) -> tree.Core:
    match core:
        case tree.Mirror() | tree.Array() | tree.Ring() | tree.For():
            inside = tuple(_untold(s) for s in core.body.statements)
            return replace(core, body=replace(core.body, statements=inside))
        case tree.Block(statements):
            return replace(core, statements=tuple(_untold(s) for s in statements))
        case _:
            return core
