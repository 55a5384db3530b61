"""A program as the grammar of trees that charts read.

What is read: params and lets, fixed or drawn; primitives, parts and named blocks at affine places, turned by known
angles, primitives also attached to boxes that are affine; `choose`, `mirror`, `array`, `ring`, `for` and `if` over what
is known. A whole number or bool that is drawn is gone through value by value, each way a rule of its own. Materials,
tags and metas say nothing here. All else is Unreadable, by name.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Final, TypeAlias, assert_never, final

from grammars.charts.boxes import with_box
from grammars.charts.errors import Unreadable
from grammars.charts.expressions import constant, number, truth
from grammars.charts.forms import Form
from grammars.charts.model import Call, Item, Terminal, TreeGrammar, TreeRule
from grammars.charts.places import images, moved, place_of
from grammars.charts.scopes import Scope, declared
from shapelang.primitives.protocol import Slot
from shapelang.primitives.table import PRIMITIVE_BY_KIND
from shapelang.semantics.context import resolve
from shapelang.semantics.naming import alternative_name
from shapelang.semantics.program import Program
from shapelang.syntax import tree

_MOST_WAYS: Final = 512
"""Ways through one body: products of what is gone through value by value."""

_Key: TypeAlias = tuple[int, str, tuple[tuple[str, float], ...], tuple[str, ...]]
_Ways: TypeAlias = Callable[[Scope], Iterator[Scope]]
_Control: TypeAlias = tree.Block | tree.Mirror | tree.Array | tree.Ring | tree.For | tree.If | tree.Split


def tree_grammar(program: Program, grid: float = 0.001) -> TreeGrammar:
    """The rules of a program, its params at their defaults. Raises Unreadable."""
    reader = _Reader()
    start = reader.nonterminal((id(program), "", (), ()), program.name)
    reader.fill(start, 0, reader.ways(Scope(program, {}, 0), program.module.statements))
    return TreeGrammar(start, reader.rules, reader.parameters, grid)


@final
class _Reader:
    """Reads every body once for each set of known numbers that it is reached with."""

    def __init__(self) -> None:
        self.rules: dict[str, tuple[TreeRule, ...]] = {}
        self.parameters: dict[str, int] = {}
        self._names: dict[_Key, str] = {}

    def nonterminal(self, key: _Key, name: str) -> str:
        """The name of a nonterminal, a new one where the key is new."""
        if key not in self._names:
            taken = set(self._names.values())
            free = (n for k in range(1, len(taken) + 2) if (n := name if k == 1 else f"{name}~{k}") not in taken)
            self._names[key] = next(free)
        return self._names[key]

    def fill(self, name: str, parameters: int, ways: Iterator[Scope]) -> None:
        """The rules of a nonterminal: one for each way through its body."""
        self.rules[name] = ()
        self.parameters[name] = parameters
        self.rules[name] = tuple(TreeRule(way.weight, way.draws, way.items) for way in ways)

    def ways(self, scope: Scope, statements: Sequence[tree.Statement]) -> Iterator[Scope]:
        """All ways through statements."""
        scopes = [scope]
        for statement in statements:
            scopes = [after for here in scopes for after in self._statement(here, statement)]
            if len(scopes) > _MOST_WAYS:
                raise Unreadable(f"a body with more than {_MOST_WAYS} ways through what is drawn in it")
        yield from scopes

    def _statement(self, scope: Scope, statement: tree.Statement) -> Iterator[Scope]:
        match statement:
            case tree.Param() | tree.Let():
                yield from declared(scope, statement)
            case tree.ShapeStatement(name=name, shape=shape):
                yield from self._shape(scope, name, shape)
            case tree.Require():
                raise Unreadable("'require': what it refuses has no probability in closed form")
            case tree.MaterialDefinition() | tree.PartDefinition() | tree.Use() | tree.Meta() | tree.Tag():
                yield scope
            case _:
                assert_never(statement)

    def _shape(self, scope: Scope, name: str | None, shape: tree.Shape) -> Iterator[Scope]:
        """A shape's items added, where its modifiers put them; names within it are its own."""
        for made in self._core(replace(scope, items=()), name, shape.core):
            place = place_of(shape.modifiers, scope.names, made.items)
            items = (*scope.items, *moved(made.items, (place,)))
            yield replace(made, names=with_box(scope.names, name, made.items, place), items=items)

    def _core(self, scope: Scope, name: str | None, core: tree.Core) -> Iterator[Scope]:
        match core:
            case tree.Instance():
                yield replace(scope, items=(self._instance(scope, core),))
            case tree.Choose():
                yield from self._choose(scope, name, core)
            case tree.SolidBlock(operator=operator):
                raise Unreadable(f"'{operator}': the operands of a solid are not told apart")
            case _ if name is not None:
                ways = self._control
                yield replace(scope, items=(self._inner(scope, name, core, lambda inner: ways(inner, core)),))
            case _:
                yield from self._control(scope, core)

    def _control(self, scope: Scope, core: _Control) -> Iterator[Scope]:
        match core:
            case tree.Block(statements=statements):
                yield from self.ways(scope, statements)
            case tree.Mirror(body=body) | tree.Array(body=body) | tree.Ring(body=body):
                places = images(core, scope.names)
                for made in self.ways(scope, body.statements):
                    yield replace(made, items=moved(made.items, places))
            case tree.For(variable=variable, start=start, stop=stop, body=body):
                first, last = round(constant(start, scope.names)), round(constant(stop, scope.names))
                scopes = [scope]
                for k in range(first, last):
                    turns = (replace(s, names={**scope.names, variable: Form(float(k))}) for s in scopes)
                    scopes = [after for here in turns for after in self.ways(here, body.statements)]
                yield from scopes
            case tree.If(test=test, then=then, otherwise=otherwise):
                if truth(test, scope.names):
                    yield from self.ways(scope, then.statements)
                elif otherwise is None:
                    yield scope
                else:
                    yield from self._control(scope, otherwise)
            case tree.Split():
                raise Unreadable("'split'")
            case _:
                assert_never(core)

    def _choose(self, scope: Scope, name: str | None, core: tree.Choose) -> Iterator[Scope]:
        """A nonterminal of its own where each alternative is one part at most; else each a way through this body."""
        weights = [constant(a.weight, scope.names) for a in core.alternatives]
        shares = [weight / sum(weights) for weight in weights]
        single = all(self._single(name, a) for a in core.alternatives)
        if single:
            yield replace(scope, items=(self._site(scope, name or "choose", core, shares),))
            return
        for alternative, share in zip(core.alternatives, shares, strict=True):
            here = replace(scope, weight=scope.weight * share)
            yield from self._shape(here, alternative.name, alternative.shape)

    def _single(self, name: str | None, alternative: tree.Alternative) -> bool:
        named = (name or alternative.name) is not None
        return named or _empty(alternative) or isinstance(alternative.shape.core, tree.Instance)

    def _site(self, scope: Scope, name: str, core: tree.Choose, shares: Sequence[float]) -> Call:
        def ways(inner: Scope) -> Iterator[Scope]:
            for alternative, share in zip(core.alternatives, shares, strict=True):
                if share > 0.0:
                    known = alternative.name or (None if _empty(alternative) else alternative_name(alternative))
                    yield from self._shape(replace(inner, weight=share), known, alternative.shape)

        return self._inner(scope, name, core, ways)

    def _inner(self, scope: Scope, name: str, core: tree.Core, ways: _Ways) -> Call:
        """What is read by itself: its parameters are the drawn names that it mentions, its key the known ones."""
        mentioned = {node.name for node in tree.nodes_in(core) if isinstance(node, tree.Name)}
        own = {n: form for n, form in scope.names.items() if n.split(".")[0] in mentioned}
        known = tuple(sorted((n, form.constant) for n, form in own.items() if not form.terms))
        drawn = tuple(sorted(n for n, form in own.items() if form.terms))
        return self._called(scope.program, (id(core), "", known, drawn), name, tuple(own[n] for n in drawn), ways)

    def _instance(self, scope: Scope, call: tree.Instance) -> Item:
        """A primitive with its numbers, or a part with its arguments."""
        home, part = resolve(scope.program, call.callee)
        if home is None:
            cls = PRIMITIVE_BY_KIND[call.callee[0]]
            given = _bound(call, [slot.name for slot in cls.slots], scope)
            return Terminal(cls.kind, tuple(_slot(cls.kind, slot, given) for slot in cls.slots))
        if part is None:
            given = _bound(call, [param.name for param in home.params], scope)
            return self._part(home, "", home.module.statements, call.callee, given)
        given = _bound(call, [parameter.name for parameter in part.parameters], scope)
        for parameter in part.parameters:
            if parameter.name not in given and parameter.default is not None:
                given[parameter.name] = number(parameter.default, given)
        return self._part(home, part.name, part.body.statements, call.callee, given)

    def _part(
        self, home: Program, part: str, statements: Sequence[tree.Statement], callee: tuple[str, ...],
        given: Mapping[str, Form],
    ) -> Call:  # fmt: skip
        known = tuple(sorted((n, form.constant) for n, form in given.items() if not form.terms))
        drawn = tuple(sorted(n for n, form in given.items() if form.terms))
        body = [s for s in statements if not (isinstance(s, tree.Param) and s.name in given)]
        arguments = tuple(given[n] for n in drawn)
        return self._called(
            home, (id(home), part, known, drawn), ".".join(callee), arguments, lambda inner: self.ways(inner, body)
        )

    def _called(self, program: Program, key: _Key, name: str, arguments: tuple[Form, ...], ways: _Ways) -> Call:
        target = self.nonterminal(key, name)
        if target not in self.rules:
            names = {n: Form(value) for n, value in key[2]}
            names |= {n: Form(0.0, ((k, 1.0),)) for k, n in enumerate(key[3])}
            self.fill(target, len(arguments), ways(Scope(program, names, len(arguments))))
        return Call(target, arguments)


def _empty(alternative: tree.Alternative) -> bool:
    core = alternative.shape.core
    return isinstance(core, tree.Block) and not core.statements


def _bound(call: tree.Instance, wanted: Sequence[str], scope: Scope) -> dict[str, Form]:
    """The arguments of a call by the names of what it wants."""
    return {
        wanted[k] if a.label is None else str(a.label): number(a.value, scope.names)
        for k, a in enumerate(call.arguments)
    }


def _slot(kind: str, slot: Slot, given: Mapping[str, Form]) -> Form:
    if slot.name in given:
        return given[slot.name]
    if slot.type == "points" or slot.default is None:
        raise Unreadable(f"'{slot.name}' of a '{kind}': outlines are not affine numbers")
    return Form(float(slot.default))
