"""What shapes are called when the text gives them no name, and whether running them can draw anything."""

from __future__ import annotations

from functools import lru_cache
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
    """Whether running a shape can draw anything at random."""
    at_once, called = _draws_and_calls(program, shape.core)
    return at_once or not called.isdisjoint(_drawing_parts(program))


@lru_cache(maxsize=256)
def _drawing_parts(program: Program) -> frozenset[str]:
    """The parts of a file that draw, themselves or through others; each body is looked at once."""
    callers: dict[str, list[str]] = {}
    waiting: list[str] = []
    for name, part in program.parts.items():
        at_once, called = _draws_and_calls(program, part.body)
        if at_once:
            waiting.append(name)
        for other in called:
            callers.setdefault(other, []).append(name)
    found: set[str] = set()
    while waiting:
        name = waiting.pop()
        if name not in found:
            found.add(name)
            waiting += callers.get(name, [])
    return frozenset(found)


@lru_cache(maxsize=256)
def _file_draws(program: Program) -> bool:
    """Whether running a used file as a part can draw anything."""
    statements = tuple(s for s in program.module.statements if not isinstance(s, tree.PartDefinition))
    return draws(program, tree.Shape(tree.Block(statements), ()))


def _draws_and_calls(program: Program, syntax: object) -> tuple[bool, set[str]]:
    """Whether a piece of syntax draws, itself or through other files, and which parts of its own file it calls."""
    called: set[str] = set()
    for node in tree.nodes_in(syntax):
        if isinstance(node, tree.Choose) or (isinstance(node, tree.Let | tree.Param) and node.drawn):
            return True, called
        if isinstance(node, tree.Instance):
            home, part = resolve(program, node.callee)
            if home is program and part is not None:
                called.add(part.name)
            elif home is not None and (_file_draws(home) if part is None else part.name in _drawing_parts(home)):
                return True, called
    return False, called
