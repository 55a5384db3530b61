"""A part that is called at one place stands there."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import replace

from shapelang.inference.rewrites.single import joined
from shapelang.syntax import tree
from shapelang.syntax.tree import nodes_in


def without_single_calls(module: tree.Module, grid: float) -> tree.Module:
    """`part rung() { bar = cuboid(1, 2, 3) }`, called once, as `rung = cuboid(1, 2, 3)` where the call stood.

    Only parts of one shape, which are moved and no more. `grid`: metres that numbers are written on.
    """
    calls = Counter(node.callee for node in nodes_in(module.statements) if isinstance(node, tree.Instance))
    once: dict[str, tree.ShapeStatement] = {}
    for statement in module.statements:
        match statement:
            case tree.PartDefinition(name, (), tree.Block((tree.ShapeStatement() as only,))) if calls[(name,)] == 1:
                once[name] = only
            case _:
                pass
    made = tuple(_statement(s, once, grid) for s in module.statements)
    left = {node.callee for node in nodes_in(made) if isinstance(node, tree.Instance)}
    kept = (s for s in made if not (isinstance(s, tree.PartDefinition) and s.name in once and (s.name,) not in left))
    return replace(module, statements=tuple(kept))


def _statement(statement: tree.Statement, once: Mapping[str, tree.ShapeStatement], grid: float) -> tree.Statement:
    match statement:
        case tree.ShapeStatement(name, tree.Shape(tree.Instance((part,)), around)) if part in once:
            shape = once[part].shape
            modifiers = joined(shape.modifiers, around, grid)
            single = isinstance(shape.core, tree.Instance | tree.SolidBlock)
            made = tree.ShapeStatement(name or part, tree.Shape(shape.core, modifiers or ()))
            return made if single and modifiers is not None else statement
        case tree.ShapeStatement(_, shape):
            return replace(statement, shape=replace(shape, core=_core(shape.core, once, grid)))
        case _:
            return statement


def _core(core: tree.Core, once: Mapping[str, tree.ShapeStatement], grid: float) -> tree.Core:
    match core:
        case tree.Mirror() | tree.Array() | tree.Ring() | tree.For() | tree.SolidBlock():
            return replace(core, body=_block(core.body, once, grid))
        case tree.Block():
            return _block(core, once, grid)
        case _:
            return core


def _block(block: tree.Block, once: Mapping[str, tree.ShapeStatement], grid: float) -> tree.Block:
    return replace(block, statements=tuple(_statement(s, once, grid) for s in block.statements))
