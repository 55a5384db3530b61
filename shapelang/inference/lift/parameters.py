"""Parameters as they stand in a program."""

from __future__ import annotations

from dataclasses import replace

from shapelang.inference.rounding.grid import rounded
from shapelang.inference.solids.cores import number
from shapelang.inference.writing.naming import Names
from shapelang.syntax import tree


def parameter(name: str, value: float) -> tree.Param:
    """`param name = value in [low, high]`: from half of it to twice."""
    low, high = (float(f"{value * factor:.1g}") for factor in (0.5, 2.0))
    span = tree.List((number(min(low, value)), number(max(high, value))))
    return tree.Param(name, None, number(value), False, span)


def scaled(module: tree.Module, size: float, names: Names, grid: float) -> tree.Module | None:
    """The program with all of its model scaled by one size, metres; None where the model is no one block.

    What is as wide as high and deep is scaled as a whole, thicknesses too.
    """
    shapes = [s for s in module.statements if isinstance(s, tree.ShapeStatement)]
    match shapes:
        case [tree.ShapeStatement(_, tree.Shape(tree.Block(), modifiers)) as model]:
            value = rounded(size, 0.1 * grid)
            name = names.fresh("size")
            by = tree.Scale(tree.Binary("/", tree.Name(name), number(value)))
            whole = replace(model, shape=replace(model.shape, modifiers=(*modifiers, by)))
            rest = (whole if s is model else s for s in module.statements)
            return replace(module, statements=(parameter(name, value), *rest))
        case _:
            return None
