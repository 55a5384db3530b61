"""Linear forms as a person would write them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from math import lcm
from typing import final

from shapelang.inference.lift.forms import Form
from shapelang.inference.plain import rounded
from shapelang.inference.program import number
from shapelang.syntax import tree


@final
@dataclass(frozen=True, slots=True)
class Writer:
    """Writes forms over quantities: the named ones by name, the others as one number."""

    values: Sequence[float]
    names: Mapping[int, str]
    grid: float

    def expression(self, form: Form) -> tree.Expr:
        """`height - (top_height + leg_thickness) / 2 - 0.04`: whole multiples, then halves together, then a number."""
        named = {k: c for k, c in form.terms.items() if k in self.names}
        rest = sum(float(c) * self.values[k] for k, c in form.terms.items() if k not in named)
        constant = rounded(rest, 0.1 * self.grid)
        whole = {k: c for k, c in named.items() if c.denominator == 1}
        parts: list[tuple[Fraction, tree.Expr]] = [
            (c, tree.Name(self.names[k])) for k, c in sorted(whole.items(), key=_first)
        ]
        broken = {k: c for k, c in named.items() if k not in whole}
        below = lcm(*(c.denominator for c in broken.values()))
        if broken:
            above = [(c * below, name) for c, name in self._terms(broken)]
            sign = 1 if above[0][0] > 0 else -1
            parts.append(
                (Fraction(sign), tree.Binary("/", _sum([(c * sign, n) for c, n in above]), tree.Number(below)))
            )
        if constant or not parts:
            parts.append((Fraction(1 if constant >= 0.0 else -1), number(abs(constant))))
        return _sum(sorted(parts, key=lambda part: part[0] < 0))

    def _terms(self, terms: Mapping[int, Fraction]) -> list[tuple[Fraction, tree.Expr]]:
        return [(c, tree.Name(self.names[k])) for k, c in sorted(terms.items(), key=_first)]


def _first(term: tuple[int, Fraction]) -> tuple[bool, int]:
    """What is added before what is taken away."""
    return term[1] < 0, term[0]


def _sum(terms: Sequence[tuple[Fraction, tree.Expr]]) -> tree.Expr:
    (first, name), *others = terms
    made = _times(abs(first), name)
    if first < 0:
        made = tree.Unary("-", made)
    for coefficient, name in others:
        made = tree.Binary("+" if coefficient > 0 else "-", made, _times(abs(coefficient), name))
    return made


def _times(coefficient: Fraction, name: tree.Expr) -> tree.Expr:
    return name if coefficient == 1 else tree.Binary("*", tree.Number(coefficient.numerator), name)
