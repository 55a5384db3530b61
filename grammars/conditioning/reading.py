"""Conditions as text: expressions of the language, in which names of parts stand for what is counted and measured."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from math import inf
from operator import add, mul, sub
from typing import Final, Literal, NoReturn, assert_never, final

from grammars.conditioning.query import (
    Arithmetic,
    Axis,
    Chosen,
    Clause,
    Compare,
    Contains,
    Coordinate,
    Count,
    Every,
    Extent,
    Fits,
    Fixed,
    Not,
    Path,
    Query,
    Some,
    Step,
    Term,
    Test,
)
from grammars.conditioning.vocabulary import Vocabulary, vocabulary_of
from shapelang.diagnostics import ProgramError, UsageError, closest
from shapelang.numbers import FLOAT
from shapelang.semantics.builtins import ANCHORS
from shapelang.semantics.program import Program
from shapelang.syntax import tree
from shapelang.syntax.parser import parse_expression

_EXTENTS: Final[Mapping[str, Axis]] = {"width": 0, "height": 1, "depth": 2}
_AXES: Final[Mapping[str, Axis]] = {"x": 0, "y": 1, "z": 2}
_SIDES: Final[Mapping[int, Literal[-1, 0, 1]]] = {-1: -1, 0: 0, 1: 1}
_CALLS: Final = ("count", "fits", "contains", "chosen")
_FOLDED: Final[Mapping[str, Callable[[float, float], float]]] = {
    "+": add, "-": sub, "*": mul, "/": FLOAT.divide,
}  # fmt: skip
_FORMS: Final = "a clause compares, as in 'count(leg) == 4' or 'height > 0.9', or is 'fits(…)' or 'contains(…)'"


def query_of(program: Program, clauses: Iterable[str], what: str = "--where") -> Query:
    """The query that clauses say; an `and` parts a clause in two.

    Raises UsageError with the clause, the place, and what may be meant.
    """
    known = vocabulary_of(program)
    found: list[Clause] = []
    for text in clauses:
        reader = _Reader(known, text, what)
        for each in _conjuncts(_parsed(text, what)):
            whole = each.span.start == 0 and each.span.end == len(text)
            found.append(Clause(text if whole else text[each.span.start : each.span.end], reader.test(each)))
    return Query(tuple(found))


def _parsed(text: str, what: str) -> tree.Expr:
    try:
        return parse_expression(text, what)
    except ProgramError as error:
        found = error.diagnostics[0]
        single = text[found.start : found.start + 1] == "=" and text[found.start : found.start + 2] != "=="
        hint = "did you mean '=='?" if single else _FORMS
        raise UsageError(_marked(what, "this is no test", text, found.start, found.end, hint)) from None


def _marked(what: str, message: str, text: str, start: int, end: int, hint: str | None) -> str:
    """A message with its place in a clause."""
    help_line = "" if hint is None else f"\n  help: {hint}"
    return f"{what}: {message}\n  {text}\n  {' ' * start}{'^' * max(end - start, 1)}{help_line}"


def _conjuncts(expr: tree.Expr) -> list[tree.Expr]:
    match expr:
        case tree.Binary(operator="and", left=left, right=right):
            return [*_conjuncts(left), *_conjuncts(right)]
        case _:
            return [expr]


@final
class _Reader:
    def __init__(self, known: Vocabulary, text: str, what: str) -> None:
        self.known, self.text, self.what = known, text, what

    def refuse(self, node: tree.Expr | tree.Argument, message: str, hint: str | None) -> NoReturn:
        """A slip, with its place."""
        raise UsageError(_marked(self.what, message, self.text, node.span.start, node.span.end, hint))

    # --- tests -----------------------------------------------------------------------------------

    def test(self, expr: tree.Expr) -> Test:
        """What holds or does not."""
        match expr:
            case tree.Binary(operator="and", left=left, right=right):
                return Every((self.test(left), self.test(right)))
            case tree.Binary(operator="or", left=left, right=right):
                return Some((self.test(left), self.test(right)))
            case tree.Unary(operator="not", operand=operand):
                return Not(self.test(operand))
            case tree.Binary(operator="==" | "!=" | "<" | "<=" | ">" | ">=" as operator, left=left, right=right):
                compared = Compare(operator, self.term(left), self.term(right))
                self._check_labels(compared, left, right)
                return compared
            case tree.Call(callee=tree.Name(name="fits"), arguments=arguments):
                return Fits(self._sizes(expr, arguments))
            case tree.Call(callee=tree.Name(name="contains"), arguments=arguments):
                if not arguments:
                    self.refuse(
                        expr, "'contains' needs a part and its three sizes", "as in contains(leg, 0.05, 0.4, 0.05)"
                    )
                size = self._sizes(expr, arguments[1:])
                if inf in size:
                    self.refuse(
                        expr, "'contains' needs a part and its three sizes", "as in contains(leg, 0.05, 0.4, 0.05)"
                    )
                return Contains(self.path(arguments[0].value), size)
            case tree.Name() | tree.Call(callee=tree.Name(name="chosen")):
                term = self.term(expr)
                if not isinstance(term, Chosen):
                    self.refuse(expr, "this is a number: compare it", "as in height > 0.9")
                return Compare("==", term, Fixed(True))
            case tree.Call(callee=tree.Name(name=name)) if name not in _CALLS:
                self.refuse(expr, f"there is no '{name}' here", closest(name, _CALLS) or _FORMS)
            case _:
                self.refuse(expr, "this neither holds nor fails", _FORMS)

    def _check_labels(self, compared: Compare, left: tree.Expr, right: tree.Expr) -> None:
        for term, other, node in ((compared.left, compared.right, right), (compared.right, compared.left, left)):
            if not isinstance(other, Fixed) or not isinstance(other.value, str):
                continue
            if isinstance(term, Chosen):
                labels = self.known.draws[_last(term.address)]
                if other.value not in labels:
                    hint = closest(other.value, labels) or f"it is one of {', '.join(labels)}"
                    hint = hint if labels else "it is no name: compare it with a number"
                    self.refuse(node, f"'{term.address}' is never \"{other.value}\"", hint)
                if compared.operator not in ("==", "!="):
                    self.refuse(node, "names have no order", "compare them with == or !=")
            else:
                self.refuse(node, "a name is no number", None)

    def _sizes(self, call: tree.Expr, arguments: Sequence[tree.Argument]) -> tuple[float, float, float]:
        """Width, height and depth by place or by name; what is left out has no limit."""
        found = [inf, inf, inf]
        for k, argument in enumerate(arguments):
            axis = k if argument.label is None else _EXTENTS.get(str(argument.label))
            if axis is None or axis > 2:
                self.refuse(
                    argument, "sizes are width, height and depth", "as in fits(0.6, 1.0, 0.6) or fits(height: 1.0)"
                )
            value = argument.value
            if not isinstance(value, tree.Number) or not value.value > 0:
                self.refuse(value, "a size is a number above 0", None)
            found[axis] = float(value.value)
        if found == [inf, inf, inf]:
            self.refuse(call, "no size is given", "as in fits(0.6, 1.0, 0.6) or fits(height: 1.0)")
        return found[0], found[1], found[2]

    # --- terms -----------------------------------------------------------------------------------

    def term(self, expr: tree.Expr) -> Term:
        """What has a value."""
        match expr:
            case tree.Number(value=value) | tree.Boolean(value=value) | tree.Text(value=value):
                return Fixed(value)
            case tree.Unary(operator="-", operand=tree.Number(value=value)):
                return Fixed(-value)
            case tree.Binary(operator="+" | "-" | "*" | "/" as operator, left=left, right=right):
                return self._arithmetic(operator, left, right)
            case tree.Name(name=name):
                return Extent((), _EXTENTS[name]) if name in _EXTENTS else self._chosen(expr, name)
            case tree.Call(callee=tree.Name(name="count"), arguments=(tree.Argument(label=None, value=value),)):
                return Count(self.path(value))
            case tree.Call(callee=tree.Name(name="chosen"), arguments=(tree.Argument(label=None, value=value),)):
                match value:
                    case tree.Name(name=address) | tree.Text(value=address):
                        return self._chosen(value, address)
                    case _:
                        self.refuse(value, "'chosen' takes the address of a choice", 'as in chosen("trunk/twist")')
            case tree.Member(value=value, name=name) if name in _EXTENTS:
                return Extent(self.path(value), _EXTENTS[name])
            case tree.Member(value=tree.Member(value=value, name=word), name=name) if name in _AXES:
                return self._coordinate(expr, value, word, _AXES[name])
            case tree.Member(value=value, name=name) if name in ANCHORS or name == "center":
                self.refuse(expr, f"'{name}' is a point, and a clause compares numbers", f"write '{name}.y', say")
            case tree.Call(callee=tree.Name(name=name)) if name not in _CALLS:
                self.refuse(expr, f"there is no '{name}' here", closest(name, _CALLS) or _FORMS)
            case _:
                self.refuse(
                    expr,
                    "this is no number that a clause can compare",
                    "as in count(leg), height, seat.width, seat.top.y",
                )

    def _arithmetic(self, operator: Literal["+", "-", "*", "/"], left: tree.Expr, right: tree.Expr) -> Arithmetic:
        found = Arithmetic(operator, self.term(left), self.term(right))
        if operator == "/" and _number(found.right) == 0.0:
            self.refuse(right, "this is always 0, and nothing can be divided by it", None)
        return found

    def _coordinate(self, expr: tree.Expr, value: tree.Expr, word: str, axis: Axis) -> Coordinate:
        if word == "center":
            return Coordinate(self.path(value), axis, 0)
        if word not in ANCHORS:
            self.refuse(expr, f"'{word}' is no side of a box", closest(word, [*ANCHORS, "center"]))
        across, side = ANCHORS[word]
        return Coordinate(self.path(value), axis, _SIDES[int(side)] if across == axis else 0)

    def _chosen(self, node: tree.Expr, address: str) -> Chosen:
        last = _last(address)
        if last not in self.known.draws:
            if last in self.known.parts:
                self.refuse(
                    node, f"'{address}' is a part, not a number", f"write '{address}.height' or 'count({address})'"
                )
            hint = closest(last, [*self.known.draws, *_EXTENTS])
            self.refuse(node, f"nothing that is drawn is called '{address}'", hint or _listed(self.known.top))
        if "/" not in address and last not in self.known.top:
            self.refuse(
                node, f"'{address}' is drawn within a part", f'write its address, as in chosen("part/{address}")'
            )
        return Chosen(address)

    def path(self, expr: tree.Expr) -> Path:
        """Parts by name, kind or tag."""
        match expr:
            case tree.Name(name=name) | tree.Text(value=name):
                return (self._step(expr, name),)
            case tree.Member(value=value, name=name):
                return (*self.path(value), self._step(expr, name))
            case tree.Index(value=value, index=tree.Number(value=int() as index)):
                *around, last = self.path(value)
                return (*around, Step(last.name, (*last.indices, index)))
            case _:
                self.refuse(expr, "this names no part", "as in leg, leg[0], back.slat")

    def _step(self, node: tree.Expr, name: str) -> Step:
        if name not in self.known.parts:
            self.refuse(
                node, f"no part is called '{name}'", closest(name, self.known.parts) or _listed(self.known.parts)
            )
        return Step(name)


def _last(address: str) -> str:
    return address.rsplit("/", 1)[-1].split("[", 1)[0]


def _listed(names: Iterable[str]) -> str | None:
    shown = sorted(names)
    return f"there are {', '.join(shown[:12])}{', …' if len(shown) > 12 else ''}" if shown else None


def _number(term: Term) -> float | None:
    """What a term is that asks for nothing; None of others."""
    match term:
        case Fixed(bool() | str()) | Count() | Extent() | Coordinate() | Chosen():
            return None
        case Fixed(value):
            return float(value)
        case Arithmetic(operator, left, right):
            a, b = _number(left), _number(right)
            return None if a is None or b is None else _FOLDED[operator](a, b)
    assert_never(term)
