"""Terms as programs again."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, final

from grammars.learning.library.abstractions import Body, Hole, Rest, Tree
from grammars.learning.library.forms import Form, filled
from grammars.learning.library.rewriting import END
from shapelang.stack import deep_stack
from shapelang.syntax import tree


@final
@dataclass(frozen=True, slots=True)
class Naming:
    """Names by number: of the holes in a body, and the callees of abstractions."""

    holes: tuple[str, ...]
    callees: Mapping[int, tuple[str, ...]]


def statements_of(body: Body, naming: Naming) -> tuple[tree.Statement, ...]:
    """A sequence, or one shape, as statements."""
    with deep_stack():
        if isinstance(body, Rest) or (isinstance(body, Tree) and _is_sequence(body)):
            return _sequence(body, naming)
        value = _decoded(body, naming)
        if isinstance(value, tree.Block):
            return value.statements
        return (_statement(value),)


def _is_sequence(body: Tree) -> bool:
    return body.head == END or body.head.sequence


def _sequence(body: Body, naming: Naming) -> tuple[tree.Statement, ...]:
    found: list[tree.Statement] = []
    while isinstance(body, Tree) and body.head.sequence:
        found.append(_statement(_decoded(body.children[0], naming)))
        body = body.children[1]
    return tuple(found)


def _statement(value: Any) -> tree.Statement:
    if isinstance(value, tree.Statement):
        return value
    return tree.ShapeStatement(None, _shape(value))


def _shape(value: Any) -> tree.Shape:
    return value if isinstance(value, tree.Shape) else tree.Shape(value, ())


def _decoded(body: Body, naming: Naming) -> Any:
    """A node of syntax, or the statements of a sequence."""
    if isinstance(body, Hole):
        return tree.Name(naming.holes[body.number])
    if isinstance(body, Rest) or _is_sequence(body):
        return _sequence(body, naming)
    form = body.head.form
    assert isinstance(form, Form), "heads of programs have forms"
    children = tuple(_decoded(child, naming) for child in body.children)
    match form.kind:
        case "whole number" | "syntax":
            return filled(form.syntax, children)
        case "named":
            assert isinstance(form.syntax, str), "a name"
            return tree.ShapeStatement(form.syntax, _shape(children[0]))
        case "placed" | "dressed":
            shape = _shape(children[0])
            return tree.Shape(shape.core, (*shape.modifiers, *filled(form.syntax, children)))
        case "call":
            assert isinstance(form.syntax, int), "the number of an abstraction"
            return tree.Instance(naming.callees[form.syntax], tuple(tree.Argument(None, c) for c in children))
        case "sequence":
            raise AssertionError("a sequence is read as one")
