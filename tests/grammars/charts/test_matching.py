"""What is drawn, told from what is seen."""

from __future__ import annotations

import gc
import tracemalloc

from grammars.charts.amounts import times
from grammars.charts.forms import Form
from grammars.charts.matching import Equation, cells

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
