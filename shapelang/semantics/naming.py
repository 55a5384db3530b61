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
    stack: list[object] = [shape.core]
    while stack:
        item = stack.pop()
        if isinstance(item, tree.Choose) or (isinstance(item, tree.Let | tree.Param) and item.drawn):
            return True
        if isinstance(item, tree.Instance):
            home, part = resolve(program, item.callee)
            if home is not None and _callee_draws(home, part, seen):
                return True
        elif isinstance(item, tuple):
            stack.extend(item)  # pyright: ignore[reportUnknownArgumentType]
        elif type(item).__module__ == tree.__name__:
            stack.extend(getattr(item, slot) for slot in type(item).__slots__)  # pyright: ignore[reportAttributeAccessIssue]
    return False


def _callee_draws(home: Program, part: tree.PartDefinition | None, seen: frozenset[int]) -> bool:
    statements = home.module.statements if part is None else part.body.statements
    if id(statements) in seen:
        return False
    block = tree.Shape(tree.Block(tuple(s for s in statements if not isinstance(s, tree.PartDefinition))), ())
    return draws(home, block, seen | {id(statements)})
