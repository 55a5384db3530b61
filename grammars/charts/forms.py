"""Affine forms: numbers of a grammar that hang on what was drawn, c + Σ cᵢ·kᵢ with whole kᵢ.

What is drawn lies on a grid, so that its value is k steps of the grid; a coefficient holds the step already.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from math import floor
from typing import Final, TypeAlias, final

Bindings: TypeAlias = Mapping[int, int]
"""Steps of what is known, by variable."""

SLACK: Final = 1e-9
"""Of a grid step: two ways to the same number may differ by rounding, also where it lies half-way."""


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
