"""The grammar that a program is: its parts and choices as nonterminals, its alternatives as rules."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import assert_never, final

from grammars.view.rules import Attribute, Grammar, Nonterminal, Rule, Several, Symbol, Terminal
from shapelang.semantics.context import resolve
from shapelang.semantics.naming import alternative_name, default_name
from shapelang.semantics.program import Program
from shapelang.syntax import tree


def grammar_of(program: Program) -> Grammar:
    """The grammar of a program and of what it uses; parts that nothing reaches have no rules."""
    reader = _Reader()
    start = reader.file(program, program.name)
    reader.read_all()
    return Grammar(start, reader.rules)


@final
class _Reader:
    """Reads bodies until no nonterminal is without rules."""

    def __init__(self) -> None:
        self.rules: dict[str, tuple[Rule, ...]] = {}
        self._waiting: list[tuple[str, Program, tuple[tree.Statement, ...]]] = []
        self._known: dict[tuple[int, str | None], str] = {}

    def file(self, program: Program, name: str) -> str:
        """The nonterminal of a whole file."""
        return self._definition(program, None, name, program.module.statements)

    def read_all(self) -> None:
        """Rules of all nonterminals that are reached."""
        while self._waiting:
            name, program, statements = self._waiting.pop()
            self.rules[name] = (Rule(name, name, None, ()),)
            self.rules[name] = (Rule(name, name, None, tuple(self._body(program, name, statements))),)

    def _definition(self, program: Program, part: str | None, name: str, statements: tuple[tree.Statement, ...]) -> str:
        """The nonterminal of a part or file, read once however it is reached."""
        known = self._known.get((id(program), part))
        if known is None:
            known = self._known[id(program), part] = self._fresh(name)
            self._waiting.append((known, program, statements))
        return known

    def _fresh(self, name: str) -> str:
        """A name that no nonterminal has: two files may both have a part of one name."""
        taken = {*self.rules, *self._known.values()}
        return next(n for k in range(1, len(taken) + 2) if (n := name if k == 1 else f"{name}~{k}") not in taken)

    def _body(self, program: Program, owner: str, statements: tuple[tree.Statement, ...]) -> Iterator[Symbol]:
        for statement in statements:
            match statement:
                case tree.Param(name=name, value=value, drawn=True) | tree.Let(name=name, value=value, drawn=True):
                    yield Attribute(name, value)
                case tree.ShapeStatement(name=name, shape=shape):
                    yield from self._shape(program, owner, name, shape)
                case _:
                    pass

    def _shape(self, program: Program, owner: str, name: str | None, shape: tree.Shape) -> Iterator[Symbol]:
        label = name or program.labels.get(id(shape)) or default_name(shape.core)
        match shape.core:
            case tree.Instance(callee=callee):
                yield self._called(program, callee, label)
            case tree.Choose(alternatives=alternatives):
                yield Nonterminal(label, self._site(program, f"{owner}/{label}", alternatives))
            case tree.SolidBlock(operator=operator, body=body):
                yield Terminal(label, operator)
                inner = tuple(self._body(program, f"{owner}/{label}", body.statements))
                if any(not isinstance(symbol, Terminal) for symbol in inner):
                    yield Nonterminal(label, self._single(f"{owner}/{label}", inner))
            case tree.Block() | tree.Mirror() | tree.Array() | tree.Ring() | tree.For() | tree.If() | tree.Split():
                if name is None:
                    yield from self._control(program, owner, shape.core)
                else:
                    inner = tuple(self._control(program, f"{owner}/{label}", shape.core))
                    yield Nonterminal(label, self._single(f"{owner}/{label}", inner))
            case _:
                assert_never(shape.core)

    def _single(self, left: str, right: tuple[Symbol, ...]) -> str:
        self.rules[left] = (Rule(left, left, None, right),)
        return left

    def _site(self, program: Program, left: str, alternatives: tuple[tree.Alternative, ...]) -> str:
        """The nonterminal of a `choose`; what its alternatives draw stands under the name of the `choose`."""
        rules: list[Rule] = []
        for alternative in alternatives:
            name = alternative_name(alternative)
            inside = tuple(self._shape(program, left, alternative.name, alternative.shape))
            right = tuple(_inlined(symbol) for symbol in inside)
            rules.append(Rule(left, name, alternative.weight, right))
        self.rules[left] = tuple(rules)
        return left

    def _called(self, program: Program, callee: tuple[str, ...], label: str) -> Symbol:
        home, part = resolve(program, callee)
        if home is None:
            return Terminal(label, callee[-1])
        name = ".".join(callee)
        if part is None:
            return Nonterminal(label, self._definition(home, None, name, home.module.statements))
        return Nonterminal(label, self._definition(home, part.name, name, part.body.statements))

    def _control(
        self, program: Program, owner: str,
        core: tree.Block | tree.Mirror | tree.Array | tree.Ring | tree.For | tree.If | tree.Split,
    ) -> Iterator[Symbol]:  # fmt: skip
        match core:
            case tree.Block(statements=statements):
                yield from self._body(program, owner, statements)
            case tree.Mirror(body=body):
                yield Several("mirror", tuple(self._body(program, owner, body.statements)))
            case tree.Array(body=body):
                yield Several("array", tuple(self._body(program, owner, body.statements)))
            case tree.Ring(body=body):
                yield Several("ring", tuple(self._body(program, owner, body.statements)))
            case tree.For(body=body):
                yield Several("for", tuple(self._body(program, owner, body.statements)))
            case tree.If():
                yield Several("if", tuple(self._branches(program, owner, core)))
            case tree.Split(slices=slices):
                yield Several("split", tuple(self._slices(program, owner, slices)))
            case _:
                assert_never(core)

    def _branches(self, program: Program, owner: str, core: tree.If) -> Iterator[Symbol]:
        yield from self._body(program, owner, core.then.statements)
        if isinstance(core.otherwise, tree.If):
            yield from self._branches(program, owner, core.otherwise)
        elif core.otherwise is not None:
            yield from self._body(program, owner, core.otherwise.statements)

    def _slices(
        self, program: Program, owner: str, slices: tuple[tree.Slice | tree.RepeatGroup, ...]
    ) -> Iterator[Symbol]:
        for item in slices:
            match item:
                case tree.Slice(name=name, shape=shape):
                    yield from self._shape(program, owner, name, shape)
                case tree.RepeatGroup(slices=inner):
                    yield from self._slices(program, owner, inner)


def _inlined(symbol: Symbol) -> Symbol:
    return replace(symbol, inline=True) if isinstance(symbol, Nonterminal) else symbol
