"""How much of a planted grammar a learned one has: weights and sizes of equal rules, and bits of fresh assemblies."""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import dataclass
from math import inf, sqrt
from typing import Final, final

import numpy as np

from benchmarks.grammars.fixed import Fixed
from benchmarks.grammars.planted import expected_rules
from benchmarks.grammars.same import item_shape, matched_rules, same_rules
from grammars.charts.amounts import affine
from grammars.charts.forms import Form
from grammars.charts.making import made
from grammars.charts.model import Terminal, TreeGrammar, TreeRule

_ERRORS: Final = 3.0


@final
@dataclass(frozen=True, slots=True)
class Recovered:
    """Whether all rules are the same; of each matched rule whether its weight is near; relative errors of sizes."""

    same: bool
    weights: list[bool]
    sizes: list[float]


@final
@dataclass(frozen=True, slots=True)
class Loss:
    """Bits by which the assemblies that are possible are less probable on average, and how many are impossible."""

    bits: float
    impossible: int


def recovered(true: TreeGrammar, found: TreeGrammar, assemblies: int) -> Recovered:
    """A weight is near within 3 standard errors of a share of as many visits as are expected."""
    visits: dict[str, float] = defaultdict(float)
    for (name, _), times in expected_rules(true).items():
        visits[name] += times * assemblies
    weights: list[bool] = []
    sizes: list[float] = []
    for name, rule, other in matched_rules(true, found):
        w = rule.weight
        weights.append(abs(other.weight - w) <= _ERRORS * sqrt(max(w * (1.0 - w), 1e-12) / visits[name]) + 1e-9)
        sizes += _sizes(rule, other, true.grid)
    return Recovered(same_rules(true, found), weights, sizes)


def loss(true: TreeGrammar, found: TreeGrammar, count: int, rng: np.random.Generator) -> Loss:
    """On fresh assemblies of the true grammar."""
    seen = Counter(standing for _ in range(count) if (standing := made(true, rng)) is not None)
    truth, told = Fixed(true), Fixed(found)
    bits, possible, impossible = 0.0, 0, 0
    for standing, times in seen.items():
        more = told.bits(standing) - truth.bits(standing)
        if more < inf:
            bits += times * more
            possible += times
        else:
            impossible += times
    return Loss(bits / max(possible, 1), impossible)


def _sizes(rule: TreeRule, other: TreeRule, grid: float) -> list[float]:
    """Relative errors of the means of the numbers of terminals at the same places."""
    there = {item_shape(item, grid): item for item in other.items if isinstance(item, Terminal)}
    found: list[float] = []
    for item in rule.items:
        twin = there.get(item_shape(item, grid))
        if isinstance(item, Terminal) and twin is not None:
            means = [
                (_mean(rule, affine(a)), _mean(other, affine(b)))
                for a, b in zip(item.numbers, twin.numbers, strict=True)
            ]
            found += [abs(b - a) / abs(a) for a, b in means if a]
    return found


def _mean(rule: TreeRule, form: Form) -> float:
    """The mean of a number: of a normal its own, of a uniform draw the middle."""
    value = form.constant
    for variable, slope in form.terms:
        draw = rule.draws[variable]
        first, second = (argument.constant for argument in draw.arguments)
        value += slope * (first if draw.family == "normal" else 0.5 * (first + second))
    return value
