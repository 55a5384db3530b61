"""What is known at a place of a program while it is read as a grammar, and the draws there."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from math import ceil, exp, floor, inf
from typing import Final, final

from grammars.charts.errors import Unreadable
from grammars.charts.expressions import constant, number
from grammars.charts.forms import Form
from grammars.charts.model import Draw, Family, Item
from shapelang.chance.distributions import log_prob
from shapelang.chance.families import Distribution, Poisson, UniformInt
from shapelang.numbers import FLOAT
from shapelang.semantics.program import Program
from shapelang.syntax import tree

_MOST_VALUES: Final = 64
"""Values of a whole number that are gone through; a tail below 1e-12 is left out."""

_REALS: Final[Mapping[str, Family]] = {
    "normal": "normal", "lognormal": "lognormal", "uniform": "uniform", "beta": "beta"
}  # fmt: skip


@final
@dataclass(frozen=True, slots=True)
class Scope:
    """One way through a body so far: its probability by what was gone through value by value, its draws and items.

    `slots` is how many variables there are: parameters of the nonterminal, then draws.
    """

    program: Program
    names: Mapping[str, Form]
    slots: int
    weight: float = 1.0
    draws: tuple[Draw, ...] = ()
    items: tuple[Item, ...] = field(default=())

    def named(self, name: str, value: Form) -> Scope:
        """With one more name."""
        return replace(self, names={**self.names, name: value})


def declared(scope: Scope, statement: tree.Param | tree.Let) -> Iterator[Scope]:
    """A number with a name: fixed, drawn, or each value of a whole number. What is no number has no name here."""
    if statement.drawn:
        yield from _drawn(scope, statement)
        return
    try:
        yield scope.named(statement.name, number(statement.value, scope.names))
    except Unreadable:
        # A vector, a colour or a name; whoever reads it as a number is refused there.
        yield replace(scope, names={n: f for n, f in scope.names.items() if n != statement.name})


def _drawn(scope: Scope, statement: tree.Param | tree.Let) -> Iterator[Scope]:
    call = statement.value
    if not isinstance(call, tree.Call) or not isinstance(call.callee, tree.Name):
        raise Unreadable(f"what '{statement.name}' is drawn from")
    family = call.callee.name
    arguments = [number(a.value, scope.names) for a in call.arguments] if family != "categorical" else []
    bounds = None if statement.range is None else [constant(v, scope.names) for v in statement.range.items]
    support = None if bounds is None else (bounds[0], bounds[1])
    if family == "categorical":
        yield replace(scope, names={n: f for n, f in scope.names.items() if n != statement.name})
    elif family == "bernoulli":
        p = _known(arguments[0])
        for value, share in ((1.0, p), (0.0, 1.0 - p)):
            yield replace(scope.named(statement.name, Form(value)), weight=scope.weight * share)
    elif family == "poisson" or statement.type == "int":
        values = [_known(a) for a in arguments]
        of = Poisson(values[0]) if family == "poisson" else UniformInt(values[0], values[1])
        for value, share in _whole(of, support):
            yield replace(scope.named(statement.name, Form(float(value))), weight=scope.weight * share)
    else:
        draw = Draw(_REALS[family], tuple(arguments), support)
        new = scope.named(statement.name, Form(0.0, ((scope.slots, 1.0),)))
        yield replace(new, slots=scope.slots + 1, draws=(*scope.draws, draw))


def _known(form: Form) -> float:
    if form.terms:
        raise Unreadable("a whole number or a bool whose distribution hangs on a real that was drawn")
    return form.constant


def _whole(distribution: Distribution, support: tuple[float, float] | None) -> Iterator[tuple[int, float]]:
    """Every value of a whole number with its probability."""
    match distribution:
        case Poisson(mean):
            low, high = support or (0.0, inf)
            high = min(high, ceil(mean + 12.0 * mean**0.5 + 12.0))
        case UniformInt(first, last):
            low, high = support or (first, last)
        case _:
            raise TypeError(distribution)
    values = range(ceil(low), floor(high) + 1)
    if len(values) > _MOST_VALUES:
        raise Unreadable(f"a whole number with more than {_MOST_VALUES} values")
    for value in values:
        share = exp(log_prob(FLOAT, distribution, value, support))
        if share > 1e-12:
            yield value, share
