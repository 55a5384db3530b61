"""Linear forms over slots, with exact coefficients."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Final, final


@final
@dataclass(frozen=True, slots=True)
class Form:
    """Σ coefficient · slot; no coefficient is 0."""

    terms: Mapping[int, Fraction] = field(default_factory=dict[int, Fraction])

    def __add__(self, other: Form) -> Form:
        """The sum."""
        made = dict(self.terms)
        for slot, coefficient in other.terms.items():
            value = made.get(slot, Fraction(0)) + coefficient
            if value:
                made[slot] = value
            else:
                made.pop(slot, None)
        return Form(made)

    def __sub__(self, other: Form) -> Form:
        """The difference."""
        return self + other * -1

    def __mul__(self, factor: Fraction | int) -> Form:
        """All coefficients times a factor."""
        return Form({slot: c * factor for slot, c in self.terms.items()}) if factor else ZERO

    def at(self, values: Sequence[float]) -> float:
        """Its value where the slots have values."""
        return sum(float(c) * values[slot] for slot, c in self.terms.items())

    @property
    def weight(self) -> float:
        """Σ |coefficient|: how much it is off when each slot is off by 1."""
        return float(sum(abs(c) for c in self.terms.values()))


ZERO: Final = Form()


def slot(number: int) -> Form:
    """The form that is one slot."""
    return Form({number: Fraction(1)})
