"""Each distribution against SciPy and mpmath, against its own declarations, and against sums written out by hand."""

from __future__ import annotations

import math
from typing import Any

import mpmath
import numpy as np
import pytest
from scipy import integrate, special, stats

from shapelang.chance import moments, normal
from shapelang.chance.distributions import Support, log_prob, quantile
from shapelang.chance.draw import uniform
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
from shapelang.numbers import FLOAT, NUMPY

REALS: list[tuple[Distribution, Any]] = [
    (Normal(1.5, 2.0), stats.norm(1.5, 2.0)),
    (LogNormal(0.5, 0.7), stats.lognorm(0.7, scale=math.exp(0.5))),
    (Uniform(-1.0, 2.0), stats.uniform(-1.0, 3.0)),
    (Beta(2.0, 3.0), stats.beta(2.0, 3.0)),
    (Beta(0.5, 0.5), stats.beta(0.5, 0.5)),
    (Beta(0.2, 6.0), stats.beta(0.2, 6.0)),
    (Beta(60.0, 25.0), stats.beta(60.0, 25.0)),
]
WHOLE: list[tuple[Distribution, Any]] = [
    (Poisson(0.1), stats.poisson(0.1)),
    (Poisson(4.0), stats.poisson(4.0)),
    (Poisson(250.0), stats.poisson(250.0)),
    (UniformInt(1, 6), stats.randint(1, 7)),
    (UniformInt(-3, -3), stats.randint(-3, -2)),
]
TRUNCATED: list[tuple[Distribution, Any, Support]] = [
    (Normal(0.0, 1.0), stats.norm(), (-1.0, 0.5)),
    (Normal(0.0, 1.0), stats.norm(), (4.0, 6.0)),
    (Normal(0.0, 1.0), stats.norm(), (-6.5, -5.0)),
    (LogNormal(0.0, 0.5), stats.lognorm(0.5), (0.0, 1.1)),
    (Uniform(0.0, 1.0), stats.uniform(), (0.25, 3.0)),
    (Beta(2.0, 3.0), stats.beta(2.0, 3.0), (0.2, 0.7)),
    (Beta(2.0, 30.0), stats.beta(2.0, 30.0), (0.3, 1.0)),
    (Beta(30.0, 2.0), stats.beta(30.0, 2.0), (-1.0, 0.7)),
]


def uniforms(count: int) -> list[float]:
    return [uniform(FLOAT, i, 0x5EED) for i in range(count)]


def sample(dist: Distribution, count: int, support: Support | None = None) -> np.ndarray:
    with np.errstate(all="ignore"):
        return np.asarray(quantile(NUMPY, dist, np.array(uniforms(count)), support))


@pytest.mark.parametrize(("dist", "truth"), REALS)
def test_quantiles_of_reals(dist: Distribution, truth: Any) -> None:
    # SciPy's own beta functions err by some 1e-14
    for u in [*uniforms(200), 2.0**-53, 1e-9, 0.5]:
        x = quantile(FLOAT, dist, u)
        assert truth.cdf(x) == pytest.approx(u, rel=1e-12, abs=1e-15)


@pytest.mark.parametrize(("dist", "truth"), REALS)
def test_log_densities(dist: Distribution, truth: Any) -> None:
    for u in uniforms(200):
        x = quantile(FLOAT, dist, u)
        assert log_prob(FLOAT, dist, x) == pytest.approx(truth.logpdf(x), rel=1e-12, abs=1e-12)


@pytest.mark.parametrize(("dist", "truth"), WHOLE)
def test_whole_numbers(dist: Distribution, truth: Any) -> None:
    for u in [*uniforms(300), 2.0**-53, 1.0 - 2.0**-53]:
        k = quantile(FLOAT, dist, u)
        assert isinstance(k, int)
        # the smallest k with F(k) ≥ u; SciPy's F errs by some 1e-15 too
        assert truth.cdf(k) >= u - 1e-13
        assert truth.cdf(k - 1) <= u + 1e-13
        assert log_prob(FLOAT, dist, k) == pytest.approx(truth.logpmf(k), rel=1e-12, abs=1e-12)


