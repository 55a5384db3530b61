"""What a rule made, laid on what is seen: which child is which item, and what was drawn, number after number."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final, final

from grammars.charts.amounts import bound, substituted, variables
from grammars.charts.bounds import Ranges
from grammars.charts.cells import Equation, cells, met
from grammars.charts.forms import Bindings, Form

_FEW: Final = 64
"""Solutions of one number that are followed at once; where there are more, others may tell first."""


@final
@dataclass(frozen=True, slots=True)
class Knowledge:
    """What is known of a rule's variables: steps by variable, and equations that more than one solution is left of."""

    bindings: tuple[tuple[int, int], ...] = ()
    open: tuple[Equation, ...] = ()

    @property
    def known(self) -> Bindings:
        """Steps by variable."""
        return dict(self.bindings)


def learned(knowledge: Knowledge, equations: Sequence[Equation], ranges: Ranges) -> Iterator[Knowledge]:
    """Every way in which further equations may hold; none where one cannot. Each way is another event.

    Variables lie in `ranges`, of steps.
    """
    yield from _solved(dict(knowledge.bindings), [*knowledge.open, *equations], ranges)


def forgotten(knowledge: Knowledge, kept: frozenset[int]) -> Knowledge:
    """What is known of some variables alone."""
    return replace(knowledge, bindings=tuple((v, k) for v, k in knowledge.bindings if v in kept))


def with_known(knowledge: Knowledge, found: Mapping[int, int], ranges: Ranges) -> Iterator[Knowledge]:
    """What is known together with what something else told."""
    known = dict(knowledge.bindings)
    if all(known.get(variable, steps) == steps for variable, steps in found.items()):
        yield from _solved({**known, **found}, list(knowledge.open), ranges)


def told(knowledge: Knowledge, said: Knowledge, names: Sequence[int], ranges: Ranges) -> Iterator[Knowledge]:
    """What is known together with what was said of other variables, each of which has a name here."""
    here = dict(knowledge.bindings)
    found = {names[v]: steps for v, steps in said.bindings}
    if all(here.get(variable, steps) == steps for variable, steps in found.items()):
        slots = {v: Form(0.0, ((name, 1.0),)) for v, name in enumerate(names)}
        said_here = (replace(e, amount=substituted(e.amount, slots)) for e in said.open)
        yield from _solved({**here, **found}, [*knowledge.open, *said_here], ranges)


def narrowed(knowledge: Knowledge, ranges: Ranges) -> Ranges | None:
    """Where variables lie by what is left open; None where one can be nowhere. Each tells of those beside it."""
    unknown = sorted({v for equation in knowledge.open for v in variables(equation.amount)})
    several = any(len(variables(equation.amount)) > 1 for equation in knowledge.open)
    found = dict(ranges)
    for _ in range(2 if several else 1):
        for variable in unknown:
            steps = cells(variable, knowledge.open, found)
            if steps is None:
                continue
            if not steps:
                return None
            found[variable] = steps[0], steps[-1]
    return found


def _solved(known: dict[int, int], waiting: Sequence[Equation], ranges: Ranges) -> Iterator[Knowledge]:
    left: list[Equation] = []
    single: dict[int, list[Equation]] = {}
    for equation in waiting:
        here = bound(equation.amount, known)
        found = variables(here)
        if not found:
            if isinstance(here, Form) and not met(here.constant, equation):
                return
            continue
        left.append(Equation(here, equation.seen, equation.step))
        if len(found) == 1:
            single.setdefault(found[0], []).append(left[-1])
    best: tuple[int, Sequence[int]] | None = None
    for variable in sorted(single, key=lambda v: _slackness(single[v])):
        steps = cells(variable, single[variable], ranges)
        if steps is not None and (best is None or len(steps) < len(best[1])):
            best = variable, steps
            if len(steps) <= 2:
                break
    if best is None or len(best[1]) > _FEW:
        yield Knowledge(tuple(sorted(known.items())), tuple(left))
        return
    for steps in best[1]:
        yield from _solved({**known, best[0]: steps}, left, ranges)


def _slackness(equations: Sequence[Equation]) -> float:
    """How many steps the tightest affine equation leaves, as an order to look in."""
    found = [abs(e.amount.terms[0][1]) / e.step for e in equations if isinstance(e.amount, Form)]
    return 1.0 / max(found) if found else 1e18
