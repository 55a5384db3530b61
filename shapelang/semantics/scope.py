"""What a name means at a place: static scopes, and what a shape shows to the outside."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import TypeAlias, final

from shapelang.semantics.types import Type
from shapelang.syntax import tree
from shapelang.syntax.source import Span


@final
@dataclass(frozen=True, slots=True)
class ValueEntry:
    """A param, let, part parameter or loop variable."""

    type: Type
    span: Span
    drawn: bool = False
    local: bool = False
    """Known to the body alone, not to parts: a loop variable, or a let that depends on shapes."""


@final
@dataclass(frozen=True, slots=True)
class MaterialEntry:
    """A material."""

    span: Span


@final
@dataclass(frozen=True, slots=True)
class ShapeEntry:
    """A shape that stands earlier. `depth` is how many indices reach a single instance."""

    shape: tree.Shape
    span: Span
    depth: int = 0
    ambiguous: bool = False
    looped: bool = False
    """Named inside the loop that is being checked: bare it is the present one, indexed an earlier one."""


Entry: TypeAlias = ValueEntry | MaterialEntry | ShapeEntry


@final
@dataclass(slots=True)
class Scope:
    """A chain of blocks of one body; lookups go outward, to the file at last."""

    outer: Scope | None = None
    entries: dict[str, Entry] = field(default_factory=dict[str, Entry])
    body: bool = False
    """True for the outermost block of a part, beyond which only values and materials of the file are seen."""
    loop: bool = False
    """Inside the body of a `for`."""
    taken: dict[str, int] = field(default_factory=dict[str, int])
    """How often each label was given to a nameless shape; shared by all blocks of one name space."""

    def block(self, *, named: bool = False, loop: bool = False) -> Scope:
        """A block inside this one; a named one opens a name space of its own."""
        return Scope(self, loop=loop or (self.loop and not named), taken={} if named else self.taken)

    def label(self, base: str) -> str:
        """`base`, `base_2`, …: a label that no nameless shape of this name space has yet."""
        count = self.taken.get(base, 0) + 1
        self.taken[base] = count
        return base if count == 1 else f"{base}_{count}"

    def find(self, name: str) -> Entry | None:
        """The entry that a name means here."""
        scope: Scope | None = self
        crossed = False
        while scope is not None:
            entry = scope.entries.get(name)
            if entry is not None and not (crossed and _hidden(entry)):
                return entry
            crossed = crossed or scope.body
            scope = scope.outer
        return None

    def names(self) -> Iterator[str]:
        """Every name in reach, for suggestions."""
        scope: Scope | None = self
        while scope is not None:
            yield from scope.entries
            scope = scope.outer


def _hidden(entry: Entry) -> bool:
    """What a part's body may not see of the file around it: shapes, and lets that hang on them."""
    return isinstance(entry, ShapeEntry) or (isinstance(entry, ValueEntry) and entry.local)


@final
@dataclass(frozen=True, slots=True)
class Exposed:
    """One name that a body shows after a dot: a shape with its depth, or an anchor (a let)."""

    shape: tree.Shape | None
    depth: int


def exposed(statements: tuple[tree.Statement, ...], depth: int = 0) -> dict[str, Exposed]:
    """The names that a body shows after a dot, read off the syntax alone."""
    found: dict[str, Exposed] = {}
    for statement in statements:
        match statement:
            case tree.Let(name=name):
                found[name] = Exposed(None, depth)
            case tree.ShapeStatement(name=name, shape=shape):
                _expose(found, name, shape, depth)
            case _:
                pass
    return found


def _expose(found: dict[str, Exposed], name: str | None, shape: tree.Shape, depth: int) -> None:
    if name is not None:
        found[name] = Exposed(shape, depth)
        return
    match shape.core:
        case tree.Instance(callee=callee):
            found[callee[-1]] = Exposed(shape, depth)
        case tree.SolidBlock(operator=operator):
            found[operator] = Exposed(shape, depth)
        case tree.Choose(alternatives=alternatives):
            for alternative in alternatives:
                _expose(found, alternative.name, alternative.shape, depth)
        case _:
            found.update(shown(shape.core, depth))


def shown(core: tree.Core, depth: int) -> dict[str, Exposed]:
    """The names that a control block shows to the block around it (`depth` counts the indices so far)."""
    match core:
        case tree.Block(statements=statements):
            return exposed(statements, depth)
        case tree.Mirror(body=body) | tree.Array(body=body) | tree.Ring(body=body) | tree.For(body=body):
            return exposed(body.statements, depth + 1)
        case tree.If(then=then, otherwise=otherwise):
            found = exposed(then.statements, depth)
            if otherwise is not None:
                found |= shown(otherwise, depth)
            return found
        case tree.Split(slices=slices):
            return _shown_slices(slices, depth)
        case _:
            return {}


def _shown_slices(slices: tuple[tree.Slice | tree.RepeatGroup, ...], depth: int) -> dict[str, Exposed]:
    found: dict[str, Exposed] = {}
    for item in slices:
        if isinstance(item, tree.RepeatGroup):
            found |= _shown_slices(item.slices, depth + 1)
        else:
            _expose(found, item.name, item.shape, depth + (1 if item.repeated else 0))
    return found
