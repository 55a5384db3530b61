"""Every derivation of a small grammar, one by one: nothing of it is shared with the charts but the grammar's types."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import product
from math import erf, floor, sqrt

import numpy as np
from numpy.typing import NDArray

from grammars.charts.amounts import Amount
from grammars.charts.forms import Form
from grammars.charts.model import Draw, Item, Terminal, TreeGrammar, TreeRule
from grammars.charts.observed import Leaf, Standing, body, leaf_turn, turn_of

Array = NDArray[np.float64]


@dataclass(frozen=True)
class Made:
    """Something in the frame of what makes it: a kind with its numbers, or children."""

    linear: Array
    offset: Array
    kind: str | None
    numbers: tuple[float, ...] = ()
    children: tuple[Made, ...] = ()


def observations(grammar: TreeGrammar, rounds: int = 0) -> dict[Standing | None, float]:
    """The probability of everything that can be seen. `rounds` is how deep a recursion is followed."""
    found: dict[Standing | None, float] = defaultdict(float)
    for p, made in derivations(grammar, grammar.start, (), rounds):
        found[None if made is None else seen(made, grammar.grid)] += p
    return found


def derivations(
    grammar: TreeGrammar, target: str, arguments: Sequence[float], rounds: int, depth: int = 0
) -> Iterator[tuple[float, Made | None]]:
    """Each derivation's probability, and what it makes."""
    if rounds and depth > rounds:
        return
    for rule in grammar.rules[target]:
        for p, values in _drawn(rule, list(arguments), grammar.grid):
            if not all(_value(test, values) for test in rule.conditions):
                continue
            options = [list(_item(grammar, item, values, rounds, depth)) for item in rule.items]
            for picked in product(*options):
                chance = rule.weight * p
                parts: list[Made] = []
                for q, made in picked:
                    chance *= q
                    parts += made
                yield chance, _together(parts)


def _drawn(rule: TreeRule, values: list[float], grid: float) -> Iterator[tuple[float, list[float]]]:
    """All values of a rule's draws."""
    ways: list[tuple[float, list[float]]] = [(1.0, values)]
    for draw in rule.draws:
        ways = [(p * q, [*v, x]) for p, v in ways for q, x in _outcomes(draw, v, grid)]
    yield from ways


def _outcomes(draw: Draw, values: Sequence[float], grid: float) -> list[tuple[float, float]]:
    first, second = (_value(form, values) for form in draw.arguments)
    low, high = draw.support or (first, second)
    if draw.whole:
        return [(1.0 / (second - first + 1), k) for k in range(round(first), round(second) + 1)]
    found: list[tuple[float, float]] = []
    for k in range(floor(low / grid) - 1, floor(high / grid) + 3):
        a, b = max(low, (k - 0.5) * grid), min(high, (k + 0.5) * grid)
        if b > a:
            if draw.family == "uniform":
                found.append(((b - a) / (high - low), k * grid))
            else:
                found.append((_normal(a, b, first, second) / _normal(low, high, first, second), k * grid))
    return found


def _normal(low: float, high: float, mean: float, sd: float) -> float:
    return 0.5 * (erf((high - mean) / sd / sqrt(2)) - erf((low - mean) / sd / sqrt(2)))


def _value(amount: Amount, values: Sequence[float]) -> float:
    if isinstance(amount, Form):
        return amount.constant + sum(c * values[v] for v, c in amount.terms)
    given = [_value(each, values) for each in amount.operands]
    return {"*": lambda a, b: a * b, "max": max, "<": lambda a, b: a < b, "not": lambda a: not a}[amount.operator](
        *given
    )


def _item(
    grammar: TreeGrammar, item: Item, values: Sequence[float], rounds: int, depth: int
) -> Iterator[tuple[float, list[Made]]]:
    frames = [
        (np.array(place.linear).reshape(3, 3), np.array([_value(f, values) for f in place.offset]))
        for place in item.places
    ]
    if isinstance(item, Terminal):
        numbers = tuple(_value(form, values) for form in item.numbers)
        yield 1.0, [Made(linear, offset, item.kind, numbers) for linear, offset in frames]
        return
    arguments = [_value(form, values) for form in item.arguments]
    for p, made in derivations(grammar, item.target, arguments, rounds, depth + 1):
        if made is None:
            yield p, []
        else:
            yield p, [replace(made, linear=m @ made.linear, offset=m @ made.offset + t) for m, t in frames]


def _together(parts: list[Made]) -> Made | None:
    if len(parts) <= 1:
        return parts[0] if parts else None
    return Made(np.eye(3), np.zeros(3), None, (), tuple(parts))


def seen(made: Made, grid: float) -> Standing:
    """What is made, on the grid."""
    x, y, z = (_steps(v, grid) for v in made.offset)
    a, b, c, d, e, f, g, h, i = map(float, made.linear.ravel())
    linear = (a, b, c, d, e, f, g, h, i)
    if made.kind is not None:
        leaf = Leaf(made.kind, tuple(_steps(n, grid) for n in made.numbers))
        return Standing(leaf_turn(made.kind, linear), (x, y, z), leaf)
    return Standing(turn_of(linear), (x, y, z), body([seen(child, grid) for child in made.children]))


def _steps(value: float, grid: float) -> int:
    """Halves away from zero, and what is within a billionth of a half is one."""
    size = floor(abs(value / grid) + 0.5 + 1e-9)
    return size if value >= 0 else -size
