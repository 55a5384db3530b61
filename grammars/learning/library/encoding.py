"""Programs as terms.

What an abstraction may hold is told part by part: expressions, placed shapes, blocks and rows of statements. `choose`,
`if`, `split`, draws, params and the like are one head with all that is in them, which stands in no abstraction.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, fields
from typing import Any, Final, final

from grammars.learning.library.forms import Form, FormKind, slot
from grammars.learning.library.rewriting import END
from grammars.learning.library.terms import Head, Pool
from shapelang.primitives.table import PRIMITIVE_BY_KIND
from shapelang.stack import deep_stack
from shapelang.syntax import tree

SEQUENCE: Final = Head(Form("sequence", None), whole=True, sequence=True)
LETTING: Final = Head(Form("sequence", None), sequence=True)
"""The sequence behind a statement that no abstraction begins with."""

_NONE: Final[frozenset[str]] = frozenset()


@final
@dataclass(frozen=True, slots=True)
class _Said:
    """A term, the names that it binds, how often it reads which, and whether a size in it is left open."""

    term: int
    binds: frozenset[str] = _NONE
    reads: Counter[str] = field(default_factory=Counter[str])
    open: bool = False


def encoded(module: tree.Module, pool: Pool) -> int:
    """The number of a program's term."""
    with deep_stack():
        return _Encoder(module, pool).sequence(module.statements).term


