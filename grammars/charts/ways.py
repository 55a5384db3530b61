"""All ways through a body of a program: what is drawn of few values, and tests on what is drawn, settled in turn."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from math import ceil, exp, floor, inf, isfinite
from typing import Any, Final, TypeVar, assert_never, final

from grammars.charts.amounts import Amount, Node, node
from grammars.charts.bounds import ANYTHING, Bounded, Range, bounds, reach
from grammars.charts.errors import Unreadable
from grammars.charts.forms import Form
from grammars.charts.model import Draw, Family
from grammars.charts.symbols import amount_of, symbol
from shapelang.chance.distributions import log_prob
from shapelang.chance.families import (
    Bernoulli,
    Beta,
    Categorical,
    Distribution,
    LogNormal,
    Normal,
    Poisson,
    Uniform,
    UniformInt,
)
from shapelang.diagnostics import ProgramError
from shapelang.execution.errors import Rejected
from shapelang.execution.trace import Support
from shapelang.numbers import FLOAT, Numbers

_MOST_VALUES: Final = 64
"""Values of a whole number that are gone through; a tail below 1e-12 is left out."""

_MOST_WAYS: Final = 1024
"""Ways through one body: products of what is gone through value by value."""

_MOST_DRAWS: Final = 10_000
"""Variables of one way through one body."""

T = TypeVar("T")


@final
@dataclass(frozen=True, slots=True)
class Followed:
    """One way: its probability by what was gone through, the draws with their variables, and tests that must hold."""

    weight: float
    draws: tuple[tuple[int, Draw], ...]
    conditions: tuple[Amount, ...]


@final
class Way:
    """A way that is being followed: settled so far as its path says, then always the first."""

    def __init__(self, path: list[int], first: int) -> None:
        self.path = path
        self.options: list[int] = []
        self.weight = 1.0
        self.draws: list[tuple[int, Draw]] = []
        self.conditions: list[Amount] = []
        self.first = first

    def settle(self, options: int) -> int:
        """The next choice among so many."""
        k = len(self.options)
        self.options.append(options)
        if k == len(self.path):
            self.path.append(0)
        return self.path[k]

    def draw(self, draw: Draw) -> int:
        """A new variable. Raises Unreadable for more than 10,000."""
        if len(self.draws) >= _MOST_DRAWS:
            raise Unreadable(f"a body that draws more than {_MOST_DRAWS:,} numbers")
        variable = self.first + len(self.draws)
        self.draws.append((variable, draw))
        return variable

    def next(self) -> list[int] | None:
        """The path of the next way in order; None after the last."""
        path = self.path[: len(self.options)]
        while path and path[-1] + 1 >= self.options[len(path) - 1]:
            path.pop()
        return [*path[:-1], path[-1] + 1] if path else None


@final
class Wayfinder:
    """Follows ways through bodies, one within another; settles tests and draws as the way says that is followed."""

    def __init__(self) -> None:
        self.ranges: dict[int, Range] = {}
        self.stack: list[Way] = []
        self._bounded: Bounded = {}
        self._next = 0

    def variable(self, found: Range = ANYTHING) -> int:
        """A new variable that no way draws."""
        self._next += 1
        self.ranges[self._next] = found
        return self._next

    def ways(self, run: Callable[[], T]) -> Iterator[tuple[T, Followed]]:
        """What a run gives on every way. A way on which the program refuses what it makes is none.

        Raises Unreadable beyond 1,024 ways, and where the program fails on all of them; within another way, as it does.
        """
        self._next += 1
        first, self._next = self._next, self._next + _MOST_DRAWS
        path: list[int] | None = []
        count, some, failed = 0, False, None
        while path is not None:
            way = Way(path, first)
            self.stack.append(way)
            self._bounded.clear()
            try:
                made = run()
            except Rejected as refused:
                made, failed = None, refused
            except ProgramError as error:
                made, failed = None, error
            finally:
                self.stack.pop()
                self._bounded.clear()
            path = way.next()
            count += 1
            if count > _MOST_WAYS:
                raise Unreadable(f"a body with more than {_MOST_WAYS} ways through what is drawn in it")
            some = some or made is not None
            if made is not None:
                yield made, Followed(way.weight, tuple(way.draws), tuple(way.conditions))
        if failed is not None and not some:
            if self.stack:
                # What stands within another body fails on the way that leads to it, and there may be others.
                raise failed
            shown = failed.error() if isinstance(failed, Rejected) else failed
            raise Unreadable(f"a body that fails, whatever is drawn: {shown}")

    def bounds(self, amount: Amount) -> Range:
        """Between which numbers an amount lies on the way that is followed."""
        return bounds(amount, self.ranges, self._bounded)

    # --- tests -----------------------------------------------------------------------------------

    def holds(self, test: Node) -> bool:
        """Whether a test holds on the way that is followed; one that was settled stays so."""
        known = self._known(test)
        if known is not None:
            return known
        if test.operator in ("and", "or"):
            stop = test.operator == "or"
            return next((stop for each in test.operands if self._part(each) is stop), not stop)
        if test.operator == "not":
            return not self._part(test.operands[0])
        way = self.stack[-1]
        holds = way.settle(2) == 0
        way.conditions.append(test if holds else node("not", test))
        return holds

    def _part(self, test: Amount) -> bool:
        return self.holds(test) if isinstance(test, Node) else test.constant > 0.5

    def _known(self, test: Node) -> bool | None:
        opposite = node("not", test)
        for way in self.stack:
            for condition in way.conditions:
                if condition == test:
                    return True
                if condition == opposite:
                    return False
        return None

    def whole(self, amount: Node, low: float, high: float) -> int:
        """Which whole number an amount is; it is tried from the least to the greatest."""
        if not isfinite(low) or not isfinite(high) or high - low > _MOST_VALUES:
            raise Unreadable("a count hangs on a real that was drawn")
        values = range(ceil(low - 1e-9), floor(high + 1e-9) + 1)
        if not values:
            raise Unreadable("a count whose bounds hold no whole number")
        *able, last = values
        return next((k for k in able if self._part(node("==", amount, Form(float(k))))), last)

    # --- draws -----------------------------------------------------------------------------------

    @property
    def redraws(self) -> bool:
        """Never: what is refused ends its way."""
        return False

    def choose(self, n: Numbers, address: str, distribution: Distribution, support: Support, salt: int) -> Any:
        """A value on the way that is followed, or a symbol of one."""
        del n, address, salt
        match distribution:
            case Categorical(weights=weights):
                shares = [_known(weight) for weight in weights]
                return self._valued([(k, share / sum(shares)) for k, share in enumerate(shares)])
            case Bernoulli(p):
                return self._valued([(True, _known(p)), (False, 1.0 - _known(p))])
            case Poisson(mean):
                return self._valued(_whole(Poisson(_known(mean)), _ends(support)))
            case UniformInt(low, high):
                return self._valued(_whole(UniformInt(low, high), _ends(support)))
            case Normal(mean, sd):
                return self._real("normal", (mean, sd), support)
            case LogNormal(mean, sd):
                return self._real("lognormal", (mean, sd), support)
            case Uniform(low, high):
                return self._real("uniform", (low, high), support)
            case Beta(a, b):
                return self._real("beta", (a, b), support)
        assert_never(distribution)

    def _valued(self, options: list[tuple[Any, float]]) -> Any:
        able = [(value, share) for value, share in options if share > 1e-12]
        if not able:
            raise Unreadable("a draw of which no value has a probability above 1e-12")
        way = self.stack[-1]
        value, share = able[way.settle(len(able))] if len(able) > 1 else able[0]
        way.weight *= share
        return value

    def _real(self, family: Family, arguments: tuple[Any, Any], support: Support) -> Any:
        forms: list[Form] = []
        for argument in arguments:
            amount = amount_of(argument)
            if not isinstance(amount, Form):
                raise Unreadable("a distribution hangs on what was drawn, and not as a sum of shares of it")
            forms.append(amount)
        draw = Draw(family, tuple(forms), _ends(support))
        variable = self.stack[-1].draw(draw)
        self.ranges[variable] = reach(draw, self.ranges)
        return symbol(self, Form(0.0, ((variable, 1.0),)))


def _known(value: Any) -> float:
    if isinstance(value, int | float):
        return float(value)
    raise Unreadable("a whole number, a bool or a choice whose distribution hangs on a real that was drawn")


def _ends(support: Support) -> Range | None:
    return None if support is None else (_known(support[0]), _known(support[1]))


def _whole(distribution: Poisson | UniformInt, support: Range | None) -> list[tuple[int, float]]:
    """Every value of a whole number with its probability."""
    match distribution:
        case Poisson(mean):
            low, high = support or (0.0, inf)
            high = min(high, ceil(mean + 12.0 * mean**0.5 + 12.0))
        case UniformInt(first, last):
            low, high = support or (first, last)
    values = range(ceil(low), floor(high) + 1)
    if len(values) > _MOST_VALUES:
        raise Unreadable(f"a whole number with more than {_MOST_VALUES} values")
    return [(value, exp(log_prob(FLOAT, distribution, value, support))) for value in values]
