"""A tempered distribution is p**(1/T), normalised: ratios, masses and quantiles, each from the definition."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pytest
from scipy import integrate

from shapelang.chance.distributions import log_prob, quantile
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
from shapelang.chance.tempering import tempered_log_prob, tempered_quantile
from shapelang.numbers import FLOAT, NUMPY

REAL: list[tuple[Distribution, Any]] = [
    (Normal(1.5, 2.0), None),
    (Normal(0.0, 1.0), (-1.0, 0.5)),
    (Uniform(-1.0, 2.0), None),
    (Beta(2.0, 3.0), None),
    (Beta(4.0, 1.5), (0.2, 0.7)),
]
DISCRETE: list[tuple[Distribution, Any, list[Any]]] = [
    (Poisson(4.0), None, list(range(200))),
    (Poisson(0.3), (2, 9), list(range(2, 10))),
    (UniformInt(1, 6), None, list(range(1, 7))),
    (Categorical(("a", "b", "c"), (3.0, 0.0, 1.0)), None, [0, 1, 2]),
    (Bernoulli(0.2), None, [False, True]),
]
TEMPERATURES = (0.25, 0.5, 1.0, 3.0)


@pytest.mark.parametrize("temperature", TEMPERATURES)
@pytest.mark.parametrize(("dist", "support"), REAL)
def test_densities(dist: Distribution, support: Any, temperature: float) -> None:
    low, high = support or {Normal: (-30.0, 33.0), Uniform: (-1.0, 2.0), Beta: (0.0, 1.0)}[type(dist)]  # type: ignore[index]
    here = [low + share * (high - low) for share in (0.45, 0.5, 0.52, 0.6)]
    tempered = [tempered_log_prob(FLOAT, dist, x, support, temperature) for x in here]
    plain = [log_prob(FLOAT, dist, x, support) for x in here]
    for k in (1, 2, 3):
        assert tempered[k] - tempered[0] == pytest.approx((plain[k] - plain[0]) / temperature, abs=1e-12)

    def density(x: float) -> float:
        return math.exp(tempered_log_prob(FLOAT, dist, x, support, temperature))

    assert integrate.quad(density, low, high, limit=200)[0] == pytest.approx(1.0, abs=2e-3)
    for u in (0.1, 0.5, 0.93):
        x = tempered_quantile(FLOAT, dist, u, support, temperature)
        assert integrate.quad(density, low, x, limit=200)[0] == pytest.approx(u, abs=2e-3)


@pytest.mark.parametrize("temperature", TEMPERATURES)
@pytest.mark.parametrize(("dist", "support", "values"), DISCRETE)
def test_masses(dist: Distribution, support: Any, values: list[Any], temperature: float) -> None:
    powers = [math.exp(log_prob(FLOAT, dist, x, support)) ** (1.0 / temperature) for x in values]
    masses = [power / math.fsum(powers) for power in powers]
    found = [math.exp(tempered_log_prob(FLOAT, dist, x, support, temperature)) for x in values]
    assert found == pytest.approx(masses, abs=1e-12)
    total = 0.0
    for value, mass in zip(values, masses, strict=True):
        if mass < 1e-9:
            total += mass
            continue
        # A bool is true below its probability.
        u = total + 0.5 * mass
        u = 1.0 - u if isinstance(dist, Bernoulli) else u
        assert tempered_quantile(FLOAT, dist, u, support, temperature) == value
        total += mass


def test_a_lognormal_is_the_exponential_of_its_normal() -> None:
    for u in (0.1, 0.5, 0.9):
        normal = tempered_quantile(FLOAT, Normal(0.3, 0.7), u, None, 0.5)
        found = tempered_quantile(FLOAT, LogNormal(0.3, 0.7), u, None, 0.5)
        assert found == pytest.approx(math.exp(normal), rel=1e-12)


def test_at_one_it_is_the_distribution() -> None:
    for dist, support in [*REAL, *((dist, support) for dist, support, _ in DISCRETE)]:
        for k in range(20):
            u = uniform(FLOAT, k, 1)
            assert tempered_quantile(FLOAT, dist, u, support, 1.0) == pytest.approx(quantile(FLOAT, dist, u, support))


@np.errstate(invalid="ignore")
def test_lanes_have_the_bits_of_floats() -> None:
    u = np.array([uniform(FLOAT, k, 2) for k in range(50)])
    mean = np.linspace(0.5, 9.0, 50)
    cases = [
        (lambda m: Poisson(m), None),
        (lambda m: Poisson(m), (1, 6)),
        (lambda m: Normal(m, 0.3), None),
        (lambda m: Beta(m, 2.0), None),
        (lambda m: Categorical(("a", "b"), (m, 2.0)), None),
        (lambda m: Bernoulli(m / 10.0), None),
    ]
    for make, support in cases:
        lanes = tempered_quantile(NUMPY, make(mean), u, support, 0.4)
        singles = [
            tempered_quantile(FLOAT, make(m), x, support, 0.4) for m, x in zip(mean.tolist(), u.tolist(), strict=True)
        ]
        assert np.asarray(lanes).tolist() == singles
        lanes = tempered_log_prob(NUMPY, make(mean), lanes, support, 0.4)
        values = [
            tempered_log_prob(FLOAT, make(m), x, support, 0.4) for m, x in zip(mean.tolist(), singles, strict=True)
        ]
        assert np.asarray(lanes).tolist() == values
