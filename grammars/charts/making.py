"""Assemblies that a grammar of trees makes, as they are seen."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final, final

import numpy as np

from grammars.charts.amounts import Amount, value_of
from grammars.charts.errors import ChartError
from grammars.charts.forms import nearest
from grammars.charts.model import Call, Draw, Item, Place, Terminal, TreeGrammar
from grammars.charts.observed import Leaf, Standing, body, leaf_turn, turn_of
from shapelang.chance.distributions import quantile
from shapelang.geometry.pose import EYE, ZERO, Mat3, Vec3, add, product, turned
from shapelang.numbers import FLOAT

_DEEPEST: Final = 64

_TRIES: Final = 10_000


@final
class TooDeep(ChartError):
    """A derivation that goes deeper than programs may, or draws what it refuses again and again."""


@final
@dataclass(frozen=True, slots=True)
class _Made:
    """A leaf, or a body with its children, in the frame of what makes it."""

    linear: Mat3
    offset: Vec3
    leaf: Leaf | None
    children: tuple[_Made, ...] = ()


def made(grammar: TreeGrammar, rng: np.random.Generator) -> Standing | None:
    """One assembly, drawn from the grammar; None where nothing was made. Raises TooDeep beyond 64 calls."""
    found = _derived(grammar, grammar.start, (), rng, 0)
    return None if found is None else _seen(found, grammar.grid)


def _derived(
    grammar: TreeGrammar, target: str, arguments: Sequence[float], rng: np.random.Generator, depth: int
) -> _Made | None:
    if depth > _DEEPEST:
        raise TooDeep(f"'{target}' was called {_DEEPEST} deep")
    rules = grammar.rules[target]
    weights = np.array([rule.weight for rule in rules])
    # Of rules under conditions that exclude one another one is taken as often as what it draws meets its own.
    for _ in range(_TRIES):
        rule = rules[int(rng.choice(len(rules), p=weights / weights.sum()))]
        values = list(arguments)
        for draw in rule.draws:
            values.append(_value(draw, values, rng, grammar.grid))
        if all(_at(test, values) > 0.5 for test in rule.conditions):
            break
    else:
        raise TooDeep(f"'{target}' met none of its conditions in {_TRIES} tries")
    parts = [part for item in rule.items for part in _parts(grammar, item, values, rng, depth)]
    if len(parts) <= 1:
        return parts[0] if parts else None
    return _Made(EYE, ZERO, None, tuple(parts))


def _value(draw: Draw, values: Sequence[float], rng: np.random.Generator, grid: float) -> float:
    of = draw.distribution([_at(form, values) for form in draw.arguments])
    drawn = float(quantile(FLOAT, of, float(rng.uniform(1e-12, 1.0 - 1e-12)), draw.support))
    return drawn if draw.whole else nearest(drawn / grid) * grid


def _parts(
    grammar: TreeGrammar, item: Item, values: Sequence[float], rng: np.random.Generator, depth: int
) -> Iterator[_Made]:
    match item:
        case Terminal(kind, numbers, places):
            steps = tuple(nearest(_at(form, values) / grammar.grid) for form in numbers)
            found = _Made(EYE, ZERO, Leaf(kind, steps))
        case Call(target, arguments, places):
            found = _derived(grammar, target, [_at(form, values) for form in arguments], rng, depth + 1)
    if found is not None:
        yield from (_placed(found, place, values) for place in places)


def _placed(part: _Made, place: Place, values: Sequence[float]) -> _Made:
    x, y, z = (_at(form, values) for form in place.offset)
    a, b, c, d, e, f, g, h, i = (v if isinstance(v, float) else _at(v, values) for v in place.linear)
    linear: Mat3 = (a, b, c, d, e, f, g, h, i)
    offset = add(turned(linear, part.offset), (x, y, z))
    return _Made(product(linear, part.linear), offset, part.leaf, part.children)


def _at(amount: Amount, values: Sequence[float]) -> float:
    return float(value_of(amount, dict(enumerate(values))))


def _seen(part: _Made, grid: float) -> Standing:
    x, y, z = (nearest(value / grid) for value in part.offset)
    if part.leaf is not None:
        return Standing(leaf_turn(part.leaf.kind, part.linear), (x, y, z), part.leaf)
    return Standing(turn_of(part.linear), (x, y, z), body([_seen(child, grid) for child in part.children]))
