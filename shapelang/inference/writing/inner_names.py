"""One shape alone in a block or part that has a name needs none of its own."""

from __future__ import annotations

from dataclasses import replace

from shapelang.inference.writing.naming import ROLES
from shapelang.inference.writing.titles import bare
from shapelang.syntax import tree
from shapelang.syntax.tree import nodes_in


def without_inner_names(module: tree.Module) -> tree.Module:
    """`leg_1 = { cuboid(…) }` for `leg_1 = { post_2 = cuboid(…) }`, and parts alike.

    A name goes that is a role, or that of what is around it with another number; one that anything refers to stays.
    """
    used = {node.name for node in nodes_in(module.statements) if isinstance(node, tree.Name | tree.Member)}
    return replace(module, statements=tuple(_statement(s, used) for s in module.statements))


def _statement(statement: tree.Statement, used: set[str]) -> tree.Statement:
    match statement:
        case tree.PartDefinition(name, _, body):
            return replace(statement, body=_body(body, name, used))
        case tree.ShapeStatement(name, shape):
            return replace(statement, shape=replace(shape, core=_core(shape.core, name, used)))
        case _:
            return statement


def _core(core: tree.Core, name: str | None, used: set[str]) -> tree.Core:
    match core:
        case tree.Block():
            return _body(core, name, used)
        case tree.Mirror() | tree.Array() | tree.Ring() | tree.For():
            return replace(core, body=_body(core.body, None, used))
        case _:
            return core


def _body(body: tree.Block, around: str | None, used: set[str]) -> tree.Block:
    match body.statements:
        case (tree.ShapeStatement(str(name), tree.Shape(tree.Instance() | tree.SolidBlock())) as only,) if (
            around is not None and name not in used and bare(name) in {*ROLES, bare(around)}
        ):
            return replace(body, statements=(replace(only, name=None),))
        case statements:
            return replace(body, statements=tuple(_statement(s, used) for s in statements))
