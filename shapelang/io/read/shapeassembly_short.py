"""Programs that were written of ShapeAssembly's, in few digits: to be read and edited.

Sizes and places of cuboids are in tenths of a millimetre, angles in ten-thousandths of a degree. Both have, of blocks,
a digit more, and of blocks in blocks two, since they move all that stands in them; steps of arrays stay, since they are
added up. So the middle of a cuboid is √3 · 0.05 mm off, and for each block around it √3 · 0.005 mm or a tenth of that:
less than 0.1 mm.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Final

from shapelang.io.read import written
from shapelang.syntax import tree

_LENGTH: Final = 4
"""Decimals of metres, and of degrees."""

_INNER: Final = 2
"""The most decimals more that places of blocks have."""


def shortened(module: tree.Module) -> tree.Module:
    """The program in few digits: a cuboid's middle and its sizes are within 0.1 mm of what they were."""
    return replace(module, statements=_statements(module.statements, 0))


def _statements(statements: tuple[tree.Statement, ...], depth: int) -> tuple[tree.Statement, ...]:
    return tuple(
        replace(each, shape=_shape(each.shape, depth)) if isinstance(each, tree.ShapeStatement) else each
        for each in statements
    )


def _shape(shape: tree.Shape, depth: int) -> tree.Shape:
    match shape.core:
        case tree.Instance() as core:
            return tree.Shape(_cuboid(core), _modifiers(shape.modifiers, _LENGTH))
        case tree.Block() as core:
            inner = replace(core, statements=_statements(core.statements, depth + 1))
            return tree.Shape(inner, _modifiers(shape.modifiers, _LENGTH + min(depth + 1, _INNER)))
        case tree.Mirror() | tree.Array() as core:
            body = replace(core.body, statements=_statements(core.body.statements, depth))
            return replace(shape, core=replace(core, body=body))
        case _:
            return shape


def _cuboid(core: tree.Instance) -> tree.Instance:
    return replace(core, arguments=tuple(replace(a, value=_short(a.value, _LENGTH)) for a in core.arguments))


def _modifiers(modifiers: tuple[tree.Modifier, ...], digits: int) -> tuple[tree.Modifier, ...]:
    """The same in few digits, without those that move nothing then."""
    nothing, found = tree.Number(0), list[tree.Modifier]()
    for each in modifiers:
        match each:
            case tree.At(tree.Tuple(items)):
                place = tuple(_short(item, digits) for item in items)
                found += [tree.At(tree.Tuple(place))] if place != (nothing,) * 3 else []
            case tree.Rotate(turns):
                short = [replace(turn, angle=_short(turn.angle, digits)) for turn in turns]
                left = tuple(turn for turn in short if turn.angle != nothing)
                found += [tree.Rotate(left)] if left else []
            case _:
                found.append(each)
    return tuple(found)


def _short(value: tree.Expr, digits: int) -> tree.Expr:
    match value:
        case tree.Number(number):
            return written.number(number, digits)
        case tree.Unary("-", tree.Number(number)):
            return written.number(-number, digits)
        case _:
            return value
