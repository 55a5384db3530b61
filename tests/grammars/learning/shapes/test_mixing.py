"""Weights of families that are hidden: no round makes the examples less probable, and the best are found."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from grammars.learning.shapes.mixing import mixed


@given(st.integers(1, 30), st.integers(1, 5), st.integers(0, 1000))
def test_no_round_makes_the_examples_less_probable(n: int, families: int, seed: int) -> None:
    bits = np.random.default_rng(seed).uniform(0.0, 12.0, (n, families))
    found = mixed(bits)
    assert all(b <= a + 1e-9 for a, b in zip(found.bits, found.bits[1:], strict=False))
    assert found.weights.sum() == pytest.approx(1.0) and (found.weights > 0.0).all()
    assert found.shares.sum(axis=1) == pytest.approx(np.ones(n))


def test_weights_are_the_best_of_all() -> None:
    bits = np.array([[1.0, 3.0], [2.0, 2.0], [5.0, 1.0], [0.5, 4.0], [1.0, 1.5]])
    grid = np.linspace(0.001, 0.999, 9_981)
    told = [
        -np.logaddexp2(np.log2(w) - bits[:, 0], np.log2(1.0 - w) - bits[:, 1]).sum() - 0.5 * np.log2(w * (1.0 - w))
        for w in grid
    ]
    found = mixed(bits)
    assert found.bits[-1] == pytest.approx(min(told), abs=1e-5)
    assert found.weights[0] == pytest.approx(grid[int(np.argmin(told))], abs=1e-3)


def test_examples_whose_family_is_plain_are_counted() -> None:
    bits = np.where(np.arange(10)[:, None] < 7, [[0.0, 400.0]], [[400.0, 0.0]])
    assert mixed(bits).weights == pytest.approx([7.5 / 11.0, 3.5 / 11.0])
