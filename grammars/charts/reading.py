"""A program as the grammar of trees that charts read.

The evaluator itself runs every body on symbols, once for each way through what is drawn of few values and through tests
on what is drawn: what it makes is a rule. Parts and choices on whose names and boxes nothing hangs are nonterminals of
their own; others are read with the body that they stand in. Materials, tags and metas say nothing here.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Final, TypeAlias, final

from grammars.charts.amounts import Amount, Slots, substituted, variables
from grammars.charts.collecting import Collector
from grammars.charts.cutting import cuts
from grammars.charts.errors import Unreadable
from grammars.charts.forms import Form
from grammars.charts.given import Given, given_to
from grammars.charts.model import Call, Draw, Item, Place, Terminal, TreeGrammar, TreeRule
from grammars.charts.opened import Opened, standing
from grammars.charts.symbols import SYMBOLS
from grammars.charts.ways import Followed, Wayfinder
from shapelang.assembly.material import Material
from shapelang.assembly.part import Part, Placed
from shapelang.execution.codes import Execute, PartCode, ProgramCode
from shapelang.execution.compiler import Compiler, Unit
from shapelang.execution.cores import NOTHING, Core, PartCall, ProgramCall, body_part
from shapelang.execution.interpreter import DEFAULT_LIMITS
from shapelang.execution.retry import Mark
from shapelang.execution.run import Frame, Layer, Run
from shapelang.memory import collector_paused
from shapelang.semantics.naming import default_name
from shapelang.semantics.program import Program
from shapelang.stack import deep_stack
from shapelang.syntax import tree

_MOST_NONTERMINALS: Final = 2000

_Made: TypeAlias = "Placed | Layer | None"


def tree_grammar(program: Program, grid: float = 0.001) -> TreeGrammar:
    """The rules of a program, its params at their defaults. Raises Unreadable."""
    reader = _Reader()
    with deep_stack(), collector_paused():
        start = reader.program(program)
    return TreeGrammar(start, reader.rules, reader.parameters, grid)


@final
@dataclass(frozen=True, slots=True)
class _Waiting:
    """A nonterminal whose rules are still to be read, and the bodies that lead to it."""

    target: str
    code: PartCode | ProgramCode
    body: tuple[Execute, ...]
    given: Given
    lineage: tuple[int, ...]


@final
class _Several(Exception):
    """A choice of which an alternative is more than one part: it cannot stand for one."""


@final
class _Reader:
    """Reads every body once for each set of known values that it is reached with."""

    def __init__(self) -> None:
        self.rules: dict[str, tuple[TreeRule, ...]] = {}
        self.parameters: dict[str, int] = {}
        self.ways = Wayfinder()
        self._compiler = Compiler(self)
        self._names: dict[object, str] = {}
        self._opened: dict[object, Opened] = {}
        self._several: set[int] = set()
        """Statements and choices that have made more than one part: they are not tried again."""
        self._waiting: list[_Waiting] = []
        self._lineage: tuple[int, ...] = ()
        self._boxed = 0
        """How many bodies, one within another, are read with what stands around them."""

    def program(self, program: Program) -> str:
        """All rules of a program; the nonterminal that it starts with."""
        code = self._compiler.program(program)
        start = self._name(id(program), program.name)
        self._waiting.append(_Waiting(start, code, code.body, Given({}, {}), ()))
        while self._waiting:
            self._read(self._waiting.pop())
        return start

    def _name(self, key: object, name: str) -> str:
        """The name of a nonterminal, a new one where the key is new."""
        if key not in self._names:
            if len(self._names) >= _MOST_NONTERMINALS:
                raise Unreadable(f"a program with more than {_MOST_NONTERMINALS} bodies, each called with other values")
            taken = set(self._names.values())
            free = (n for k in range(1, len(taken) + 2) if (n := name if k == 1 else f"{name}~{k}") not in taken)
            self._names[key] = next(free)
        return self._names[key]

    # --- bodies ----------------------------------------------------------------------------------

    def _read(self, here: _Waiting) -> None:
        """The rules of a nonterminal: one for each way through its body."""
        self._lineage, self._boxed = here.lineage, 0
        inputs = {v: Form(0.0, ((k, 1.0),)) for k, v in enumerate(here.given.inputs)}

        def run() -> tuple[Item, ...]:
            self._boxed = 0
            frame = _frame(Run(SYMBOLS, self.ways, DEFAULT_LIMITS, {}), here)
            for execute in here.body:
                execute(frame)
            return Collector(self._named).items(body_part(frame, here.target, "", None, None, (), (0, 0)))

        found = [_rule(items, way, inputs) for items, way in self.ways.ways(run)]
        self.rules[here.target], self.parameters[here.target] = _merged(found), len(inputs)

    def _named(self, name: str, items: tuple[Item, ...]) -> Call:
        """A body as a nonterminal with one rule."""
        return self._known(name, [(items, Followed(1.0, (), ()))])

    def _known(self, name: str, found: Sequence[tuple[tuple[Item, ...], Followed]]) -> Call:
        """A call of a nonterminal whose rules are these; what they hang on is handed to it."""
        hangs = sorted({v for items, way in found for v in _asked(items, way)})
        inputs = {v: Form(0.0, ((k, 1.0),)) for k, v in enumerate(hangs)}
        rules = _merged(_rule(items, way, inputs) for items, way in found)
        target = self._name((name, rules), name)
        self.rules[target], self.parameters[target] = rules, len(hangs)
        return Call(target, tuple(Form(0.0, ((v, 1.0),)) for v in hangs))

    # --- what stands in bodies -------------------------------------------------------------------

    def core(self, program: Program, shape: tree.Shape, core: Core) -> Core:
        """Calls of parts, and choices, are taken over."""
        alone = id(shape) in cuts(program)
        if isinstance(core, PartCall | ProgramCall):
            return _taken_over(core, self._called if alone else self._within)
        if isinstance(shape.core, tree.Choose) and alone:
            return _taken_over(core, self._chosen)
        return core

    def unit(self, program: Program, node: Unit, statements: tuple[Execute, ...]) -> tuple[Execute, ...]:
        """Statements and turns of loops on which nothing else hangs are taken over."""
        if id(node) not in cuts(program):
            return statements
        shape = node.shape if isinstance(node, tree.ShapeStatement) else tree.Shape(node, ())
        if isinstance(node, tree.ShapeStatement) and id(shape) in cuts(program):
            return statements
        name = (
            node.name if isinstance(node, tree.ShapeStatement) and node.name is not None else default_name(shape.core)
        )
        return (lambda f: self._alone(f, name, statements),)

    def _alone(self, f: Frame, name: str, statements: tuple[Execute, ...]) -> None:
        """Statements as a nonterminal of their own, where they make one part at most on every way."""

        def run() -> list[Placed]:
            mark, kept = Mark(f), len(f.layer.children)
            try:
                for execute in statements:
                    execute(f)
                return f.layer.children[kept:]
            finally:
                mark.restore(f)

        opened = self._open(f, id(statements), name, run)
        if opened is None:
            for execute in statements:
                execute(f)
        else:
            f.layer.children.append(standing(self.ways, opened, name, name + f.tail))

    def _open(self, f: Frame, node: int, name: str, run: Callable[[], Sequence[Placed]]) -> Opened | None:
        """What a run makes as a nonterminal, found once for each way to it; None where it makes more than one part."""
        if self._boxed or node in self._several:
            return None
        way = self.ways.stack[-1]
        key = (way.first, tuple(way.path[: len(way.options)]), f.prefix, name, f.suffix, node)
        if key not in self._opened:
            try:
                call = self._known(name, list(self.ways.ways(lambda: self._single(name, run()))))
                self._opened[key] = Opened(call.target, call.arguments)
            except _Several:
                self._several.add(node)
                return None
        return self._opened[key]

    def _single(self, name: str, made: Sequence[Placed]) -> tuple[Item, ...]:
        """One part or none, as items. Raises _Several."""
        children = [child for child in made if child.part.count > 0]
        if len(children) > 1:
            raise _Several
        around = Part(name, "alone", NOTHING, children=tuple(children), count=len(children))
        return Collector(self._named).items(around)

    def _within(self, core: Core, f: Frame, *given: Any) -> _Made:
        """A part read with the body that it stands in: its box may be asked for."""
        self._boxed += 1
        try:
            return core(f, *given)
        finally:
            self._boxed -= 1

    def _called(self, core: Core, f: Frame, *given: Any) -> _Made:
        """A call left open."""
        assert isinstance(core, PartCall | ProgramCall)
        if self._boxed:
            return self._within(core, f, *given)
        code, body = core.code, core.code.body

        def capture(inner: Frame) -> None:
            self._capture(code, body, inner)

        code.body = (capture,)
        try:
            return core(f, *given)
        finally:
            code.body = body

    def _capture(self, code: PartCode | ProgramCode, body: tuple[Execute, ...], inner: Frame) -> None:
        """Notes with what a body is called, in place of running it."""
        again = self._lineage.count(id(code))
        found = given_to(self.ways, code, inner, deep=again > 1)
        if found is None:
            for execute in body:
                execute(inner)
            return
        given, key, arguments = found
        name = code.kind if isinstance(code, PartCode) else code.program.name
        known = (id(code), key)
        new = known not in self._names
        target = self._name(known, name)
        if new:
            self._waiting.append(_Waiting(target, code, body, given, (*self._lineage, id(code))))
        inner.layer.children.append(standing(self.ways, Opened(target, arguments), name, name))

    def _chosen(self, core: Core, f: Frame, name: str, *given: Any) -> _Made:
        """A choice as a nonterminal of its own, where each alternative is one part at most."""

        def run() -> list[Placed]:
            mark = Mark(f)
            try:
                made = core(f, name, *given)
            finally:
                mark.restore(f)
            if isinstance(made, Layer) and f.origin is not None:
                # Its places are those of the body, and a part's would be those of the slice.
                raise _Several
            return [made] if isinstance(made, Placed) else [] if made is None else made.children

        opened = self._open(f, id(core), name, run)
        return core(f, name, *given) if opened is None else standing(self.ways, opened, name, name + f.tail)


def _frame(run: Run, here: _Waiting) -> Frame:
    """Where a body runs, with what it is given."""
    values: dict[str, Any] = {} if isinstance(here.code, ProgramCode) else dict(here.given.values)
    module = values if isinstance(here.code, ProgramCode) else here.given.module
    frame = Frame(run, values, module, "", 0)
    if isinstance(here.code, ProgramCode):
        frame.given = dict(here.given.values)
    return frame


def _taken_over(core: Core, by: Callable[..., _Made]) -> Core:
    def take(f: Frame, name: str, fill: Any, material: Material | None, tags: tuple[str, ...]) -> _Made:
        return by(core, f, name, fill, material, tags)

    return take


# --- variables -----------------------------------------------------------------------------------


def _rule(items: tuple[Item, ...], way: Followed, inputs: Mapping[int, Form]) -> TreeRule:
    """A way as a rule: its variables are numbered, inputs first. Raises Unreadable for the box of an open part."""
    slots: dict[int, Amount] = dict(inputs)
    if any(variable not in slots for variable in _asked(items, way)):
        raise Unreadable("the box of a part that is read by itself is asked for")
    for variable, _ in way.draws:
        slots[variable] = Form(0.0, ((len(slots), 1.0),))
    draws = tuple(_draw(draw, slots) for _, draw in way.draws)
    conditions = tuple(substituted(each, slots) for each in way.conditions)
    return TreeRule(way.weight, draws, tuple(_item(item, slots) for item in items), conditions)


def _merged(rules: Iterable[TreeRule]) -> tuple[TreeRule, ...]:
    """Rules that make the same, whatever chose between them, as one."""
    weights: dict[TreeRule, float] = {}
    for rule in rules:
        same = replace(rule, weight=1.0)
        weights[same] = weights.get(same, 0.0) + rule.weight
    return tuple(replace(rule, weight=weight) for rule, weight in weights.items())


def _draw(draw: Draw, slots: Slots) -> Draw:
    arguments = [substituted(form, slots) for form in draw.arguments]
    return replace(draw, arguments=tuple(form for form in arguments if isinstance(form, Form)))


def _item(item: Item, slots: Slots) -> Item:
    places = tuple(_place(place, slots) for place in item.places)
    match item:
        case Terminal(kind, numbers):
            return Terminal(kind, tuple(substituted(each, slots) for each in numbers), places)
        case Call(target, arguments):
            return Call(target, tuple(substituted(each, slots) for each in arguments), places)


def _place(place: Place, slots: Slots) -> Place:
    x, y, z = (substituted(each, slots) for each in place.offset)
    linear: Any = tuple(v if isinstance(v, float) else substituted(v, slots) for v in place.linear)
    return Place(linear, (x, y, z))


def _asked(items: Iterable[Item], way: Followed) -> Iterator[int]:
    """The variables of a way that it does not draw."""
    own = {variable for variable, _ in way.draws}
    for each in (*_amounts(items), *way.conditions, *(form for _, draw in way.draws for form in draw.arguments)):
        yield from (v for v in variables(each) if v not in own)


def _amounts(items: Iterable[Item]) -> Iterator[Amount]:
    for item in items:
        yield from item.numbers if isinstance(item, Terminal) else item.arguments
        for place in item.places:
            yield from place.offset
            yield from (v for v in place.linear if not isinstance(v, float))
