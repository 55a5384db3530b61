"""Expressions and modifiers as text that knows where it may break, and the breaking of it at 100 columns."""

from __future__ import annotations

from enum import Enum
from typing import TypeAlias, assert_never

from shapelang.syntax import tree
from shapelang.syntax.words import quote, write_number

WIDTH = 100
STEP = "  "


class Mark(Enum):
    """A bracket within which lines may break, where its items part, and the blank behind an operator."""

    OPEN = 1
    PART = 2
    CLOSE = 3
    BREAK = 4


Pieces: TypeAlias = list[str | Mark]


def flat(pieces: Pieces) -> str:
    """The text on one line."""
    return "".join(p if isinstance(p, str) else _ON_ONE_LINE[p] for p in pieces)


_ON_ONE_LINE = {Mark.OPEN: "", Mark.PART: ", ", Mark.CLOSE: "", Mark.BREAK: " "}


def listed(opening: str, items: list[Pieces], closing: str) -> Pieces:
    """Items between brackets."""
    pieces: Pieces = [opening, Mark.OPEN]
    for i, item in enumerate(items):
        if i:
            pieces.append(Mark.PART)
        pieces.extend(item)
    return [*pieces, Mark.CLOSE, closing]


def fit(pieces: Pieces, indent: str, column: int) -> list[str]:
    """The lines of a text that begins at a column of a line with this indent.

    While a line is too long, its longest outermost bracket is broken: one item a line, two columns further in. What
    is still too long breaks behind operators, where no newline counts.
    """
    text = flat(pieces)
    group = None if column + len(text) <= WIDTH else _longest_group(pieces)
    if group is None:
        return _filled(pieces, indent, column)
    start, stop = group
    before, inner, after = pieces[:start], pieces[start + 1 : stop], pieces[stop + 1 :]
    items = _parted(_trimmed(inner))
    lines = _filled(before, indent, column)
    for i, item in enumerate(items):
        rows = fit(item, indent + STEP, len(indent) + len(STEP))
        rows[-1] += "," if i < len(items) - 1 else ""
        lines.append(indent + STEP + rows[0])
        lines.extend(rows[1:])
    tail = fit(after, indent, len(indent))
    return [*lines, indent + tail[0], *tail[1:]]


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


def _longest_group(pieces: Pieces) -> tuple[int, int] | None:
    """Where the longest outermost bracket opens and closes, if one holds anything."""
    best: tuple[int, int, int] | None = None
    depth = start = 0
    for index, piece in enumerate(pieces):
        if piece is Mark.OPEN:
            start = index if depth == 0 else start
            depth += 1
        elif piece is Mark.CLOSE:
            depth -= 1
            length = len(flat(pieces[start:index])) if depth == 0 else 0
            if length and (best is None or length > best[0]):
                best = (length, start, index)
    return None if best is None else best[1:]


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
            return listed("(", [expression(item) for item in items], ")")
        case tree.List(items):
            return listed("[", [expression(item) for item in items], "]")
        case tree.Member(value, name):
            return [*expression(value, POSTFIX), f".{name}"]
        case tree.Index(value, index):
            return [*expression(value, POSTFIX), "[", *expression(index), "]"]
        case tree.Call(callee, arguments):
            return [*expression(callee, POSTFIX), *call(arguments)]
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


def call(arguments: tuple[tree.Argument, ...]) -> Pieces:
    """`(a, label: b)`."""
    return listed("(", [_argument(a) for a in arguments], ")")


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
