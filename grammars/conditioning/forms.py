"""Affine forms: what a number can be while draws are known to lie between bounds.

J. Stolfi and L. H. de Figueiredo, "Self-validated numerical methods and applications" (1997), chapter 3: a number is
mid + Σ slope · ε + rest · [−1, 1], one ε in [−1, 1] for each draw, so that what hangs on the same draw cancels. All
are lanes: arrays of shape (b,), one for each cell. Rounding is left out; comparisons keep a slack for it.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final, TypeAlias, final

import numpy as np
from numpy.typing import NDArray

Lanes: TypeAlias = NDArray[np.float64]
Bools: TypeAlias = NDArray[np.bool_]
Slopes: TypeAlias = Mapping[int, Lanes]
"""By the number of the draw."""

SLACK: Final = 1e-10
"""Rounding that a comparison allows for, as a share of what is compared; metres and whole numbers are about 1."""

NOTHING: Final[Slopes] = {}


@final
class Maybe:
    """A test in every lane: it holds for certain (`yes`), fails for certain (`no`), or neither.

    `blame` says how much each draw has to do with its being open. `sign` is 1 where it holds and −1 where not, if it is
    a draw of its own.
    """

    __slots__ = ("blame", "no", "sign", "yes")
    __array_ufunc__ = None

    def __init__(self, yes: Bools, no: Bools, blame: Slopes = NOTHING, sign: Form | None = None) -> None:
        self.yes, self.no, self.blame, self.sign = yes, no, blame, sign

    @property
    def open(self) -> Bools:
        """Neither."""
        return ~(self.yes | self.no)

    def all(self) -> bool:
        """For certain, in every lane."""
        return bool(self.yes.all())

    def any(self) -> bool:
        """Perhaps, in some lane."""
        return not self.no.all()

    def among(self, alive: Bools) -> Maybe:
        """In some of the lanes."""
        return Maybe(self.yes[alive], self.no[alive], {k: v[alive] for k, v in self.blame.items()})

    def __invert__(self) -> Maybe:
        return Maybe(self.no, self.yes, self.blame, None if self.sign is None else -self.sign)

    def __eq__(self, other: Any) -> Any:
        return ~(self ^ other)

    def __ne__(self, other: Any) -> Any:
        return self ^ other

    __hash__ = None  # pyright: ignore[reportAssignmentType]

    def __and__(self, other: Any) -> Maybe:
        yes, no, blame = _test(other)
        return Maybe(self.yes & yes, self.no | no, _joined(self.blame, blame))

    def __or__(self, other: Any) -> Maybe:
        yes, no, blame = _test(other)
        return Maybe(self.yes | yes, self.no & no, _joined(self.blame, blame))

    def __xor__(self, other: Any) -> Maybe:
        yes, no, blame = _test(other)
        return Maybe((self.yes & no) | (self.no & yes), (self.yes & yes) | (self.no & no), _joined(self.blame, blame))

    __rand__, __ror__, __rxor__ = __and__, __or__, __xor__


def _test(other: Any) -> tuple[Any, Any, Slopes]:
    if isinstance(other, Maybe):
        return other.yes, other.no, other.blame
    held = np.asarray(other, dtype=bool)
    return held, ~held, NOTHING


def _joined(a: Slopes, b: Slopes) -> Slopes:
    if not a or not b:
        return a or b
    return {**a, **{k: (a[k] + v if k in a else v) for k, v in b.items()}}


@final
class Form:
    """mid + Σ slopes · ε + rest · [−1, 1]; each of shape (b,), `rest` not negative."""

    __slots__ = ("mid", "rest", "slopes")
    __array_ufunc__ = None

    def __init__(self, mid: Lanes, slopes: Slopes = NOTHING, rest: Lanes | float = 0.0) -> None:
        self.mid, self.slopes, self.rest = mid, slopes, rest

    def radius(self) -> Any:
        """The greatest distance from the middle."""
        total: Any = self.rest
        for slope in self.slopes.values():
            total = total + abs(slope)
        return total

    @property
    def low(self) -> Lanes:
        """The least that it can be."""
        return self.mid - self.radius()

    @property
    def high(self) -> Lanes:
        """The most that it can be."""
        return self.mid + self.radius()

    @property
    def exact(self) -> bool:
        """Whether it is known, in every lane."""
        return bool(np.all(self.radius() == 0.0))

    def __format__(self, spec: str) -> str:
        del spec
        return "a range"

    # --- arithmetic ------------------------------------------------------------------------------

    def __neg__(self) -> Form:
        return Form(-self.mid, {k: -v for k, v in self.slopes.items()}, self.rest)

    def __add__(self, other: Any) -> Form:
        if not isinstance(other, Form):
            return Form(self.mid + other, self.slopes, self.rest)
        return Form(self.mid + other.mid, _joined(self.slopes, other.slopes), self.rest + other.rest)

    def __sub__(self, other: Any) -> Form:
        return self + (-other)

    def __rsub__(self, other: Any) -> Form:
        return (-self) + other

    def __mul__(self, other: Any) -> Form:
        if not isinstance(other, Form):
            return Form(self.mid * other, {k: v * other for k, v in self.slopes.items()}, self.rest * abs(other))
        a, b = self.radius(), other.radius()
        mine = {k: v * other.mid for k, v in self.slopes.items()}
        slopes = _joined(mine, {k: v * self.mid for k, v in other.slopes.items()})
        rest = self.rest * abs(other.mid) + other.rest * abs(self.mid)
        mid = self.mid * other.mid
        if self is other:
            return Form(mid + 0.5 * a * a, slopes, rest + 0.5 * a * a)
        return Form(mid, slopes, rest + a * b)

    def __truediv__(self, other: Any) -> Form:
        return self * inverse(other) if isinstance(other, Form) else self * (1.0 / other)

    def __rtruediv__(self, other: Any) -> Form:
        return inverse(self) * other

    __radd__, __rmul__ = __add__, __mul__

    def __abs__(self) -> Form:
        low, high = self.low, self.high
        if (low >= 0.0).all():
            return self
        if (high <= 0.0).all():
            return -self
        return selected(low >= 0.0, self, selected(high <= 0.0, -self, between(0.0 * low, np.maximum(-low, high))))

    # --- comparisons -----------------------------------------------------------------------------

    def _sign(self, other: Any) -> tuple[Lanes, Lanes, Slopes]:
        """The least and the most of the difference, widened by the slack, and its slopes in units of its radius."""
        apart = self - other
        radius = apart.radius()
        if np.ndim(radius) == 0 and radius == 0.0:
            return apart.mid, apart.mid, NOTHING
        size = abs(self.mid) + abs(other.mid if isinstance(other, Form) else other)
        slack = np.where(radius > 0.0, SLACK * np.where(size < 1e30, size, 0.0), 0.0)
        wide = np.where(radius > 0.0, radius, 1.0)
        blame = {k: abs(v) / wide for k, v in apart.slopes.items()}
        return apart.mid - radius - slack, apart.mid + radius + slack, blame

    def __lt__(self, other: Any) -> Maybe:
        low, high, blame = self._sign(other)
        return Maybe(high < 0.0, low >= 0.0, blame)

    def __le__(self, other: Any) -> Maybe:
        low, high, blame = self._sign(other)
        return Maybe(high <= 0.0, low > 0.0, blame)

    def __gt__(self, other: Any) -> Maybe:
        return ~(self <= other)

    def __ge__(self, other: Any) -> Maybe:
        return ~(self < other)

    def __eq__(self, other: Any) -> Any:
        low, high, blame = self._sign(other)
        return Maybe((low == 0.0) & (high == 0.0), (low > 0.0) | (high < 0.0), blame)

    def __ne__(self, other: Any) -> Any:
        return ~(self == other)

    __hash__ = None  # pyright: ignore[reportAssignmentType]


def between(low: Lanes, high: Lanes) -> Form:
    """Anything from low to high."""
    return Form(0.5 * (low + high), NOTHING, np.maximum(0.5 * (high - low), 0.0))


def coin(symbol: int, count: int) -> Maybe:
    """A draw that is true or false, as a test that is open in so many lanes."""
    never = np.zeros(count, dtype=bool)
    return Maybe(never, never, {symbol: np.ones(count)}, Form(np.zeros(count), {symbol: np.ones(count)}))


def as_form(value: Any, like: Form) -> Form:
    """A number as a form of as many lanes."""
    return value if isinstance(value, Form) else Form(np.full(like.mid.shape, float(value)))


def selected(test: Bools, then: Form, other: Form) -> Form:
    """Lane by lane one of two forms."""
    keys = {**then.slopes, **other.slopes}
    zero = np.zeros(test.shape)
    slopes = {k: np.where(test, then.slopes.get(k, zero), other.slopes.get(k, zero)) for k in keys}
    return Form(np.where(test, then.mid, other.mid), slopes, np.where(test, then.rest, other.rest))


def hull(a: Form, b: Form) -> Form:
    """Anything that one of the two can be."""
    return between(np.minimum(a.low, b.low), np.maximum(a.high, b.high))


def inverse(x: Form) -> Form:
    """1 / x where x keeps off 0; else anything."""
    low, high = x.low, x.high
    good = (low > 0.0) | (high < 0.0)
    a, b = np.where(good, low, 1.0), np.where(good, high, 1.0)
    ends = 1.0 / a, 1.0 / b
    nearest = np.minimum(abs(a), abs(b))
    mid = np.where(good, x.mid, 1.0)
    found = curved(x, 1.0 / mid, -1.0 / (mid * mid), 2.0 / nearest**3, np.minimum(*ends), np.maximum(*ends))
    return found if good.all() else selected(good, found, Form(np.zeros_like(a), NOTHING, np.full_like(a, np.inf)))


def curved(x: Form, value: Lanes, slope: Lanes, bend: Lanes, low: Lanes, high: Lanes) -> Form:
    """A smooth function of a form: by its tangent in the middle, |f''| ≤ bend, or by its range, whichever is tighter.

    `value` and `slope` are those in the middle; f stays between `low` and `high`.
    """
    radius = x.radius() + np.zeros_like(x.mid)
    error = 0.5 * bend * radius * radius
    tangent = Form(value, {k: v * slope for k, v in x.slopes.items()}, x.rest * abs(slope) + error)
    tight = error <= 0.5 * (high - low)
    return selected(tight, tangent, between(low, high))
