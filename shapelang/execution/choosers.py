"""Where choices come from: drawn by (seed, address), or given."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, assert_never, final

from shapelang.chance.address import key
from shapelang.chance.distributions import (
    Bernoulli,
    Beta,
    Categorical,
    Distribution,
    LogNormal,
    Normal,
    Poisson,
    Uniform,
    UniformInt,
    log_prob,
    quantile,
)
from shapelang.chance.draw import Seed, uniform
from shapelang.chance.tempering import tempered_quantile
from shapelang.execution.trace import Support
from shapelang.numbers import Numbers, is_finite


@final
class Drawing:
    """Draws every choice by (seed, address, try): p(value) is the program's own. Lanes draw by lanes of seeds."""

    __slots__ = ("seed",)

    def __init__(self, seed: Seed) -> None:
        self.seed = seed

    @property
    def redraws(self) -> bool:
        """Another try gives other values."""
        return True

    def choose(self, n: Numbers, address: str, distribution: Distribution, support: Support, salt: int) -> Any:
        """quantile(u), u the uniform of (seed, address, salt)."""
        return quantile(n, distribution, uniform(n, self.seed, key(address), salt), support)


@final
class Tempered:
    """Draws as `Drawing` does, but from distributions at a temperature (`chance.tempering`)."""

    __slots__ = ("seed", "temperature")

    def __init__(self, seed: Seed, temperature: float) -> None:
        self.seed, self.temperature = seed, temperature

    @property
    def redraws(self) -> bool:
        """Another try gives other values."""
        return True

    def choose(self, n: Numbers, address: str, distribution: Distribution, support: Support, salt: int) -> Any:
        """quantile(u) at the temperature, u the uniform of (seed, address, salt)."""
        u = uniform(n, self.seed, key(address), salt)
        return tempered_quantile(n, distribution, u, support, self.temperature)


class Missing(Exception):
    """A choice that the run needs was not given; carries its address."""


@final
class Given:
    """Takes every choice from a mapping; whatever is not in it is drawn by `otherwise`, or is Missing."""

    __slots__ = ("choices", "otherwise", "visited")

    def __init__(self, choices: Mapping[str, Any], otherwise: Drawing | None) -> None:
        self.choices = choices
        self.otherwise = otherwise
        self.visited: set[str] = set()

    @property
    def redraws(self) -> bool:
        """Only what is not given can be drawn again."""
        return self.otherwise is not None

    def choose(self, n: Numbers, address: str, distribution: Distribution, support: Support, salt: int) -> Any:
        """The given value, of the kind that is drawn; one outside the support has log-probability −inf."""
        if address in self.choices:
            self.visited.add(address)
            value = _taken(distribution, address, self.choices[address])
            # Raises what a draw would raise: an impossible distribution is a failed run whatever value is given.
            log_prob(n, distribution, value, support)
            return value
        if self.otherwise is None:
            raise Missing(address)
        return self.otherwise.choose(n, address, distribution, support, salt)


class Impossible(Exception):
    """A given value cannot come from its distribution at all; the message says what could."""

    def __init__(self, address: str, value: Any, wanted: str) -> None:
        super().__init__(f"'{address}' cannot be {value!r}; it is {wanted}")


def _taken(distribution: Distribution, address: str, value: Any) -> Any:
    """A given value as a run takes it: of a categorical the index of its label; raises Impossible for other kinds."""
    match distribution:
        case Categorical(labels=labels):
            if value not in labels:
                raise Impossible(address, value, f"one of {', '.join(map(str, labels))}")
            return labels.index(value)
        case Bernoulli():
            if not isinstance(value, bool):
                raise Impossible(address, value, "true or false")
        case Poisson() | UniformInt():
            if not isinstance(value, int) or isinstance(value, bool):
                raise Impossible(address, value, "a whole number")
        case Normal() | LogNormal() | Uniform() | Beta():
            if not is_finite(value):
                raise Impossible(address, value, "a finite number")
        case _:
            assert_never(distribution)
    return value
