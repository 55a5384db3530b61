"""Which examples a step takes."""

from __future__ import annotations

import torch
from hypothesis import given
from hypothesis import strategies as st

from learners.data.examples import ENDLESS, MEASURED, measured, spaced, taken
from learners.data.letters import Letters
from learners.data.primitives import Primitives, primitive_volumes


@given(count=st.integers(1, 40), size=st.integers(1, 90), seed=st.integers(0, 9))
def test_every_epoch_takes_each_once(count: int, size: int, seed: int) -> None:
    steps = -(-2 * count // size)
    drawn = torch.cat([taken(step, size, count, seed) for step in range(steps)])
    for epoch in range(2):
        assert sorted(drawn[epoch * count : (epoch + 1) * count].tolist()) == list(range(count))


def test_epochs_and_seeds_differ() -> None:
    first, second = taken(0, 50, 50, 0), taken(1, 50, 50, 0)
    assert first.tolist() != second.tolist()
    assert first.tolist() != taken(0, 50, 50, 1).tolist()
    assert first.tolist() == taken(0, 50, 50, 0).tolist()


def test_what_does_not_end_is_taken_in_order() -> None:
    assert taken(3, 4, ENDLESS, 0).tolist() == [12, 13, 14, 15]


def test_of_what_does_not_end_the_first_are_measured_on() -> None:
    endless, few = primitive_volumes(Primitives(0), held_out=False), Letters((0,) * 3, (0, 1, 2))
    assert measured(few).tolist() == measured(few, 5).tolist() == [0, 1, 2]
    for count, wanted in ((0, MEASURED), (5, MEASURED), (20_000, 20_000)):
        assert measured(endless, count).tolist() == list(range(wanted))


def test_of_what_is_long_some_from_everywhere_are_measured_on() -> None:
    long = Letters(tuple(range(25_000)), tuple(range(25_000)))
    found = measured(long)
    assert len(found) == MEASURED and found[:4].tolist() == [0, 2, 5, 7] and int(found[-1]) == 24_997
    assert spaced(10, 3).tolist() == [0, 3, 6] and spaced(3, 10).tolist() == [0, 1, 2]
