"""`print_module`: the canonical text of a program, with its comments.

One statement a line, two columns of indent, 100 columns: what is longer breaks at brackets, then behind operators.
Blocks that stood on one line stay so while they fit; single blank lines stay. A comment stays behind its line or above
it; one from inside an expression moves above the line. Between `// fmt: off` and `// fmt: on`, on lines of their own,
everything stays as it is.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypeAlias, assert_never, final

from shapelang.stack import deep_stack
from shapelang.syntax import tree
from shapelang.syntax.pieces import POSTFIX, STEP, WIDTH, Mark, Pieces, call, expression, fit, flat, listed, modifier
from shapelang.syntax.source import Span
from shapelang.syntax.words import quote

Item: TypeAlias = tree.Statement | tree.Alternative | tree.Slice | tree.RepeatGroup


@final
@dataclass(frozen=True, slots=True)
class Body:
    """Lines between braces; the span may begin before the brace."""

    items: tuple[Item, ...]
    span: Span


def print_module(module: tree.Module, source_text: str | None = None) -> str:
    """The canonical text of a module; `parse` reads the same module from it, and printing it again changes nothing.

    Without the text that the module was read from, there are no blank lines and only empty blocks on one line.
    """
    printer = _Printer(module, source_text)
    with deep_stack():
        printer.lines(module.statements, len(source_text or ""), "")
    return printer.text()


# --- what a statement holds ----------------------------------------------------------------------


def _bodies(core: tree.Core) -> list[Body]:
    """The bodies of a shape, in the order of the text."""
    match core:
        case tree.Instance():
            return []
        case tree.Block(statements, span):
            return [Body(statements, span)]
        case tree.SolidBlock() | tree.Mirror() | tree.Array() | tree.Ring() | tree.For():
            return [Body(core.body.statements, core.body.span)]
        case tree.If():
            rest = [] if core.otherwise is None else _bodies(core.otherwise)
            return [Body(core.then.statements, core.then.span), *rest]
        case tree.Choose(alternatives, span):
            return [Body(alternatives, span)]
        case tree.Split():
            return [Body(core.slices, Span(core.size.span.end, core.span.end))]
        case _:
            assert_never(core)


def _heads(core: tree.Core) -> list[Pieces]:
    """What stands before each body of a shape; of an instance, all of it."""
    match core:
        case tree.Instance(callee, arguments):
            return [[".".join(callee), *call(arguments)]]
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
            rest = [] if otherwise is None else _heads(otherwise)
            if rest:
                rest[0] = [" else ", *rest[0]]
            return [["if ", *expression(test, 1), " "], *rest]
        case tree.Choose():
            return [["choose "]]
        case tree.Split(axis, size):
            return [[f"split {axis} of ", *expression(size), " "]]
        case _:
            assert_never(core)


def _shape_of(item: Item) -> tuple[Pieces, tree.Shape] | None:
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


def _plain(item: Item) -> Pieces:
    """A statement without a body, or what stands before the body of a part or a `repeat`."""
    match item:
        case tree.Param():
            return ["param ", *_declared(item)]
        case tree.Let():
            return ["let ", *_declared(item)]
        case tree.MaterialDefinition(name, ()):
            return [f"material {name} = {{}}"]
        case tree.MaterialDefinition(name, properties):
            listing = listed("{", [[f"{p.name}: ", *expression(p.value)] for p in properties], "}")
            return [f"material {name} = ", "{", Mark.OPEN, " ", *listing[2:-2], " ", Mark.CLOSE, "}"]
        case tree.PartDefinition(name, parameters):
            return [f"part {name}", *listed("(", [_parameter(p) for p in parameters], ")"), " "]
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


def _item_bodies(item: Item) -> list[Body]:
    match item:
        case tree.PartDefinition():
            return [Body(item.body.statements, item.body.span)]
        case tree.RepeatGroup(slices, span):
            return [Body(slices, span)]
        case tree.ShapeStatement() | tree.Alternative() | tree.Slice():
            return _bodies(item.shape.core)
        case _:
            return []


# --- on one line ---------------------------------------------------------------------------------


def _flat_body(body: Body) -> str:
    return "{ " + "; ".join(_flat_item(item) for item in body.items) + " }" if body.items else "{}"


def _flat_item(item: Item) -> str:
    placed = _shape_of(item)
    if placed is None:
        return flat(_plain(item)) + "".join(map(_flat_body, _item_bodies(item)))
    before, shape = placed
    bodies = map(_flat_body, _bodies(shape.core))
    core = "".join(flat(head) + next(bodies, "") for head in _heads(shape.core))
    return " ".join([flat(before) + core, *(flat(modifier(m)) for m in shape.modifiers)])


# --- on many lines -------------------------------------------------------------------------------


@final
class _Printer:
    """Rows written so far, the row being written, and the comments not yet written."""

    def __init__(self, module: tree.Module, source: str | None) -> None:
        self.source = source
        self.comments = list(module.comments)
        self.next = 0
        self.rows: list[str] = []
        self.row = ""

    def text(self) -> str:
        """Everything written."""
        return "\n".join(self.rows) + "\n" if self.rows else ""

    def lines(self, items: tuple[Item, ...], end: int, indent: str) -> None:
        """Items each on a line of its own, with the comments before `end`."""
        first = len(self.rows)
        index = 0
        while index < len(items):
            item = items[index]
            verbatim = self._comments_before(self._head_end(item), indent, first, items[index:], end)
            if verbatim:
                index += verbatim
                continue
            self._blank(item.span.start, first)
            following = items[index + 1] if index + 1 < len(items) else None
            self.row = indent
            self._item(item, indent)
            if isinstance(following, tree.Tag):
                self.row += ";"
            self._comments_behind(item, following, indent, end)
            index += 1
        while self._comments_before(end, indent, first, (), end):
            pass

    # --- comments and blank lines ---

    def _pending(self, end: int) -> tree.Comment | None:
        """The next comment, if it stands before an offset."""
        if self.next < len(self.comments) and self.comments[self.next].span.start < end:
            return self.comments[self.next]
        return None

    def _comments_before(self, place: int, indent: str, first: int, rest: tuple[Item, ...], end: int) -> int:
        """Write the comments before a place on rows of their own; how many items went out as they stand."""
        while (comment := self._pending(place)) is not None:
            self._blank(comment.span.start, first)
            self.next += 1
            self.rows.append(indent + comment.text)
            if comment.text == "// fmt: off" and comment.own_line and self.source is not None:
                kept = self._verbatim(comment, rest, end, indent)
                if kept:
                    return kept
        return 0

    def _verbatim(self, off: tree.Comment, rest: tuple[Item, ...], end: int, indent: str) -> int:
        """Write what stands between `off` and its `// fmt: on` as it stands; how many items that is."""
        assert self.source is not None
        for index in range(self.next, len(self.comments)):
            on = self.comments[index]
            if on.span.start >= end:
                return 0
            inside = any(item.span.start < on.span.start < item.span.end for item in rest)
            if on.text == "// fmt: on" and on.own_line and not inside:
                between = self.source[off.span.end : on.span.start].split("\n")
                self.rows.extend(row.rstrip("\r") for row in between[1:-1])
                self.rows.append(indent + on.text)
                self.next = index + 1
                return sum(item.span.start < on.span.start for item in rest)
        return 0

    def _comments_behind(self, item: Item, following: Item | None, indent: str, end: int) -> None:
        """Finish the row of an item, with the comment behind it; others that belong to it get rows below."""
        limit = following.span.start if following is not None else end
        comment = self._pending(limit)
        if comment is not None and not comment.own_line and self._same_line(item.span.end, comment.span.start):
            self.next += 1
            self.row += f"  {comment.text}"
        self.rows.append(self.row)
        while (comment := self._pending(item.span.end)) is not None:
            self.next += 1
            self.rows.append(indent + comment.text)

    def _same_line(self, start: int, end: int) -> bool:
        return self.source is None or "\n" not in self.source[start:end]

    def _blank(self, start: int, first: int) -> None:
        """A blank row where there was one, but not at the beginning of a body."""
        if self.source is None or len(self.rows) == first:
            return
        before = self.source[:start].rstrip(" \t\r\n")
        if self.source.count("\n", len(before), start) > 1:
            self.rows.append("")

    def _head_end(self, item: Item) -> int:
        """The offset up to which comments go above an item: to its end, or to its first body that has comments."""
        for body in _item_bodies(item):
            if self._has_comments(body.span):
                return body.span.start
        return item.span.end

    def _has_comments(self, span: Span) -> bool:
        return any(span.start <= c.span.start < span.end for c in self.comments[self.next :])

    # --- items ---

    def _item(self, item: Item, indent: str) -> None:
        placed = _shape_of(item)
        if placed is not None:
            self._shape(*placed, indent)
            return
        self._put(_plain(item), indent)
        for body in _item_bodies(item):
            self._body(body, indent)

    def _put(self, pieces: Pieces, indent: str) -> None:
        """Go on with the row, breaking it where it grows too long."""
        first, *rest = fit(pieces, indent, len(self.row))
        self.row += first
        for row in rest:
            self.rows.append(self.row)
            self.row = row

    def _shape(self, before: Pieces, shape: tree.Shape, indent: str) -> None:
        bodies = _bodies(shape.core)
        heads = _heads(shape.core)
        heads[0] = [*before, *heads[0]]
        modifiers = [modifier(m) for m in shape.modifiers]
        room = len(" ".join([self.row, *map(flat, modifiers)])) + (0 if bodies else len(flat(heads[0]))) <= WIDTH
        for index, head in enumerate(heads):
            self._put(head, indent)
            if index < len(bodies):
                self._body(bodies[index], indent)
        room = room and len(" ".join([self.row, *map(flat, modifiers)])) <= WIDTH
        for pieces in modifiers:
            if room:
                self.row += " " + flat(pieces)
            else:
                self.rows.append(self.row)
                self.row = indent + STEP
                self._put(pieces, indent + STEP)

    def _body(self, body: Body, indent: str) -> None:
        if self._fits_one_line(body):
            self.row += _flat_body(body)
            return
        self.rows.append(self.row + "{")
        self.row = ""
        self.lines(body.items, body.span.end, indent + STEP)
        self.row = indent + "}"

    def _fits_one_line(self, body: Body) -> bool:
        if self._pending(body.span.end) is not None:
            return False
        if not body.items:
            return True
        if self.source is None or "\n" in self.source[body.span.start : body.span.end]:
            return False
        return len(self.row) + len(_flat_body(body)) <= WIDTH
