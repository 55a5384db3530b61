"""Ways to tell each number by few others, and the cheapest choice of all of them together.

A program of few examples is its params, and each number a constant or affine in one or two params. What is cheapest is
a problem of where to open facilities: a param costs what it takes to declare it and to give it in each example, and an
expression costs its text once its params are there. It is solved exactly, by branch and bound (HiGHS, through scipy).
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import product
from typing import Final, final

import numpy as np

from grammars.learning.cheapest.numbers import Column, Slot, Told

_DECLARED: Final = 6.0
"""Bits of a param besides its values: its name and its range."""

_LONE: Final = 2.0
"""The same where there is one example: what it is asked for is what may vary."""

_WRITTEN: Final = 10.0
"""Bits of a number that is written."""

_ZERO: Final = 1.0

_NAMED: Final = 2.5
"""Bits of one of the params that there are."""

_SLOPES: Final = {1.0: 0.0, 0.5: 1.0, -1.0: 1.5, -0.5: 2.0, 2.0: 2.5}
"""Bits of a slope."""

_ACROSS: Final = 5.0
"""Bits against what is upright hanging on what is level, and the other way."""

_LEVEL: Final = 1.0
"""Bits against hanging on what runs along the other level axis: much has a square plan."""

_MIXED: Final = 4.0
"""Bits against a sum of shares of two params: many of these hold by chance."""

_FACE: Final = 0.5
"""Bits of telling where a face is, not the middle."""

_SLOPED: Final = 4.0
"""Bits against a slope other than 1 with a constant: two round examples hold to many such lines."""

_LATER: Final = 1e-3
"""Bits against a param that is listed after another: extents of the whole come first, gaps last."""

_OTHERS: Final = 48
"""Candidates of which pairs are tried: those that most numbers are near to."""

_SECONDS: Final = 20.0


@final
@dataclass(frozen=True, slots=True)
class Expression:
    """constant + Σ slope · param, the params by their number; `way` of its slot is told so."""

    way: int
    constant: float
    terms: tuple[tuple[int, float], ...]
    bits: float


@final
@dataclass(frozen=True, slots=True, eq=False)
class Chosen:
    """The params that there are, an expression for each slot, the bits of all, and whether nothing is cheaper."""

    params: tuple[Told, ...]
    expressions: tuple[Expression, ...]
    bits: float
    proved: bool


def cheapest(slots: Sequence[Slot], known: Sequence[Told], tolerance: float) -> Chosen:
    """The params among what is `known`, and the expressions, that cost least; lengths are exact to a tolerance."""
    candidates = distinct(known, tolerance)
    costs = costs_of(candidates, tolerance)
    options = [list(expressions_of(slot, candidates, tolerance)) for slot in slots]
    return _solved(options, candidates, costs)


def costs_of(candidates: Sequence[Told], tolerance: float) -> list[float]:
    """Bits of declaring each as a param and of giving it in each example."""
    declared = _DECLARED if candidates and len(candidates[0].column) > 1 else _LONE
    return [declared + _WRITTEN * _values(c, tolerance) + _LATER * k for k, c in enumerate(candidates)]


def _near(told: Told, tolerance: float) -> float:
    return {"length": tolerance, "angle": 0.5, "share": 0.005, "count": 0.0}[told.unit] + 1e-9


def _values(told: Told, tolerance: float) -> int:
    """How many values a param has to be given in the examples: one where it never changes."""
    there = told.column[~np.isnan(told.column)]
    return 1 if np.ptp(there) <= 2.0 * _near(told, tolerance) else len(there)


def distinct(known: Sequence[Told], tolerance: float) -> list[Told]:
    """Those that differ in a column or in an axis, the first of each; none that is always 0."""
    found: list[Told] = []
    for told in known:
        there = ~np.isnan(told.column)
        if np.all(np.abs(told.column[there]) <= _near(told, tolerance)):
            continue
        if not any(
            other.unit == told.unit
            and (other.axis == told.axis or 3 in (other.axis, told.axis))
            and np.array_equal(np.isnan(other.column), ~there)
            and np.all(np.abs(other.column - told.column)[there] <= _near(told, tolerance))
            for other in found
        ):
            found.append(told)
    return found


def expressions_of(slot: Slot, candidates: Sequence[Told], tolerance: float) -> Iterator[Expression]:
    """All ways to tell a slot."""
    for way, told in enumerate(slot):
        there = ~np.isnan(told.column)
        values, near, besides = told.column[there], _near(told, tolerance), _FACE * (way > 0)
        yield from _constant(way, values, near, besides)
        usable = [k for k, c in enumerate(candidates) if c.unit == told.unit and not np.any(np.isnan(c.column[there]))]
        across = [_across(candidates[k].axis, told.axis) for k in usable]
        rows = np.array([candidates[k].column[there] for k in usable]).reshape(len(usable), len(values))
        for n, k in enumerate(usable):
            yield from _of_one(way, k, values, rows[n], near, besides + across[n], told.unit == "length")
        if told.unit == "length":
            first = usable[:_OTHERS]
            for i, j, a, b, bits in _of_two(values, rows[: len(first)], near):
                terms = ((first[i], a), (first[j], b))
                yield Expression(way, 0.0, terms, 2.0 * _NAMED + bits + besides + max(across[i], across[j]))


def _across(one: int, other: int) -> float:
    if one == other or 3 in (one, other):
        return 0.0
    return _ACROSS if 1 in (one, other) else _LEVEL


def _constant(way: int, values: Column, near: float, besides: float) -> Iterator[Expression]:
    middle = float(0.5 * (values.min() + values.max()))
    if np.ptp(values) <= 2.0 * near:
        yield (
            Expression(way, 0.0, (), _ZERO + besides)
            if abs(middle) <= near
            else Expression(way, _plain(middle, near), (), _WRITTEN + besides)
        )


def _of_one(
    way: int, k: int, values: Column, row: Column, near: float, besides: float, scaled: bool
) -> Iterator[Expression]:
    """A param times a simple slope, with a constant or without; where there are several examples a share of it."""
    varies = np.ptp(values) > 2.0 * near
    for slope, bits in _SLOPES.items() if scaled else ((1.0, 0.0),):
        rest = values - slope * row
        if np.all(np.abs(rest) <= near):
            yield Expression(way, 0.0, ((k, slope),), _NAMED + bits + besides)
        elif varies and np.ptp(rest) <= 2.0 * near:
            constant = _plain(float(0.5 * (rest.min() + rest.max())), near)
            sloped = _SLOPED * (abs(slope) != 1.0)
            yield Expression(way, constant, ((k, slope),), _NAMED + bits + sloped + _WRITTEN + besides)
    if scaled and varies and row.any():
        share = round(float(values @ row / (row @ row)), 2)
        if share not in _SLOPES and share and np.all(np.abs(values - share * row) <= near):
            yield Expression(way, 0.0, ((k, share),), _NAMED + 0.8 * _WRITTEN + besides)


def _of_two(values: Column, rows: np.ndarray, near: float) -> Iterator[tuple[int, int, float, float, float]]:
    """a · one + b · other: their places, slopes and the bits of these. A pair is told once, what is added first."""
    for (a, first), (b, second) in product(_SLOPES.items(), repeat=2):
        rest = values - a * rows[:, None, :] - b * rows[None, :, :]
        for i, j in zip(*np.nonzero(np.all(np.abs(rest) <= near, axis=2)), strict=True):
            if a > 0.0 and i != j and (b < 0.0 or i < j):
                mixed = _MIXED * ((b > 0.0 and (a, b) != (1.0, 1.0)) or a == 2.0)
                yield int(i), int(j), a, b, first + second + mixed


def _plain(value: float, near: float) -> float:
    """The number of fewest digits that is near."""
    return next((r for d in range(7) if abs((r := round(value, d)) - value) <= 0.5 * near), round(value, 7)) + 0.0


def _solved(options: Sequence[Sequence[Expression]], candidates: Sequence[Told], costs: Sequence[float]) -> Chosen:
    from scipy.optimize import Bounds, LinearConstraint, milp
    from scipy.sparse import csr_array

    flat = [(slot, e) for slot, of_slot in enumerate(options) for e in of_slot]
    m, n = len(candidates), len(candidates) + len(flat)
    objective = np.array([*costs, *(e.bits for _, e in flat)])
    rows = [slot for slot, _ in flat]
    once = csr_array((np.ones(len(flat)), (rows, np.arange(m, n))), shape=(len(options), n))
    needs = [(m + k, param) for k, (_, e) in enumerate(flat) for param, _ in e.terms]
    at = np.repeat(np.arange(len(needs)), 2)
    there = csr_array(
        (np.tile([1.0, -1.0], len(needs)), (at, np.array(needs, np.int64).ravel())), shape=(len(needs), n)
    )
    constraints = [LinearConstraint(once, 1.0, 1.0)]
    if needs:
        constraints.append(LinearConstraint(there, -np.inf, 0.0))
    # With the params whole, each slot takes its cheapest expression of those: these need not be told to be whole.
    whole = np.concatenate([np.ones(m), np.zeros(len(flat))])
    found = milp(
        objective, integrality=whole, bounds=Bounds(0.0, 1.0), constraints=constraints,
        options={"time_limit": _SECONDS},
    )  # fmt: skip
    assert found.x is not None, "every number can be told by itself"
    open_ = np.flatnonzero(found.x[:m] > 0.5).tolist()
    number = {param: k for k, param in enumerate(open_)}
    best: list[Expression] = []
    for of_slot in options:
        one = min((e for e in of_slot if all(p in number for p, _ in e.terms)), key=lambda e: e.bits)
        best.append(Expression(one.way, one.constant, tuple((number[p], s) for p, s in one.terms), one.bits))
    bits = sum(costs[p] for p in open_) + sum(e.bits for e in best)
    return Chosen(tuple(candidates[p] for p in open_), tuple(best), bits, bool(found.status == 0))
