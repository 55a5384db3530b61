"""Numbers of a grammar that need not be affine: expressions over what was drawn, which are known once that is.

An amount is an affine form, or a node of an operator over amounts. Tests are nodes whose value is 1 or 0.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final, Literal, TypeAlias, assert_never, final

import numpy as np

from grammars.charts.forms import Form, combined
from grammars.charts.forms import bound as bound_form
from grammars.charts.forms import substituted as substituted_form

Test: TypeAlias = Literal["<", "<=", "==", "and", "or", "not", "where"]
Operator: TypeAlias = (
    Literal["+", "*", "/", "min", "max", "abs", "floor", "sqrt", "exp", "log", "pow", "sin", "cos", "atan2"] | Test
)


@final
@dataclass(frozen=True, slots=True)
class Node:
    """An operator over amounts; `variables` are those in it, in ascending order. Angles are radians."""

    operator: Operator
    operands: tuple[Amount, ...]
    variables: tuple[int, ...]
    key: int = field(repr=False)

    def __hash__(self) -> int:
        return self.key

    def __eq__(self, other: object) -> bool:
        """Whether operators and operands are alike; each pair of nodes is compared once, however often it is shared."""
        if not isinstance(other, Node):
            return NotImplemented
        compared: set[tuple[int, int]] = set()
        waiting: list[tuple[Amount, Amount]] = [(self, other)]
        while waiting:
            a, b = waiting.pop()
            if a is b or (id(a), id(b)) in compared:
                continue
            compared.add((id(a), id(b)))
            if isinstance(a, Form) or isinstance(b, Form):
                if a != b:
                    return False
            elif (a.key, a.operator, len(a.operands)) != (b.key, b.operator, len(b.operands)):
                return False
            else:
                waiting += zip(a.operands, b.operands, strict=True)
        return True


Amount: TypeAlias = Form | Node

Values: TypeAlias = Mapping[int, Any]
"""Steps by variable: numbers, or arrays of one shape."""


def variables(amount: Amount) -> tuple[int, ...]:
    """Those in an amount, in ascending order."""
    return tuple(v for v, _ in amount.terms) if isinstance(amount, Form) else amount.variables


def affine(amount: Amount) -> Form:
    """An amount of a grammar in which all are affine, such as one that was induced. Raises TypeError for others."""
    if isinstance(amount, Form):
        return amount
    raise TypeError(f"an amount of '{amount.operator}' is not affine")


def node(operator: Operator, *operands: Amount) -> Amount:
    """An operator over amounts; a constant where all of them are."""
    found = sorted({v for each in operands for v in variables(each)})
    if not found:
        return Form(float(_applied(operator, [each.constant for each in operands if isinstance(each, Form)])))
    return Node(operator, operands, tuple(found), hash((operator, operands)))


def plus(a: Amount, b: Amount) -> Amount:
    """a + b."""
    if isinstance(a, Form) and isinstance(b, Form):
        return combined([(1.0, a), (1.0, b)])
    if Form(0.0) in (a, b):
        return b if a == Form(0.0) else a
    return node("+", a, b)


def times(a: Amount, b: Amount) -> Amount:
    """a · b."""
    for one, other in ((a, b), (b, a)):
        if isinstance(one, Form) and not one.terms:
            if one.constant == 0.0:
                return Form(0.0)
            if isinstance(other, Form):
                return combined([(one.constant, other)])
            if one.constant == 1.0:
                return other
    return node("*", a, b)


def weighted(pairs: Sequence[tuple[float, Amount]]) -> Amount:
    """Σ factor · amount."""
    total: Amount = combined([(factor, each) for factor, each in pairs if isinstance(each, Form)])
    for factor, each in pairs:
        if isinstance(each, Node):
            total = plus(total, times(Form(factor), each))
    return total


def bound(amount: Amount, known: Mapping[int, int]) -> Amount:
    """The amount with the steps that are known put in."""
    if isinstance(amount, Form):
        return bound_form(amount, known)
    if all(v not in known for v in amount.variables):
        return amount
    if all(v in known for v in amount.variables):
        return Form(float(value_of(amount, known)))
    return _rebuilt(amount, lambda form: bound_form(form, known))


Slots: TypeAlias = Sequence["Amount"] | Mapping[int, "Amount"]
"""An amount for each variable."""


def substituted(amount: Amount, slots: Slots) -> Amount:
    """The amount with an amount for each of its variables."""
    if isinstance(amount, Node):
        return _rebuilt(amount, lambda form: substituted(form, slots))
    if all(isinstance(slots[v], Form) for v, _ in amount.terms):
        return substituted_form(amount, slots)  # pyright: ignore[reportArgumentType] (all that are asked are forms)
    return weighted([(1.0, Form(amount.constant)), *((c, slots[v]) for v, c in amount.terms)])


def _rebuilt(amount: Node, leaf: Callable[[Form], Amount]) -> Amount:
    """The same operators over other leaves."""
    done: dict[int, Amount] = {}

    def again(each: Amount) -> Amount:
        if id(each) not in done:
            if isinstance(each, Form):
                done[id(each)] = leaf(each)
            else:
                new = [again(operand) for operand in each.operands]
                match each.operator:
                    case "+":
                        done[id(each)] = plus(new[0], new[1])
                    case "*":
                        done[id(each)] = times(new[0], new[1])
                    case _:
                        done[id(each)] = node(each.operator, *new)
        return done[id(each)]

    return again(amount)


def value_of(amount: Amount, values: Values) -> Any:
    """The number that an amount is, its variables known in steps; arrays where these are."""
    with np.errstate(all="ignore"):
        return _valued(amount, values, {})


def _valued(amount: Amount, values: Values, done: dict[int, Any]) -> Any:
    # No closure: one that calls itself would hold arrays of a million numbers until the collector comes.
    if id(amount) not in done:
        if isinstance(amount, Form):
            done[id(amount)] = amount.constant + sum(c * values[v] for v, c in amount.terms)
        else:
            operands = [_valued(operand, values, done) for operand in amount.operands]
            done[id(amount)] = _applied(amount.operator, operands)
    return done[id(amount)]


_TINY: Final = 1e-300


def _applied(operator: Operator, given: Sequence[Any]) -> Any:
    """An operator on numbers or arrays."""
    match operator:
        case "+":
            return given[0] + given[1]
        case "*":
            return given[0] * given[1]
        case "/":
            return given[0] / np.where(np.abs(given[1]) < _TINY, np.nan, given[1])
        case "min":
            return np.minimum(given[0], given[1])
        case "max":
            return np.maximum(given[0], given[1])
        case "abs":
            return np.abs(given[0])
        case "floor":
            return np.floor(given[0])
        case "sqrt":
            return np.sqrt(np.maximum(given[0], 0.0))
        case "exp":
            return np.exp(given[0])
        case "log":
            return np.log(np.maximum(given[0], _TINY))
        case "pow":
            return np.power(np.maximum(given[0], 0.0), given[1])
        case "sin":
            return np.sin(given[0])
        case "cos":
            return np.cos(given[0])
        case "atan2":
            return np.arctan2(given[0], given[1])
        case "<" | "<=" | "==" | "and" | "or" | "not" | "where":
            return _tested(operator, given)
    assert_never(operator)


def _tested(operator: Test, given: Sequence[Any]) -> Any:
    """A test on numbers or arrays, as 1 or 0, and what hangs on one."""
    match operator:
        case "<":
            return (given[0] < given[1]) * 1.0
        case "<=":
            return (given[0] <= given[1]) * 1.0
        case "==":
            return (given[0] == given[1]) * 1.0
        case "and":
            return given[0] * given[1]
        case "or":
            return np.maximum(given[0], given[1])
        case "not":
            return 1.0 - given[0]
        case "where":
            return np.where(np.asarray(given[0]) > 0.5, given[1], given[2])
    assert_never(operator)
