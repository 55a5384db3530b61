"""Choosing among alternatives by weight."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from shapelang.chance.choose import choose_index, choose_log_prob
from shapelang.chance.draw import uniform
from shapelang.chance.errors import ParameterError
from shapelang.numbers import FLOAT, NUMPY

WEIGHTS = st.lists(st.one_of(st.just(0.0), st.floats(1e-200, 1e200)), min_size=1, max_size=6).filter(
    lambda w: sum(w) > 0
)
U = st.one_of(st.sampled_from([0.0, 2.0**-53, 1.0 - 2.0**-53, 1.0]), st.floats(0.0, 1.0))


@given(WEIGHTS, U)
def test_what_has_no_weight_is_never_chosen(weights: list[float], u: float) -> None:
    index = choose_index(FLOAT, weights, u)
    assert isinstance(index, int)
    assert weights[index] > 0.0
    assert choose_log_prob(FLOAT, weights, index) <= 0.0


@given(WEIGHTS, st.lists(U, min_size=1, max_size=5))
def test_lanes_choose_as_floats_do(weights: list[float], u: list[float]) -> None:
    lanes = choose_index(NUMPY, weights, np.array(u))
    assert lanes.dtype == np.int64
    assert lanes.tolist() == [choose_index(FLOAT, weights, x) for x in u]


def test_weights_may_be_lanes() -> None:
    first = np.array([0.0, 1.0, 3.0])
    assert choose_index(NUMPY, [first, 1.0], np.array([0.3, 0.3, 0.7])).tolist() == [1, 0, 0]
    assert choose_log_prob(NUMPY, [first, 1.0], np.array([1, 0, 1])).tolist() == pytest.approx(
        [0.0, math.log(0.5), math.log(0.25)]
    )


def test_bounds_by_hand() -> None:
    weights = [2.0, 0.0, 1.0, 1.0]
    table = {0.0: 0, 0.49: 0, 0.5: 2, 0.74: 2, 0.75: 3, 1.0: 3}
    assert {u: choose_index(FLOAT, weights, u) for u in table} == table
    assert choose_log_prob(FLOAT, weights, 2) == pytest.approx(math.log(0.25), rel=1e-15)
    assert choose_log_prob(FLOAT, weights, 1) == -math.inf


def test_alternatives_without_weight_at_either_end() -> None:
    assert [choose_index(FLOAT, [0.0, 1.0, 0.0], u) for u in (0.0, 2.0**-53, 0.5, 1.0 - 2.0**-53, 1.0)] == [1] * 5


def test_shares_of_20000_choices() -> None:
    weights = np.array([0.5, 3.0, 1.5])
    u = uniform(NUMPY, np.arange(20_000, dtype=np.uint64), 0xFACE)
    counts = np.bincount(choose_index(NUMPY, weights.tolist(), u), minlength=3)
    assert stats.chisquare(counts, weights / weights.sum() * 20_000).pvalue > 1e-3


@pytest.mark.parametrize("weights", [[], [0.0, 0.0], [-1.0, 2.0], [math.nan], [math.inf], [1e308, 1e308]])
def test_impossible_weights_are_refused(weights: list[float]) -> None:
    with pytest.raises(ParameterError):
        choose_index(FLOAT, weights, 0.5)
