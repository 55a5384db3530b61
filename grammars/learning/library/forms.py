"""What the heads of programs' terms are: syntax with slots for what the children say."""

from __future__ import annotations

from dataclasses import dataclass, fields, is_dataclass, replace
from typing import Any, Literal, TypeAlias, cast, final

FormKind: TypeAlias = Literal["whole number", "syntax", "placed", "dressed", "named", "sequence", "call"]


@final
@dataclass(frozen=True, slots=True)
class Slot:
    """Where a child goes, by its number."""

    number: int


@final
@dataclass(frozen=True, slots=True)
class Form:
    """Syntax with slots, and the role of each child: what a parameter that stands there is called.

    Of a `placed` or `dressed` shape, whose first child is the shape, `syntax` is the modifiers; of what is `named` the
    name; of a `call` the number of the abstraction. An int is told from an equal real by its kind.
    """

    kind: FormKind
    syntax: object
    roles: tuple[str, ...] = ()


def slot(number: int) -> Any:
    """A slot where a node is wanted."""
    return Slot(number)


def filled(syntax: object, children: tuple[object, ...]) -> Any:
    """Syntax with children in its slots."""
    if isinstance(syntax, Slot):
        return children[syntax.number]
    if isinstance(syntax, tuple):
        return tuple(filled(item, children) for item in cast("tuple[object, ...]", syntax))
    if is_dataclass(syntax) and not isinstance(syntax, type):
        changed: dict[str, Any] = {}
        for each in fields(syntax):
            old = getattr(syntax, each.name)
            new = filled(old, children) if isinstance(old, tuple) or is_dataclass(old) else old
            if new is not old:
                changed[each.name] = new
        return replace(syntax, **changed) if changed else syntax
    return syntax
