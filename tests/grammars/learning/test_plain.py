"""Estimated draws are plain ones: ranges whose ends lie beyond the samples, and what recurs is likelier."""

from __future__ import annotations

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


def test_few_samples_are_no_range_alone_but_are_one_where_such_a_range_recurs() -> None:
    """Sixteen samples between 0.4 and 0.6 alone, and beside columns of ± 20 % of which there are many samples."""
    few = _column(5, "uniform", 0.4, 0.6, 16)
    sure = [_column(k, "uniform", 0.8 * m, 1.2 * m, 300) for k, m in enumerate((0.2, 0.35, 0.7, 0.9, 0.15))]
    assert told([few], 0.001)[0].family == "normal"
    assert _ends(told([few, *sure], 0.001)[0]) == ("uniform", 0.4, 0.6)


def test_the_narrowest_column_is_told() -> None:
    """Two neighbouring steps: the draw can make both."""
    family, first, second = _ends(told([[100, 101] * 5], 0.001)[0])
    assert (first < 0.1005 < second) if family == "uniform" else abs(first - 0.1005) < 0.001 and second > 0.0
