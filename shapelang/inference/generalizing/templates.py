"""What several pieces of syntax have in common: their least general generalization, by anti-unification.

Plotkin, "A note on inductive generalization", Machine Intelligence 5, 1970.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, fields, replace
from typing import Any, Final, TypeAlias, final

from shapelang.inference.solids.cores import number_of
from shapelang.primitives.table import PRIMITIVE_BY_KIND
from shapelang.syntax import tree
from shapelang.syntax.tree import nodes_in

_HOLE: Final = "#"
"""Before the number of a hole: no name of a program begins so."""

_AXES: Final = {2: "xz", 3: "xyz"}
"""What the items of a tuple of so many are called."""


@final
@dataclass(frozen=True, slots=True)
class Column:
    """What stands at one place of each piece; `hint` says what it is there."""

    hint: str
    items: tuple[tree.Expr, ...]

    @property
    def numbers(self) -> tuple[float, ...] | None:
        """Their values, where all are plain numbers."""
        found = [number_of(item) for item in self.items]
        return tuple(n for n in found if n is not None) if None not in found else None


@final
@dataclass(frozen=True, slots=True)
class Template:
    """Statements with a hole for each column: the name `#k` stands for what column k has."""

    statements: tuple[tree.ShapeStatement, ...]
    columns: tuple[Column, ...]

    @property
    def size(self) -> int:
        """How many numbers it has, holes included."""
        return len(self.columns) + sum(isinstance(node, tree.Number) for node in nodes_in(self.statements))

    def filled(self, numbers: Mapping[int, tree.Expr]) -> tuple[tree.ShapeStatement, ...]:
        """The statements with expressions in place of holes."""
        return tuple(_filled(s, numbers) for s in self.statements)


Piece: TypeAlias = tuple[tree.ShapeStatement, ...]


def generalization(pieces: Sequence[Piece]) -> Template | None:
    """What all pieces have in common; None where they differ in more than expressions."""
    columns = _Columns()
    try:
        made = tuple(columns.common(list(members), "size") for members in zip(*pieces, strict=True))
    except _UnlikeError:
        return None
    return Template(made, tuple(columns.found))


def signature(node: object) -> object:
    """Equal for pieces that have a generalization whose columns are numbers and names; it can be looked up."""
    match node:
        case tree.Number() | tree.Unary("-", tree.Number()):
            return 0
        case tuple():
            return tuple(signature(item) for item in _items(node))
        case _ if _is_node(node):
            return (type(node).__name__, *(signature(getattr(node, f.name)) for f in _fields(node)))
        case _:
            return node


class _UnlikeError(Exception):
    """Pieces that are no instances of one template."""


@final
@dataclass(slots=True)
class _Columns:
    found: list[Column] = field(default_factory=list[Column])

    def common(self, items: list[Any], hint: str) -> Any:
        """The template of nodes, tuples or plain values that stand at one place."""
        first = items[0]
        if all(item == first for item in items[1:]):
            return first
        if all(isinstance(item, tree.Number | tree.Unary | tree.Binary | tree.Name) for item in items):
            return self._expression(items, hint)
        if any(type(item) is not type(first) for item in items):
            raise _UnlikeError
        if isinstance(first, tuple):
            return self._tuple(items, hint)
        if not _is_node(first):
            raise _UnlikeError
        return self._node(items, hint)

    def _expression(self, items: list[Any], hint: str) -> Any:
        plain = all(number_of(item) is not None for item in items)
        if not plain and isinstance(items[0], tree.Binary | tree.Unary):
            known = len(self.found)
            try:
                return self._node(items, hint)
            except _UnlikeError:
                del self.found[known:]
        self.found.append(Column(hint, tuple(items)))
        return tree.Name(f"{_HOLE}{len(self.found) - 1}")

    def _tuple(self, items: list[Any], hint: str) -> Any:
        if len({len(item) for item in items}) > 1:
            raise _UnlikeError
        return tuple(self.common(list(same), hint) for same in zip(*items, strict=True))

    def _node(self, items: list[Any], hint: str) -> Any:
        first = items[0]
        if any(type(item) is not type(first) for item in items):
            raise _UnlikeError
        if isinstance(first, tree.Instance):
            return self._instance(items)
        if isinstance(first, tree.Tuple):
            if len({len(item.items) for item in items}) > 1:
                raise _UnlikeError
            axes = zip(_AXES[len(first.items)], zip(*(item.items for item in items), strict=True), strict=True)
            return tree.Tuple(tuple(self.common(list(same), axis) for axis, same in axes))
        changes = {
            f.name: self.common([getattr(item, f.name) for item in items], _hint(first, f.name, hint))
            for f in _fields(first)
        }
        return replace(first, **changes)

    def _instance(self, items: list[tree.Instance]) -> tree.Instance:
        first = items[0]
        if any(item.callee != first.callee or len(item.arguments) != len(first.arguments) for item in items):
            raise _UnlikeError
        slots = PRIMITIVE_BY_KIND[first.callee[-1]].slots if first.callee[-1] in PRIMITIVE_BY_KIND else ()
        arguments: list[tree.Argument] = []
        for place, same in enumerate(zip(*(item.arguments for item in items), strict=True)):
            label = same[0].label
            if any(argument.label != label for argument in same):
                raise _UnlikeError
            told = label if isinstance(label, str) else slots[place].name if place < len(slots) else "size"
            arguments.append(replace(same[0], value=self.common([argument.value for argument in same], told)))
        return replace(first, arguments=tuple(arguments))


def _hint(node: object, name: str, hint: str) -> str:
    match node:
        case tree.Turn():
            return "angle"
        case tree.Scale():
            return "factor"
        case tree.Array() | tree.Ring() | tree.For() if name in ("count", "stop"):
            return "count"
        case _:
            return hint


def _filled(node: Any, numbers: Mapping[int, tree.Expr]) -> Any:
    match node:
        case tree.Name(name) if name.startswith(_HOLE):
            return numbers[int(name.removeprefix(_HOLE))]
        case tuple():
            return tuple(_filled(item, numbers) for item in _items(node))
        case _ if _is_node(node):
            return replace(node, **{f.name: _filled(getattr(node, f.name), numbers) for f in _fields(node)})
        case _:
            return node


def _items(node: tuple[Any, ...]) -> tuple[Any, ...]:
    return node


def _is_node(item: object) -> bool:
    return next(nodes_in(item), None) is item and item is not None


def _fields(node: Any) -> list[Any]:
    """Those that tell two pieces apart; the names of statements do not, those of the first are the template's."""
    named = isinstance(node, tree.ShapeStatement)
    return [f for f in fields(node) if not f.name.endswith("span") and not (named and f.name == "name")]
