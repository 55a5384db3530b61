"""Linear forms over slots, with exact coefficients, and the space that relations leave."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
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


@final
class Eliminated:
    """Forms in reduced echelon: each has a pivot that no other holds. Dependent forms reduce to 0."""

    def __init__(self, forms: Iterable[Form] = ()) -> None:
        self._rows: dict[int, Form] = {}
        self._holders: dict[int, set[int]] = {}
        for form in forms:
            self.add(form)

    def __len__(self) -> int:
        """The number of independent forms."""
        return len(self._rows)

    def reduced(self, form: Form) -> Form:
        """The form modulo the others: without their pivots."""
        made = form
        for pivot in [p for p in form.terms if p in self._rows]:
            made = made - self._rows[pivot] * made.terms[pivot]
        return made

    def add(self, form: Form) -> bool:
        """Take a form in; False where it depends on the others."""
        rest = self.reduced(form)
        if not rest.terms:
            return False
        # The latest slot is expressed by the earlier ones, so that what is written first keeps its own number.
        pivot = max(rest.terms)
        row = rest * (1 / rest.terms[pivot])
        for other in list(self._holders.get(pivot, ())):
            held = self._rows[other]
            self._store(other, held - row * held.terms[pivot])
        self._store(pivot, row)
        return True

    def _store(self, pivot: int, row: Form) -> None:
        old = self._rows.get(pivot)
        if old is not None:
            for slot in old.terms:
                self._holders[slot].discard(pivot)
        self._rows[pivot] = row
        for slot in row.terms:
            self._holders.setdefault(slot, set()).add(pivot)
