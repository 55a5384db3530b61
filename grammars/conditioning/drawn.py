"""What a draw can be while its uniform number lies between two bounds, and its parameters are forms."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from math import ceil, exp, floor, inf, sqrt
from typing import Any, Final, TypeAlias, final

import numpy as np

from grammars.conditioning.cells import Range
from grammars.conditioning.forms import Form, Lanes, between
from grammars.conditioning.numbers import FORMS
from shapelang.chance import normal
from shapelang.chance.distributions import log_prob, quantile
from shapelang.chance.errors import ParameterError, SupportError
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
from shapelang.chance.moments import natural_support
from shapelang.execution.trace import Support
from shapelang.numbers import FLOAT, NUMPY

At: TypeAlias = Callable[[Lanes], Lanes]
"""The value (or what stands for it in the form) at a uniform number; it never falls."""

Way: TypeAlias = tuple[Any, Lanes, Lanes]
"""An option of a choice as a run takes it, and least and greatest uniform number that may lead to it."""

_LEAST: Final = 2.0**-53
_WIDER: Final = 1e-12
"""Sums of masses are rounded; ranges reach a little over, and whoever draws there looks what comes out."""
_MOST_OPTIONS: Final = 200


@final
@dataclass(frozen=True, slots=True)
class Source:
    """What the ε of a form stands for: `at` over the range, from `low` at −1 to `high` at 1.

    `share`, where it is known, is the inverse of `at`, as far as it is rounded.
    """

    at: At
    low: Lanes
    high: Lanes
    share: At | None = None


def real(
    dist: Normal | LogNormal | Uniform | Beta, support: Support, sides: Range, symbol: int
) -> tuple[Form, Source | None]:
    """A draw as a form with its own ε, and what that ε is; without one where only its range is known.

    Raises ParameterError, SupportError where the distribution is impossible in every cell.
    """
    if not hangs(dist, support):
        share = _inverse(dist, support)
        return _own(lambda u: np.asarray(quantile(NUMPY, dist, u, support)) + 0.0 * u, sides, symbol, share)
    match dist:
        case Normal(mean, sd) if support is None:
            z, source = _own(_standard, sides, symbol, _below)
            return z * sd + mean, source
        case LogNormal(mean, sd) if support is None:
            z, source = _own(_standard, sides, symbol, _below)
            return FORMS.native.exp(z * sd + mean), source
        case Normal(Form() as mean, float() | int() as sd) if not _hangs_support(support):
            return _moved(mean, sd, support, sides, symbol)
        case Uniform(low, high):
            if support is not None:
                low, high = FORMS.maximum(support[0], low), FORMS.minimum(support[1], high)
            u, source = _own(_itself, sides, symbol, _itself)
            return u * (high - low) + low, source
        case _:
            return _range(dist, support, sides), None


def hangs(dist: Distribution, support: Support) -> bool:
    """Whether a number of a distribution is a form."""
    fields = [getattr(dist, name) for name in type(dist).__slots__]
    every = [each for field in fields for each in (field if isinstance(field, tuple) else (field,))]
    return any(isinstance(each, Form) for each in every) or _hangs_support(support)


def _hangs_support(support: Support) -> bool:
    return support is not None and any(isinstance(end, Form) for end in support)


def _standard(u: Lanes) -> Lanes:
    return np.asarray(quantile(NUMPY, Normal(0.0, 1.0), u))


def _itself(u: Lanes) -> Lanes:
    return u


def _below(z: Lanes) -> Lanes:
    return normal.lower(NUMPY, z)


def _inverse(dist: Normal | LogNormal | Uniform | Beta, support: Support) -> At | None:
    """What lies below a value that a distribution with known numbers gives."""
    match dist:
        case Normal(mean, sd):
            low, high = support or (-inf, inf)
            between = normal.interval(NUMPY, (low - mean) / sd, (high - mean) / sd)
            return lambda x: normal.share_between(NUMPY, (x - mean) / sd, between)
        case Uniform(low, high):
            if support is not None:
                low, high = max(low, support[0]), min(high, support[1])
            return lambda x: (x - low) / (high - low)
        case LogNormal() | Beta():
            return None


def _own(at: At, sides: Range, symbol: int, share: At | None = None) -> tuple[Form, Source]:
    with np.errstate(all="ignore"):
        low, high = at(np.clip(np.stack(sides), _LEAST, 1.0 - _LEAST))
    form = Form(0.5 * (low + high), {symbol: 0.5 * (high - low)})
    return form, Source(at, low, high, share)


def _moved(mean: Form, sd: float, support: Support, sides: Range, symbol: int) -> tuple[Form, Source | None]:
    """A normal between fixed bounds whose mean is a form: a quantile grows with the mean, and never faster than it."""
    dist = Normal(mean.mid, sd)
    try:
        share = _inverse(dist, support)
        own, source = _own(lambda u: np.asarray(quantile(NUMPY, dist, u, support)), sides, symbol, share)
    except (ParameterError, SupportError):
        return _range(dist, support, sides), None
    radius = mean.radius()
    apart = Form(np.zeros_like(mean.mid), {k: 0.5 * v for k, v in mean.slopes.items()}, 0.5 * (mean.rest + radius))
    return own + apart, source


def _range(dist: Distribution, support: Support, sides: Range) -> Form:
    """Anything within the support, cut off where a double ends."""
    least, greatest = natural_support(dist)
    if support is not None:
        least, greatest = FORMS.maximum(support[0], least), FORMS.minimum(support[1], greatest)
    zero = np.zeros_like(sides[0])
    low = least.low if isinstance(least, Form) else np.full_like(zero, max(least, -1e6))
    high = greatest.high if isinstance(greatest, Form) else np.full_like(zero, min(greatest, 1e6))
    return between(low, high)


# --- choices --------------------------------------------------------------------------------------


def options(dist: Categorical | Bernoulli | Poisson | UniformInt, support: Support, count: int) -> list[Way] | None:
    """Every option with the uniform numbers that may lead to it, in `count` cells; None where there are too many."""
    match dist:
        case Categorical(weights=weights):
            return _weighed(list(enumerate(weights)), count)
        case Bernoulli(p):
            # True below p, false above.
            return _weighed([(True, p), (False, 1.0 - p)], count)
        case Poisson() | UniformInt():
            return _whole(dist, support, count)


def _weighed(weights: list[tuple[Any, Any]], count: int) -> list[Way]:
    """By sums of weights: S / (S + R) grows with the weights before and falls with those behind."""
    zero = np.zeros(count)
    ends = [(_low(w, zero), _high(w, zero)) for _, w in weights]
    found: list[Way] = []
    for k, (option, _) in enumerate(weights):
        before, upto = ends[:k], ends[: k + 1]
        low = _share(_total(before, 0, zero), _total(ends[k:], 1, zero))
        high = _share(_total(upto, 1, zero), _total(ends[k + 1 :], 0, zero))
        found.append((option, np.clip(low - _WIDER, 0.0, 1.0), np.clip(high + _WIDER, 0.0, 1.0)))
    return [way for way, (_, most) in zip(found, ends, strict=True) if (most > 0.0).any()]


def _low(weight: Any, zero: Lanes) -> Lanes:
    return np.maximum(weight.low if isinstance(weight, Form) else weight + zero, 0.0)


def _high(weight: Any, zero: Lanes) -> Lanes:
    return np.maximum(weight.high if isinstance(weight, Form) else weight + zero, 0.0)


def _total(ends: list[tuple[Lanes, Lanes]], which: int, zero: Lanes) -> Lanes:
    return sum((pair[which] for pair in ends), zero)


def _share(part: Lanes, rest: Lanes) -> Lanes:
    whole = part + rest
    return np.where(whole > 0.0, part / np.where(whole > 0.0, whole, 1.0), 0.0)


def _whole(dist: Poisson | UniformInt, support: Support, count: int) -> list[Way] | None:
    """Whole numbers by summed masses. Where parameters are forms these are bounds: more is likely as they grow."""
    first, last = _whole_ends(dist, support)
    if last - first >= _MOST_OPTIONS:
        return None
    bounds = None if support is None else (_extreme(support[0], False), _extreme(support[1], True))
    upto, below = [1.0] * (last - first + 1), [0.0] * (last - first + 1)
    try:
        if not _hangs_support(support):
            upto = _sums(_at_end(dist, False), bounds, first, last)[1:]
            below = _sums(_at_end(dist, True), bounds, first, last)[:-1]
    except (ParameterError, SupportError):
        # Of parameters that are known it is refused; of others one end may be impossible, and the rest not.
        if not hangs(dist, support):
            raise
    zero = np.zeros(count)
    return [
        (k, zero + max(low - _WIDER, 0.0), zero + min(high + _WIDER, 1.0))
        for k, low, high in zip(range(first, last + 1), below, upto, strict=True)
        if high > low
    ]


def _at_end(dist: Poisson | UniformInt, most: bool) -> Poisson | UniformInt:
    """The distribution at the one or the other end of what its parameters can be."""
    match dist:
        case Poisson(mean):
            return Poisson(_extreme(mean, most))
        case UniformInt(low, high):
            return UniformInt(_extreme(low, most), _extreme(high, most))


def _sums(dist: Poisson | UniformInt, support: Support, first: int, last: int) -> list[float]:
    """What lies below each number from the first to the one behind the last, which counts as all."""
    found = [0.0]
    for k in range(first, last + 1):
        found.append(found[-1] + exp(log_prob(FLOAT, dist, k, support)))
    found[-1] = 1.0
    return found


def _whole_ends(dist: Poisson | UniformInt, support: Support) -> tuple[int, int]:
    least, greatest = (0.0, 0.0)
    match dist:
        case Poisson(mean):
            # As far as the quantile itself goes: `chance.poisson.window`.
            middle = _extreme(mean, True)
            greatest = middle + 12.0 * sqrt(max(middle, 0.0)) + 40.0
        case UniformInt(low, high):
            least, greatest = _extreme(low, False), _extreme(high, True)
    if support is not None:
        least, greatest = max(least, _extreme(support[0], False)), min(greatest, _extreme(support[1], True))
    return ceil(least), floor(greatest)


def _extreme(value: Any, most: bool) -> float:
    if isinstance(value, Form):
        return float(value.high.max() if most else value.low.min())
    return float(value)
