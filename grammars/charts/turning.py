"""Matrices whose entries may hang on what is drawn."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import product as every
from typing import Any, Final

from grammars.charts.amounts import Amount, Slots, substituted, times, weighted
from grammars.charts.cells import Equation
from grammars.charts.forms import Form, nearest
from grammars.charts.observed import EVEN, FINE, Turn, leaf_turn, turn_of
from shapelang.geometry.pose import EYE, Mat3, product

_SAME: Final = (1.0, 1.0, 1.0)


def known(linear: Mat3) -> bool:
    """Whether nothing drawn is in it."""
    return all(isinstance(entry, float) for entry in linear)


def put_in(linear: Mat3, slots: Slots) -> Mat3:
    """The matrix with an amount for each variable."""
    if known(linear):
        return linear
    return _matrix(entry if isinstance(entry, float) else _plain(substituted(entry, slots)) for entry in linear)


def together(outer: Mat3, inner: Mat3) -> Mat3:
    """outer · inner."""
    if outer == EYE:
        return inner
    if known(outer) and known(inner):
        return product(outer, inner)
    a, b = [_amount(entry) for entry in outer], [_amount(entry) for entry in inner]
    return _matrix(
        _plain(weighted([(1.0, times(a[3 * row + k], b[3 * k + column])) for k in range(3)]))
        for row in range(3)
        for column in range(3)
    )


def turned(linear: Mat3, vector: tuple[Amount, Amount, Amount]) -> tuple[Amount, Amount, Amount]:
    """linear · vector."""
    x, y, z = (weighted([(1.0, times(_amount(linear[3 * row + k]), vector[k])) for k in range(3)]) for row in range(3))
    return x, y, z


def seen_as(linear: Mat3, turn: Turn, kind: str | None) -> Iterator[list[Equation]]:
    """The ways in which a matrix is seen so, of a body (`kind` is None) or a leaf: each with its equations."""
    if known(linear):
        if (turn_of(linear) if kind is None else leaf_turn(kind, linear)) == turn:
            yield []
        return
    for signs in every((1.0, -1.0), repeat=3) if kind in EVEN else (_SAME,):
        equations = _equations(linear, signs, turn)
        if equations is not None:
            yield equations


def _equations(linear: Mat3, signs: tuple[float, ...], turn: Turn) -> list[Equation] | None:
    """Those of the entries that hang on something; None where another is not as it is seen."""
    found: list[Equation] = []
    for k, (entry, seen) in enumerate(zip(linear, turn, strict=True)):
        sign = signs[k % 3]
        if isinstance(entry, float):
            if nearest(entry * sign * FINE) != seen:
                return None
        else:
            found.append(Equation(entry, round(sign) * seen, 1.0 / FINE))
    return found


def _amount(entry: Any) -> Amount:
    return Form(entry) if isinstance(entry, float) else entry


def _plain(amount: Amount) -> Any:
    """A float where nothing drawn is left."""
    return amount.constant if isinstance(amount, Form) and not amount.terms else amount


def _matrix(entries: Iterator[Any]) -> Mat3:
    a, b, c, d, e, f, g, h, i = entries
    return (a, b, c, d, e, f, g, h, i)
