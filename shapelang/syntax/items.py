"""What a line of a program holds: pieces of text, and the bodies between its braces."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypeAlias, assert_never, final

from shapelang.syntax import tree
from shapelang.syntax.pieces import POSTFIX, Pieces, call, expression, flat, listed, modifier
from shapelang.syntax.source import Span
from shapelang.syntax.words import quote

Item: TypeAlias = tree.Statement | tree.Alternative | tree.Slice | tree.RepeatGroup


@final
@dataclass(frozen=True, slots=True)
class Body:
    """Lines between braces; the span may begin before the brace."""

    items: tuple[Item, ...]
    span: Span


def bodies(core: tree.Core) -> list[Body]:
    """The bodies of a shape, in the order of the text."""
    match core:
        case tree.Instance():
            return []
        case tree.Block(statements, span):
            return [Body(statements, span)]
        case tree.SolidBlock() | tree.Mirror() | tree.Array() | tree.Ring() | tree.For():
            return [Body(core.body.statements, core.body.span)]
        case tree.If():
            rest = [] if core.otherwise is None else bodies(core.otherwise)
            return [Body(core.then.statements, core.then.span), *rest]
        case tree.Choose(alternatives, span):
            return [Body(alternatives, span)]
        case tree.Split():
            return [Body(core.slices, Span(core.size.span.end, core.span.end))]
        case _:
            assert_never(core)


def heads(core: tree.Core) -> list[Pieces]:
    """What stands before each body of a shape; of an instance, all of it."""
    match core:
        case tree.Instance(callee, arguments, span):
            return [[".".join(callee), *call(arguments, span)]]
        case tree.Block():
            return [[]]
        case tree.SolidBlock(operator, None):
            return [[f"{operator} "]]
        case tree.SolidBlock(operator, blend):
            assert blend is not None
            return [[f"{operator} blend ", *expression(blend), " "]]
        case tree.Mirror(axes):
            return [[f"mirror {', '.join(axes)} "]]
        case tree.Array(count, step):
            return [["array ", *expression(count), " by ", *expression(step), " "]]
        case tree.Ring(count, axis):
            return [["ring ", *expression(count), f" about {axis} "]]
        case tree.For(variable, start, stop):
            return [[f"for {variable} in ", *expression(start), "..", *expression(stop), " "]]
        case tree.If(test, _, otherwise):
            rest = [] if otherwise is None else heads(otherwise)
            if rest:
                rest[0] = [" else ", *rest[0]]
            return [["if ", *expression(test, 1), " "], *rest]
        case tree.Choose():
            return [["choose "]]
        case tree.Split(axis, size):
            return [[f"split {axis} of ", *expression(size), " "]]
        case _:
            assert_never(core)


def shape_of(item: Item) -> tuple[Pieces, tree.Shape] | None:
    """The shape that an item places, with what stands before it."""
    match item:
        case tree.ShapeStatement(name, shape):
            return _naming(name), shape
        case tree.Alternative(weight, name, shape):
            return [*expression(weight, 1), ": ", *_naming(name)], shape
        case tree.Slice():
            return [*_size(item), ": ", *_naming(item.name)], item.shape
        case _:
            return None


def written(item: Item) -> list[Pieces]:
    """All that an item writes outside its bodies, in the order of the text."""
    placed = shape_of(item)
    if placed is None:
        return [plain(item)]
    before, shape = placed
    first, *rest = heads(shape.core)
    return [[*before, *first], *rest, *map(modifier, shape.modifiers)]


def _naming(name: str | None) -> Pieces:
    return [] if name is None else [f"{name} = "]


def _size(item: tree.Slice) -> Pieces:
    repeat: Pieces = ["repeat "] if item.repeated else []
    match item.unit:
        case "absolute":
            return [*repeat, *expression(item.size, 1)]
        case "percent":
            return [*repeat, *expression(item.size, POSTFIX), "%"]
        case "floating":
            return [*repeat, "~", *expression(item.size, POSTFIX)]
        case _:
            assert_never(item.unit)


def plain(item: Item) -> Pieces:
    """A statement without a body, or what stands before the body of a part or a `repeat`."""
    match item:
        case tree.Param():
            return ["param ", *_declared(item)]
        case tree.Let():
            return ["let ", *_declared(item)]
        case tree.MaterialDefinition(name, ()):
            return [f"material {name} = {{}}"]
        case tree.MaterialDefinition(name, properties):
            items: list[tuple[Pieces, Span]] = [([f"{p.name}: ", *expression(p.value)], p.span) for p in properties]
            brace, opened, *inner, closed, outside, end = listed(
                "{", items, "}", Span(item.name_span.end, item.span.end)
            )
            return [f"material {name} = ", brace, opened, " ", *inner, " ", closed, outside, end]
        case tree.PartDefinition(name, parameters):
            span = Span(item.name_span.end, item.body.span.start)
            return [f"part {name}", *listed("(", [(_parameter(p), p.span) for p in parameters], ")", span), " "]
        case tree.Use(path, alias):
            return [f"use {quote(path)}" + (f" as {alias}" if alias else "")]
        case tree.Require(test):
            return ["require ", *expression(test)]
        case tree.Meta(key, value):
            return [f"meta {key} = ", *expression(value)]
        case tree.Tag(text):
            return [f"tag {quote(text)}"]
        case tree.RepeatGroup():
            return ["repeat "]
        case tree.ShapeStatement() | tree.Alternative() | tree.Slice():
            raise AssertionError("a shape has bodies of its own")
        case _:
            assert_never(item)


def _declared(item: tree.Param | tree.Let) -> Pieces:
    limits: Pieces = [] if item.range is None else [" in ", *expression(item.range)]
    return [f"{item.name}{_type(item.type)} {'~' if item.drawn else '='} ", *expression(item.value), *limits]


def _parameter(parameter: tree.Parameter) -> Pieces:
    default: Pieces = [] if parameter.default is None else [" = ", *expression(parameter.default)]
    return [parameter.name + _type(parameter.type), *default]


def _type(name: str | None) -> str:
    return "" if name is None else f": {name}"


def item_bodies(item: Item) -> list[Body]:
    """The bodies of an item, in the order of the text."""
    match item:
        case tree.PartDefinition():
            return [Body(item.body.statements, item.body.span)]
        case tree.RepeatGroup(slices, span):
            return [Body(slices, span)]
        case tree.ShapeStatement() | tree.Alternative() | tree.Slice():
            return bodies(item.shape.core)
        case _:
            return []


# --- on one line ---------------------------------------------------------------------------------


def flat_body(body: Body) -> str:
    """A body with its braces on one line."""
    return "{ " + "; ".join(_flat_item(item) for item in body.items) + " }" if body.items else "{}"


def _flat_item(item: Item) -> str:
    placed = shape_of(item)
    if placed is None:
        return flat(plain(item)) + "".join(map(flat_body, item_bodies(item)))
    before, shape = placed
    within = map(flat_body, bodies(shape.core))
    core = "".join(flat(head) + next(within, "") for head in heads(shape.core))
    return " ".join([flat(before) + core, *(flat(modifier(m)) for m in shape.modifiers)])
