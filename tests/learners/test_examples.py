"""Which examples a step takes."""

from __future__ import annotations

import torch
from hypothesis import given
from hypothesis import strategies as st

from learners.data.examples import ENDLESS, MEASURED, measured_of, taken
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


def test_of_what_is_long_the_first_are_measured_on() -> None:
    endless, few = primitive_volumes(Primitives(0), held_out=False), Letters((0,) * 3, (0, 1, 2))
    assert (measured_of(few), measured_of(few, 5)) == (3, 3)
    assert (measured_of(endless), measured_of(endless, 5), measured_of(endless, 20_000)) == (MEASURED, MEASURED, 20_000)