@final
class _Encoder:
    """The pool, and how often the program reads each name."""

    def __init__(self, module: tree.Module, pool: Pool) -> None:
        self.pool = pool
        self.total = Counter(_read(module))

    def made(self, head: Head, children: Sequence[_Said], closed: bool = False) -> _Said:
        """A term; `closed`: whatever size is left open in it is filled."""
        binds = head.binds.union(*(c.binds for c in children))
        reads = Counter[str](head.reads)
        for child in children:
            reads.update(child.reads)
        is_open = not closed and any(c.open for c in children)
        whole = head.whole and not is_open and all(reads[name] == self.total[name] for name in binds)
        return _Said(self.pool.add(head, tuple(c.term for c in children), whole), binds, reads, is_open)

    def fixed(self, piece: object) -> _Said:
        """A piece of syntax as it is."""
        # Numbers of different types are equal as nodes: each piece is its own.
        form = Form("syntax", piece, (str(len(self.pool.terms)),))
        reads = Counter(_read(piece))
        binds = frozenset(_bound(piece))
        said = self.made(Head(form, sealed=True, reads=frozenset(reads), binds=binds), ())
        return _Said(said.term, binds, reads)

    # --- statements ---

    def sequence(self, statements: Sequence[tree.Statement]) -> _Said:
        """Statements in their order."""
        said = self.made(END, ())
        for statement in reversed(statements):
            own = self.statement(statement)
            head = SEQUENCE if isinstance(statement, tree.ShapeStatement) else LETTING
            said = self.made(head, (own, said))
        return said

    def statement(self, statement: tree.Statement) -> _Said:
        match statement:
            case tree.ShapeStatement(None, shape):
                return self.shape(shape)
            case tree.ShapeStatement(str() as name, shape):
                head = Head(Form("named", name), binds=frozenset({name}))
                return self.made(head, (self.shape(shape),))
            case tree.Let(name, type_, value, False, None):
                form = Form("syntax", tree.Let(name, type_, slot(0), False, None), ("value",))
                return self.made(Head(form, binds=frozenset({name})), (self.expression(value),))
            case tree.PartDefinition(name, parameters, body):
                form = Form("syntax", tree.PartDefinition(name, parameters, tree.Block(slot(0))))
                reads = frozenset(n for p in parameters for n in _read(p))
                head = Head(form, sealed=True, reads=reads, binds=frozenset({name}))
                return self.made(head, (self.sequence(body.statements),))
            case _:
                return self.fixed(statement)

    # --- shapes ---

    def shape(self, shape: tree.Shape) -> _Said:
        """A core; placed, if it is; then with its material and tags."""
        said = self.core(shape.core)
        placing = [m for m in shape.modifiers if not isinstance(m, tree.With | tree.Tagged)]
        if placing:
            shells: list[object] = []
            children: list[_Said] = [said]
            roles: list[str] = ["shape"]
            for modifier in placing:
                shell, values, names = self.placing(modifier, len(children))
                shells.append(shell)
                children += values
                roles += names
            filling = any(isinstance(m, tree.Between) for m in placing)
            said = self.made(Head(Form("placed", tuple(shells), tuple(roles)), whole=True), children, filling)
        dressing = tuple(m for m in shape.modifiers if isinstance(m, tree.With | tree.Tagged))
        if dressing:
            reads = frozenset(n for m in dressing for n in _read(m))
            said = self.made(Head(Form("dressed", dressing), reads=reads), (said,))
        return said

    def placing(self, modifier: tree.Modifier, first: int) -> tuple[object, list[_Said], tuple[str, ...]]:
        """A modifier with slots from a number on, what is in them, and their roles."""
        match modifier:
            case tree.At(point):
                return tree.At(slot(first)), [self.expression(point)], ("place",)
            case tree.Scale(factor):
                return tree.Scale(slot(first)), [self.expression(factor)], ("factor",)
            case tree.Rotate(turns):
                shell = tree.Rotate(tuple(tree.Turn(t.axis, slot(first + k)) for k, t in enumerate(turns)))
                return shell, [self.expression(t.angle) for t in turns], tuple(f"turn_{t.axis}" for t in turns)
            case tree.Attach(anchor, target):
                shell = tree.Attach(slot(first), slot(first + 1))
                return shell, [self.anchor(anchor), self.expression(target)], ("anchor", "place")
            case tree.Align(axis, anchor, target):
                shell = tree.Align(axis, slot(first), slot(first + 1))
                return shell, [self.anchor(anchor), self.expression(target)], ("anchor", "place")
            case tree.Between(start, stop):
                shell = tree.Between(slot(first), slot(first + 1))
                return shell, [self.expression(start), self.expression(stop)], ("start", "stop")
            case tree.With() | tree.Tagged():
                return modifier, [], ()

    def core(self, core: tree.Core) -> _Said:
        match core:
            case tree.Instance(callee, arguments):
                return self.instance(callee, arguments)
            case tree.Block(statements):
                return self.syntax(tree.Block(slot(0)), [self.sequence(statements)], (), whole=True)
            case tree.SolidBlock(operator, blend, body):
                inner = self.sequence(body.statements)
                if blend is None:
                    shell = tree.SolidBlock(operator, None, tree.Block(slot(0)))
                    return self.syntax(shell, [inner], ("body",), whole=True)
                shell = tree.SolidBlock(operator, slot(0), tree.Block(slot(1)))
                return self.syntax(shell, [self.expression(blend), inner], ("blend", "body"), whole=True)
            case tree.Mirror(axes, body):
                shell = tree.Mirror(axes, tree.Block(slot(0)))
                return self.syntax(shell, [self.sequence(body.statements)], ("body",), whole=True)
            case tree.Array(count, step, body):
                shell = tree.Array(slot(0), slot(1), tree.Block(slot(2)))
                values = [self.expression(count), self.expression(step), self.sequence(body.statements)]
                return self.syntax(shell, values, ("count", "step", "body"), whole=True)
            case tree.Ring(count, axis, body):
                shell = tree.Ring(slot(0), axis, tree.Block(slot(1)))
                values = [self.expression(count), self.sequence(body.statements)]
                return self.syntax(shell, values, ("count", "body"), whole=True)
            case tree.For(variable, start, stop, body):
                shell = tree.For(variable, slot(0), slot(1), tree.Block(slot(2)))
                values = [self.expression(start), self.expression(stop), self.sequence(body.statements)]
                roles = ("first", "count", "body")
                return self.syntax(shell, values, roles, whole=True, binds=frozenset({variable}))
            case tree.If() | tree.Choose() | tree.Split():
                return self.fixed(core)

    def instance(self, callee: tuple[str, ...], arguments: tuple[tree.Argument, ...]) -> _Said:
        """A primitive or a call; what is called stands in no abstraction, for the library does not know it."""
        primitive = PRIMITIVE_BY_KIND.get(callee[0]) if len(callee) == 1 else None
        names = [each.name for each in fields(primitive)] if primitive is not None else []  # type: ignore[arg-type]
        shell, values, roles = self.arguments(arguments, 0, names)
        reads = _NONE if primitive is not None else frozenset({callee[0]})
        return self.syntax(tree.Instance(callee, shell), values, roles, whole=True, reads=reads)

    def syntax(
        self,
        shell: object,
        children: Sequence[_Said],
        roles: tuple[str, ...],
        *,
        whole: bool = False,
        argument: bool = False,
        reads: frozenset[str] = _NONE,
        binds: frozenset[str] = _NONE,
        kind: FormKind = "syntax",
    ) -> _Said:
        """A term of syntax with slots."""
        head = Head(Form(kind, shell, roles), whole=whole, argument=argument, reads=reads, binds=binds)
        return self.made(head, children)

    # --- expressions ---

    def arguments(
        self, arguments: Sequence[tree.Argument], first: int, names: Sequence[str] = ()
    ) -> tuple[tuple[tree.Argument, ...], list[_Said], tuple[str, ...]]:
        """Arguments with slots from a number on, what is in them, and their roles."""
        shells = tuple(tree.Argument(a.label, slot(first + k), quoted=a.quoted) for k, a in enumerate(arguments))
        roles = [
            a.label if isinstance(a.label, str) else names[k] if k < len(names) else "value"
            for k, a in enumerate(arguments)
        ]
        return shells, [self.expression(a.value) for a in arguments], tuple(roles)

    def expression(self, expression: tree.Expr) -> _Said:
        match expression:
            case tree.Number(value):
                kind: FormKind = "whole number" if isinstance(value, int) else "syntax"
                return self.syntax(tree.Number(value), (), (), argument=True, kind=kind)
            case tree.Unary("-", tree.Number(value)):
                kind = "whole number" if isinstance(value, int) else "syntax"
                return self.syntax(tree.Unary("-", tree.Number(value)), (), (), argument=True, kind=kind)
            case tree.Boolean() | tree.Text() | tree.Colour():
                return self.syntax(expression, (), ())
            case tree.Open():
                said = self.syntax(expression, (), ())
                return _Said(said.term, said.binds, said.reads, open=True)
            case tree.Tuple(items) | tree.List(items):
                point = isinstance(expression, tree.Tuple) and len(items) == 3
                shell = type(expression)(tuple(slot(k) for k in range(len(items))))
                roles = ("x", "y", "z") if point else tuple("value" for _ in items)
                return self.syntax(shell, [self.expression(i) for i in items], roles, argument=point)
            case tree.Unary(operator, operand):
                shell = tree.Unary(operator, slot(0))
                return self.syntax(shell, [self.expression(operand)], ("value",), argument=True)
            case tree.Binary(operator, left, right):
                shell = tree.Binary(operator, slot(0), slot(1))
                values = [self.expression(left), self.expression(right)]
                return self.syntax(shell, values, ("value", "value"), argument=True)
            case tree.Conditional(test, then, otherwise):
                shell = tree.Conditional(slot(0), slot(1), slot(2))
                values = [self.expression(test), self.expression(then), self.expression(otherwise)]
                return self.syntax(shell, values, ("test", "value", "value"), argument=True)
            case tree.Call(tree.Name() as callee, arguments):
                shell, values, roles = self.arguments(arguments, 0)
                return self.syntax(tree.Call(callee, shell), values, roles, argument=True)
            case tree.Name() | tree.Member() | tree.Index() | tree.Call():
                return self.path(expression)

    def path(self, expression: tree.Name | tree.Member | tree.Index | tree.Call) -> _Said:
        """A name with what is read off it, as one head; indices and shares of faces are its children."""
        shell, values, roles = self.stepped(expression, 0)
        said = self.syntax(shell, values, roles, argument=True, reads=frozenset(_root(expression)))
        reads = Counter(said.reads)
        reads.update(_members(expression))
        return _Said(said.term, said.binds, reads)

    def anchor(self, expression: tree.Expr) -> _Said:
        """An anchor of the placed shape itself: its name is that of no other shape."""
        shell, values, roles = self.stepped(expression, 0)
        said = self.syntax(shell, values, roles)
        reads = Counter(said.reads)
        reads.update(_root(expression))
        reads.update(_members(expression))
        return _Said(said.term, said.binds, reads)

    def stepped(self, expression: tree.Expr, first: int) -> tuple[Any, list[_Said], tuple[str, ...]]:
        match expression:
            case tree.Member(value, name):
                shell, values, roles = self.stepped(value, first)
                return tree.Member(shell, name), values, roles
            case tree.Index(value, index):
                shell, values, roles = self.stepped(value, first)
                return (
                    tree.Index(shell, slot(first + len(values))),
                    [*values, self.expression(index)],
                    (*roles, "index"),
                )
            case tree.Call(callee, arguments):
                shell, values, roles = self.stepped(callee, first)
                own, more, names = self.arguments(arguments, first + len(values), ("u", "v", "w"))
                return tree.Call(shell, own), [*values, *more], (*roles, *names)
            case tree.Name():
                return tree.Name(expression.name), [], ()
            case _:
                return slot(first), [self.expression(expression)], ("value",)


