"""What shapes are called when the text gives them no name, and whether running them can draw anything."""

from __future__ import annotations

from typing import assert_never

from shapelang.semantics.context import resolve
from shapelang.semantics.program import Program
from shapelang.syntax import tree


def alternative_name(alternative: tree.Alternative) -> str:
    """The name that an alternative is known by: its own, or its callee's."""
    if alternative.name is not None:
        return alternative.name
    return default_name(alternative.shape.core)


def default_name(core: tree.Core) -> str:
    """The name of a shape that has none of its own."""
    match core:
        case tree.Instance(callee=callee):
            return callee[-1]
        case tree.SolidBlock(operator=operator):
            return operator
        case tree.Block(statements=statements):
            return "block" if statements else "empty"
        case tree.Mirror():
            return "mirror"
        case tree.Array():
            return "array"
        case tree.Ring():
            return "ring"
        case tree.For():
            return "for"
        case tree.If():
            return "if"
        case tree.Choose():
            return "choose"
        case tree.Split():
            return "split"
    assert_never(core)


def draws(program: Program, shape: tree.Shape, seen: frozenset[int] = frozenset()) -> bool:
    """Whether running a shape can draw anything at random."""
    for node in tree.nodes_in(shape.core):
        if isinstance(node, tree.Choose) or (isinstance(node, tree.Let | tree.Param) and node.drawn):
            return True
        if isinstance(node, tree.Instance):
            home, part = resolve(program, node.callee)
            if home is not None and _callee_draws(home, part, seen):
                return True
    return False


def _callee_draws(home: Program, part: tree.PartDefinition | None, seen: frozenset[int]) -> bool:
    statements = home.module.statements if part is None else part.body.statements
    if id(statements) in seen:
        return False
    block = tree.Shape(tree.Block(tuple(s for s in statements if not isinstance(s, tree.PartDefinition))), ())
    return draws(home, block, seen | {id(statements)})