@pytest.mark.parametrize(("a", "b"), [(1e4, 9e3), (1e4, 0.7), (0.01, 0.01), (0.001, 5.0), (3.0, 1e4)])
def test_beta_at_the_ends_of_its_parameters(a: float, b: float) -> None:
    mp: Any = mpmath.MPContext()
    mp.prec = 120
    for u in (0.013, 0.5, 0.97):
        x = quantile(FLOAT, Beta(a, b), u)
        if not 1e-290 < x < 1.0 - 1e-15:
            continue  # the value itself cannot be told from an end
        # log x^(a-1) is of the order of 1e4: 1e-12 of that, and F follows within it
        log_density = (a - 1) * mp.log(x) + (b - 1) * mp.log(1 - mp.mpf(x)) - mp.log(mp.beta(a, b))
        assert log_prob(FLOAT, Beta(a, b), x) == pytest.approx(float(log_density), rel=1e-12, abs=1e-12)
        slack = 1e-11 * u + float(mp.exp(log_density)) * math.ulp(x)
        assert float(special.betainc(a, b, x)) == pytest.approx(u, abs=slack)


@pytest.mark.parametrize("mean", [1e-6, 3.7, 1e4])
def test_poisson_masses_of_any_mean(mean: float) -> None:
    mp: Any = mpmath.MPContext()
    mp.prec = 120
    for k in (0, 1, 2, 17, int(mean), int(mean) + 300):
        truth = k * mp.log(mean) - mp.mpf(mean) - mp.loggamma(k + 1)
        assert log_prob(FLOAT, Poisson(mean), k) == pytest.approx(float(truth), rel=1e-12, abs=1e-12)


@pytest.mark.parametrize(("dist", "truth"), REALS + WHOLE)
def test_declared_moments_and_support_are_those_of_20000_draws(dist: Distribution, truth: Any) -> None:
    count = 20_000
    x = sample(dist, count)
    mean, variance = moments.mean(FLOAT, dist), moments.variance(FLOAT, dist)
    # A mean has the standard error sqrt(variance / n), a variance sqrt((kurtosis + 2) · variance² / n): 4.5 of each.
    assert abs(x.mean() - mean) <= 4.5 * math.sqrt(variance / count)
    kurtosis = float(truth.stats(moments="k")) if variance > 0 else 0.0
    assert abs(x.var() - variance) <= 4.5 * variance * math.sqrt((kurtosis + 2.0) / count)
    low, high = moments.natural_support(dist)
    assert low <= x.min()
    assert x.max() <= high
    assert (mean, variance) == pytest.approx((truth.mean(), truth.var()), rel=1e-12, abs=1e-15)


@pytest.mark.parametrize(("dist", "truth"), REALS)
def test_draws_follow_the_distribution(dist: Distribution, truth: Any) -> None:
    # fixed draws, so the verdict is fixed: the p-value is no accident of a run
    assert stats.kstest(sample(dist, 20_000), truth.cdf).pvalue > 1e-3


@pytest.mark.parametrize(("dist", "truth", "support"), TRUNCATED)
def test_truncated_draws_follow_the_truncated_distribution(dist: Distribution, truth: Any, support: Support) -> None:
    x = sample(dist, 20_000, support)
    low, high = support
    assert low <= x.min()
    assert x.max() <= high
    start, end = truth.cdf(low), truth.cdf(high)
    if low > truth.mean():  # in the upper tail SciPy's F has no digits left, its survival function has
        assert stats.kstest((truth.sf(low) - truth.sf(x)) / (truth.sf(low) - truth.sf(high)), "uniform").pvalue > 1e-3
    else:
        assert stats.kstest((truth.cdf(x) - start) / (end - start), "uniform").pvalue > 1e-3


@pytest.mark.parametrize(("dist", "truth", "support"), TRUNCATED)
def test_truncated_quantiles_rise_with_u(dist: Distribution, truth: Any, support: Support) -> None:
    values = [quantile(FLOAT, dist, u, support) for u in (2.0**-53, 0.1, 0.3, 0.5, 0.8, 1.0 - 2.0**-53)]
    assert values == sorted(values)
    share = (truth.cdf(values[2]) - truth.cdf(support[0])) / (truth.cdf(support[1]) - truth.cdf(support[0]))
    assert share == pytest.approx(0.3, rel=1e-6)  # SciPy's F cancels in the upper tails


@pytest.mark.parametrize(("dist", "truth", "support"), TRUNCATED)
def test_truncated_densities_integrate_to_1(dist: Distribution, truth: Any, support: Support) -> None:
    least, greatest = truth.support()
    low, high = max(support[0], least), min(support[1], greatest)

    def density(x: float) -> float:
        return math.exp(log_prob(FLOAT, dist, x, support))

    total, within = integrate.quad(density, low, high, epsabs=1e-11, epsrel=1e-11)
    assert total == pytest.approx(1.0, abs=1e-9 + within)
    assert log_prob(FLOAT, dist, support[0] - 1e-9, support) == -math.inf
    assert log_prob(FLOAT, dist, support[1] + 1e-9, support) == -math.inf


