"""Numbers that are off together: which are tied, and that what is told of them sums to 1."""

from __future__ import annotations

from math import log2

import numpy as np
import pytest

from grammars.learning.shapes.describing import Affine, Described, Spread
from grammars.learning.shapes.escape import Slot
from grammars.learning.shapes.masses import masses_of_loose
from grammars.learning.shapes.ties import tied
from grammars.learning.shapes.together import Together, Told

STEP = 0.001
NONE = np.zeros(0)


def loose(*off: int, low: float = 0.01, high: float = 0.05) -> Described:
    spread = Spread("loose", 0.02, low, high, (len(off) + 0.5) / 11.0, off)
    return Described(Affine(0.1), spread, 0.0, STEP, 0.0)


def test_what_is_off_in_the_same_examples_is_tied() -> None:
    exact = Described(Affine(0.1), None, 0.0, STEP, 0.0)
    found = tied("leg_is_off", [loose(1, 2, 3), exact, loose(7, 8), loose(1, 2, 3), loose(7, 8)], 10)
    ties = [number.spread and (number.spread.tie, number.spread.share) for number in found]
    three, two = ("leg_is_off", 0.318), ("leg_is_off_2", 0.227)
    assert ties == [three, None, two, three, two]


def test_what_is_off_apart_or_alone_stays_as_it_is() -> None:
    numbers = [loose(1, 2, 3), loose(3, 4, 5)]
    assert tied("leg_is_off", numbers, 10) == numbers
    assert tied("leg_is_off", numbers[:1], 10) == numbers[:1]


def test_a_number_that_is_off_in_most_of_the_examples_may_be_what_it_mostly_is_in_the_others() -> None:
    found = tied("leg_is_off", [loose(1, 2, 3, 4), loose(1, 2, 3)], 10)
    first, second = (number.spread for number in found)
    assert first is not None and second is not None
    assert (first.low, first.high, first.deviation) == (0.01, 0.05, 0.02)
    assert (second.low, second.high) == (0.0, 0.05)
    # Three of four are off by 0.02, one by nothing.
    assert second.deviation == pytest.approx(0.02 * (3 / 4) ** 0.5)
    assert first.share == second.share == round(4.5 / 11.0, 3)


def test_what_was_off_in_two_of_many_examples_may_be_off() -> None:
    found = tied("leg_is_off", [loose(1, 2), loose(1, 2)], 10_000)
    shares = [number.spread.share for number in found if number.spread is not None]
    assert shares == pytest.approx([2.5 / 10_001.0] * 2, rel=1e-2)


def test_masses_of_all_pairs_of_cells_sum_to_one() -> None:
    numbers = tied("leg_is_off", [loose(1, 2, low=-0.01, high=0.01), loose(1, 2, low=-0.005, high=0.01)], 10)

    def told(number: Described, cell: int) -> Told:
        exact, drawn = masses_of_loose(number, cell * STEP, NONE, 1.0)
        bits = [-log2(max(mass, 1e-300)) for mass in (exact, drawn)]
        return Told("", cell * STEP, number, Slot("extent", 0), bits[0], bits[1], (exact > 0, drawn > 0), None, 0.0)

    assert numbers[0].spread is not None
    share = numbers[0].spread.share
    masses = {
        (a, b): 2.0 ** -Together(share, [told(numbers[0], a), told(numbers[1], b)]).bits()[0]
        for a in range(80, 121)
        for b in range(80, 121)
    }
    assert sum(masses.values()) == pytest.approx(1.0, abs=1e-9)
    # Both are what they mostly are: so they are where they are not off, or where both draws come to nothing.
    assert masses[100, 100] > 1.0 - share
    # One alone is off: that is told by both being so.
    alone = masses_of_loose(numbers[0], 0.105, NONE, 1.0)[1] * masses_of_loose(numbers[1], 0.1, NONE, 1.0)[1]
    assert masses[105, 100] == pytest.approx(share * alone)
