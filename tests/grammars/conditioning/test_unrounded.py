"""Probabilities of what plain runs show, whose draws lie on no grid: by hand, and never exactly 0."""

from __future__ import annotations

from math import log

import pytest

from grammars.charts.observed import UPRIGHT, Leaf, Standing
from grammars.charts.observing import observed
from grammars.conditioning.estimating import Exact, Unrounded, probability
from shapelang.execution.simulate import simulate
from shapelang.semantics.check import check_text, load


def _box(*sizes: int) -> Standing:
    return Standing(UPRIGHT, (0, 0, 0), Leaf("cuboid", sizes))


@pytest.mark.parametrize("seed", range(6))
def test_what_a_plain_run_of_an_example_shows_is_never_exactly_0(seed: int) -> None:
    """Of 40 runs of the chair 22 were: height and tilt of the back hang on draws that lay between the steps."""
    program = load("examples/chair.shape")
    seen = observed(simulate(program, seed).assembly)
    assert seen is not None
    match probability(program, seen):
        case Exact(log=value):
            assert value > -20.0
        case Unrounded(estimate):
            assert 0.0 < estimate.error < 0.5 * estimate.value
        case other:
            raise AssertionError(other)


def test_two_sizes_of_one_draw_meet_in_a_part_of_a_step() -> None:
    """Of 0.25 to 0.35 m, seen as 3, twice is seen as 5 below 0.275: a sixteenth of 0.1 to 0.5 m; 0.3 m makes it 6."""
    program = check_text("let x ~ uniform(0.1, 0.5)\ncuboid(x, 2 * x, 1)\n", "twice.shape")
    found = probability(program, _box(3, 5, 10), 0.1)
    assert isinstance(found, Unrounded)
    assert found.estimate.value == pytest.approx(1 / 16, rel=1e-4)
    assert found.estimate.log == pytest.approx(log(1 / 16), rel=1e-4)


def test_two_draws_that_show_alone_and_together_meet_in_a_triangle() -> None:
    """Both seen as 3 and their sum as 5: a corner of an eighth of the cell, each side of which is 1/5."""
    text = "let a ~ uniform(0.05, 0.55)\nlet b ~ uniform(0.05, 0.55)\ncuboid(a, b, a + b)\n"
    found = probability(check_text(text, "three.shape"), _box(3, 3, 5), 0.1)
    assert isinstance(found, Unrounded)
    assert 0.0 < found.estimate.error < 0.2 * found.estimate.value
    assert abs(found.estimate.value - 1 / 8 / 25) <= 4.0 * found.estimate.error


def test_what_no_run_shows_is_exactly_0() -> None:
    """Twice what is seen as 3 lies between 0.5 and 0.7 m, which is seen as 5 to 7."""
    program = check_text("let x ~ uniform(0.1, 0.5)\ncuboid(x, 2 * x, 1)\n", "twice.shape")
    found = probability(program, _box(3, 8, 10), 0.1)
    assert isinstance(found, Exact) and found.value == 0.0
