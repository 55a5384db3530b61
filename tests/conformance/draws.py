"""Distributions with and without a support: for the tests of equal bits and of golden values."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, final

from shapelang.chance.distributions import Support
from shapelang.chance.draw import uniform
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
from shapelang.numbers import FLOAT


@final
@dataclass(frozen=True, slots=True)
class Draw:
    """A distribution, a support, how many points; `lanes` makes one of its kind from a number near 1."""

    dist: Distribution
    support: Support | None = None
    count: int = 2000
    lanes: Callable[[Any], Distribution] | None = None

    def __str__(self) -> str:
        return f"{self.dist}" if self.support is None else f"{self.dist} in {self.support}"


def uniforms(count: int) -> list[float]:
    """Uniform numbers, and the extremes that a draw can give."""
    return [2.0**-53, 1.0 - 2.0**-53, 0.5 - 2.0**-53, *(uniform(FLOAT, i, 0xDEC0DE) for i in range(count - 3))]


DRAWS = (
    Draw(Normal(0.0, 1.0), lanes=lambda s: Normal(s, 0.5 * s)),
    Draw(Normal(0.45, 0.03), (0.3, 0.6), lanes=lambda s: Normal(0.45 * s, 0.1)),
    Draw(Normal(0.0, 1.0), (5.0, 6.5), lanes=lambda s: Normal(s - 1.0, 1.0)),
    Draw(Normal(0.0, 1.0), (-6.9, -6.0)),
    Draw(Normal(2.0, 3.0), (-float("inf"), 1.0)),
    Draw(LogNormal(0.0, 0.5), lanes=lambda s: LogNormal(s - 1.0, s)),
    Draw(LogNormal(-1.0, 0.8), (0.0, 0.4)),
    Draw(LogNormal(0.3, 0.2), (1.2, 9.0)),
    Draw(Uniform(-1.0, 2.0), lanes=lambda s: Uniform(-s, s)),
    Draw(Uniform(-1.0, 2.0), (0.1, 7.0)),
    Draw(UniformInt(1, 6), lanes=lambda s: UniformInt(FLOAT.floor(1.0), 6.0)),
    Draw(UniformInt(-5, 100), (0.5, 9.5)),
    Draw(Beta(2.0, 3.0), count=150, lanes=lambda s: Beta(2.0 * s, 3.0)),
    Draw(Beta(0.5, 0.5), count=150),
    Draw(Beta(0.1, 20.0), count=100),
    Draw(Beta(400.0, 90.0), count=100),
    Draw(Beta(2.0, 5.0), (0.3, 0.9), count=150, lanes=lambda s: Beta(s, 5.0 * s)),
    Draw(Bernoulli(0.3), lanes=lambda s: Bernoulli(0.5 * s)),
    Draw(Categorical(("a", "b", "c"), (3.0, 0.0, 1.5)), lanes=lambda s: Categorical(("a", "b"), (s, 1.0))),
    Draw(Poisson(4.0), (2, 7), lanes=lambda s: Poisson(4.0 * s)),
    Draw(Poisson(0.3), lanes=lambda s: Poisson(0.3 * s)),
    Draw(Poisson(150.0), count=300),
    Draw(Poisson(5000.0), (5100, 1e9), count=50),
)