@pytest.mark.parametrize(
    ("dist", "support"),
    [
        (Poisson(4.0), (2, 7)), (Poisson(4.0), (15, 20)), (Poisson(900.0), (100.5, 850.2)), (Poisson(2.0), None),
        (UniformInt(1, 6), None), (UniformInt(1, 6), (2.5, 90.0)),
    ],
)  # fmt: skip
def test_masses_of_whole_numbers_sum_to_1(dist: Distribution, support: Support | None) -> None:
    masses = [math.exp(log_prob(FLOAT, dist, k, support)) for k in range(0, 1500)]
    assert math.fsum(masses) == pytest.approx(1.0, abs=1e-12)
    if support is not None:
        assert all(m == 0.0 for k, m in enumerate(masses) if not support[0] <= k <= support[1])


def test_masses_of_labels_and_bools_sum_to_1() -> None:
    dice = Categorical(("a", "b", "c", "d"), (3.0, 0.0, 1.0, 0.5))
    assert math.fsum(math.exp(log_prob(FLOAT, dice, k)) for k in range(4)) == pytest.approx(1.0, abs=1e-15)
    assert log_prob(FLOAT, dice, 1) == log_prob(FLOAT, dice, 4) == -math.inf
    assert math.exp(log_prob(FLOAT, Bernoulli(0.3), True)) == pytest.approx(0.3, rel=1e-15)
    assert math.exp(log_prob(FLOAT, Bernoulli(0.3), False)) == pytest.approx(0.7, rel=1e-15)
    assert log_prob(FLOAT, Bernoulli(0.0), True) == -math.inf


def test_log_probabilities_by_hand() -> None:
    # Poisson(4) in [2, 7]: 4^k/k! for k = 2 … 7 are 8, 32/3, 32/3, 128/15, 256/45, 1024/315
    masses = [8, 32 / 3, 32 / 3, 128 / 15, 256 / 45, 1024 / 315]
    assert log_prob(FLOAT, Poisson(4.0), 3, (2, 7)) == pytest.approx(math.log(masses[1] / sum(masses)), rel=1e-13)
    # a normal folded at its mean has twice the density
    assert log_prob(FLOAT, Normal(0.0, 1.0), 0.0, (0.0, math.inf)) == pytest.approx(
        math.log(2 / math.sqrt(2 * math.pi)), rel=1e-14
    )
    assert log_prob(FLOAT, Beta(2.0, 3.0), 0.25) == pytest.approx(math.log(12 * 0.25 * 0.75**2), rel=1e-13)
    assert log_prob(FLOAT, Uniform(0.0, 4.0), 1.5, (1.0, 3.0)) == pytest.approx(-math.log(2), rel=1e-15)
    assert log_prob(FLOAT, UniformInt(1, 6), 2, (2, 4)) == pytest.approx(-math.log(3), rel=1e-15)
    assert log_prob(FLOAT, Categorical(("x", "y"), (0.7, 0.3)), 1) == pytest.approx(math.log(0.3), rel=1e-15)


@pytest.mark.parametrize(
    ("dist", "x"),
    [
        (LogNormal(0.0, 1.0), 0.0), (LogNormal(0.0, 1.0), -1.0), (Uniform(0.0, 1.0), 1.1), (Beta(2.0, 2.0), -0.1),
        (Beta(2.0, 2.0), 0.0), (Beta(2.0, 2.0), 1.0), (Poisson(2.0), -1), (UniformInt(1, 6), 7),
        (Normal(0.0, 1.0), math.nan),
    ],
)  # fmt: skip
def test_what_cannot_be_has_no_probability(dist: Distribution, x: float) -> None:
    assert log_prob(FLOAT, dist, x) == -math.inf


def test_beta_at_its_ends() -> None:
    assert log_prob(FLOAT, Beta(1.0, 3.0), 0.0) == pytest.approx(math.log(3.0), rel=1e-14)
    assert log_prob(FLOAT, Beta(3.0, 1.0), 1.0) == pytest.approx(math.log(3.0), rel=1e-14)
    assert log_prob(FLOAT, Beta(0.5, 3.0), 0.0) == math.inf
    assert 0.0 < quantile(FLOAT, Beta(0.001, 0.001), 2.0**-53) < 1e-200
    assert quantile(FLOAT, Beta(0.001, 0.001), 1.0 - 2.0**-53) == 1.0 - 2.0**-53


