"""A block of one shape is that shape."""

from __future__ import annotations

from dataclasses import replace

from shapelang.inference.rounding.grid import rounded
from shapelang.inference.solids.cores import number, plain_vector
from shapelang.syntax import tree


def without_single_block(module: tree.Module, grid: float) -> tree.Module:
    """`lamp = { body = sphere(1) at (0, 1, 0) } at (2, 0, 0)` as `lamp = sphere(1) at (2, 1, 0)`."""
    return replace(module, statements=tuple(_unwrapped(s, grid) for s in module.statements))


def _unwrapped(statement: tree.Statement, grid: float) -> tree.Statement:
    match statement:
        case tree.ShapeStatement(name, tree.Shape(tree.Block((tree.ShapeStatement(own, shape),)), around)):
            modifiers = joined(shape.modifiers, around, grid)
            single = isinstance(shape.core, tree.Instance | tree.SolidBlock)
            made = tree.ShapeStatement(name or own, tree.Shape(shape.core, modifiers or ()))
            return made if single and modifiers else statement
        case _:
            return statement


def joined(
    own: tuple[tree.Modifier, ...], around: tuple[tree.Modifier, ...], grid: float
) -> tuple[tree.Modifier, ...] | None:
    """The modifiers of a shape and of its block; None where more than a move is around it."""
    place = vector_of(around)
    inside = vector_of(own)
    if place is None or inside is None or any(not isinstance(m, tree.At | tree.With) for m in around):
        return None
    at = tree.At(tree.Tuple(tuple(number(rounded(a + b, 0.1 * grid)) for a, b in zip(place, inside, strict=True))))
    turned = tuple(m for m in own if isinstance(m, tree.Rotate | tree.Scale))
    looks = [m for m in (*own, *around) if isinstance(m, tree.With)]
    return (at, *turned, *looks[:1]) if len(turned) + len(looks[:1]) + 1 >= len(own) else None


def vector_of(modifiers: tuple[tree.Modifier, ...]) -> tuple[float, float, float] | None:
    """Where a shape is placed, by plain numbers; the origin where nothing is said."""
    for modifier in modifiers:
        match modifier:
            case tree.At(point):
                return plain_vector(point)
            case tree.Attach() | tree.Between() | tree.Align():
                return None
            case _:
                pass
    return 0.0, 0.0, 0.0
