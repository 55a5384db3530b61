"""What a rule made, laid on what is seen: which child is which item, and what was drawn, number after number."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TypeAlias, final

from grammars.charts.forms import Bindings, Form, bound, nearest, solutions

Equation: TypeAlias = tuple[Form, int]
"""A number and the steps of the grid that it is seen as."""


@final
@dataclass(frozen=True, slots=True)
class Knowledge:
    """What is known of a rule's variables: steps by variable, and equations that more than one unknown stands in."""

    bindings: tuple[tuple[int, int], ...] = ()
    open: tuple[Equation, ...] = ()

    @property
    def known(self) -> Bindings:
        """Steps by variable."""
        return dict(self.bindings)


def learned(knowledge: Knowledge, equations: Sequence[Equation], grid: float) -> Iterator[Knowledge]:
    """Every way in which further equations may hold; none where one cannot. Each way is another event.

    Raises NotExact where one unknown has too many solutions.
    """
    known = dict(knowledge.bindings)
    waiting = list(knowledge.open) + list(equations)
    yield from _solved(known, waiting, grid)


def _solved(known: dict[int, int], waiting: Sequence[Equation], grid: float) -> Iterator[Knowledge]:
    left: list[Equation] = []
    single: Equation | None = None
    for form, seen in waiting:
        here = bound(form, known)
        if not here.terms:
            if nearest(here.constant / grid) != seen:
                return
        else:
            left.append((here, seen))
            if len(here.terms) == 1 and (single is None or abs(here.terms[0][1]) > abs(single[0].terms[0][1])):
                single = (here, seen)
    if single is None:
        yield Knowledge(tuple(sorted(known.items())), tuple(left))
        return
    variable = single[0].terms[0][0]
    for steps in solutions(single[0], single[1], grid):
        yield from _solved({**known, variable: steps}, left, grid)


def forgotten(knowledge: Knowledge, kept: frozenset[int]) -> Knowledge:
    """What is known of some variables alone."""
    return replace(knowledge, bindings=tuple((v, k) for v, k in knowledge.bindings if v in kept))


def with_known(knowledge: Knowledge, found: Mapping[int, int], grid: float) -> Iterator[Knowledge]:
    """What is known together with what something else told."""
    known = dict(knowledge.bindings)
    if all(known.get(variable, steps) == steps for variable, steps in found.items()):
        yield from _solved({**known, **found}, list(knowledge.open), grid)
