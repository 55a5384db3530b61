"""Where choices come from: drawn by (seed, address), or given."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, final

from shapelang.chance.address import key
from shapelang.chance.distributions import Categorical, Distribution, quantile
from shapelang.chance.draw import Seed, uniform
from shapelang.execution.trace import Support
from shapelang.numbers import Numbers


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
        """The given value, unchecked: one outside the support has log-probability −inf."""
        if address in self.choices:
            self.visited.add(address)
            return _index(distribution, address, self.choices[address])
        if self.otherwise is None:
            raise Missing(address)
        return self.otherwise.choose(n, address, distribution, support, salt)


class Impossible(Exception):
    """A given value cannot come from its distribution at all; carries the address, the value and the labels."""

    def __init__(self, address: str, value: Any, labels: tuple[str | int, ...]) -> None:
        self.address, self.value, self.labels = address, value, labels
        super().__init__(f"'{address}' cannot be {value!r}; it is one of {', '.join(map(str, labels))}")


def _index(distribution: Distribution, address: str, value: Any) -> Any:
    if not isinstance(distribution, Categorical):
        return value
    if value not in distribution.labels:
        raise Impossible(address, value, distribution.labels)
    return distribution.labels.index(value)
