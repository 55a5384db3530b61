"""What a rule made, laid on what is seen: which child is which item, and what was drawn, number after number."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from math import ceil, floor, isfinite
from typing import Any, Final, final

import numpy as np

from grammars.charts.amounts import Amount, bound, substituted, value_of, variables
from grammars.charts.bounds import ANYTHING, Range, Ranges
from grammars.charts.forms import SLACK, Bindings, Form

_FEW: Final = 64
"""Solutions of one number that are followed at once; where there are more, others may tell first."""

_MOST_CELLS: Final = 1_000_000
"""Steps of one variable that are tried."""

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
@dataclass(frozen=True, slots=True)
class Knowledge:
    """What is known of a rule's variables: steps by variable, and equations that more than one solution is left of."""

    bindings: tuple[tuple[int, int], ...] = ()
    open: tuple[Equation, ...] = ()

    @property
    def known(self) -> Bindings:
        """Steps by variable."""
        return dict(self.bindings)


def learned(knowledge: Knowledge, equations: Sequence[Equation], ranges: Ranges) -> Iterator[Knowledge]:
    """Every way in which further equations may hold; none where one cannot. Each way is another event.

    Variables lie in `ranges`, of steps.
    """
    yield from _solved(dict(knowledge.bindings), [*knowledge.open, *equations], ranges)


def forgotten(knowledge: Knowledge, kept: frozenset[int]) -> Knowledge:
    """What is known of some variables alone."""
    return replace(knowledge, bindings=tuple((v, k) for v, k in knowledge.bindings if v in kept))


def with_known(knowledge: Knowledge, found: Mapping[int, int], ranges: Ranges) -> Iterator[Knowledge]:
    """What is known together with what something else told."""
    known = dict(knowledge.bindings)
    if all(known.get(variable, steps) == steps for variable, steps in found.items()):
        yield from _solved({**known, **found}, list(knowledge.open), ranges)


def _solved(known: dict[int, int], waiting: Sequence[Equation], ranges: Ranges) -> Iterator[Knowledge]:
    left: list[Equation] = []
    single: dict[int, list[Equation]] = {}
    for equation in waiting:
        here = bound(equation.amount, known)
        found = variables(here)
        if not found:
            if isinstance(here, Form) and not _met(here.constant, equation):
                return
            continue
        left.append(Equation(here, equation.seen, equation.step))
        if len(found) == 1:
            single.setdefault(found[0], []).append(left[-1])
    best: tuple[int, Sequence[int]] | None = None
    for variable in sorted(single, key=lambda v: _slackness(single[v])):
        steps = cells(variable, single[variable], ranges)
        if steps is not None and (best is None or len(steps) < len(best[1])):
            best = variable, steps
            if len(steps) <= 2:
                break
    if best is None or len(best[1]) > _FEW:
        yield Knowledge(tuple(sorted(known.items())), tuple(left))
        return
    for steps in best[1]:
        yield from _solved({**known, best[0]: steps}, left, ranges)


def _slackness(equations: Sequence[Equation]) -> float:
    """How many steps the tightest affine equation leaves, as an order to look in."""
    found = [abs(e.amount.terms[0][1]) / e.step for e in equations if isinstance(e.amount, Form)]
    return 1.0 / max(found) if found else 1e18


def cells(variable: int, equations: Sequence[Equation], ranges: Ranges) -> Sequence[int] | None:
    """The steps of a variable at which all equations in it alone hold; None where they cannot be gone through."""
    low, high = ranges.get(variable, ANYTHING)
    alone = [e for e in equations if variables(e.amount) == (variable,)]
    for equation in equations:
        if isinstance(equation.amount, Form) and any(v == variable for v, _ in equation.amount.terms):
            a, b = _within(variable, equation.amount, equation, ranges)
            low, high = max(low, a), min(high, b)
    if not isfinite(low) or not isfinite(high) or high - low > _MOST_CELLS:
        return None
    first, last = ceil(low - 1e-6), floor(high + 1e-6)
    if not alone:
        return range(first, last + 1)
    if last - first < 8:
        return [k for k in range(first, last + 1) if all(_met(value_of(e.amount, {variable: k}), e) for e in alone)]
    renamed = {variable: Form(0.0, ((0, 1.0),))}
    return _scanned(tuple(replace(e, amount=substituted(e.amount, renamed)) for e in alone), first, last)


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


def _met(value: Any, equation: Equation) -> bool:
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
