"""What a part reads of the file around it, and which names of a file have a value without running it."""

from __future__ import annotations

from shapelang.semantics.program import Program
from shapelang.semantics.scope import exposed
from shapelang.syntax import tree
from shapelang.syntax.source import Span


def names_in(node: object) -> set[str]:
    """Every bare name that a piece of syntax mentions."""
    return {item.name for item in tree.nodes_in(node) if isinstance(item, tree.Name)}


def file_names(program: Program) -> dict[str, Span]:
    """Where each param, let and material of a file is defined."""
    kinds = (tree.Param, tree.Let, tree.MaterialDefinition)
    return {s.name: s.name_span for s in program.module.statements if isinstance(s, kinds)}


def reads(program: Program, part: tree.PartDefinition) -> set[str]:
    """The params, lets and materials of its file that a part reads, and the parts of the file that it calls."""
    outer = set(file_names(program))
    found: set[str] = set()
    waiting, seen = [part], {id(part)}
    while waiting:
        here = waiting.pop()
        nodes = list(tree.nodes_in(here.body))
        own = {p.name for p in here.parameters} | {n.name for n in nodes if isinstance(n, tree.Let)}
        own |= {n.variable for n in nodes if isinstance(n, tree.For)}
        own |= {n.name for n in nodes if isinstance(n, tree.ShapeStatement) and n.name is not None}
        found |= (names_in(here) & outer) - own
        for node in nodes:
            called = program.parts.get(node.callee[0]) if isinstance(node, tree.Instance) else None
            if called is not None and id(called) not in seen:
                seen.add(id(called))
                waiting.append(called)
    return found


def drawn_names(program: Program) -> set[str]:
    """The params and lets of a file that are drawn, or that hang on one that is."""
    found: set[str] = set()
    for node in program.module.statements:
        if isinstance(node, tree.Param | tree.Let) and (node.drawn or names_in((node.value, node.range)) & found):
            found.add(node.name)
    return found


def constants(program: Program) -> tuple[tree.Statement, ...]:
    """The params, lets and materials that hang neither on a draw nor on a shape: what the file's parts may read."""
    statements = program.module.statements
    unfit = drawn_names(program) | {n for n, entry in exposed(statements).items() if entry.shape is not None}
    found: list[tree.Statement] = []
    for node in statements:
        if isinstance(node, tree.Param | tree.Let | tree.MaterialDefinition):
            if names_in(node) & unfit or node.name in unfit:
                unfit.add(node.name)
            else:
                found.append(node)
    return tuple(found)
