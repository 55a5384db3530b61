"""Slices of a program: what the sizes of one part hang on, and no more.

A slice has the statements in which the part stands, what these mention, and what that mentions in turn (M. Weiser,
"Program slicing", 1981); alternatives in which it does not stand are empty. Addresses stay what they are, so that a set
of derivations of the slice is one of the program, and just as probable.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence, Set
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Final, assert_never, final

from grammars.conditioning.query import Step
from shapelang.primitives.table import PRIMITIVE_BY_KIND
from shapelang.semantics.context import resolve
from shapelang.semantics.naming import alternative_name, default_name
from shapelang.semantics.program import Program
from shapelang.semantics.reach import file_names, names_in
from shapelang.semantics.types import Type
from shapelang.syntax import tree

_MOST: Final = 1_000
"""Parts of one program."""

_NOTHING: Final = tree.Shape(tree.Block(()), ())


class Unsliced(Exception):
    """A program of which no slice is made."""


@final
@dataclass(frozen=True, slots=True, eq=False)
class Leaf:
    """A part as the text has it: `at`, the names on the way to it below the root, and the alternatives `taken` there.

    `whole` runs all that its sizes hang on. `near` leaves out sizes that hang on other parts; they are 1 there, along
    the axes `left`.
    """

    at: tuple[str, ...]
    taken: tuple[tuple[str, int], ...]
    whole: Program
    near: Program
    left: frozenset[int]

    def excludes(self, other: Leaf) -> bool:
        """Whether the two stand in different alternatives of one choice."""
        mine = dict(self.taken)
        return any(mine.get(address, index) != index for address, index in other.taken)


@lru_cache(maxsize=64)
def leaves(program: Program, step: Step) -> tuple[Leaf, ...] | None:
    """Every part that a step of a path may mean; None where a construct stands around one that is not sliced."""
    try:
        whole, near = (tuple(_Slicer(program, step, shallow).ways()) for shallow in (False, True))
    except Unsliced:
        return None
    found = tuple(
        Leaf(way.at, way.taken, full, program, other.left)
        for (way, full), (other, program) in zip(whole, near, strict=True)
    )
    # Two that bear the same names have to be told apart by a choice.
    for k, leaf in enumerate(found):
        if any(leaf.at == other.at and not leaf.excludes(other) for other in found[:k]):
            return None
    return found


@final
@dataclass(frozen=True, slots=True)
class _Way:
    """How a part is reached, the definitions that were cut on the way, and the axes of sizes that were left out."""

    at: tuple[str, ...]
    taken: tuple[tuple[str, int], ...] = ()
    parts: tuple[tree.PartDefinition, ...] = ()
    left: frozenset[int] = frozenset()

    def through(self, address: str, index: int) -> _Way:
        return replace(self, taken=((address, index), *self.taken))


@final
@dataclass(frozen=True, slots=True)
class _Around:
    """Where a body stands: names on the way, definitions that are open, and names that hang on parts."""

    names: tuple[str, ...] = ()
    open: tuple[str, ...] = ()
    far: frozenset[str] = frozenset()

    def below(self, name: str | None) -> _Around:
        return self if name is None else replace(self, names=(*self.names, name))


@final
class _Slicer:
    """All slices of a program for one step; `shallow` ones leave out sizes that hang on other parts."""

    def __init__(self, program: Program, step: Step, shallow: bool) -> None:
        if step.indices or program.uses or _is_tag(program, step.name) or "supported" in names_in(program.module):
            raise Unsliced
        self.program, self.step, self.shallow = program, step, shallow
        self.labels, self.types = dict(program.labels), dict(program.types)
        self.count = 0

    def ways(self) -> Iterator[tuple[_Way, Program]]:
        """Every part with its slice."""
        module = self.program.module.statements
        read = names_in(tuple(self.program.parts.values())) & file_names(self.program).keys()
        for statements, way in self._body(module, _Around(), read):
            self.count += 1
            if self.count > _MOST:
                raise Unsliced
            parts = {**self.program.parts, **{part.name: part for part in way.parts}}
            if any(number != 1 for number in self._calls(statements, parts, way)):
                raise Unsliced
            slice_ = replace(self.program, module=tree.Module(statements), parts=parts, labels=self.labels)
            yield way, replace(slice_, types=self.types)

    def _calls(
        self, statements: tuple[tree.Statement, ...], parts: Mapping[str, tree.PartDefinition], way: _Way
    ) -> Iterator[int]:
        """How often definitions that were cut are called in all that a slice may run; one that is called whole as well
        would be missing what was cut.
        """
        count, waiting, seen = Counter[str](), list[object]([statements]), set[str]()
        while waiting:
            called = [n.callee[0] for n in tree.nodes_in(waiting.pop()) if isinstance(n, tree.Instance)]
            count.update(called)
            waiting += [parts[name].body for name in {*called} & parts.keys() - seen]
            seen.update(called)
        return (count[part.name] for part in way.parts)

    # --- bodies ------------------------------------------------------------------------------------

    def _body(
        self, statements: Sequence[tree.Statement], around: _Around, wanted: Set[str] = frozenset()
    ) -> Iterator[tuple[tuple[tree.Statement, ...], _Way]]:
        around = replace(around, far=self._far(statements, around.far))
        for k, statement in enumerate(statements):
            if isinstance(statement, tree.ShapeStatement):
                for shape, way in self._shape(statement.shape, statement.name, around):
                    new = replace(statement, shape=shape)
                    yield self._needed(statements[:k], new, wanted), way

    def _far(self, statements: Sequence[tree.Statement], far: frozenset[str]) -> frozenset[str]:
        """The names that hang on a part of this body, or on what the caller says does."""
        found = set(far)
        for statement in statements:
            if isinstance(statement, tree.ShapeStatement):
                found |= self._bound(statement)
            elif isinstance(statement, tree.Let | tree.Param) and names_in((statement.value, statement.range)) & found:
                found.add(statement.name)
        return frozenset(found)

    def _needed(
        self, before: Sequence[tree.Statement], kept: tree.ShapeStatement, wanted: Set[str]
    ) -> tuple[tree.Statement, ...]:
        """A statement, after those of the ones before it that it needs, or by whose names others are wanted."""
        found: list[tree.Statement] = [kept]
        names = wanted | names_in(kept)
        for statement in reversed(before):
            match statement:
                case tree.Param():
                    here = True
                case tree.Let(name=name) | tree.MaterialDefinition(name=name):
                    here = name in names
                case tree.ShapeStatement():
                    here = bool(self._bound(statement) & names)
                case tree.Require() | tree.Meta() | tree.Tag() | tree.PartDefinition() | tree.Use():
                    here = False
                case _:
                    assert_never(statement)
            if here:
                found.append(statement)
                names |= names_in(statement)
        return tuple(reversed(found))

    def _bound(self, statement: tree.ShapeStatement) -> set[str]:
        """The names that a statement may give a meaning to in the body around it."""
        if statement.name is not None:
            return {statement.name}
        found = {self._label(statement.shape, None)}
        for node in tree.nodes_in(statement.shape):
            match node:
                case tree.Shape():
                    found |= {self._label(node, None), default_name(node.core)}
                case tree.ShapeStatement(name=str(name)) | tree.Slice(name=str(name)) | tree.Let(name=name):
                    found.add(name)
                case tree.Alternative():
                    found.add(alternative_name(node))
                case _:
                    pass
        return found

    def _label(self, shape: tree.Shape, name: str | None) -> str:
        return name or self.labels.get(id(shape)) or default_name(shape.core)

    # --- shapes ------------------------------------------------------------------------------------

    def _shape(self, shape: tree.Shape, name: str | None, around: _Around) -> Iterator[tuple[tree.Shape, _Way]]:
        """A shape with each of the parts in it alone; what only places it is left out."""
        label = self._label(shape, name)
        modifiers = tuple(each for each in shape.modifiers if isinstance(each, tree.Between | tree.Scale))
        if self._is_meant(shape.core, label, name):
            core, left = self._leaf(shape.core, around)
            yield self._made(shape, core, modifiers), _Way((*around.names, label), left=left)
        for core, way in self._inside(shape.core, name, label, around):
            if any(isinstance(each, tree.Scale) for each in modifiers):
                raise Unsliced
            yield self._made(shape, core, modifiers), way

    def _made(self, shape: tree.Shape, core: tree.Core, modifiers: tuple[tree.Modifier, ...]) -> tree.Shape:
        made = tree.Shape(core, modifiers, shape.span)
        if id(shape) in self.labels:
            self.labels[id(made)] = self.labels[id(shape)]
        return made

    def _is_meant(self, core: tree.Core, label: str, name: str | None) -> bool:
        match core:
            case tree.Instance() | tree.SolidBlock():
                return self.step.name in (label, default_name(core))
            case tree.Choose():
                return False
            case _:
                return name is not None and self.step.name in (label, default_name(core))

    def _inside(
        self, core: tree.Core, name: str | None, label: str, around: _Around
    ) -> Iterator[tuple[tree.Core, _Way]]:
        match core:
            case tree.Instance() if len(core.callee) == 1 and core.callee[0] in PRIMITIVE_BY_KIND:
                return
            case tree.Instance():
                yield from self._call(core, label, around)
            case tree.SolidBlock():
                return
            case tree.Choose():
                yield from self._choice(core, name, label, around)
            case tree.Block():
                for statements, way in self._body(core.statements, around.below(name)):
                    yield replace(core, statements=statements), way
            case tree.Mirror() | tree.Array() | tree.Ring():
                for statements, way in self._body(core.body.statements, around.below(name)):
                    body = replace(core.body, statements=statements)
                    # Images are as large as the original; the names in front of a part are those of named blocks.
                    yield body if name is None else replace(core, body=body), way
            case tree.For() | tree.If() | tree.Split():
                if self._may_hold(core):
                    raise Unsliced
            case _:
                assert_never(core)

    def _may_hold(self, core: tree.Core) -> bool:
        """Whether there may be a part that is meant in what is not cut."""
        for node in tree.nodes_in(core):
            match node:
                case tree.Instance(callee=callee) if callee[0] not in PRIMITIVE_BY_KIND or callee[0] == self.step.name:
                    return True
                case tree.Shape() if self.step.name in (self._label(node, None), default_name(node.core)):
                    return True
                case (
                    tree.ShapeStatement(name=str(name)) | tree.Slice(name=str(name)) | tree.Alternative(name=str(name))
                ):
                    if name == self.step.name:
                        return True
                case _:
                    pass
        return False

    def _choice(
        self, core: tree.Choose, name: str | None, label: str, around: _Around
    ) -> Iterator[tuple[tree.Core, _Way]]:
        address = "/".join((*around.names, label))
        for k, alternative in enumerate(core.alternatives):
            for shape, way in self._shape(alternative.shape, name or alternative.name, around):
                yield self._alone(core, k, shape), way.through(address, k)

    def _alone(self, core: tree.Choose, index: int, shape: tree.Shape) -> tree.Choose:
        """One alternative as it was cut, and nothing in place of the others."""
        found: list[tree.Alternative] = []
        for k, alternative in enumerate(core.alternatives):
            if k == index:
                found.append(replace(alternative, shape=shape))
            else:
                found.append(replace(alternative, name=alternative_name(alternative), shape=_NOTHING))
        return replace(core, alternatives=tuple(found))

    def _call(self, core: tree.Instance, label: str, around: _Around) -> Iterator[tuple[tree.Core, _Way]]:
        home, part = resolve(self.program, core.callee)
        if home is not self.program or part is None or part.name in around.open:
            raise Unsliced
        given = _given(part, core)
        far = frozenset(name for name, a in given.items() if names_in(a.value) & around.far)
        inner = _Around((*around.names, label), (*around.open, part.name), far)
        for statements, way in self._body(part.body.statements, inner):
            new = replace(part, body=replace(part.body, statements=statements))
            needed = names_in(statements)
            arguments = tuple(a if name in needed else self._without(a) for name, a in given.items())
            yield replace(core, arguments=arguments), replace(way, parts=(*way.parts, new))

    def _without(self, argument: tree.Argument) -> tree.Argument:
        """1 in place of a real that is not needed."""
        if self.types.get(id(argument.value)) is not Type.REAL:
            return argument
        value = tree.Number(1.0)
        self.types[id(value)] = Type.REAL
        return replace(argument, value=value)

    def _leaf(self, core: tree.Core, around: _Around) -> tuple[tree.Core, frozenset[int]]:
        """A part that is meant; of a shallow slice without the sizes that hang on others."""
        if not self.shallow or not isinstance(core, tree.Instance) or core.callee != ("cuboid",):
            return core, frozenset()
        names = [slot.name for slot in PRIMITIVE_BY_KIND["cuboid"].slots]
        left = {
            k: a
            for n, a in enumerate(core.arguments)
            if names_in(a.value) & around.far and (k := n if a.label is None else names.index(str(a.label))) < 3
        }
        arguments = tuple(self._without(a) if any(a is b for b in left.values()) else a for a in core.arguments)
        changed = {k for k, a in left.items() if not any(a is b for b in arguments)}
        return replace(core, arguments=arguments), frozenset(changed)


def _is_tag(program: Program, name: str) -> bool:
    return any(isinstance(n, tree.Tag | tree.Tagged) and n.text == name for n in tree.nodes_in(program.module))


def _given(part: tree.PartDefinition, call: tree.Instance) -> dict[str, tree.Argument]:
    """The arguments of a call by parameter."""
    names = [parameter.name for parameter in part.parameters]
    return {names[k] if a.label is None else str(a.label): a for k, a in enumerate(call.arguments)}
