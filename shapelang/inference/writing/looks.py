"""Materials written where they say most: at each shape, or once at the block of what looks alike."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from dataclasses import replace

from shapelang.syntax import tree


def looks_inward(module: tree.Module) -> tree.Module:
    """Materials at the shapes themselves, none at blocks, mirrors and arrays."""
    return replace(module, statements=tuple(_inward(s, None) for s in module.statements))


def looks_outward(module: tree.Module) -> tree.Module:
    """Of a program whose materials stand at its shapes: each at the outermost block most of whose shapes have it."""
    return replace(module, statements=tuple(_outward(s, None) for s in module.statements))


def _inward(statement: tree.Statement, around: tree.With | None) -> tree.Statement:
    if not isinstance(statement, tree.ShapeStatement):
        return statement
    shape = statement.shape
    look = _look(shape) or around
    core = _inside(shape.core, lambda s: _inward(s, look))
    return replace(statement, shape=replace(_with(shape, look if core is None else None), core=core or shape.core))


def _outward(statement: tree.Statement, around: tree.With | None) -> tree.Statement:
    """`around`: what the blocks around give already."""
    if not isinstance(statement, tree.ShapeStatement):
        return statement
    shape = statement.shape
    looks = _looks(shape)
    most = looks.most_common(1)[0][0] if looks and None not in looks else around
    here = most if _inside(shape.core, lambda s: s) is not None else _look(shape)
    core = _inside(shape.core, lambda s: _outward(s, here))
    return replace(statement, shape=replace(_with(shape, None if here == around else here), core=core or shape.core))


def _looks(shape: tree.Shape) -> Counter[tree.With | None]:
    """How often each material stands in a shape."""
    body = _body(shape.core)
    if body is None:
        return Counter([_look(shape)])
    return sum((_looks(s.shape) for s in body.statements if isinstance(s, tree.ShapeStatement)), Counter())


def _body(core: tree.Core) -> tree.Block | None:
    match core:
        case tree.Block():
            return core
        case tree.Mirror(_, body) | tree.Array(_, _, body) | tree.Ring(_, _, body) | tree.For(_, _, _, body):
            return body
        case _:
            return None


def _inside(core: tree.Core, change: Callable[[tree.Statement], tree.Statement]) -> tree.Core | None:
    """The core with other statements; None where it is no block of shapes."""
    body = _body(core)
    if body is None:
        return None
    made = tree.Block(tuple(change(s) for s in body.statements))
    match core:
        case tree.Mirror() | tree.Array() | tree.Ring() | tree.For():
            return replace(core, body=made)
        case _:
            return made


def _look(shape: tree.Shape) -> tree.With | None:
    return next((m for m in shape.modifiers if isinstance(m, tree.With)), None)


def _with(shape: tree.Shape, look: tree.With | None) -> tree.Shape:
    """The shape with that material, or with none of its own."""
    others = tuple(m for m in shape.modifiers if not isinstance(m, tree.With))
    return replace(shape, modifiers=others if look is None else (*others, look))
