"""Warns of recursion that nothing ends: a part that always comes back to itself."""

from __future__ import annotations

from shapelang.semantics.constants import literal
from shapelang.semantics.context import Context, resolve
from shapelang.semantics.program import Program
from shapelang.syntax import tree


def warn_endless(ctx: Context) -> None:
    """Notes every part of this file that calls itself on every path through its body."""
    calls = {n: {c.name for c in _certain_calls(ctx.program, p.body.statements)} for n, p in ctx.program.parts.items()}
    for name in _endless(calls):
        if _reaches(calls, name, name):
            ctx.findings.warn(
                "W602",
                ctx.program.parts[name].name_span,
                f"'{name}' always calls itself, so it never ends",
                "put the call in an 'if', or give 'choose' an alternative without it",
            )


def _endless(calls: dict[str, set[str]]) -> list[str]:
    """The parts that never end: what is left when those that call nothing are taken away, again and again."""
    callers: dict[str, list[str]] = {}
    open_calls = {name: len(called) for name, called in calls.items()}
    for name, called in calls.items():
        for other in called:
            callers.setdefault(other, []).append(name)
    ending = [name for name, count in open_calls.items() if count == 0]
    for name in ending:
        for caller in callers.get(name, []):
            open_calls[caller] -= 1
            if open_calls[caller] == 0:
                ending.append(caller)
    return [name for name, count in open_calls.items() if count]


def _reaches(calls: dict[str, set[str]], start: str, goal: str) -> bool:
    """Whether the calls that are certain lead from one part to another."""
    seen: set[str] = set()
    waiting = [*calls[start]]
    while waiting:
        name = waiting.pop()
        if name == goal:
            return True
        if name not in seen:
            seen.add(name)
            waiting += calls[name]
    return False


def _certain_calls(program: Program, statements: tuple[tree.Statement, ...]) -> list[tree.PartDefinition]:
    found: list[tree.PartDefinition] = []
    for statement in statements:
        if isinstance(statement, tree.ShapeStatement):
            found += _certain(program, statement.shape.core)
    return found


def _certain(program: Program, core: tree.Core) -> list[tree.PartDefinition]:
    match core:
        case tree.Instance(callee=callee):
            # Files do not use one another in a circle, so only parts of this file can lead back.
            home, part = resolve(program, callee)
            return [part] if part is not None and home is program else []
        case tree.Block(statements=statements):
            return _certain_calls(program, statements)
        case tree.SolidBlock(body=body) | tree.Mirror(body=body) | tree.Array(body=body) | tree.Ring(body=body):
            return _certain_calls(program, body.statements)
        case tree.Choose(alternatives=alternatives):
            return _in_each([_certain(program, a.shape.core) for a in alternatives if literal(a.weight) != 0])
        case tree.If(then=then, otherwise=otherwise) if otherwise is not None:
            return _in_each([_certain(program, then), _certain(program, otherwise)])
        case tree.For(start=start, stop=stop, body=body):
            low, high = literal(start), literal(stop)
            turns = low is not None and high is not None and low < high
            return _certain_calls(program, body.statements) if turns else []
        case _:
            # `if` without `else` and the slices of a split may stay empty.
            return []


def _in_each(branches: list[list[tree.PartDefinition]]) -> list[tree.PartDefinition]:
    return [p for p in branches[0] if all(p in other for other in branches)] if branches else []
