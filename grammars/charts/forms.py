"""Affine forms: numbers of a grammar that hang on what was drawn, c + Σ cᵢ·kᵢ with whole kᵢ.

What is drawn lies on a grid, so that its value is k steps of the grid; a coefficient holds the step already.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from math import ceil, floor
from typing import Final, TypeAlias, final

from grammars.charts.errors import NotExact

Bindings: TypeAlias = Mapping[int, int]
"""Steps of what is known, by variable."""

SLACK: Final = 1e-9
"""Of a grid step: two ways to the same number may differ by rounding, also where it lies half-way."""

_MOST: Final = 64
"""Steps that one number may leave open; more are no solution but a range."""


@final
@dataclass(frozen=True, slots=True)
class Form:
    """constant + Σ coefficient · variable, the variables in ascending order and no coefficient 0."""

    constant: float
    terms: tuple[tuple[int, float], ...] = ()


ZERO: Final = Form(0.0)


def combined(forms: Iterable[tuple[float, Form]], constant: float = 0.0) -> Form:
    """constant + Σ factor · form."""
    terms: dict[int, float] = {}
    for factor, form in forms:
        constant += factor * form.constant
        for variable, coefficient in form.terms:
            terms[variable] = terms.get(variable, 0.0) + factor * coefficient
    return Form(constant, tuple(sorted((v, c) for v, c in terms.items() if c != 0.0)))


def substituted(form: Form, slots: Sequence[Form]) -> Form:
    """The form with a form for each of its variables."""
    if not form.terms:
        return form
    return combined(((coefficient, slots[variable]) for variable, coefficient in form.terms), form.constant)


def bound(form: Form, known: Bindings) -> Form:
    """The form with the values that are known put in."""
    if all(variable not in known for variable, _ in form.terms):
        return form
    constant = form.constant + sum(c * known[v] for v, c in form.terms if v in known)
    return Form(constant, tuple((v, c) for v, c in form.terms if v not in known))


def nearest(value: float) -> int:
    """The nearest whole number, halves away from 0, so that mirror images are rounded alike."""
    whole = floor(abs(value) + 0.5 + SLACK)
    return whole if value >= 0.0 else -whole


def solutions(form: Form, observed: int, grid: float) -> list[int]:
    """All steps of a form's only variable at which the form is seen as so many steps of the grid.

    Raises NotExact where these are more than 64.
    """
    (_, coefficient), = form.terms  # fmt: skip
    reach = sorted(((observed + side) * grid - form.constant) / coefficient for side in (-0.5, 0.5))
    if reach[1] - reach[0] > _MOST:
        raise NotExact("a number that is seen hardly changes with what was drawn")
    candidates = range(ceil(reach[0] - 1e-6), floor(reach[1] + 1e-6) + 1)
    return [k for k in candidates if nearest((form.constant + coefficient * k) / grid) == observed]
