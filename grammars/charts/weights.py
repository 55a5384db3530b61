"""Probabilities that carry what they were made of: how often each rule was taken and each number drawn.

The expectation semiring (Eisner 2002; Li and Eisner 2009): beside p its parts p · E[times that an event occurs], so
that one inside pass gives probability and marginals; and beside these the most probable derivation.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from math import inf, log
from types import MappingProxyType
from typing import Final, TypeAlias, final


@final
@dataclass(frozen=True, slots=True)
class Took:
    """A rule was taken: the nonterminal, and which of its rules."""

    left: str
    rule: int


@final
@dataclass(frozen=True, slots=True)
class Drew:
    """A rule's draw gave so many steps, while the variables that its distribution hangs on had these values."""

    left: str
    rule: int
    draw: int
    steps: int
    parents: tuple[float, ...]


Event: TypeAlias = Took | Drew

Way: TypeAlias = "tuple[Event | Way, ...]"
"""The events of one derivation: those of a rule, and one way within it for each nonterminal that it was applied to."""

_SMALL: Final = 2.0**-300

_STEP: Final = 300

_LARGE: Final = 2.0**_STEP

_NONE: Final[Mapping[Event, float]] = MappingProxyType({})


@final
@dataclass(frozen=True, slots=True)
class Weight:
    """A probability p, p times the expected count of each event, and the most probable single way with its own.

    All of these times 2 to the power of `shift`, which is not 0 where they are below what a float holds.
    """

    p: float
    counts: Mapping[Event, float] = field(default_factory=lambda: _NONE)
    best: float = 0.0
    way: Way = ()
    shift: int = 0

    @property
    def log(self) -> float:
        """ln of the probability."""
        return log(self.p) + self.shift * log(2.0) if self.p > 0.0 else -inf


ONE: Final = Weight(1.0, best=1.0)

NEVER: Final = Weight(0.0)


def once(p: float, event: Event) -> Weight:
    """The probability of an event that occurs once."""
    return Weight(p, {event: p}, p, (event,))


def within(weight: Weight) -> Weight:
    """What a nonterminal became, as one part of the rule that it stands in."""
    return replace(weight, way=(weight.way,))


def product(a: Weight, b: Weight) -> Weight:
    """Both, independently."""
    best, way, shift = a.best * b.best, (*a.way, *b.way), a.shift + b.shift
    if not a.counts and not b.counts:
        return _held(Weight(a.p * b.p, best=best, way=way, shift=shift))
    counts = {event: count * b.p for event, count in a.counts.items()}
    for event, count in b.counts.items():
        counts[event] = counts.get(event, 0.0) + count * a.p
    return _held(Weight(a.p * b.p, counts, best, way, shift))


def total(weights: Iterable[Weight]) -> Weight:
    """Either, excluding one another."""
    p = 0.0
    counts: dict[Event, float] = {}
    able = [weight for weight in weights if weight.p > 0.0]
    shift = max((weight.shift for weight in able), default=0)
    first = NEVER
    for weight in (shifted(weight, shift) for weight in able):
        p += weight.p
        for event, count in weight.counts.items():
            counts[event] = counts.get(event, 0.0) + count
        if weight.best > first.best:
            first = weight
    return Weight(p, counts, first.best, first.way, shift)


def shifted(weight: Weight, shift: int) -> Weight:
    """The same weight, told with another shift, which is not less than its own."""
    if weight.shift == shift:
        return weight
    scale = 2.0 ** max(weight.shift - shift, -1100)
    counts = {event: count * scale for event, count in weight.counts.items()}
    return Weight(weight.p * scale, counts, weight.best * scale, weight.way, shift)


def _held(weight: Weight) -> Weight:
    """A weight that a float holds, and the square of which it would."""
    if weight.p == 0.0 or weight.p > _SMALL:
        return weight
    counts = {event: count * _LARGE for event, count in weight.counts.items()}
    return Weight(weight.p * _LARGE, counts, weight.best * _LARGE, weight.way, weight.shift - _STEP)
