"""Estimated numbers become plain ones, and fresh samples of a uniform draw are not impossible."""

from __future__ import annotations

import numpy as np

from grammars.charts.forms import Form
from grammars.charts.model import Draw
from grammars.learning.plain import plainest, plainly


def test_ends_of_a_range_are_found_beyond_the_samples() -> None:
    exact = 0
    for seed in range(50):
        rng = np.random.default_rng(seed)
        steps = np.round(rng.uniform(560.0, 840.0, 60)).astype(int).tolist()
        low, high = (form.constant for form in plainly(Draw("uniform", (Form(0.0), Form(1.0))), steps, 0.001).arguments)
        assert low <= min(steps) * 0.001 + 1e-9 and high >= max(steps) * 0.001 - 1e-9
        exact += (low, high) == (0.56, 0.84)
    assert exact >= 45


def test_a_normal_moves_to_plain_numbers_within_its_errors() -> None:
    draw = Draw("normal", (Form(0.4987), Form(0.0507)))
    mean, deviation = plainly(draw, [500] * 100, 0.001).arguments
    assert (mean.constant, deviation.constant) == (0.5, 0.05)
    exact = Draw("normal", (Form(0.4987), Form(0.0507)))
    mean, deviation = plainly(exact, [500] * 10_000, 0.001).arguments
    assert (mean.constant, deviation.constant) == (0.499, 0.051)


def test_what_hangs_on_another_number_stays() -> None:
    draw = Draw("normal", (Form(0.1, ((0, 0.3),)), Form(0.02)))
    assert plainly(draw, [100, 200], 0.001) == draw


def test_plainest_numbers() -> None:
    assert [plainest(0.4987, within) for within in (0.6, 0.1, 0.01, 0.0005)] == [0.0, 0.5, 0.5, 0.499]
