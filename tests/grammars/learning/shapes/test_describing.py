"""What a column is by the shortest description: constants, equalities, dependences, draws; and its bits by hand."""

from __future__ import annotations

import numpy as np
import pytest

from grammars.learning.shapes.describing import described, plain

TOLERANCE, STEP = 0.002, 0.001
NONE = np.zeros((0, 1))


def test_a_constant_is_written_with_the_fewest_digits() -> None:
    found = described(np.array([0.4999, 0.5001, 0.5]), np.zeros((0, 3)), TOLERANCE, STEP)
    assert (found.mean.constant, found.spread) == (0.5, None)


def test_an_equality_is_found_among_features() -> None:
    rng = np.random.default_rng(0)
    x = rng.uniform(0.3, 0.6, (5, 20))
    found = described(0.5 * x[3], x, TOLERANCE, STEP)
    assert (found.mean, found.spread) == (found.mean, None)
    assert (found.mean.feature, found.mean.slope, found.mean.constant) == (3, 0.5, 0.0)


def test_a_dependence_with_noise_is_a_normal_around_a_line() -> None:
    rng = np.random.default_rng(1)
    x = rng.uniform(0.3, 0.9, (4, 200))
    found = described(0.3 * x[2] + 0.1 + rng.normal(0.0, 0.02, 200), x, TOLERANCE, STEP)
    assert found.spread is not None and found.mean.feature == 2
    assert found.mean.slope == pytest.approx(0.3, abs=0.03)
    assert found.spread.deviation == pytest.approx(0.02, abs=0.004)


def test_noise_alone_hangs_on_nothing() -> None:
    rng = np.random.default_rng(2)
    found = described(rng.normal(0.5, 0.05, 100), rng.normal(size=(30, 100)), TOLERANCE, STEP)
    assert found.mean.feature is None and found.spread is not None


def test_what_mostly_holds_is_exact_for_these() -> None:
    rng = np.random.default_rng(3)
    values = np.where(np.arange(60) % 4 == 0, rng.normal(0.3, 0.05, 60), 0.0)
    found = described(values, np.zeros((0, 60)), TOLERANCE, STEP)
    assert found.spread is not None and found.spread.family == "loose"
    assert found.spread.share == pytest.approx(0.25, abs=0.02)


def test_plain_numbers() -> None:
    assert [plain(v, 0.001) for v in (0.4998, 1.23456, 0.0, -0.30004)] == [0.5, 1.235, 0.0, -0.3]
