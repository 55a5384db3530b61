"""Distributions that make weighted samples most probable, samples being steps of a grid."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from math import exp, log, sqrt
from typing import Final, assert_never, final

import numpy as np
from numpy.typing import NDArray

from grammars.charts.forms import Form
from grammars.charts.masses import mass
from grammars.charts.model import Draw

Array = NDArray[np.float64]

_NARROWEST: Final = 1.0 / 6.0
"""Steps: the least deviation, so that nearly all of it lies in one cell."""

_LEAST_SHAPE: Final = 1e-3


@final
@dataclass(frozen=True, slots=True)
class Sample:
    """Steps that were drawn, the values of what they hang on, and how often this was so."""

    steps: int
    parents: tuple[float, ...]
    count: float


def fitted(draw: Draw, samples: Sequence[Sample], grid: float) -> Draw:
    """The draw of the same family that makes the samples most probable; its support stays.

    A normal's or lognormal's mean is affine in what it hung on before (least squares), its deviation one for all; of
    the others the arguments become constants. What the grid adds to a variance, 1/12 of a step squared, is taken off
    (Sheppard's correction).
    """
    match draw.family:
        case "normal" | "lognormal":
            closed = _linear(draw, samples, grid)
            return closed if draw.support is None else _truncated(closed, samples, grid)
        case "uniform":
            low, high = _reach(samples)
            return replace(draw, arguments=(Form((low - 0.5) * grid), Form((high + 0.5) * grid)))
        case "whole":
            low, high = _reach(samples)
            return replace(draw, arguments=(Form(float(low)), Form(float(high))))
        case "beta":
            return _beta(draw, samples, grid)
        case "poisson":
            mean = sum(s.count * s.steps for s in samples) / sum(s.count for s in samples)
            return replace(draw, arguments=(Form(max(mean, 1e-6)),))
    assert_never(draw.family)


def log_likelihood(draw: Draw, samples: Sequence[Sample], grid: float) -> float:
    """Σ count · ln P(steps), in nats; −inf where one cannot be."""
    found = 0.0
    for sample in samples:
        values = dict(zip(draw.parents, sample.parents, strict=True))
        arguments = [form.constant + sum(c * values[v] for v, c in form.terms) for form in draw.arguments]
        p = mass(draw.distribution(arguments), draw.support, sample.steps, grid)
        if p <= 0.0:
            return float("-inf")
        found += sample.count * log(p)
    return found


def _reach(samples: Sequence[Sample]) -> tuple[int, int]:
    steps = [sample.steps for sample in samples if sample.count > 1e-9]
    return min(steps), max(steps)


def _columns(samples: Sequence[Sample], grid: float) -> tuple[Array, Array, Array]:
    """Values, (samples, 1 + parents) regressors, and counts."""
    values = np.array([sample.steps * grid for sample in samples])
    rows = np.array([(1.0, *sample.parents) for sample in samples])
    return values, rows, np.array([sample.count for sample in samples])


def _linear(draw: Draw, samples: Sequence[Sample], grid: float) -> Draw:
    values, rows, counts = _columns(samples, grid)
    step = np.full(len(values), grid)
    if draw.family == "lognormal":
        # A cell of the grid is as wide in the logarithm as its value is small.
        values = np.maximum(values, 0.25 * grid)
        values, step = np.log(values), grid / values
    root = np.sqrt(counts)
    solution = np.linalg.lstsq(rows * root[:, None], values * root, rcond=None)[0]
    rest = values - rows @ solution
    variance = float((counts * (rest**2 - step**2 / 12.0)).sum() / counts.sum())
    narrowest = _NARROWEST * float((counts * step).sum() / counts.sum())
    terms = tuple((v, float(c)) for v, c in zip(draw.parents, solution[1:], strict=True) if c != 0.0)
    mean = Form(float(solution[0]), terms)
    return replace(draw, arguments=(mean, Form(sqrt(max(variance, narrowest**2)))))


def _truncated(start: Draw, samples: Sequence[Sample], grid: float) -> Draw:
    """Of what a support cuts off no mean and deviation tell: the likelihood itself is climbed."""
    from scipy.optimize import minimize

    mean, deviation = start.arguments

    def moved(x: Array) -> Draw:
        terms = tuple((v, float(c)) for (v, _), c in zip(mean.terms, x[2:], strict=True))
        return replace(start, arguments=(Form(float(x[0]), terms), Form(exp(float(x[1])))))

    def cost(x: Array) -> float:
        try:
            return -log_likelihood(moved(x), samples, grid)
        except ArithmeticError:
            return float("inf")

    first = np.array([mean.constant, log(deviation.constant), *(c for _, c in mean.terms)])
    found = minimize(cost, first, method="Nelder-Mead", options={"maxiter": 400, "xatol": 1e-5, "fatol": 1e-7})
    return moved(found.x) if found.fun < cost(first) else start


def _beta(draw: Draw, samples: Sequence[Sample], grid: float) -> Draw:
    """By the first two moments."""
    values, _, counts = _columns(samples, grid)
    share = counts / counts.sum()
    mean = min(max(float(share @ values), 1e-3), 1.0 - 1e-3)
    variance = max(float(share @ (values - mean) ** 2) - grid**2 / 12.0, (0.25 * grid) ** 2)
    size = max(mean * (1.0 - mean) / variance - 1.0, _LEAST_SHAPE)
    return replace(draw, arguments=(Form(mean * size), Form((1.0 - mean) * size)))
