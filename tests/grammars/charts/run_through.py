"""Every derivation of a program with few, run by the evaluator itself: no symbol and no chart is in it."""

from __future__ import annotations

from collections import defaultdict
from math import ceil, exp, floor, inf
from typing import Any

from grammars.charts.masses import mass
from grammars.charts.observed import Standing
from grammars.charts.observing import observed
from shapelang.chance.distributions import log_prob
from shapelang.chance.families import (
    Bernoulli,
    Beta,
    Categorical,
    Distribution,
    LogNormal,
    Normal,
    Poisson,
    Uniform,
    UniformInt,
)
from shapelang.execution.errors import Rejected
from shapelang.execution.interpreter import execute
from shapelang.execution.trace import Support
from shapelang.numbers import FLOAT, Numbers
from shapelang.semantics.program import Program


class _Turn:
    """One run: the first values that a path says, then always the first."""

    def __init__(self, path: list[int], grid: float) -> None:
        self.path, self.grid, self.p = path, grid, 1.0
        self.options: list[int] = []

    @property
    def redraws(self) -> bool:
        return False

    def choose(self, n: Numbers, address: str, distribution: Distribution, support: Support, salt: int) -> Any:
        able = [(v, p) for v, p in _values(distribution, support, self.grid) if p > 0.0]
        k = len(self.options)
        self.options.append(len(able))
        if k == len(self.path):
            self.path.append(0)
        value, p = able[self.path[k]]
        self.p *= p
        return value


def run_through(program: Program, grid: float) -> dict[Standing | None, float]:
    """The probability of everything that can be seen; what the program refuses is left out."""
    found: dict[Standing | None, float] = defaultdict(float)
    path: list[int] = []
    while True:
        turn = _Turn(path, grid)
        try:
            _, assembly = execute(program, FLOAT, turn, 0)
            found[observed(assembly, grid)] += turn.p
        except Rejected:
            pass
        path = turn.path[: len(turn.options)]
        while path and path[-1] + 1 >= turn.options[len(path) - 1]:
            path.pop()
        if not path:
            return found
        path[-1] += 1


def _values(distribution: Distribution, support: Support, grid: float) -> list[tuple[Any, float]]:
    match distribution:
        case Categorical(labels, weights):
            return [(k, weights[k] / sum(weights)) for k in range(len(labels))]
        case Bernoulli(p):
            return [(True, p), (False, 1.0 - p)]
        case UniformInt(low, high):
            return [(k, 1.0 / (high - low + 1)) for k in range(low, high + 1)]
        case Poisson():
            assert support is not None, "a tail is not gone through"
            ks = range(ceil(support[0]), floor(support[1]) + 1)
            return [(k, exp(log_prob(FLOAT, distribution, k, support))) for k in ks]
        case Normal() | LogNormal() | Uniform() | Beta():
            low, high = support or (-inf, inf)
            if isinstance(distribution, Uniform):
                low, high = max(low, distribution.low), min(high, distribution.high)
            if isinstance(distribution, Beta):
                low, high = max(low, 0.0), min(high, 1.0)
            ks = range(floor(low / grid - 0.5), ceil(high / grid + 0.5) + 1)
            return [(k * grid, mass(distribution, support, k, grid)) for k in ks]
