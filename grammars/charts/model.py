"""Grammars of trees of parts, as charts read them: terminals and calls, their numbers amounts of what is drawn."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal, TypeAlias, assert_never, final

from grammars.charts.amounts import Amount
from grammars.charts.forms import ZERO, Form
from shapelang.chance.families import Beta, Distribution, LogNormal, Normal, Poisson, Uniform, UniformInt
from shapelang.geometry.pose import EYE, Mat3

Family: TypeAlias = Literal["normal", "lognormal", "uniform", "beta", "poisson", "whole"]
"""Of a draw; `whole` is uniform over whole numbers."""


@final
@dataclass(frozen=True, slots=True)
class Draw:
    """One number that a rule draws; its arguments hang on parameters and earlier draws. `support` truncates, closed."""

    family: Family
    arguments: tuple[Form, ...]
    support: tuple[float, float] | None = None

    @property
    def whole(self) -> bool:
        """Whether it draws whole numbers, each a step of 1; else steps are those of the grid."""
        return self.family in ("poisson", "whole")

    @property
    def parents(self) -> tuple[int, ...]:
        """The variables that its arguments hang on, in ascending order."""
        return tuple(sorted({variable for form in self.arguments for variable, _ in form.terms}))

    def distribution(self, values: Sequence[float]) -> Distribution:
        """The distribution with these arguments."""
        match self.family:
            case "normal":
                return Normal(values[0], values[1])
            case "lognormal":
                return LogNormal(values[0], values[1])
            case "uniform":
                return Uniform(values[0], values[1])
            case "beta":
                return Beta(values[0], values[1])
            case "poisson":
                return Poisson(values[0])
            case "whole":
                return UniformInt(values[0], values[1])
        assert_never(self.family)


@final
@dataclass(frozen=True, slots=True)
class Place:
    """A pose in the frame of a rule: an orthogonal matrix, and an offset in metres. Both may hang on what is drawn."""

    linear: Mat3 = EYE
    offset: tuple[Amount, Amount, Amount] = (ZERO, ZERO, ZERO)


@final
@dataclass(frozen=True, slots=True)
class Terminal:
    """A primitive with its numbers, once at each place (the images of a symmetry)."""

    kind: str
    numbers: tuple[Amount, ...]
    places: tuple[Place, ...] = (Place(),)


@final
@dataclass(frozen=True, slots=True)
class Call:
    """A nonterminal, derived once and standing at each place."""

    target: str
    arguments: tuple[Amount, ...] = ()
    places: tuple[Place, ...] = (Place(),)


Item: TypeAlias = Terminal | Call


@final
@dataclass(frozen=True, slots=True)
class TreeRule:
    """What a nonterminal may become, with probability `weight`.

    The variables of its amounts: first the parameters of the nonterminal, then its draws in order. Where `conditions`
    are tests that do not all hold it is not taken: rules under conditions that exclude one another share a weight.
    """

    weight: float
    draws: tuple[Draw, ...]
    items: tuple[Item, ...]
    conditions: tuple[Amount, ...] = ()


@final
@dataclass(frozen=True, slots=True)
class TreeGrammar:
    """Rules by nonterminal, how many parameters each has, and the grid in metres. Weights sum to 1 as conditions hold.

    Sizes and places are seen on the grid; what a rule draws is rounded to a step of it that is 1 / `finer` of that
    before it is used.
    """

    start: str
    rules: Mapping[str, tuple[TreeRule, ...]]
    parameters: Mapping[str, int]
    grid: float = 0.001
    finer: int = 1

    @property
    def step(self) -> float:
        """Of what is drawn."""
        return self.grid / self.finer
