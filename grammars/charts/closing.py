"""What is drawn and is not to be seen by itself: gone through step by step, or sampled where that is too much."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from math import prod
from typing import Final, TypeAlias, final

import numpy as np

from grammars.charts.amounts import Node, variables
from grammars.charts.bounds import Ranges
from grammars.charts.cells import cells
from grammars.charts.errors import NotExact
from grammars.charts.forms import Bindings
from grammars.charts.matching import Knowledge, learned, with_known

Needed: TypeAlias = Callable[[Bindings], Iterable[int]]
"""The variables that must be known beside those in equations, by what is known."""

_TRIED: Final = 10
"""Ways that are tried for each that is gone through."""

_MOST_CLOSED: Final = 20_000
"""Ways in which what shows only together, or not at all, is gone through."""


@final
@dataclass(slots=True)
class Sampling:
    """How what is too much to be gone through is sampled: so many ways of each, by numbers of chance."""

    rng: np.random.Generator
    samples: int
    kept: int | None = None
    """How many of the ways are followed, each drawn as often as it stands for others; None for all of them."""
    most: int = _MOST_CLOSED
    """Ways that are gone through all the same."""
    times: int = 0
    """How often something was sampled."""


def closed(
    knowledge: Knowledge, ranges: Ranges, needed: Needed, own: frozenset[int], sampling: Sampling | None
) -> Iterator[tuple[Knowledge, float]]:
    """Every way in which what is left open, and what else is needed, may be, each to be counted so often.

    Once each; sampled ways as often as they stand for others, so that sums over them are right on average. Equations
    in the `own` variables of a goal alone stay open where it is sampled: who asked for it knows more of these. Raises
    NotExact for more than 20,000 where nothing is sampled.
    """
    if sampling is None:
        opened = _Opened(ranges, needed, frozenset(), _MOST_CLOSED)
        yield from ((each, 1.0) for each in _limited(knowledge, opened))
        return
    opened = _Opened(ranges, needed, own, sampling.most)
    try:
        found = [(each, 1.0) for each in _limited(knowledge, opened)]
    except NotExact:
        sampling.times += 1
        found = _picked(list(_sampled(knowledge, opened, sampling)), sampling)
    yield from found


def apart(knowledge: Knowledge, ranges: Ranges, sampling: Sampling | None) -> Iterator[tuple[Knowledge, float]]:
    """What must be known before a call is asked, each way to be counted so often; nothing where nothing is sampled.

    A call draws what it is handed from where that lies. Variables that show by themselves, and also together by more
    than a sum, would seldom agree with one another then.
    """
    asked = [variables(equation.amount) for equation in knowledge.open]
    alone = {found[0] for found in asked if len(found) == 1}
    curved = [e.amount.variables for e in knowledge.open if isinstance(e.amount, Node)]
    tied = {v for found in curved if len(found) > 1 and alone.issuperset(found) for v in found}
    if sampling is None or not tied:
        yield knowledge, 1.0
        return
    first = [e for e, found in zip(knowledge.open, asked, strict=True) if tied.issuperset(found)]
    rest = [e for e, found in zip(knowledge.open, asked, strict=True) if not tied.issuperset(found)]
    for each, times in closed(replace(knowledge, open=tuple(first)), ranges, lambda _: (), frozenset(), sampling):
        yield from ((known, times) for known in learned(each, rest, ranges))


@final
@dataclass(frozen=True, slots=True)
class _Opened:
    """What is asked of knowledge that is closed: where variables lie, which are needed, and which may stay open."""

    ranges: Ranges
    needed: Needed
    own: frozenset[int]
    most: int


def _limited(knowledge: Knowledge, opened: _Opened) -> Iterator[Knowledge]:
    for count, each in enumerate(_closed(knowledge, opened)):
        if count >= opened.most:
            raise NotExact(
                f"what is drawn and not to be seen by itself may be in more than {opened.most:,} ways what it shows"
            )
        yield each


def _closed(knowledge: Knowledge, opened: _Opened) -> Iterator[Knowledge]:
    finite = _open(knowledge, opened)
    if not finite:
        yield knowledge
        return
    free = sorted(map(len, finite.values()))[: max(1, len(finite) - len(knowledge.open))]
    if prod(free) > _TRIED * opened.most:
        raise NotExact(f"what is drawn and not to be seen by itself may be in about {float(prod(free)):.0e} ways")
    variable = min(finite, key=lambda v: len(finite[v]))
    for steps in finite[variable]:
        for each in with_known(knowledge, {variable: steps}, opened.ranges):
            yield from _closed(each, opened)


def _sampled(knowledge: Knowledge, opened: _Opened, sampling: Sampling) -> Iterator[tuple[Knowledge, float]]:
    """Ways drawn variable by variable, that of the fewest steps first, each step as likely as another.

    A way counts as often as one of its probability is missed (importance sampling; Kahn and Marshall 1953).
    """
    for _ in range(sampling.samples):
        here, times = knowledge, 1.0 / sampling.samples
        while finite := _open(here, opened):
            variable = min(finite, key=lambda v: len(finite[v]))
            steps = finite[variable]
            ways = (
                list(with_known(here, {variable: steps[int(sampling.rng.integers(len(steps)))]}, opened.ranges))
                if steps
                else []
            )
            if not ways:
                break
            here = ways[int(sampling.rng.integers(len(ways)))]
            times *= len(steps) * len(ways)
        else:
            yield here, times


def _picked(ways: list[tuple[Knowledge, float]], sampling: Sampling) -> list[tuple[Knowledge, float]]:
    """Those of sampled ways that are followed, which stand for all (resampling; Gordon, Salmond and Smith 1993)."""
    if sampling.kept is None or len(ways) <= sampling.kept:
        return ways
    times = np.array([each for _, each in ways])
    picks = sampling.rng.choice(len(ways), size=sampling.kept, p=times / times.sum())
    return [(ways[k][0], float(times.sum()) / sampling.kept) for k in picks.tolist()]


def _open(knowledge: Knowledge, opened: _Opened) -> dict[int, Sequence[int]]:
    """The variables that are still to be known, with the steps that each may be. Raises NotExact without bounds."""
    known = knowledge.known
    asked = (variables(equation.amount) for equation in knowledge.open)
    unknown = {v for found in asked if not opened.own.issuperset(found) for v in found}
    unknown |= {v for v in opened.needed(known) if v not in known}
    found = {v: cells(v, knowledge.open, opened.ranges) for v in sorted(unknown)}
    finite = {v: each for v, each in found.items() if each is not None}
    if unknown and not finite:
        raise NotExact("a number that is seen hangs on draws that are not to be seen by themselves, without bounds")
    return finite
