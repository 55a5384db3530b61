"""What a program is made of, without its numbers, names and looks: equal for programs that differ in these alone."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import TypeAlias, assert_never, final

from shapelang.primitives.table import PRIMITIVE_BY_KIND
from shapelang.syntax import tree
from shapelang.syntax.parser import parse
from shapelang.syntax.source import Source

_Path: TypeAlias = tuple[str, ...]
_Parts: TypeAlias = Mapping[str, tree.Block]


@final
@dataclass(frozen=True, slots=True)
class Structure:
    """The ways from a program to its primitives, each with whether there are several of it.

    A way names what it passes through: `mirror`, `array`, `ring`, `for`, the solid operations, `part`. Blocks that
    only group or place are passed over, so that one mirror of two shapes is two mirrors of one. What other files define
    goes by its name.
    """

    ways: frozenset[tuple[_Path, bool]]

    def words(self) -> str:
        """For a person: `cuboid, mirror cuboids`."""
        return ", ".join(" ".join(way) + ("s" if several else "") for way, several in sorted(self.ways))


def structure_of(text: str) -> Structure:
    """The structure of a text that parses."""
    statements = parse(Source("<program>", text)).module.statements
    parts = {one.name: one.body for one in statements if isinstance(one, tree.PartDefinition)}
    counts = Counter(_ways(statements, parts, ()))
    return Structure(frozenset((way, count > 1) for way, count in counts.items()))


def _ways(statements: tuple[tree.Statement, ...], parts: _Parts, above: _Path) -> Iterator[_Path]:
    for statement in statements:
        if isinstance(statement, tree.ShapeStatement):
            yield from _below(statement.shape.core, parts, above)


def _below(core: tree.Core, parts: _Parts, above: _Path) -> Iterator[_Path]:
    match core:
        case tree.Instance(callee=(*_, name)):
            yield from _called(name, parts, above)
        case tree.Block(statements=statements):
            yield from _ways(statements, parts, above)
        case tree.SolidBlock(operator=name, body=body):
            yield from _ways(body.statements, parts, (*above, name))
        case tree.Mirror() | tree.Array() | tree.Ring() | tree.For():
            # A grid is an array of arrays, and a mirror about two axes one of one.
            name = type(core).__name__.lower()
            inner = above if name in above else (*above, name)
            yield from _ways(core.body.statements, parts, inner)
        case tree.If(then=then, otherwise=otherwise):
            yield from _ways(then.statements, parts, above)
            if otherwise is not None:
                yield from _below(otherwise, parts, above)
        case tree.Choose(alternatives=alternatives):
            for alternative in alternatives:
                yield from _below(alternative.shape.core, parts, above)
        case tree.Split(slices=slices):
            for each in slices:
                yield from _sliced(each, parts, (*above, "split"))
        case tree.Instance():
            raise AssertionError("a call names what it calls")
        case _:
            assert_never(core)


def _called(name: str, parts: _Parts, above: _Path) -> Iterator[_Path]:
    if name in PRIMITIVE_BY_KIND or name not in parts:
        yield (*above, name if name in PRIMITIVE_BY_KIND else "program")
    elif above.count("part") < len(parts):
        yield from _ways(parts[name].statements, parts, (*above, "part"))


def _sliced(each: tree.Slice | tree.RepeatGroup, parts: _Parts, above: _Path) -> Iterator[_Path]:
    for one in each.slices if isinstance(each, tree.RepeatGroup) else (each,):
        yield from _below(one.shape.core, parts, above)