def _root(expression: tree.Expr) -> Iterator[str]:
    """The name that a path begins with, if it begins with one."""
    while isinstance(expression, tree.Member | tree.Index | tree.Call):
        expression = expression.callee if isinstance(expression, tree.Call) else expression.value
    if isinstance(expression, tree.Name):
        yield expression.name


def _members(expression: tree.Expr) -> Iterator[str]:
    while isinstance(expression, tree.Member | tree.Index | tree.Call):
        if isinstance(expression, tree.Member):
            yield expression.name
        expression = expression.callee if isinstance(expression, tree.Call) else expression.value


def _read(piece: object) -> Iterator[str]:
    """Names that are read in a piece of syntax: of values, members and what is called."""
    for node in tree.nodes_in(piece):
        match node:
            case tree.Name(name) | tree.Member(_, name):
                yield name
            case tree.Instance(callee, _):
                yield callee[0]
            case _:
                pass


def _bound(piece: object) -> Iterator[str]:
    """Names that are bound in a piece of syntax."""
    for node in tree.nodes_in(piece):
        match node:
            case tree.Param() | tree.Let() | tree.MaterialDefinition() | tree.PartDefinition() | tree.Use():
                yield node.name
            case tree.ShapeStatement() | tree.Alternative() | tree.Slice() if node.name is not None:
                yield node.name
            case tree.For():
                yield node.variable
            case tree.Split():
                yield from ("scope", "index")
            case _:
                pass
