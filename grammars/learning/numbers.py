"""What a column of numbers is: a constant, or a draw from a family, by the shorter description."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import log, log2
from typing import Final, TypeAlias, final

from grammars.charts.forms import ZERO, Form
from grammars.charts.model import Draw, Family
from grammars.learning.distributions import Sample, fitted, log_likelihood

_FAMILIES: Final[tuple[Family, ...]] = ("normal", "uniform")

_WRITTEN: Final = 12.0
"""Bits of a number that is written: one of some thousand steps."""

_ENDS: Final = 3.0
"""Bits against a draw that has ends."""

_FAMILY: Final = 2.0
"""Bits of which family it is, or none."""


@final
@dataclass(frozen=True, slots=True)
class Constant:
    """The same steps whenever it is seen."""

    steps: int


@final
@dataclass(frozen=True, slots=True)
class Drawn:
    """A draw of its own."""

    draw: Draw


Pattern: TypeAlias = Constant | Drawn


@final
@dataclass(frozen=True, slots=True)
class Column:
    """What a column is, and the bits of it with all its numbers."""

    pattern: Pattern
    bits: float


def column(steps: Sequence[int], grid: float) -> Column:
    """The shorter of what numbers in steps of the grid may be."""
    if len(set(steps)) == 1:
        return Column(Constant(steps[0]), _FAMILY + _WRITTEN)
    samples = [Sample(k, (), 1.0) for k in steps]
    best: Column | None = None
    for family in _FAMILIES:
        draw = fitted(Draw(family, (ZERO, Form(1.0))), samples, grid)
        bits = -log_likelihood(draw, samples, grid) / log(2.0)
        if family == "uniform":
            # Its ends lie beyond the outermost samples, and what lies beyond them is impossible.
            bits += len(steps) * log2(1.0 + 2.0 / (len(steps) - 1)) + _ENDS
        # A parameter is worth writing to half of the logarithm of how many numbers it is for (Rissanen 1978).
        found = Column(Drawn(draw), _FAMILY + bits + 2.0 * max(0.5 * log2(len(steps)), 1.0) + _WRITTEN)
        if best is None or found.bits < best.bits:
            best = found
    assert best is not None, "there are families"
    return best
