"""The measures of what lies between two shapes."""

from __future__ import annotations

import numpy as np
import pytest

from benchmarks.learners.between import in_one_piece, way_of

CUBE = np.random.default_rng(0).uniform(-0.1, 0.1, (200, 3))
CELLS = np.zeros((8, 8, 8), bool)
CELLS[:4, :4, :4] = True


def _at(x: float) -> np.ndarray:
    return CUBE + np.array([x, 0.0, 0.0])


def test_even_steps_are_1_and_a_jump_is_what_it_is_of_the_mean() -> None:
    """Clouds that lie far apart for their size: the root of a Chamfer distance is √2 times what they are moved by,
    but for what the nearest point of the other is nearer than its own.
    """
    even = way_of([_at(x) for x in (0.0, 1.0, 2.0, 3.0, 4.0)], [CELLS] * 5, [_at(0.0)])
    jump = way_of([_at(x) for x in (0.0, 1.0, 2.0, 3.0, 10.0)], [CELLS] * 5, [_at(0.0)])
    assert even.uneven == pytest.approx(1.0, abs=1e-6)
    assert jump.uneven == pytest.approx(7.0 / 2.5, rel=0.1)


def test_the_middle_is_held_against_the_training_shapes_as_the_ends_are() -> None:
    way = way_of([_at(x) for x in (0.0, 0.5, 1.0)], [CELLS] * 3, [_at(0.0), _at(1.0)])
    assert way.ends == pytest.approx(0.0, abs=1e-9)
    assert way.middle > 200.0


def test_what_falls_apart_in_the_middle_is_seen_there() -> None:
    apart = CELLS.copy()
    apart[6:, 6:, 6:] = True
    way = way_of([_at(x) for x in (0.0, 0.5, 1.0)], [CELLS, apart, CELLS], [_at(0.0)])
    assert way.whole_ends == 1.0
    assert way.whole_middle == 64 / 72


def test_cells_that_share_a_corner_are_one_piece_and_nothing_is_none() -> None:
    touching = CELLS.copy()
    touching[4, 4, 4] = True
    assert in_one_piece(touching) == 1.0
    assert in_one_piece(np.zeros((4, 4, 4), bool)) == 0.0
