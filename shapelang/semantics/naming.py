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


def draws(program: Program, shape: tree.Shape) -> bool:
    """Whether running a shape can draw anything at random. Each part is looked at once, however many calls reach it."""
    waiting: list[tuple[Program, object]] = [(program, shape.core)]
    seen: set[int] = set()
    while waiting:
        home, syntax = waiting.pop()
        for node in tree.nodes_in(syntax):
            if isinstance(node, tree.Choose) or (isinstance(node, tree.Let | tree.Param) and node.drawn):
                return True
            if isinstance(node, tree.Instance):
                called, part = resolve(home, node.callee)
                if called is not None:
                    statements = called.module.statements if part is None else part.body.statements
                    if id(statements) not in seen:
                        seen.add(id(statements))
                        waiting.append((called, tuple(s for s in statements if not isinstance(s, tree.PartDefinition))))
    return False
