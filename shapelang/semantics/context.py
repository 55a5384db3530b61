"""What the checker carries through one module."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import final

from shapelang.semantics.findings import Findings
from shapelang.semantics.program import Program
from shapelang.semantics.scope import Exposed, ValueEntry, exposed, shown
from shapelang.semantics.types import Type
from shapelang.syntax import tree


@final
@dataclass(slots=True)
class Context:
    """One module under check: its program (whose tables are being filled) and its findings."""

    program: Program
    findings: Findings
    types: dict[int, Type]
    labels: dict[int, str]
    histories: set[int]
    """Index expressions that reach an earlier turn of the loop they stand in."""
    used: set[str] = field(default_factory=set[str])
    """Parts and aliases that something refers to."""
    broken: set[str] = field(default_factory=set[str])
    """Aliases of files that could not be loaded, and names of statements that could not be read: that was said once."""
    mentioned: set[str] = field(default_factory=set[str])
    """Every bare name that an expression reads."""
    inner_values: list[tuple[str, ValueEntry]] = field(default_factory=list[tuple[str, ValueEntry]])
    """The lets and part parameters of all inner bodies, in the order of the text."""
    nameless: dict[int, dict[str, tree.Shape]] = field(default_factory=dict[int, dict[str, tree.Shape]])
    """The first shape without a name, by name space and callee."""


@final
@dataclass(frozen=True, slots=True)
class View:
    """A shape as seen through a path: its syntax, the module it was written in, and the indices still missing."""

    shape: tree.Shape
    program: Program
    depth: int


def members(view: View) -> dict[str, View | tree.Let]:
    """What a shape shows after a dot: shapes, and lets that may be anchors."""
    core = view.shape.core
    match core:
        case tree.Instance(callee=callee):
            return _callee_members(view.program, callee)
        case tree.Block(statements=statements):
            return _views(exposed(statements), statements, view.program)
        case tree.SolidBlock():
            return {}
        case tree.Choose(alternatives=alternatives):
            found: dict[str, View | tree.Let] = {}
            for alternative in alternatives:
                found |= members(View(alternative.shape, view.program, 0))
            return found
        case _:
            return _views(shown(core, 0), (), view.program)


def _callee_members(program: Program, callee: tuple[str, ...]) -> dict[str, View | tree.Let]:
    home, part = resolve(program, callee)
    if home is None:
        return {}
    statements = home.module.statements if part is None else part.body.statements
    return _views(exposed(statements), statements, home)


def resolve(program: Program, callee: tuple[str, ...]) -> tuple[Program | None, tree.PartDefinition | None]:
    """The module and part that a callee names; (None, None) for a primitive or an unknown name.

    A used program itself is (its module, None).
    """
    name, *rest = callee
    home = program.uses.get(name)
    if not rest:
        part = program.parts.get(name)
        return (home, None) if part is None else (program, part)
    if home is None or len(rest) > 1:
        return (None, None) if home is None else resolve(home, tuple(rest))
    part = home.parts.get(rest[0])
    return (None, None) if part is None else (home, part)


def _views(
    names: dict[str, Exposed], statements: tuple[tree.Statement, ...], program: Program
) -> dict[str, View | tree.Let]:
    lets = {s.name: s for s in statements if isinstance(s, tree.Let)}
    found: dict[str, View | tree.Let] = {}
    for name, entry in names.items():
        if entry.shape is not None:
            found[name] = View(entry.shape, program, entry.depth)
        elif name in lets:
            found[name] = lets[name]
    return found
