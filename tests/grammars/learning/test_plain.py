"""Estimated draws are plain ones: ranges whose ends lie beyond the samples, and what recurs is likelier."""

from __future__ import annotations

from math import log

import numpy as np
import pytest

from grammars.charts.model import Draw
from grammars.learning.plain import told


def _ends(draw: Draw) -> tuple[str, float, float]:
    first, second = (form.constant for form in draw.arguments)
    return draw.family, first, second


def _column(seed: int, family: str, first: float, second: float, count: int) -> list[int]:
    rng = np.random.default_rng(seed)
    values = rng.uniform(first, second, count) if family == "uniform" else rng.normal(first, second, count)
    return [round(value / 0.001) for value in values]


def test_many_samples_of_a_range_give_its_plain_ends() -> None:
    found = [_ends(told([_column(seed, "uniform", 0.56, 0.84, 200)], 0.001)[0]) for seed in range(20)]
    assert sum(ends == ("uniform", 0.56, 0.84) for ends in found) >= 18


def test_a_normal_is_told_by_plain_numbers_within_its_errors() -> None:
    found = [_ends(told([_column(seed, "normal", 0.5, 0.05, 200)], 0.001)[0]) for seed in range(20)]
    assert all(family == "normal" for family, _, _ in found)
    assert all(abs(m - 0.5) < 0.015 and abs(s - 0.05) < 0.01 for _, m, s in found)
    assert sum((m, s) == (0.5, 0.05) for _, m, s in found) >= 8


@pytest.mark.parametrize("count", [3, 10, 40])
def test_no_sample_that_was_seen_is_impossible(count: int) -> None:
    for seed in range(10):
        steps = _column(seed, "uniform", 0.2, 0.3, count)
        family, low, high = _ends(told([steps], 0.001)[0])
        assert family == "normal" or (low <= min(steps) * 0.001 + 5e-4 and high >= max(steps) * 0.001 - 5e-4)


def _beside(family: str, first: float, second: float) -> list[list[int]]:
    """Columns of 300 samples whose spreads are shares of their middles."""
    middles = (0.2, 0.35, 0.7, 0.9, 0.15)
    return [_column(k, family, first * m, second * m, 300) for k, m in enumerate(middles)]


def test_few_samples_are_no_range_alone_but_are_one_where_such_a_range_recurs() -> None:
    """Ten samples between 0.4 and 0.6 alone, and beside columns of ± 20 % of which there are many samples."""
    for seed in range(5):
        few = _column(seed, "uniform", 0.4, 0.6, 10)
        assert told([few], 0.001)[0].family == "normal"
        assert _ends(told([few, *_beside("uniform", 0.8, 1.2)], 0.001)[0]) == ("uniform", 0.4, 0.6)


def test_a_spread_that_recurs_is_found_where_no_column_alone_tells_it() -> None:
    """Twelve columns of twenty samples: of none alone the deviation is told, of all it is a tenth of the mean."""
    middles = [0.05 * k for k in range(6, 18)]
    columns = [_column(k, "normal", m, 0.1 * m, 20) for k, m in enumerate(middles)]
    alone = [_ends(told([steps], 0.001)[0]) for steps in columns]
    together = [_ends(draw) for draw in told(columns, 0.001)]

    def off(found: list[tuple[str, float, float]]) -> float:
        return sum(abs(log(s / (0.1 * m))) for m, (_, _, s) in zip(middles, found, strict=True))

    assert all(family == "normal" for family, _, _ in together)
    assert off(together) < 0.7 * off(alone)


def test_middles_are_of_the_levels_that_middles_beside_them_are_of() -> None:
    """About 0.25, seen ten times: alone as a tenth says, beside many multiples of 0.05 more often 0.25 itself."""
    few = [_column(seed, "normal", 0.25, 0.025, 10) for seed in range(12)]
    beside = [_column(50 + k, "normal", 0.05 * k, 0.005 * k, 300) for k in range(5, 19)]
    alone = [_ends(told([steps], 0.001)[0])[1] for steps in few]
    together = [_ends(told([steps, *beside], 0.001)[0])[1] for steps in few]
    assert sum(m == 0.25 for m in together) > sum(m == 0.25 for m in alone)


def test_few_samples_that_lie_close_together_do_not_hide_the_deviation_that_recurs() -> None:
    """Nine samples with 0.41 of the deviation of a normal of 0.45 ± 10 %, as one in 150 such columns has."""
    few = [round(450 + 18.5 * z) for z in (-1.7, -1.1, -0.7, -0.4, 0.0, 0.4, 0.7, 1.1, 1.7)]
    family, mean, deviation = _ends(told([few, *_beside("normal", 1.0, 0.1)], 0.001)[0])
    assert family == "normal" and abs(mean - 0.45) < 0.02 and deviation > 0.035


def test_middles_of_two_levels_are_weighed_alike() -> None:
    """Halfway between 0.8 and 0.85, beside as many tenths as odd twentieths: what is told leans to neither."""
    half = [round(825 + 82.5 * z) for z in _even_normal(41)]
    beside = [_column(k, "normal", 0.05 * k, 0.005 * k, 300) for k in (2, 3, 4, 5, 6, 7, 8, 9, 12, 13, 14, 15)]
    assert abs(_ends(told([half, *beside], 0.001)[0])[1] - 0.825) <= 0.01


def _even_normal(count: int) -> list[float]:
    """Quantiles of the standard normal at the middles of so many equal shares, to unit variance."""
    from scipy.special import ndtri

    z = ndtri((np.arange(count) + 0.5) / count)
    return [float(x) for x in z / z.std()]


def test_the_narrowest_column_is_told() -> None:
    """Two neighbouring steps: the draw can make both."""
    family, first, second = _ends(told([[100, 101] * 5], 0.001)[0])
    assert (first < 0.1005 < second) if family == "uniform" else abs(first - 0.1005) < 0.001 and second > 0.0
