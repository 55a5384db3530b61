"""Numbers that follow from a parameter, as a person would write them."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from typing import Final, final

from shapelang.inference.rounding.grid import rounded
from shapelang.inference.solids.cores import number
from shapelang.syntax import tree

_NEAR: Final = 0.5
"""Of the grid: a rest that is less is none."""

_LEAST: Final = 1e-6
"""Two shares that differ by less are one."""


@final
@dataclass(frozen=True, slots=True)
class Following:
    """A number that grows by `share` for each metre that the parameter `name` does, from `value` where that is `of`."""

    name: str
    of: float
    share: float
    value: float

    def hides(self, grid: float) -> bool:
        """Whether its expression only hides a number: a share and a rest that are both no plain ones."""
        share, rest = self._parts(grid)
        return rest != 0.0 and abs(Fraction(share).limit_denominator(4) - Fraction(share)) > _LEAST

    def expression(self, grid: float) -> tree.Expr:
        """`width - 0.8`, `0.4 - width / 2`, `0.46 * height`: the rest to a tenth of the grid, metres."""
        share, rest = self._parts(grid)
        part = _times(abs(share), tree.Name(self.name))
        if rest == 0.0:
            return part if share > 0.0 else tree.Unary("-", part)
        if share > 0.0:
            return tree.Binary("+" if rest > 0.0 else "-", part, number(abs(rest)))
        return tree.Binary("-", number(rest), part)

    def _parts(self, grid: float) -> tuple[float, float]:
        """The share as it is written, with as few digits as do, and the rest, metres."""
        for digits in (2, 3, 4):
            share = round(self.share, digits)
            if share and abs(self.value - share * self.of) < _NEAR * grid:
                return share, 0.0
        simple = Fraction(self.share).limit_denominator(12)
        share = float(simple) if abs(float(simple) - self.share) < _LEAST else round(self.share, 2) or self.share
        return share, rounded(self.value - share * self.of, 0.1 * grid)


def tokens(expr: tree.Expr) -> int:
    """Of an expression that `Following` writes."""
    match expr:
        case tree.Binary(_, left, right):
            return 1 + tokens(left) + tokens(right)
        case tree.Unary(_, operand):
            # A minus before a quotient stands before brackets.
            return 1 + tokens(operand) + 2 * isinstance(operand, tree.Binary)
        case _:
            return 1


def _times(share: float, name: tree.Expr) -> tree.Expr:
    """`name / 2`, `0.46 * name`, `2 * name / 7`."""
    simple = Fraction(share).limit_denominator(48)
    if abs(float(simple) - share) < _LEAST:
        if simple.numerator == 1:
            return name if simple.denominator == 1 else tree.Binary("/", name, tree.Number(simple.denominator))
        if simple.denominator == 1:
            return tree.Binary("*", tree.Number(simple.numerator), name)
    if abs(round(share, 3) - share) < _LEAST or abs(float(simple) - share) >= _LEAST:
        return tree.Binary("*", number(float(f"{share:.4g}")), name)
    return tree.Binary("/", tree.Binary("*", tree.Number(simple.numerator), name), tree.Number(simple.denominator))
