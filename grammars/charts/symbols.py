"""The number that a program runs on to be read as a grammar: amounts; tests on them are settled way by way."""

from __future__ import annotations

from typing import Any, Final, Protocol, final

import numpy as np

from grammars.charts.amounts import Amount, Node, node, plus, times
from grammars.charts.bounds import Range
from grammars.charts.errors import Unreadable
from grammars.charts.forms import Form
from shapelang import elementary
from shapelang.geometry.pose import Real
from shapelang.numbers import FLOAT

_SLACK: Final = 1e-12
"""What rounding may move a bound by, for numbers of about a metre."""


class Settling(Protocol):
    """Where tests on what is drawn are settled."""

    def bounds(self, amount: Amount) -> Range:
        """Between which numbers an amount lies."""
        ...

    def holds(self, test: Node) -> bool:
        """Whether a test holds on the way that is followed."""
        ...

    def whole(self, amount: Node, low: float, high: float) -> int:
        """Which whole number, from low to high, an amount is on the way that is followed."""
        ...


@final
class Test:
    """A test that hangs on what was drawn. It is settled when somebody asks."""

    __slots__ = ("by", "node")

    def __init__(self, by: Settling, test: Node) -> None:
        self.by, self.node = by, test

    def all(self) -> bool:
        """Whether it holds."""
        return self.by.holds(self.node)

    any = all

    def __bool__(self) -> bool:
        return self.all()

    def __invert__(self) -> Any:
        return _test(self.by, node("not", self.node))

    def __xor__(self, other: Any) -> Any:
        if isinstance(other, Test):
            return (self & ~other) | (~self & other)
        return ~self if other else self

    def __and__(self, other: Any) -> Any:
        if isinstance(other, Test):
            return self._joined("and", other)
        return self if other else False

    def __or__(self, other: Any) -> Any:
        if isinstance(other, Test):
            return self._joined("or", other)
        return True if other else self

    def _joined(self, operator: Any, other: Test) -> Any:
        return _test(self.by, node(operator, self.node, other.node))

    __rand__, __ror__, __rxor__ = __and__, __or__, __xor__


def _test(by: Settling, amount: Amount) -> Any:
    return Test(by, amount) if isinstance(amount, Node) else amount.constant > 0.5


@final
class Symbol:
    """An amount that hangs on something drawn."""

    __slots__ = ("amount", "by")
    __array_ufunc__ = None

    def __init__(self, by: Settling, amount: Amount) -> None:
        self.by, self.amount = by, amount

    def __format__(self, spec: str) -> str:
        del spec
        return "what was drawn"

    def __float__(self) -> float:
        raise Unreadable("a real that was drawn, where a number must be known")

    def reshape(self, *_: int) -> list[Any]:
        """The whole number that it is, as the only lane."""
        low, high = self.by.bounds(self.amount)
        if not isinstance(self.amount, Node):
            raise Unreadable("a count hangs on a real that was drawn")
        return [np.float64(self.by.whole(self.amount, low, high))]

    def __neg__(self) -> Real:
        return _number(self.by, times(Form(-1.0), self.amount))

    def __pos__(self) -> Real:
        return self

    def __add__(self, other: Any) -> Real:
        return _number(self.by, plus(self.amount, amount_of(other)))

    def __sub__(self, other: Any) -> Real:
        return _number(self.by, plus(self.amount, times(Form(-1.0), amount_of(other))))

    def __rsub__(self, other: Any) -> Real:
        return _number(self.by, plus(amount_of(other), times(Form(-1.0), self.amount)))

    def __mul__(self, other: Any) -> Real:
        return _number(self.by, times(self.amount, amount_of(other)))

    def __truediv__(self, other: Any) -> Real:
        return _quotient(self.by, self.amount, amount_of(other))

    def __rtruediv__(self, other: Any) -> Real:
        return _quotient(self.by, amount_of(other), self.amount)

    def __abs__(self) -> Real:
        low, high = self.by.bounds(self.amount)
        if low >= 0.0 or high <= 0.0:
            return self if low >= 0.0 else -self
        return _number(self.by, node("abs", self.amount))

    __radd__, __rmul__ = __add__, __mul__

    def __lt__(self, other: Any) -> Any:
        return _less(self.by, self.amount, amount_of(other), "<")

    def __le__(self, other: Any) -> Any:
        return _less(self.by, self.amount, amount_of(other), "<=")

    def __gt__(self, other: Any) -> Any:
        return _less(self.by, amount_of(other), self.amount, "<")

    def __ge__(self, other: Any) -> Any:
        return _less(self.by, amount_of(other), self.amount, "<=")

    def __eq__(self, other: Any) -> Any:
        if isinstance(other, np.float64):
            # The lane that `reshape` gave: this number is that one on the way that is followed.
            return np.bool_(True)
        if not isinstance(other, Symbol | int | float):
            return False
        low, high = _apart(self.by, self.amount, amount_of(other))
        if low > _SLACK or high < -_SLACK:
            return False
        if low == high == 0.0:
            return True
        return _test(self.by, node("==", self.amount, amount_of(other)))

    def __ne__(self, other: Any) -> Any:
        same = self == other
        return (not same) if isinstance(same, bool) else ~same

    __hash__ = None  # pyright: ignore[reportAssignmentType]


def amount_of(value: Any) -> Amount:
    """A number as an amount."""
    return value.amount if isinstance(value, Symbol) else Form(float(value))


def _by(*values: Any) -> Settling | None:
    """Where tests on one of the numbers are settled; None of floats."""
    return next((value.by for value in values if isinstance(value, Symbol)), None)


