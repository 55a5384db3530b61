"""Points for the elementary functions: ordinary ranges and hard ones, the same on every machine.

Drawn by our own hash, and scaled by + − × ÷ and powers of two alone, so that a change of NumPy or of Python cannot move
them.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, final

from shapelang import elementary as el
from shapelang.chance.draw import uniform
from shapelang.numbers import FLOAT

Column = list[float]


def _units(salt: int, count: int) -> Column:
    return [uniform(FLOAT, i, 0xC0FFEE, salt) for i in range(count)]


def _between(low: float, high: float) -> Callable[[int, int], Column]:
    return lambda salt, count: [low + (high - low) * u for u in _units(salt, count)]


def _binades(low: int, high: int, signed: bool = True) -> Callable[[int, int], Column]:
    """Numbers of either sign with exponents spread evenly over low … high."""

    def column(salt: int, count: int) -> Column:
        return [
            (-1.0 if signed and s < 0.5 else 1.0) * (1.0 + u) * math.ldexp(1.0, low + int(e * (high - low)))
            for s, u, e in zip(_units(salt, count), _units(salt + 1, count), _units(salt + 2, count), strict=True)
        ]

    return column


def _near(step: float, count_of_steps: int) -> Callable[[int, int], Column]:
    """Close to multiples of a step: off by a share of 2**−1 … 2**−52."""

    def column(salt: int, count: int) -> Column:
        return [
            step * int((2.0 * k - 1.0) * count_of_steps) * (1.0 + (2.0 * u - 1.0) * math.ldexp(1.0, -int(52.0 * e)))
            for k, u, e in zip(_units(salt, count), _units(salt + 1, count), _units(salt + 2, count), strict=True)
        ]

    return column


def _near_one(salt: int, count: int) -> Column:
    return [
        1.0 + (2.0 * u - 1.0) * math.ldexp(1.0, -int(52.0 * e) - 1)
        for u, e in zip(_units(salt, count), _units(salt + 1, count), strict=True)
    ]


@final
@dataclass(frozen=True, slots=True)
class Case:
    """A function, its name, and what each argument is mixed of."""

    name: str
    function: Callable[..., Any]
    arguments: tuple[tuple[Callable[[int, int], Column], ...], ...]

    def columns(self, count: int) -> list[Column]:
        """`count` points, the kinds of each argument in turn (with different periods, so that all meet)."""
        return [_mixed(kinds, 100 * k, count) for k, kinds in enumerate(self.arguments)]


def _mixed(kinds: tuple[Callable[[int, int], Column], ...], salt: int, count: int) -> Column:
    columns = [kind(salt + 10 * k, count) for k, kind in enumerate(kinds)]
    return [columns[i % len(columns)][i] for i in range(count)]


_TINY = _binades(-70, 0)
_RADIANS = (_between(-10.0, 10.0), _between(-1.6e6, 1.6e6), _near(0.7853981633974483, 10000), _TINY)
_DEGREES = (_between(-400.0, 400.0), _between(-1e9, 1e9), _near(15.0, 10000), _TINY)
_SINES = (_between(-1.0, 1.0), _TINY, lambda salt, count: [1.0 - x for x in _binades(-50, 0, False)(salt, count)])
_SLOPES = (_between(-2.0, 2.0), _binades(-70, 70), _between(-20.0, 20.0))
_COORDINATES = (_between(-1.0, 1.0), _binades(-70, 70), _binades(-1000, 1000))

CASES = (
    Case("exp", el.exp, ((_between(-745.0, 709.7), _between(-1.0, 1.0), _TINY),)),
    Case("log", el.log, ((_binades(-1022, 1023, False), _between(0.5, 2.0), _near_one, _between(0.0, 10.0)),)),
    Case("sin", el.sin, (_RADIANS,)),
    Case("cos", el.cos, (_RADIANS,)),
    Case("tan", el.tan, (_RADIANS,)),
    Case("sind", el.sind, (_DEGREES,)),
    Case("cosd", el.cosd, (_DEGREES,)),
    Case("tand", el.tand, (_DEGREES,)),
    Case("asin", el.asin, (_SINES,)),
    Case("acos", el.acos, (_SINES,)),
    Case("atan", el.atan, (_SLOPES,)),
    Case("asind", el.asind, (_SINES,)),
    Case("acosd", el.acosd, (_SINES,)),
    Case("atand", el.atand, (_SLOPES,)),
    Case("atan2", el.atan2, (_COORDINATES, (_COORDINATES[1], *_COORDINATES))),
    Case("atan2d", el.atan2d, (_COORDINATES, (_COORDINATES[1], *_COORDINATES))),
    Case(
        "pow",
        el.pow,
        (
            (_between(0.0, 3.0), _binades(-20, 20, False), _binades(-1000, 1000, False), _near_one),
            (_between(-100.0, 100.0), _between(-20.0, 20.0), _between(-1.0, 1.0), _binades(0, 50), _TINY),
        ),
    ),
)
