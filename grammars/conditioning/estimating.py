"""The probability of an observed assembly: exact where a chart can tell it, else sampled, and then said to be so.

The event is that of `grammars.charts`: draws are rounded to the grid before they are used, and names and order are not
seen. What is sampled are proposals from cells that hold every derivation which might show it, so that the estimate is
the volume of these times the share that does: unbiased, with the standard error of a share.

A plain run of a program rounds no draw, and numbers that hang on one another are then often seen as no draws on the
grid would show them. Of what these never show, the probability that a plain run does is told, as another type.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, replace
from math import exp, inf, log
from typing import Final, TypeAlias, final

import numpy as np
from numpy.typing import NDArray

from grammars.charts.chart import Chart
from grammars.charts.closing import Sampling
from grammars.charts.errors import ChartError, EndlessGrammar, NotExact
from grammars.charts.model import TreeGrammar
from grammars.charts.observed import Body, Leaf, Standing
from grammars.charts.observing import observed
from grammars.charts.reading import tree_grammar
from grammars.conditioning.covering import cover
from grammars.conditioning.drawing import Proposals
from grammars.conditioning.errors import Unsampled
from grammars.conditioning.estimate import Estimate, sampled
from grammars.conditioning.query import Clause, Leaves, Query, Shows
from grammars.conditioning.task import Task
from shapelang.execution.budget import Limits
from shapelang.execution.interpreter import DEFAULT_LIMITS
from shapelang.geometry.pose import EYE, ZERO, Mat3, Vec3, add, product, scaled, turned
from shapelang.primitives.table import PRIMITIVE_BY_KIND
from shapelang.semantics.program import Program

_FINE: Final = 1e-6
"""One step of a turn."""


_SIBLINGS: Final = 64
"""Parts of that many children are summed where what is drawn tells them apart, so that few sets of them are open."""

_CHARTS: Final = 16

_FINER: Final = 1_000_000
"""Steps of what is drawn in one of the grid, where draws count as not rounded: nanometres in one of millimetres."""

_FINE_CHARTS: Final = 8
"""Of such draws; each takes several times as long as one of draws on the grid."""

_TRIES: Final = 8
"""Ways that such a chart samples wherever it follows one of them, so that it seldom finds none."""

_WORK: Final = 3000
"""Of bounds, which a step of the grid soon makes idle."""


@final
@dataclass(frozen=True, slots=True)
class Exact:
    """A probability that a chart has summed, and its logarithm, which is there where the number is too small."""

    value: float
    log: float


NEVER: Final = Exact(0.0, -inf)


@final
@dataclass(frozen=True, slots=True)
class Unrounded:
    """The probability that a run is seen so of which no draw is rounded: no draws on the grid were found to show it.

    Always sampled: an event of its own, whose masses must not be added to those of draws on the grid.
    """

    estimate: Estimate


Probability: TypeAlias = Exact | Estimate | Unrounded


def probability(program: Program, seen: Standing, grid: float = 0.001, proposals: int = 4096) -> Probability:
    """P(what is seen): by a chart; where that refuses the program or the observation, by sampling.

    Exactly 0 alone where no run shows it, whether draws are rounded or not. Raises EndlessGrammar, and Unsampled where
    no proposal shows it.
    """
    try:
        return _summed(program, tree_grammar(program, grid), seen, proposals)
    except EndlessGrammar:
        raise
    except ChartError as refused:
        found = estimated(program, seen, grid, proposals, cause=str(refused))
        return _proposed_unrounded(program, seen, grid, proposals, str(refused)) if found == NEVER else found


def _summed(program: Program, grammar: TreeGrammar, seen: Standing, proposals: int) -> Probability:
    """By charts of draws on the grid; of what these never show, by those of draws that are not rounded."""
    try:
        found = _by_charts(grammar, seen, proposals)
    except Unsampled as missed:
        return _unrounded(program, grammar, seen, proposals, missed.cause)
    return _unrounded(program, grammar, seen, proposals, "no draws on the grid show it") if found == NEVER else found


def _by_charts(grammar: TreeGrammar, seen: Standing, proposals: int) -> Exact | Estimate:
    """By a chart that sums all, or by those that sample a part."""
    try:
        found = Chart(grammar, _SIBLINGS).inside(seen)
        return Exact(exp(found.log), found.log)
    except NotExact as refused:
        return _in_part(grammar, seen, proposals, str(refused))


def _in_part(grammar: TreeGrammar, seen: Standing, proposals: int, cause: str) -> Estimate:
    """By charts that sample what they cannot sum, a few independent ones: their mean ± its standard error.

    All that the observation tells is solved for as in a chart that is exact. Raises Unsampled where all are 0.
    """
    each = max(proposals // _CHARTS, 1)
    logs = np.array(
        [
            Chart(grammar, _SIBLINGS, Sampling(np.random.default_rng(seed), each)).inside(seen).log
            for seed in range(_CHARTS)
        ]
    )
    if logs.max() == -inf:
        raise Unsampled(proposals, 1.0, cause)
    return _mean(logs, proposals)


def _mean(logs: NDArray[np.float64], tried: int) -> Estimate:
    """The mean of some independent estimates ± its standard error."""
    greatest = float(logs.max())
    # Relative to the greatest, since a probability of many numbers is below what a float can be.
    found = np.exp(logs - greatest)
    mean, error = float(found.mean()), float(found.std(ddof=1)) / len(logs) ** 0.5
    return Estimate(exp(greatest) * mean, exp(greatest) * error, tried, log=greatest + log(mean))


def _unrounded(program: Program, grammar: TreeGrammar, seen: Standing, proposals: int, cause: str) -> Exact | Unrounded:
    """By charts of draws on a grid that is so fine that what it rounds is not to be seen; exactly 0 where they say so.

    Raises Unsampled where neither they nor proposals show it.
    """
    logs: list[float] = []
    try:
        for seed in range(_FINE_CHARTS):
            sampling = Sampling(np.random.default_rng(seed), _TRIES, kept=1, most=1)
            logs.append(Chart(replace(grammar, finer=_FINER), _SIBLINGS, sampling).inside(seen).log)
            if logs[-1] == -inf and not sampling.times:
                return NEVER
    except ChartError as refused:
        return _proposed_unrounded(program, seen, grammar.grid, proposals, str(refused))
    if max(logs) == -inf:
        return _proposed_unrounded(program, seen, grammar.grid, proposals, cause)
    return Unrounded(_mean(np.array(logs), _FINE_CHARTS * _TRIES))


def _proposed_unrounded(program: Program, seen: Standing, grid: float, proposals: int, cause: str) -> Exact | Unrounded:
    """By proposals whose draws are not rounded; exactly 0 where no cell is left. Raises Unsampled as `estimated`."""
    task = Task(program, _necessary(seen, grid), {}, DEFAULT_LIMITS, frozenset())
    found = _proposed(task, seen, grid, proposals, 0, cause)
    return Unrounded(found) if isinstance(found, Estimate) else found


def estimated(
    program: Program, seen: Standing, grid: float = 0.001, proposals: int = 4096, seed: int = 0,
    limits: Limits = DEFAULT_LIMITS, cause: str = "it was not asked",
) -> Exact | Estimate:  # fmt: skip
    """P(what is seen) ± one standard error, by proposals; exactly 0 where it is shown that nothing shows it.

    As the log-probability of a trace it is that of the program without its `require`s, over derivations that meet them.
    Raises Unsampled where none of the proposals shows it.
    """
    return _proposed(
        Task(program, _necessary(seen, grid), {}, limits, frozenset(), grid), seen, grid, proposals, seed, cause
    )


def _proposed(task: Task, seen: Standing, grid: float, proposals: int, seed: int, cause: str) -> Exact | Estimate:
    """The volume of the cells that may show it times the share of proposals from them that do."""
    found = cover(task, _WORK)
    if not found.groups:
        return NEVER
    drawing = Proposals(task, found)
    seeds = np.arange(proposals, dtype=np.uint64) + np.uint64(seed)
    drawn = drawing.draw(seeds, range(1))
    shown = sum(observed(trace.assembly, grid) == seen for trace in drawn.traces(task.program))
    estimate = sampled(drawing.volume, shown, proposals)
    if not shown:
        raise Unsampled(proposals, estimate.below, cause)
    return estimate


def _necessary(seen: Standing, grid: float) -> Query:
    """What every derivation that shows it meets: how many leaves there are of a kind, and each somewhere."""
    leaves = set(_leaves(seen, EYE, ZERO, 1, grid))
    counts = Counter(kind for kind, _ in _kinds(seen))
    plain = [Clause(f"{n} of {kind}", Leaves(kind, n)) for kind, n in counts.items() if kind in PRIMITIVE_BY_KIND]
    return Query((*plain, *(Clause(f"a {leaf.kind}", leaf) for leaf in sorted(leaves, key=str))))


def _kinds(seen: Standing) -> Iterator[tuple[str, Leaf]]:
    match seen.content:
        case Leaf() as leaf:
            yield leaf.kind, leaf
        case Body(children):
            for child in children:
                yield from _kinds(child)


def _leaves(seen: Standing, turn: Mat3, offset: Vec3, depth: int, grid: float) -> Iterator[Shows]:
    """Each leaf in the world. At every level a place is rounded once more, and turned."""
    here = add(offset, turned(turn, scaled(_vector(seen.offset), grid)))
    match seen.content:
        case Leaf(kind, numbers) if kind in PRIMITIVE_BY_KIND:
            outlined = any(slot.type == "points" for slot in PRIMITIVE_BY_KIND[kind].slots)
            slack = grid * depth + 1e-5 * (1.0 + sum(map(abs, here)))
            if not outlined:
                yield Shows(kind, tuple(k * grid for k in numbers), here, slack)
        case Leaf():
            return
        case Body(children):
            own = seen.turn
            fine: Mat3 = tuple(k * _FINE for k in own)  # pyright: ignore[reportAssignmentType] (nine of them)
            for child in children:
                yield from _leaves(child, product(turn, fine), here, depth + 1, grid)


def _vector(steps: tuple[int, int, int]) -> Vec3:
    return (float(steps[0]), float(steps[1]), float(steps[2]))