def _number(by: Settling, amount: Amount) -> Real:
    """An amount as a number: a float where nothing drawn is left in it."""
    if isinstance(amount, Form) and not amount.terms:
        return amount.constant
    return Symbol(by, amount)


def _quotient(by: Settling, a: Amount, b: Amount) -> Real:
    if isinstance(b, Form) and not b.terms:
        return _number(by, times(Form(FLOAT.divide(1.0, b.constant)), a))
    return _number(by, node("/", a, b))


def _apart(by: Settling, a: Amount, b: Amount) -> Range:
    return by.bounds(plus(a, times(Form(-1.0), b)))


def _less(by: Settling, a: Amount, b: Amount, operator: Any) -> Any:
    """a < b or a ≤ b, told at once where bounds tell it."""
    low, high = _apart(by, a, b)
    if operator == "<":
        sure, never = high < 0.0, low >= -_SLACK
    else:
        sure, never = high <= _SLACK, low > 0.0
    return True if sure else False if never else _test(by, node(operator, a, b))


@final
class _Functions:
    """Elementary functions of symbols; of floats those of the language. Radians."""

    def exp(self, x: Real) -> Real:
        """e**x."""
        return _number(x.by, node("exp", x.amount)) if isinstance(x, Symbol) else elementary.exp(FLOAT, x)

    def log(self, x: Real) -> Real:
        """Natural logarithm."""
        return _number(x.by, node("log", x.amount)) if isinstance(x, Symbol) else elementary.log(FLOAT, x)

    def pow(self, x: Real, y: Real) -> Real:
        """x**y of x ≥ 0."""
        by = _by(x, y)
        return elementary.pow(FLOAT, x, y) if by is None else _number(by, node("pow", amount_of(x), amount_of(y)))

    def sincos(self, x: Real) -> tuple[Real, Real]:
        """Sine and cosine."""
        if not isinstance(x, Symbol):
            # Whole quarters of a turn are exact in degrees, which is what the language turns by.
            return elementary.sincosd(FLOAT, round(x / _RADIAN, 10))
        return _number(x.by, node("sin", x.amount)), _number(x.by, node("cos", x.amount))

    def atan2(self, y: Real, x: Real) -> Real:
        """The angle of (x, y)."""
        by = _by(y, x)
        return elementary.atan2(FLOAT, y, x) if by is None else _number(by, node("atan2", amount_of(y), amount_of(x)))


_RADIAN: Final = 0.017453292519943295


@final
class SymbolNumbers:
    """Numbers are floats or symbols; tests are bools or tests to be settled."""

    @property
    def batched(self) -> bool:
        """As lanes: equal calls are no equal keys."""
        return True

    @property
    def native(self) -> _Functions:
        """Those of symbols."""
        return _FUNCTIONS

    def where(self, test: Any, then: Real, otherwise: Real) -> Real:
        """Either, as the test says; it is not settled for this."""
        if not isinstance(test, Test):
            return then if test else otherwise
        return _number(test.by, node("where", test.node, amount_of(then), amount_of(otherwise)))

    def sqrt(self, x: Real) -> Real:
        """Square root."""
        return _number(x.by, node("sqrt", x.amount)) if isinstance(x, Symbol) else FLOAT.sqrt(x)

    def floor(self, x: Real) -> Real:
        """The largest whole number not above."""
        return _number(x.by, node("floor", x.amount)) if isinstance(x, Symbol) else FLOAT.floor(x)

    def minimum(self, a: Real, b: Real) -> Real:
        """The smaller."""
        return self._extreme(a, b, "min")

    def maximum(self, a: Real, b: Real) -> Real:
        """The larger."""
        return self._extreme(a, b, "max")

    def _extreme(self, a: Real, b: Real, operator: Any) -> Real:
        by = _by(a, b)
        if by is None:
            return FLOAT.minimum(a, b) if operator == "min" else FLOAT.maximum(a, b)
        low, high = _apart(by, amount_of(a), amount_of(b))
        if low >= 0.0 or high <= 0.0:
            return a if (high <= 0.0) is (operator == "min") else b
        return _number(by, node(operator, amount_of(a), amount_of(b)))

    def absolute(self, x: Real) -> Real:
        """|x|."""
        return abs(x)

    def exp2i(self, k: Real) -> Real:
        """2**k."""
        return _FUNCTIONS.exp(k * 0.6931471805599453) if isinstance(k, Symbol) else FLOAT.exp2i(k)

    def frexp(self, x: Real) -> tuple[Real, Real]:
        """Of floats alone: what needs it of symbols is in `native`."""
        if isinstance(x, Symbol):
            raise Unreadable("a function of what was drawn that is not known")
        return FLOAT.frexp(x)

    def all(self, test: Any) -> bool:
        """Whether it holds."""
        return test.all() if isinstance(test, Test) else bool(test)

    def any(self, test: Any) -> bool:
        """Whether it is known to hold: a primitive is not refused for what it might be."""
        return not isinstance(test, Test) and bool(test)

    def divide(self, a: Real, b: Real) -> Real:
        """The quotient."""
        by = _by(a, b)
        return FLOAT.divide(a, b) if by is None else _quotient(by, amount_of(a), amount_of(b))

    def integer(self, x: Real) -> Any:
        """Symbols stay what they are."""
        return x if isinstance(x, Symbol) else int(x)

    def real(self, x: Any) -> Real:
        """Symbols stay what they are."""
        return x if isinstance(x, Symbol) else float(x)


_FUNCTIONS: Final = _Functions()

SYMBOLS: Final = SymbolNumbers()
"""What numbers are in terms of what is drawn."""


def symbol(by: Settling, amount: Amount) -> Real:
    """An amount as the number of a run."""
    return _number(by, amount)
