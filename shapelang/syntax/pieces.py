"""Expressions and modifiers as text that knows where it may break, and the breaking of it at 100 columns."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum
from itertools import takewhile
from typing import Literal, TypeAlias, assert_never, final

from shapelang.syntax import tree
from shapelang.syntax.source import Span
from shapelang.syntax.words import quote, write_number

WIDTH = 100
STEP = "  "


class Mark(Enum):
    """A bracket within which lines may break, where its items part, and the blank behind an operator."""

    OPEN = 1
    PART = 2
    CLOSE = 3
    BREAK = 4


@final
@dataclass(frozen=True, slots=True)
class Place:
    """Above or behind an item of a bracket, or outside behind the bracket, from an offset in the text on."""

    offset: int
    side: Literal["above", "behind", "outside"]


@final
@dataclass(frozen=True, slots=True)
class Note:
    """A comment within a bracket: on the row of the item before it where it `trails`, else on a row of its own."""

    text: str
    trails: bool


Pieces: TypeAlias = list[str | Mark | Place | Note]


def flat(pieces: Pieces) -> str:
    """The text on one line."""
    return "".join(p if isinstance(p, str) else _ON_ONE_LINE[p] for p in pieces if isinstance(p, str | Mark))


_ON_ONE_LINE = {Mark.OPEN: "", Mark.PART: ", ", Mark.CLOSE: "", Mark.BREAK: " "}


def listed(opening: str, items: list[tuple[Pieces, Span]], closing: str, span: Span) -> Pieces:
    """Items between brackets; `span` is that of the brackets, and may begin before them."""
    if not items:
        return [opening, closing]
    pieces: Pieces = [opening, Mark.OPEN]
    for i, (item, place) in enumerate(items):
        if i:
            pieces.append(Mark.PART)
        pieces += [Place(place.start if i else span.start, "above"), *item, Place(place.end, "behind")]
    return [*pieces, Mark.CLOSE, Place(span.end, "outside"), closing]


def fit(pieces: Pieces, indent: str, column: int) -> list[str]:
    """The lines of a text that begins at a column of a line with this indent.

    A bracket with comments is broken, and, while a line is too long, its longest outermost bracket: one item a line,
    two columns further in. What is still too long breaks behind operators, where no newline counts.
    """
    group = _noted_group(pieces)
    if group is None and column + len(flat(pieces)) > WIDTH:
        group = _longest_group(pieces)
    if group is None:
        return _filled(pieces, indent, column)
    start, stop = group
    before, inner, after = pieces[:start], pieces[start + 1 : stop], pieces[stop + 1 :]
    items = _parted(_trimmed(inner))
    lines = fit(before, indent, column)
    for i, item in enumerate(items):
        lines += _item_rows(item, "," if i < len(items) - 1 else "", indent + STEP)
    tail = fit(after, indent, len(indent))
    return [*lines, indent + tail[0], *tail[1:]]


def _item_rows(item: Pieces, comma: str, indent: str) -> list[str]:
    """The rows of one item of a broken bracket, among them those of its comments."""
    above = [p for p in takewhile(lambda p: isinstance(p, Note), item) if isinstance(p, Note)]
    behind = [p for p in takewhile(lambda p: isinstance(p, Note), reversed(item)) if isinstance(p, Note)][::-1]
    rows = fit(item[len(above) : len(item) - len(behind)], indent, len(indent))
    rows[0] = indent + rows[0]
    rows[-1] += comma
    if behind and behind[0].trails:
        rows[-1] += f"  {behind.pop(0).text}"
    return [*(indent + note.text for note in above), *rows, *(indent + note.text for note in behind)]


def _filled(pieces: Pieces, indent: str, column: int) -> list[str]:
    """As much on each line as fits, breaking behind operators; what follows stands four columns further in."""
    lines, begun = [""], column
    for word in _between_breaks(pieces):
        blank = " " if lines[-1] else ""
        if lines[-1] and begun + len(lines[-1]) + len(blank + word) > WIDTH:
            lines.append(indent + STEP + STEP)
            begun, blank = 0, ""
        lines[-1] += blank + word
    return lines


def _between_breaks(pieces: Pieces) -> list[str]:
    words: list[Pieces] = [[]]
    for piece in pieces:
        if piece is Mark.BREAK:
            words.append([])
        else:
            words[-1].append(piece)
    return [flat(word) for word in words]


def _groups(pieces: Pieces) -> list[tuple[int, int]]:
    """Where the outermost brackets open and close."""
    found: list[tuple[int, int]] = []
    depth = start = 0
    for index, piece in enumerate(pieces):
        if piece is Mark.OPEN:
            start = index if depth == 0 else start
            depth += 1
        elif piece is Mark.CLOSE:
            depth -= 1
            if depth == 0:
                found.append((start, index))
    return found


def _longest_group(pieces: Pieces) -> tuple[int, int] | None:
    """The first of the longest outermost brackets."""
    return max(_groups(pieces), key=lambda group: len(flat(pieces[slice(*group)])), default=None)


def _noted_group(pieces: Pieces) -> tuple[int, int] | None:
    """The first outermost bracket that has comments."""
    if not any(isinstance(piece, Note) for piece in pieces):
        return None
    return next(group for group in _groups(pieces) if any(isinstance(p, Note) for p in pieces[slice(*group)]))


def _trimmed(pieces: Pieces) -> Pieces:
    """Without the blanks just inside a bracket, which stand on one line only: `{ color: … }`."""
    start = 1 if pieces[0] == " " else 0
    stop = len(pieces) - (pieces[-1] == " ")
    return pieces[start:stop]


def _parted(pieces: Pieces) -> list[Pieces]:
    items: list[Pieces] = [[]]
    depth = 0
    for piece in pieces:
        if piece is Mark.PART and depth == 0:
            items.append([])
            continue
        depth += (piece is Mark.OPEN) - (piece is Mark.CLOSE)
        items[-1].append(piece)
    return items


# --- expressions ---------------------------------------------------------------------------------

_LOWEST, _NOT, _COMPARISON, SUM, _SIGN, POSTFIX = 0, 3, 4, 5, 7, 8
_LEVELS: dict[tree.BinaryOperator, int] = {
    "or": 1,
    "and": 2,
    **dict.fromkeys(("<", "<=", ">", ">=", "==", "!="), _COMPARISON),
    "+": SUM,
    "-": SUM,
    "*": 6,
    "/": 6,
}


def expression(expr: tree.Expr, level: int = _LOWEST) -> Pieces:
    """An expression, in parentheses where it binds less tightly than `level`."""
    match expr:
        case tree.Number(value):
            return [write_number(value)]
        case tree.Boolean(value):
            return ["true" if value else "false"]
        case tree.Text(value):
            return [quote(value)]
        case tree.Colour(digits):
            return ["#" + digits]
        case tree.Name(name):
            return [name]
        case tree.Open():
            return ["_"]
        case tree.Tuple(items):
            return listed("(", [(expression(item), item.span) for item in items], ")", expr.span)
        case tree.List(items):
            return listed("[", [(expression(item), item.span) for item in items], "]", expr.span)
        case tree.Member(value, name):
            return [*expression(value, POSTFIX), f".{name}"]
        case tree.Index(value, index):
            return [*expression(value, POSTFIX), "[", *expression(index), "]"]
        case tree.Call(callee, arguments):
            return [*expression(callee, POSTFIX), *call(arguments, Span(callee.span.end, expr.span.end))]
        case tree.Unary() | tree.Binary() | tree.Conditional():
            own, pieces = _operation(expr)
            return pieces if own >= level else ["(", *pieces, ")"]
        case _:
            assert_never(expr)


def _operation(expr: tree.Unary | tree.Binary | tree.Conditional) -> tuple[int, Pieces]:
    match expr:
        case tree.Unary("-", operand):
            return _SIGN, ["-", *expression(operand, _SIGN)]
        case tree.Unary(_, operand):
            return _NOT, ["not ", *expression(operand, _NOT)]
        case tree.Binary(operator, left, right):
            level = _LEVELS[operator]
            first = level + 1 if level == _COMPARISON else level
            return level, [*expression(left, first), f" {operator}", Mark.BREAK, *expression(right, level + 1)]
        case tree.Conditional(test, then, otherwise):
            chosen = [" then", Mark.BREAK, *expression(then, 1), " else", Mark.BREAK, *expression(otherwise)]
            return _LOWEST, ["if ", *expression(test, 1), *chosen]
        case _:
            assert_never(expr)


def call(arguments: tuple[tree.Argument, ...], span: Span) -> Pieces:
    """`(a, label: b)`; the span may begin before the bracket."""
    return listed("(", [(_argument(a), a.span) for a in arguments], ")", span)


def _argument(argument: tree.Argument) -> Pieces:
    if argument.label is None:
        return expression(argument.value)
    label = quote(str(argument.label)) if argument.quoted else str(argument.label)
    return [f"{label}: ", *expression(argument.value)]


# --- modifiers -----------------------------------------------------------------------------------


def modifier(node: tree.Modifier) -> Pieces:
    """One modifier."""
    match node:
        case tree.At(point):
            return ["at ", *expression(point)]
        case tree.Rotate(turns):
            return [
                "rotate ",
                *(
                    p
                    for i, turn in enumerate(turns)
                    for p in [", "] * (i > 0) + [f"{turn.axis} ", *expression(turn.angle)]
                ),
            ]
        case tree.Scale(factor):
            return ["scale ", *expression(factor)]
        case tree.Attach(anchor, target):
            return ["attach ", *expression(anchor), " to ", *expression(target)]
        case tree.Between(first, second):
            return ["between ", *expression(first, SUM), " and ", *expression(second, SUM)]
        case tree.Align(axis, anchor, target):
            return ["align ", *([f"{axis} "] if axis else []), *expression(anchor), " to ", *expression(target)]
        case tree.With(material):
            return ["with ", *expression(material)]
        case tree.Tagged(text):
            return [f"tag {quote(text)}"]
        case _:
            assert_never(node)