@pytest.mark.parametrize(
    ("dist", "name"),
    [
        (Normal(0.0, 0.0), "sd"), (Normal(0.0, -1.0), "sd"), (Normal(math.nan, 1.0), "mean"),
        (Normal(math.inf, 1.0), "mean"),
        (LogNormal(0.0, math.nan), "sd"), (Uniform(1.0, 1.0), "high"), (Uniform(2.0, 1.0), "high"),
        (UniformInt(1, 0), "high"), (UniformInt(0.5, 3), "low"), (Beta(0.0, 1.0), "a"), (Beta(1.0, 1e5), "b"),
        (Bernoulli(1.1), "p"), (Bernoulli(-0.1), "p"), (Bernoulli(math.nan), "p"), (Poisson(0.0), "mean"),
        (Poisson(10001.0), "mean"), (Categorical(("a", "b"), (1.0, -1.0)), "weight"),
        (Categorical(("a",), (0.0,)), "the sum of the weights"), (Categorical(("a",), (math.nan,)), "weight"),
        (Categorical(("a", "b"), (1.0,)), "the count of weights"),
        (Categorical(("a", "a"), (1.0, 1.0)), "the count of weights"),
    ],
)  # fmt: skip
def test_impossible_parameters_are_refused_by_name(dist: Distribution, name: str) -> None:
    with pytest.raises(ParameterError) as refused:
        quantile(FLOAT, dist, 0.5)
    assert refused.value.name == name
    with pytest.raises(ParameterError):
        log_prob(FLOAT, dist, 0)


def test_one_impossible_lane_is_enough() -> None:
    with pytest.raises(ParameterError, match="sd is impossible in some variant, but must be above 0"):
        quantile(NUMPY, Normal(0.0, np.array([1.0, 0.0])), 0.5)
    with pytest.raises(SupportError):
        quantile(NUMPY, Normal(np.array([0.0, 50.0]), 1.0), 0.5, (-1.0, 1.0))


@pytest.mark.parametrize(
    ("dist", "support"),
    [
        (Normal(0.0, 1.0), (8.0, 9.0)), (Normal(0.0, 1.0), (1.0, -1.0)), (Normal(0.0, 1.0), (0.0, math.nan)),
        (Normal(0.0, 1.0), (1.0, 1.0)), (LogNormal(0.0, 1.0), (-2.0, -1.0)), (Uniform(0.0, 1.0), (2.0, 3.0)),
        (UniformInt(1, 6), (2.1, 2.9)), (UniformInt(1, 6), (7, 9)), (Beta(2.0, 3.0), (1.5, 2.0)),
        (Beta(200.0, 3.0), (0.0, 0.1)), (Poisson(4.0), (40, 60)), (Poisson(4.0), (400, 600)), (Poisson(4.0), (-9, -1)),
        (Bernoulli(0.5), (0, 1)), (Categorical(("a",), (1.0,)), (0, 1)),
    ],
)  # fmt: skip
def test_supports_that_hold_nothing_are_refused(dist: Distribution, support: Support) -> None:
    with pytest.raises(SupportError):
        quantile(FLOAT, dist, 0.5, support)
    with pytest.raises(SupportError):
        log_prob(FLOAT, dist, 0, support)


def test_a_refusal_names_the_numbers() -> None:
    with pytest.raises(SupportError, match=r"normal has a probability of 6\.21\d+e-16 in \[8, 9\]; at least 1e-12"):
        quantile(FLOAT, Normal(0.0, 1.0), 0.5, (8.0, 9.0))
    with pytest.raises(ParameterError, match=r"^sd is -1, but must be above 0 and finite$"):
        quantile(FLOAT, Normal(0.0, -1.0), 0.5)


@pytest.mark.parametrize("bounds", [(-math.inf, math.inf), (-1.0, 0.5), (0.3, 4.0), (-6.5, -5.0)])
def test_the_share_below_a_normal_value_is_that_which_it_was_drawn_by(bounds: tuple[float, float]):
    between = normal.interval(FLOAT, *bounds)
    shares = np.linspace(0.001, 0.999, 401)
    values = normal.quantile_between(NUMPY, shares, between)
    # Shares of a whole that is seen from the thinner tail: both ways lose the last digits alone.
    assert np.abs(normal.share_between(NUMPY, values, between) - shares).max() < 1e-12
    # Bounds that are no lanes are looked up, and say the same as lanes do.
    with np.errstate(invalid="ignore"):
        lanes = normal.interval(NUMPY, np.array([bounds[0]]), np.array([bounds[1]]))
    assert (lanes.start[0], lanes.mass[0]) == (between.start, between.mass)
