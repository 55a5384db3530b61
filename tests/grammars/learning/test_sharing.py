"""Places of one terminal that were merged: told apart where their draws are not the same."""

from __future__ import annotations

from functools import reduce

import numpy as np
import pytest

from grammars.learning.merging import Class, class_of
from grammars.learning.sharing import unshared
from grammars.learning.slots import Seen, Slot, together

_GRID = 0.001


def _balls(seed: int, family: str, first: float, second: float, count: int) -> Seen:
    rng = np.random.default_rng(seed)
    values = rng.uniform(first, second, count) if family == "uniform" else rng.normal(first, second, count)
    return Seen({("sphere", 1): tuple((round(value / _GRID),) for value in values)}, {})


def _merged(*seen: Seen) -> tuple[list[Class], dict[Slot, Seen]]:
    """Places as one class, and beside it columns of ± 10 % and ± 20 % as classes of their own."""
    places: dict[Slot, Seen] = {((), k): each for k, each in enumerate(seen)}
    joined = class_of(tuple(places), reduce(together, seen), _GRID)
    middles = (0.15, 0.2, 0.35, 0.7, 0.9)
    beside = [_balls(50 + k, "normal", m, 0.1 * m, 200) for k, m in enumerate(middles)]
    beside += [_balls(60 + k, "uniform", 0.8 * m, 1.2 * m, 200) for k, m in enumerate(middles)]
    others: dict[Slot, Seen] = {((), 100 + k): each for k, each in enumerate(beside)}
    return [joined, *(class_of((slot,), each, _GRID) for slot, each in others.items())], places | others


@pytest.mark.parametrize("seed", range(5))
def test_a_range_and_a_normal_of_about_one_size_are_told_apart(seed: int) -> None:
    classes, places = _merged(_balls(seed, "normal", 0.8, 0.08, 60), _balls(seed + 20, "uniform", 0.68, 1.02, 60))
    assert classes[0].alone
    found = unshared(classes, places, _GRID)
    assert [one.slots for one in found[:2]] == [(slot,) for slot in classes[0].slots]
    assert [one.slots for one in found[2:]] == [one.slots for one in classes[1:]]


@pytest.mark.parametrize("seed", range(5))
def test_two_places_of_one_draw_stay_one(seed: int) -> None:
    classes, places = _merged(_balls(seed, "normal", 0.2, 0.02, 60), _balls(seed + 20, "normal", 0.2, 0.02, 60))
    assert unshared(classes, places, _GRID) == classes


def test_what_is_a_nonterminal_stays_one() -> None:
    """A class of two kinds is a nonterminal: apart, it would be rules more."""
    box = Seen({("cuboid", 3): ((100, 100, 100),) * 20}, {})
    small, large = (together(_balls(k, "normal", m, 0.1 * m, 60), box) for k, m in enumerate((0.3, 0.9)))
    classes, places = _merged(small, large)
    assert not classes[0].alone
    assert unshared(classes, places, _GRID) == classes
