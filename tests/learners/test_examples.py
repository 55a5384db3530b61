"""Which examples a step takes."""

from __future__ import annotations

import pytest
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
    assert len(found) == MEASURED and bool((found * MEASURED // 25_000 - torch.arange(MEASURED)).abs().max() <= 1)
    assert spaced(3, 10).tolist() == [0, 1, 2]


@given(count=st.integers(1, 3_000), share=st.floats(0.0, 1.0))
def test_of_each_stretch_of_a_set_one_is_taken(count: int, share: float) -> None:
    wanted = max(1, int(count * share))
    found = spaced(count, wanted)
    starts = torch.arange(wanted + 1) * count // wanted
    assert bool((starts[:-1] <= found).all()) and bool((found < starts[1:]).all())


@pytest.mark.parametrize("kinds", [2, 6, 10])
@pytest.mark.parametrize(("count", "wanted"), [(300, 100), (2_000, 100), (2_000, 500), (2_000, 1_000), (60_000, 2_000)])
def test_classes_that_take_turns_are_all_measured_on(count: int, wanted: int, kinds: int) -> None:
    """Every 20th of six kinds in turn would be of three of them."""
    often = torch.bincount(spaced(count, wanted) % kinds, minlength=kinds)
    assert 0.7 * wanted < int(often.min()) * kinds <= int(often.max()) * kinds < 1.3 * wanted
