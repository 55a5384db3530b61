"""A planted model of arrangements is found again, and its likelihood's slope is that of its values."""

from __future__ import annotations

import numpy as np

from benchmarks.grammars.arrangements import KINDS, planted, recovery, rooms_from
from grammars.arrangement.learning import blank, rows_of, surprise
from grammars.arrangement.matching import matched
from grammars.arrangement.sampling import features_of


def test_a_planted_model_is_found_again() -> None:
    found, _ = recovery(60)
    assert len(found) >= 12
    off = [abs(truth - weight) / error for _, truth, weight, error in found]
    assert max(off) < 4.0, [row for row, z in zip(found, off, strict=True) if z >= 4.0]
    assert np.mean(np.array(off) < 2.0) >= 0.8


def test_conditional_probabilities_sum_to_one_and_their_slope_is_the_features_expected() -> None:
    rooms = rooms_from(planted(), 3, steps=2_000)
    rows = rows_of(blank(rooms), rooms)
    rng = np.random.default_rng(1)
    theta = rng.normal(0.0, 0.5, rows.matrix.shape[1])
    value, shares = surprise(rows, theta)
    sums = np.add.reduceat(shares, rows.starts)
    assert (sums > 0).all() and (sums < 1).all()
    way = rng.normal(0.0, 1.0, len(theta))
    step = 1e-5
    slope = (surprise(rows, theta + step * way)[0] - surprise(rows, theta - step * way)[0]) / (2 * step)
    assert abs(slope - shares @ (rows.matrix @ way)) < 1e-4 * max(1.0, abs(value))


def test_matching_moves_expected_features_to_those_seen() -> None:
    truth = planted()
    rooms = rooms_from(truth, 12, steps=5_000)
    start = blank(rooms)
    moved = matched(start, rooms, rounds=8)
    # Beds stand with their backs to walls: without weights they hardly ever do.
    column = KINDS.index(KINDS[0]) * start.alone.shape[1]
    seen = sum(features_of(start, r.space, r.props)[column] for r in rooms)
    assert seen >= 3
    assert moved.alone[0, 0] > 0.3
