"""What is drawn, told from what is seen."""

from __future__ import annotations

import gc
import tracemalloc
from math import cos, degrees, radians, sin

import pytest

from grammars.charts.amounts import node, times
from grammars.charts.cells import Equation, cells
from grammars.charts.forms import Form

STEP = Form(0.0, ((7, 1.0),))
SQUARE = times(STEP, STEP)


def test_steps_that_are_tried_are_those_at_which_every_equation_holds() -> None:
    """Squares seen in steps of 100: |k|² within 350 to 450, halves away from 0; and from below with its double."""
    found = cells(7, [Equation(SQUARE, 4, 100.0)], {7: (-30.0, 30.0)})
    assert found == [-21, -20, -19, 19, 20, 21]
    both = [Equation(SQUARE, 4, 100.0), Equation(times(Form(0.0, ((7, 2.0),)), STEP), 7, 100.0)]
    assert cells(7, both, {7: (-30.0, 30.0)}) == [-19, 19]
    assert cells(7, both, {7: (-30.0, 30.0)}) == [-19, 19]


def test_a_set_of_steps_is_kept_as_a_bit_for_each() -> None:
    """As lists of whole numbers, four of a million steps kept some 160 MB, and a chart may ask for thousands."""
    steps = 1_000_000
    gc.collect()
    tracemalloc.start()
    try:
        for seen in range(4):
            found = cells(7, [Equation(SQUARE, 0, 1e13 + seen)], {7: (0.0, steps - 1.0)})
            assert found is not None and len(found) == steps
            del found
        kept, _ = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert kept < 4 * (steps // 8) + 100_000


def test_of_more_steps_than_are_tried_those_are_found_at_which_every_equation_holds() -> None:
    """A sine that is seen as 0.5 ± 0.00005 over three turns, in steps of a millionth of a degree: six arcs."""
    angle = Form(0.0, ((7, radians(1e-6)),))
    found = cells(7, [Equation(node("sin", angle), 5000, 1e-4)], {7: (0.0, 1080e6)})
    assert found is not None
    half = degrees(1e-4 / 2 / cos(radians(30.0))) * 1e6
    assert len(found) == pytest.approx(6 * 2 * half, rel=1e-3)
    assert [found[0], found[-1]] == pytest.approx([30e6 - half, 870e6 + half], abs=2.0)
    assert all(round(sin(radians(k * 1e-6)) * 1e4) == 5000 for k in found[:: len(found) // 50])


def test_a_test_on_a_draw_leaves_what_lies_on_its_side() -> None:
    """Above a quarter of half a billion steps: ranges, none of which is gone through."""
    above = node("<", Form(125e6), STEP)
    found = cells(7, [Equation(above, 1, 1.0)], {7: (0.0, 500e6)})
    assert found is not None
    assert (len(found), found[0], found[-1]) == (375_000_000, 125_000_001, 500_000_000)
