"""What is drawn and is not to be seen by itself: gone through step by step, or sampled where that is too much."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from math import prod
from typing import Final, TypeAlias, final

import numpy as np

from grammars.charts.amounts import variables
from grammars.charts.bounds import Ranges
from grammars.charts.errors import NotExact
from grammars.charts.forms import Bindings
from grammars.charts.matching import Knowledge, cells, with_known

Needed: TypeAlias = Callable[[Bindings], Iterable[int]]
"""The variables that must be known beside those in equations, by what is known."""

_MOST_TRIED: Final = 200_000

_MOST_CLOSED: Final = 20_000
"""Ways in which what shows only together, or not at all, is gone through."""


@final
@dataclass(slots=True)
class Sampling:
    """How what is too much to be gone through is sampled: so many ways of each, by numbers of chance."""

    rng: np.random.Generator
    samples: int
    times: int = 0
    """How often something was sampled."""


def closed(
    knowledge: Knowledge, ranges: Ranges, needed: Needed, sampling: Sampling | None
) -> Iterator[tuple[Knowledge, float]]:
    """Every way in which what is left open, and what else is needed, may be, each to be counted so often.

    Once each; sampled ways as often as they stand for others, so that sums over them are right on average. Raises
    NotExact for more than 20,000 where nothing is sampled.
    """
    if sampling is None:
        yield from ((each, 1.0) for each in _limited(knowledge, ranges, needed))
        return
    try:
        found = [(each, 1.0) for each in _limited(knowledge, ranges, needed)]
    except NotExact:
        sampling.times += 1
        found = list(_sampled(knowledge, ranges, needed, sampling))
    yield from found


def _limited(knowledge: Knowledge, ranges: Ranges, needed: Needed) -> Iterator[Knowledge]:
    for count, each in enumerate(_closed(knowledge, ranges, needed)):
        if count >= _MOST_CLOSED:
            raise NotExact(
                f"what is drawn and not to be seen by itself may be in more than {_MOST_CLOSED:,} ways what it shows"
            )
        yield each


def _closed(knowledge: Knowledge, ranges: Ranges, needed: Needed) -> Iterator[Knowledge]:
    finite = _open(knowledge, ranges, needed)
    if not finite:
        yield knowledge
        return
    free = sorted(map(len, finite.values()))[: max(1, len(finite) - len(knowledge.open))]
    if prod(free) > _MOST_TRIED:
        raise NotExact(f"what is drawn and not to be seen by itself may be in about {float(prod(free)):.0e} ways")
    variable = min(finite, key=lambda v: len(finite[v]))
    for steps in finite[variable]:
        for each in with_known(knowledge, {variable: steps}, ranges):
            yield from _closed(each, ranges, needed)


def _sampled(
    knowledge: Knowledge, ranges: Ranges, needed: Needed, sampling: Sampling
) -> Iterator[tuple[Knowledge, float]]:
    """Ways drawn variable by variable, that of the fewest steps first, each step as likely as another.

    A way counts as often as one of its probability is missed (importance sampling; Kahn and Marshall 1953).
    """
    for _ in range(sampling.samples):
        here, times = knowledge, 1.0 / sampling.samples
        while finite := _open(here, ranges, needed):
            variable = min(finite, key=lambda v: len(finite[v]))
            steps = finite[variable]
            ways = (
                list(with_known(here, {variable: steps[int(sampling.rng.integers(len(steps)))]}, ranges))
                if steps
                else []
            )
            if not ways:
                break
            here = ways[int(sampling.rng.integers(len(ways)))]
            times *= len(steps) * len(ways)
        else:
            yield here, times


def _open(knowledge: Knowledge, ranges: Ranges, needed: Needed) -> dict[int, Sequence[int]]:
    """The variables that are still to be known, with the steps that each may be. Raises NotExact without bounds."""
    known = knowledge.known
    unknown = {v for equation in knowledge.open for v in variables(equation.amount)}
    unknown |= {v for v in needed(known) if v not in known}
    found = {v: cells(v, knowledge.open, ranges) for v in sorted(unknown)}
    finite = {v: each for v, each in found.items() if each is not None}
    if unknown and not finite:
        raise NotExact("a number that is seen hangs on draws that are not to be seen by themselves, without bounds")
    return finite
