"""Between which numbers an amount lies while its variables lie between theirs; and how far what is drawn reaches."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from math import atan2, ceil, exp, floor, inf, isfinite, log, pi, sin
from typing import Final, TypeAlias, assert_never

import numpy as np

from grammars.charts.amounts import Amount, Operator, Test
from grammars.charts.forms import Form
from grammars.charts.model import Draw

Range: TypeAlias = tuple[float, float]
Ranges: TypeAlias = Mapping[int, Range]
"""By variable, in its own units."""

ANYTHING: Final[Range] = (-inf, inf)

_FAR: Final = 9.0
"""Standard deviations: what lies beyond has a probability below 1e-18."""


Bounded: TypeAlias = dict[int, tuple[Amount, Range]]
"""What is known of amounts, by their ids; each is kept, that its id stays its own."""


def bounds(amount: Amount, ranges: Ranges, known: Bounded | None = None) -> Range:
    """The least and the most that an amount can be, perhaps wider than it is; `known` while ranges are the same."""
    done: Bounded = {} if known is None else known

    def found(each: Amount) -> Range:
        if isinstance(each, Form):
            return _affine(each, ranges)
        if id(each) not in done:
            done[id(each)] = each, _operated(each.operator, [found(operand) for operand in each.operands])
        return done[id(each)][1]

    return found(amount)


def _affine(form: Form, ranges: Ranges) -> Range:
    low = high = form.constant
    for variable, coefficient in form.terms:
        a, b = (coefficient * end for end in ranges.get(variable, ANYTHING))
        low, high = low + min(a, b), high + max(a, b)
    return low, high


def _operated(operator: Operator, given: Sequence[Range]) -> Range:
    a, b = given[0], given[-1]
    match operator:
        case "+":
            return a[0] + b[0], a[1] + b[1]
        case "*":
            return _corners([_product(x, y) for x in a for y in b])
        case "/":
            return ANYTHING if b[0] <= 0.0 <= b[1] else _corners([_product(x, 1.0 / y) for x in a for y in b])
        case "min":
            return min(a[0], b[0]), min(a[1], b[1])
        case "max":
            return max(a[0], b[0]), max(a[1], b[1])
        case "abs":
            return (0.0 if a[0] <= 0.0 <= a[1] else min(map(abs, a))), max(map(abs, a))
        case "floor":
            return (floor(a[0]) if isfinite(a[0]) else a[0]), (floor(a[1]) if isfinite(a[1]) else a[1])
        case "sqrt":
            return max(a[0], 0.0) ** 0.5, max(a[1], 0.0) ** 0.5
        case "exp":
            return exp(min(a[0], 700.0)), exp(a[1]) if a[1] < 700.0 else inf
        case "log":
            ends = [float(np.log(end)) if end > 0.0 else -inf for end in a]
            return ends[0], ends[1]
        case "sin":
            return _waved(a)
        case "cos":
            return _waved((a[0] + pi / 2.0, a[1] + pi / 2.0))
        case "atan2":
            return _angle(a, b)
        case "pow":
            return _power(a, b)
        case "<" | "<=" | "==" | "and" | "or" | "not" | "where":
            return _tested(operator, given)
    assert_never(operator)


def _tested(operator: Test, given: Sequence[Range]) -> Range:
    """Of a test, which is 1 or 0, and of what hangs on one."""
    a, b = given[0], given[-1]
    match operator:
        case "<":
            return float(a[1] < b[0]), float(a[0] < b[1])
        case "<=":
            return float(a[1] <= b[0]), float(a[0] <= b[1])
        case "==":
            return 0.0, float(a[0] <= b[1] and b[0] <= a[1])
        case "and":
            return a[0] * b[0], a[1] * b[1]
        case "or":
            return max(a[0], b[0]), max(a[1], b[1])
        case "not":
            return 1.0 - a[1], 1.0 - a[0]
        case "where":
            if a[0] == a[1]:
                return given[1] if a[0] > 0.5 else given[2]
            return min(given[1][0], given[2][0]), max(given[1][1], given[2][1])
    assert_never(operator)


def _waved(angles: Range) -> Range:
    """The sine of what lies between two angles."""
    low, high = angles
    if not isfinite(low) or not isfinite(high) or high - low >= 2.0 * pi:
        return -1.0, 1.0
    ends = sin(low), sin(high)
    top = floor((high - pi / 2.0) / (2.0 * pi)) > floor((low - pi / 2.0) / (2.0 * pi))
    bottom = floor((high + pi / 2.0) / (2.0 * pi)) > floor((low + pi / 2.0) / (2.0 * pi))
    return (-1.0 if bottom else min(ends)), (1.0 if top else max(ends))


def _angle(y: Range, x: Range) -> Range:
    """Of what lies in a box; the whole turn where that holds the origin or what is behind it."""
    if x[0] <= 0.0 and y[0] <= 0.0 <= y[1]:
        return -pi, pi
    return _corners([atan2(b, a) for a in x for b in y])


def _power(base: Range, exponent: Range) -> Range:
    """Of what lies above 0; others are anything."""
    if base[0] <= 0.0 or not all(map(isfinite, (*base, *exponent))):
        return ANYTHING
    return _corners([exp(min(b * log(a), 700.0)) for a in base for b in exponent])


def _product(x: float, y: float) -> float:
    return 0.0 if x == 0.0 or y == 0.0 else x * y


def _corners(ends: Sequence[float]) -> Range:
    return min(ends), max(ends)


def reach(draw: Draw, ranges: Ranges) -> Range:
    """Between which numbers a draw lies but for a probability below 1e-18, its arguments lying in ranges."""
    first, *others = (bounds(form, ranges) for form in draw.arguments)
    second = others[0] if others else (0.0, 0.0)
    match draw.family:
        case "normal":
            found = first[0] - _FAR * second[1], first[1] + _FAR * second[1]
        case "lognormal":
            found = exp(min(first[0] - _FAR * second[1], 700.0)), exp(min(first[1] + _FAR * second[1], 700.0))
        case "uniform" | "whole":
            found = first[0], second[1]
        case "beta":
            found = 0.0, 1.0
        case "poisson":
            found = 0.0, first[1] + 12.0 * first[1] ** 0.5 + 12.0
        case _:
            assert_never(draw.family)
    low, high = draw.support or ANYTHING
    return max(found[0], low), min(found[1], high)


def steps_of(found: Range, step: float) -> Range:
    """A range in steps, outward to whole ones."""
    low, high = found
    return (floor(low / step - 0.5) if isfinite(low) else low), (ceil(high / step + 0.5) if isfinite(high) else high)
