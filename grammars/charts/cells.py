"""The steps of one variable at which the equations that it stands in hold."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from itertools import accumulate
from math import ceil, floor, isfinite
from typing import Any, Final, final, overload

import numpy as np

from grammars.charts.amounts import Amount, substituted, value_of, variables
from grammars.charts.bounds import ANYTHING, Range, Ranges, bounds
from grammars.charts.forms import SLACK, Form

_MOST_CELLS: Final = 1_000_000
"""Steps of one variable that are tried one by one."""

_TRIED: Final = 65_536
"""Steps that are tried at once: of more it is bounded first where the equations may hold."""

_SCANNED: Final = 4096
"""Steps that are rather tried than bounded."""

_MOST_PIECES: Final = 4096
"""Pieces of the range of a variable that are bounded."""

_KEPT: Final = 2048
"""Sets of steps that are kept, a bit for each step: 256 MB at most, and some kB where draws span centimetres."""


@final
@dataclass(frozen=True, slots=True)
class Equation:
    """A number and the steps that it is seen as."""

    amount: Amount
    seen: int
    step: float


@final
class Pieces(Sequence[int]):
    """Ascending whole numbers, some of which stand in ranges, so that millions of them take no room."""

    def __init__(self, pieces: Sequence[Sequence[int]]) -> None:
        self.pieces = tuple(pieces)
        self._ends = tuple(accumulate(map(len, self.pieces)))

    def __len__(self) -> int:
        return self._ends[-1] if self._ends else 0

    @overload
    def __getitem__(self, index: int) -> int: ...
    @overload
    def __getitem__(self, index: slice) -> Sequence[int]: ...
    def __getitem__(self, index: int | slice) -> int | Sequence[int]:
        if isinstance(index, slice):
            return [self[k] for k in range(*index.indices(len(self)))]
        place = index + len(self) if index < 0 else index
        if not 0 <= place < len(self):
            raise IndexError(index)
        k = bisect_right(self._ends, place)
        return self.pieces[k][place - (self._ends[k - 1] if k else 0)]


def cells(variable: int, equations: Sequence[Equation], ranges: Ranges) -> Sequence[int] | None:
    """The steps of a variable at which all equations in it alone hold; None where they cannot be gone through."""
    low, high = ranges.get(variable, ANYTHING)
    alone = [e for e in equations if variables(e.amount) == (variable,)]
    for equation in equations:
        if isinstance(equation.amount, Form) and any(v == variable for v, _ in equation.amount.terms):
            a, b = _within(variable, equation.amount, equation, ranges)
            low, high = max(low, a), min(high, b)
    if not isfinite(low) or not isfinite(high):
        return None
    first, last = ceil(low - 1e-6), floor(high + 1e-6)
    plain = [e for e in alone if isinstance(e.amount, Form)]
    curved = [e for e in alone if not isinstance(e.amount, Form)]
    # An affine equation holds between two steps, of which the rounding of the bounds hides the last.
    while first <= last and not all(met(value_of(e.amount, {variable: first}), e) for e in plain):
        first += 1
    while first <= last and not all(met(value_of(e.amount, {variable: last}), e) for e in plain):
        last -= 1
    if not curved or first > last:
        return range(first, last + 1)
    if last - first < 8:
        return [k for k in range(first, last + 1) if all(met(value_of(e.amount, {variable: k}), e) for e in curved)]
    renamed = {variable: Form(0.0, ((0, 1.0),))}
    return _curved(tuple(replace(e, amount=substituted(e.amount, renamed)) for e in curved), first, last)


def _curved(equations: tuple[Equation, ...], first: int, last: int) -> Sequence[int] | None:
    """The steps of variable 0 at which all equations hold; None where there are too many to be tried."""
    found = _bounded(equations, first, last) if last - first > _TRIED else None
    if found is None and last - first <= _MOST_CELLS:
        return _scanned(equations, first, last)
    return found


@lru_cache(maxsize=_KEPT)
def _bounded(equations: tuple[Equation, ...], first: int, last: int) -> Pieces | None:
    """The range is halved until its pieces hold all, hold none, or are few steps; None where pieces are too many."""
    waiting, found, count = [(first, last)], list[Sequence[int]](), 0
    while waiting:
        low, high = waiting.pop()
        count += 1
        if count > _MOST_PIECES:
            return None
        match _judged(equations, (low, high)):
            case True:
                found.append(range(low, high + 1))
            case False:
                continue
            case None if high - low < _SCANNED:
                found.append(_scanned(equations, low, high))
            case None:
                middle = (low + high) // 2
                waiting += [(middle + 1, high), (low, middle)]
    return Pieces(found)


def _judged(equations: tuple[Equation, ...], between: Range) -> bool | None:
    """Whether all equations hold at all steps between two; None where that is open."""
    known, every = {}, True
    for equation in equations:
        low, high = bounds(equation.amount, {0: between}, known)
        slack = 1e-6 * equation.step + 1e-12
        least, most = (equation.seen - 0.5) * equation.step, (equation.seen + 0.5) * equation.step
        if low > most + slack or high < least - slack:
            return False
        every = every and least + slack < low and high < most - slack
    return True if every else None


def _scanned(equations: tuple[Equation, ...], first: int, last: int) -> list[int]:
    """The steps of variable 0 at which all equations hold, all of them tried; draws that are alike are tried once."""
    bits = np.frombuffer(_bits(equations, first, last), np.uint8)
    return (first + np.flatnonzero(np.unpackbits(bits, count=last - first + 1))).tolist()


@lru_cache(maxsize=_KEPT)
def _bits(equations: tuple[Equation, ...], first: int, last: int) -> bytes:
    """A bit for each step, set where all equations hold."""
    steps = np.arange(first, last + 1)
    met = np.ones(len(steps), np.bool_)
    for equation in equations:
        met[met] = _all_met(value_of(equation.amount, {0: steps[met]}), equation)
    return np.packbits(met).tobytes()


def _within(variable: int, form: Form, equation: Equation, ranges: Ranges) -> Range:
    """Where a variable lies for an affine equation, its other variables lying in their ranges."""
    low = high = -form.constant
    own = 1.0
    for v, c in form.terms:
        if v == variable:
            own = c
        else:
            ends = [c * end for end in ranges.get(v, ANYTHING)]
            low, high = low - max(ends), high - min(ends)
    ends = [(low + (equation.seen - 0.5) * equation.step) / own, (high + (equation.seen + 0.5) * equation.step) / own]
    return min(ends), max(ends)


def met(value: Any, equation: Equation) -> bool:
    """Whether a number is seen as it should be, halves away from 0."""
    number = float(value) / equation.step
    if not isfinite(number):
        return False
    whole = floor(abs(number) + 0.5 + SLACK)
    return (whole if number >= 0.0 else -whole) == equation.seen


def _all_met(values: Any, equation: Equation) -> Any:
    with np.errstate(all="ignore"):
        numbers = np.asarray(values, dtype=np.float64) / equation.step
        return np.sign(numbers) * np.floor(np.abs(numbers) + 0.5 + SLACK) == equation.seen
