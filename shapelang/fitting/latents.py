"""What a fit may move: the real params of a program and the reals that one of its structures draws."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import exp, inf
from typing import Any, assert_never, final

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
)
from shapelang.execution.trace import Choice, Trace
from shapelang.semantics.program import Program
from shapelang.semantics.types import Type
from shapelang.syntax import tree

SPREAD = 0.5
"""A param without a range starts within this share of its default."""

TAIL = 3.0
"""A draw without a range starts within so many standard deviations."""


@final
@dataclass(frozen=True, slots=True)
class Latent:
    """One real: `name` is that of a param, or the address of a draw. It stays in [low, high] and starts in `start`."""

    name: str
    drawn: bool
    low: float
    high: float
    start: tuple[float, float]


@final
@dataclass(frozen=True, slots=True, eq=False)
class Structure:
    """One way to decide whatever is no real: the latents that are left, and all else as it was decided.

    `fixed` params and `decided` choices have no reals; `seed` is that of the run that decided so.
    """

    latents: tuple[Latent, ...]
    fixed: Mapping[str, Any]
    decided: Mapping[str, Any]
    seed: int

    def values(self, row: Sequence[Any]) -> tuple[dict[str, Any], dict[str, Any]]:
        """Params and choices with a row of latents filled in."""
        params, choices = dict(self.fixed), dict(self.decided)
        for latent, value in zip(self.latents, row, strict=True):
            (choices if latent.drawn else params)[latent.name] = value
        return params, choices

    @property
    def key(self) -> tuple[object, ...]:
        """Equal for runs that decided alike."""
        return (tuple(sorted(self.decided.items())), tuple(latent.name for latent in self.latents))


def structure_of(program: Program, trace: Trace, given: Mapping[str, Any]) -> Structure:
    """The structure that a trace decided; params in `given` stay as they are."""
    latents: list[Latent] = []
    fixed: dict[str, Any] = {}
    decided: dict[str, Any] = {}
    for node in program.params:
        if node.name in trace.choices:
            continue
        value = trace.assembly.parameters[node.name]
        if node.name in given or program.param_type(node) is not Type.REAL:
            fixed[node.name] = value
        else:
            latents.append(_param(node, value))
    for address, choice in trace.choices.items():
        bounds = _bounds(choice.distribution)
        if bounds is None:
            decided[address] = choice.value
        else:
            latents.append(_draw(address, choice, *bounds))
    return Structure(tuple(latents), fixed, decided, trace.seed)


def _param(node: tree.Param, value: float) -> Latent:
    ends = None if node.range is None else [_constant(item) for item in node.range.items]
    if ends is not None and len(ends) == 2 and ends[0] is not None and ends[1] is not None:
        return Latent(node.name, False, ends[0], ends[1], (ends[0], ends[1]))
    reach = SPREAD * abs(value) if value else SPREAD
    return Latent(node.name, False, -inf, inf, (value - reach, value + reach))


def _constant(expr: tree.Expr) -> float | None:
    match expr:
        case tree.Number(value=value):
            return float(value)
        case tree.Unary(operator="-", operand=tree.Number(value=value)):
            return -float(value)
        case _:
            return None


def _draw(address: str, choice: Choice, low: float, high: float, start: tuple[float, float]) -> Latent:
    if choice.support is not None:
        low, high = max(low, choice.support[0]), min(high, choice.support[1])
    return Latent(address, True, low, high, (max(start[0], low), min(start[1], high)))


def _bounds(distribution: Distribution) -> tuple[float, float, tuple[float, float]] | None:
    """Where a real distribution has mass, and where most of it is; None of one that draws no real."""
    match distribution:
        case Normal(mean, sd):
            return -inf, inf, (mean - TAIL * sd, mean + TAIL * sd)
        case LogNormal(mean, sd):
            return 0.0, inf, (exp(mean - TAIL * sd), exp(mean + TAIL * sd))
        case Uniform(low, high):
            return low, high, (low, high)
        case Beta():
            return 0.0, 1.0, (0.0, 1.0)
        case Categorical() | Bernoulli() | Poisson() | UniformInt():
            return None
    assert_never(distribution)
