"""Pieces that are equal up to numbers become one part with arguments, where the program is shorter by it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import count
from typing import Final, TypeAlias, final

from shapelang.deadline import NEVER, Deadline
from shapelang.inference.description.tokens import token_count
from shapelang.inference.generalizing.arguments import Arguments, arguments_of
from shapelang.inference.generalizing.templates import Piece, Template, generalization, signature
from shapelang.inference.rewrites.scene import Scene, one, scene_of
from shapelang.inference.rounding.grid import rounded
from shapelang.inference.solids.cores import number, plain_vector
from shapelang.inference.writing.naming import Names
from shapelang.inference.writing.titles import bare
from shapelang.syntax import tree
from shapelang.syntax.printer import print_module
from shapelang.syntax.tree import nodes_in

_MOVED: Final = 0.5
"""Of the grid: by how much a corner may move."""

_MOST: Final = 6
_SHARE: Final = 0.5
"""Arguments of a part, and of its numbers: one that needs more has little in common."""

_PARTS: Final = 8
"""Parts that are made of one program."""

Where: TypeAlias = tuple[int, ...]
"""The way to a shape: numbers of statements, from outside in."""


@final
@dataclass(frozen=True, slots=True)
class _Made:
    """A program with one more part, and its tokens."""

    module: tree.Module
    tokens: int


def with_parts(module: tree.Module, grid: float, deadline: Deadline = NEVER) -> tree.Module:
    """The program with parts that have arguments, as long as each makes it shorter.

    `grid`: metres that numbers are written on. Its instances are the same, no corner further off than half of that.
    """
    before = scene_of(module)
    for _ in range(_PARTS):
        if before is None or deadline.late():
            return module
        better = _best(module, before, grid, deadline)
        if better is None:
            return module
        module = better
    return module


def _best(module: tree.Module, before: Scene, grid: float, deadline: Deadline) -> tree.Module | None:
    """The shortest program with one more part that is sound; None where none is shorter."""
    now = token_count(print_module(module))
    made = [one for family in _families(module) if not deadline.late() for one in _ways(module, family, grid)]
    for one_more in sorted(made, key=lambda m: m.tokens):
        if one_more.tokens >= now or deadline.late():
            return None
        after = scene_of(one_more.module)
        if after is not None and one(before, after, _MOVED * grid):
            return one_more.module
    return None


def _families(module: tree.Module) -> list[list[Where]]:
    """The ways to shapes of one form, two at least."""
    found: dict[object, list[Where]] = {}
    for where, statement in _shapes(module.statements, ()):
        core = statement.shape.core
        if not (isinstance(core, tree.Instance) and not core.arguments):
            found.setdefault(signature(_piece(statement)), []).append(where)
    return [family for family in found.values() if len(family) > 1]


def _shapes(statements: Sequence[tree.Statement], around: Where) -> Iterator[tuple[Where, tree.ShapeStatement]]:
    for k, statement in enumerate(statements):
        match statement:
            case tree.ShapeStatement(_, shape):
                yield (*around, k), statement
                yield from _shapes(_inside(shape.core), (*around, k))
            case tree.PartDefinition(_, (), body):
                yield from _shapes(body.statements, (*around, k))
            case _:
                pass


def _inside(core: tree.Core) -> tuple[tree.Statement, ...]:
    match core:
        case tree.Mirror() | tree.Array() | tree.Ring() | tree.SolidBlock():
            return core.body.statements
        case tree.Block(statements):
            return statements
        case _:
            return ()


def _piece(statement: tree.ShapeStatement) -> tree.ShapeStatement:
    """What may be a part: a shape about its own origin, as it is turned."""
    return replace(statement, shape=replace(statement.shape, modifiers=_turns(statement)))


def _turns(statement: tree.ShapeStatement) -> tuple[tree.Modifier, ...]:
    return tuple(m for m in statement.shape.modifiers if isinstance(m, tree.Rotate))


def _ways(module: tree.Module, family: Sequence[Where], grid: float) -> Iterator[_Made]:
    """Programs in which all of a family, or some of it, are calls of one part."""
    statements = {where: _at(module.statements, where) for where in family}
    for chosen in _chosen([*statements.values()]):
        members = [family[k] for k in chosen]
        for moved in (False, True):
            told = [_recentred(statements[w], grid) if moved else statements[w] for w in members]
            if all(told):
                made = _called(module, dict(zip(members, [t for t in told if t is not None], strict=True)), grid)
                if made is not None:
                    yield _Made(made, token_count(print_module(made)))


def _chosen(statements: Sequence[tree.ShapeStatement]) -> list[tuple[int, ...]]:
    """Which members of a family to take: all, and those that share most numbers with one of them."""
    every = tuple(range(len(statements)))
    found = [every]
    template = generalization([(_piece(s),) for s in statements])
    if template is None or len(every) == 2:
        return found
    for column in template.columns:
        groups = Counter(repr(item) for item in column.items)
        for value, size in groups.items():
            if size > 1:
                found.append(tuple(k for k in every if repr(column.items[k]) == value))
    return list(dict.fromkeys(found))


def _called(module: tree.Module, members: dict[Where, tree.ShapeStatement], grid: float) -> tree.Module | None:
    """The program with a part of which all members are calls."""
    pieces: list[Piece] = [(_piece(s),) for s in members.values()]
    template = generalization(pieces)
    names = _taken(module)
    told = None if template is None else arguments_of(template, names, grid)
    if template is None or told is None or not 0 < len(told.parameters) <= min(_MOST, _SHARE * template.size):
        return None
    title = _title([*members.values()], names)
    calls = zip(members.items(), told.calls, strict=True)
    changed = {where: _call(s, title, arguments) for (where, s), arguments in calls}
    statements = _replaced(module.statements, (), changed)
    at = next((k for k, s in enumerate(statements) if isinstance(s, tree.ShapeStatement | tree.PartDefinition)), 0)
    part = _definition(template, told, title)
    return replace(module, statements=(*statements[:at], part, *statements[at:]))


def _definition(template: Template, told: Arguments, title: str) -> tree.PartDefinition:
    inside: tuple[tree.Statement, ...] = tuple(replace(s, name=None) for s in template.filled(told.filled))
    match inside:
        case (tree.ShapeStatement(_, tree.Shape(tree.Block(statements), ())),):
            inside = statements
        case _:
            pass
    return tree.PartDefinition(title, told.parameters, tree.Block(inside))


def _call(statement: tree.ShapeStatement, title: str, arguments: Sequence[tree.Expr]) -> tree.ShapeStatement:
    """A piece as a call; one that would be called as the part is needs no name."""
    left = tuple(m for m in statement.shape.modifiers if not isinstance(m, tree.Rotate))
    core = tree.Instance((title,), tuple(tree.Argument(None, a) for a in arguments))
    name = None if statement.name is not None and bare(statement.name) == bare(title) else statement.name
    return tree.ShapeStatement(name, tree.Shape(core, left))


def _title(members: Sequence[tree.ShapeStatement], names: Names) -> str:
    """What most members are called, or what they are."""
    words = Counter(bare(s.name) for s in members if s.name is not None)
    word, often = words.most_common(1)[0] if words else ("", 0)
    wish = word if 2 * often > len(members) else _kind(members[0].shape.core)
    return next(f for k in count(1) if (f := wish if k == 1 else f"{wish}_{k}") not in names.taken)


def _kind(core: tree.Core) -> str:
    match core:
        case tree.Mirror():
            return "pair"
        case tree.Array():
            return "row"
        case tree.Ring():
            return "circle"
        case _:
            return "piece"


def _taken(module: tree.Module) -> Names:
    """The names that a part and its arguments may not have: those of params, materials and parts."""
    names = Names()
    for node in nodes_in(module.statements):
        match node:
            case tree.MaterialDefinition(name) | tree.PartDefinition(name) | tree.Param(name) | tree.For(name):
                names.taken.add(name)
            case _:
                pass
    return names


def _recentred(statement: tree.ShapeStatement, grid: float) -> tree.ShapeStatement | None:
    """A solid or a block about the middle of its first shape, placed where that stood; None where it has no plain place
    of its own or is turned.
    """
    shape = statement.shape
    inside = _inside(shape.core)
    if _turns(statement) or not isinstance(shape.core, tree.SolidBlock | tree.Block) or not inside:
        return None
    places = [_place(s) for s in inside]
    own = _place(statement)
    origin = places[0]
    if own is None or origin is None or not any(origin):
        return None
    moved = [None if p is None else _placed(s, p, origin, -1.0, grid) for s, p in zip(inside, places, strict=True)]
    if any(m is None for m in moved):
        return None
    made = _with_inside(shape.core, tuple(m for m in moved if m is not None))
    return _placed(replace(statement, shape=replace(shape, core=made)), own, origin, 1.0, grid)


def _place(statement: tree.Statement) -> tuple[float, float, float] | None:
    """Where a shape that is placed by plain numbers alone stands."""
    match statement:
        case tree.ShapeStatement(_, tree.Shape(tree.Instance() | tree.SolidBlock() | tree.Block(), modifiers)):
            points = [m.point for m in modifiers if isinstance(m, tree.At)]
        case _:
            return None
    plain = all(isinstance(m, tree.At | tree.Rotate | tree.With | tree.Tagged) for m in modifiers)
    return None if not plain else plain_vector(points[0]) if points else (0.0, 0.0, 0.0)


_Place: TypeAlias = tuple[float, float, float]


def _placed(s: tree.Statement, at: _Place, by: _Place, sign: float, grid: float) -> tree.ShapeStatement | None:
    if not isinstance(s, tree.ShapeStatement):
        return None
    place = [rounded(a + sign * b, 0.01 * grid) for a, b in zip(at, by, strict=True)]
    others = tuple(m for m in s.shape.modifiers if not isinstance(m, tree.At))
    here = (tree.At(tree.Tuple(tuple(map(number, place)))),) if any(place) else ()
    return replace(s, shape=replace(s.shape, modifiers=(*here, *others)))


def _at(statements: Sequence[tree.Statement], where: Where) -> tree.ShapeStatement:
    statement = statements[where[0]]
    match statement:
        case tree.ShapeStatement(_, shape):
            return statement if len(where) == 1 else _at(_inside(shape.core), where[1:])
        case tree.PartDefinition(_, _, body):
            return _at(body.statements, where[1:])
        case _:
            raise ValueError("no shape stands there")


def _replaced(
    statements: Sequence[tree.Statement], around: Where, changed: dict[Where, tree.ShapeStatement]
) -> tuple[tree.Statement, ...]:
    def new(k: int, statement: tree.Statement) -> tree.Statement:
        where = (*around, k)
        if where in changed:
            return changed[where]
        match statement:
            case tree.ShapeStatement(_, shape) if _inside(shape.core):
                inner = _replaced(_inside(shape.core), where, changed)
                return replace(statement, shape=replace(shape, core=_with_inside(shape.core, inner)))
            case tree.PartDefinition(_, (), body):
                return replace(statement, body=replace(body, statements=_replaced(body.statements, where, changed)))
            case _:
                return statement

    return tuple(new(k, s) for k, s in enumerate(statements))


def _with_inside(core: tree.Core, statements: tuple[tree.Statement, ...]) -> tree.Core:
    match core:
        case tree.Mirror() | tree.Array() | tree.Ring() | tree.SolidBlock():
            return replace(core, body=replace(core.body, statements=statements))
        case tree.Block():
            return replace(core, statements=statements)
        case _:
            return core
