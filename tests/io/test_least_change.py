"""The least change by our own simplex, against HiGHS and against what is worked out by hand."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from shapelang.io.kernels.simplex import only_least_change
from shapelang.io.read.least_change import least_change, least_change_by_highs

FREE = (np.inf, np.inf)

PLAY = 1e-9


def limits(*most: tuple[float, float]) -> np.ndarray:
    return np.array(most)


@pytest.mark.parametrize(
    ("rows", "missing", "most", "allowed", "least"),
    [
        ([[1.0]], [0.5], limits(FREE), 0.1, [0.4]),
        ([[1.0]], [-0.5], limits(FREE), 0.1, [-0.4]),
        ([[1.0]], [0.05], limits(FREE), 0.1, [0.0]),
        # Two that contradict one another: the miss is shared, and is more than what is allowed.
        ([[1.0], [1.0]], [0.0, 1.0], limits(FREE), 0.1, [0.5]),
        # The second moves twice as far for the same change.
        ([[1.0, 2.0]], [1.0], limits(FREE, FREE), 0.0, [0.0, 0.5]),
        # It may not go so far, and the first does the rest.
        ([[1.0, 2.0]], [1.0], limits(FREE, (0.1, 0.2)), 0.0, [0.6, 0.2]),
        ([[1.0, -2.0]], [1.0], limits(FREE, (0.1, 0.2)), 0.0, [0.8, -0.1]),
    ],
)
def test_changes_worked_out_by_hand(
    rows: list[list[float]], missing: list[float], most: np.ndarray, allowed: float, least: list[float]
) -> None:
    alone, _, found = only_least_change(np.array(rows), np.array(missing), most, allowed, PLAY)
    assert alone
    np.testing.assert_allclose(found, least, atol=2e-9)


def test_of_two_that_are_as_small_neither_is_the_only_one() -> None:
    rows, missing, most = np.array([[1.0, -1.0]]), np.array([1.0]), limits(FREE, FREE)
    alone, _, _ = only_least_change(rows, missing, most, 0.0, PLAY)
    assert not alone
    found = least_change(rows, missing, most, 0.0)
    np.testing.assert_allclose(found, least_change_by_highs(rows, missing, most, 0.0), atol=1e-6)
    assert float(np.abs(found).sum()) == pytest.approx(1.0) and float((rows @ found)[0]) == pytest.approx(1.0)


@st.composite
def demands(draw: st.DrawFn) -> tuple[np.ndarray, np.ndarray, np.ndarray, float]:
    """As attachments make them: middles that may go anywhere, and extents that may not."""
    cuboids, m = draw(st.integers(1, 4)), draw(st.integers(1, 8))
    rng = np.random.Generator(np.random.Philox(key=draw(st.integers(0, 2**32))))
    rows = np.zeros((m, 2 * cuboids))
    for row in rows:
        for one, sign in zip(rng.choice(cuboids, min(cuboids, 2), replace=False), (1.0, -1.0), strict=False):
            row[2 * one], row[2 * one + 1] = sign, sign * (rng.integers(0, 1001) / 1000.0 - 0.5)
    most = np.full((2 * cuboids, 2), np.inf)
    sizes = rng.uniform(0.05, 2.0, cuboids)
    most[1::2, 0], most[1::2, 1] = 0.5 * sizes, sizes
    return rows, rng.uniform(-0.5, 0.5, m), most, draw(st.sampled_from([0.0, 0.006, 0.1]))


@settings(max_examples=200, deadline=None)
@given(demands())
def test_the_only_least_change_is_the_one_that_highs_finds(
    demanded: tuple[np.ndarray, np.ndarray, np.ndarray, float],
) -> None:
    alone, _, found = only_least_change(*demanded, PLAY)
    assume(alone)
    np.testing.assert_allclose(found, least_change_by_highs(*demanded), atol=1e-6)


def test_who_asks_again_has_an_answer_of_his_own() -> None:
    rows, missing, most = np.array([[1.0, -1.0]]), np.array([0.7]), limits(FREE, FREE)
    first = least_change(rows, missing, most, 0.0)
    kept = first.copy()
    first += 1.0
    assert np.array_equal(least_change(rows, missing, most, 0.0), kept)
