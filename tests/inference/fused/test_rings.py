"""Rings of equal solids of which some were not read."""

from __future__ import annotations

import numpy as np
import pytest

from shapelang.inference.fused.rings import lacking
from shapelang.inference.solids.kinds import Cone, Cuboid, Fit

_POLE = Fit(Cone(0.2, 0.2, 1.0), np.eye(3), np.array([1.0, 2.0, 3.0]), 1.0, 0.0)


def _stave(number: int, of: int) -> Fit:
    angle = 2.0 * np.pi * number / of
    c, s = np.cos(angle), np.sin(angle)
    turn = np.array([(c, 0.0, -s), (0.0, 1.0, 0.0), (s, 0.0, c)])
    return Fit(Cuboid((0.05, 0.9, 0.3)), turn, _POLE.centre + turn @ np.array([1.0, 0.1, 0.0]), 1.0, 0.0)


def _body(*numbers: int) -> list[Fit]:
    return [_stave(number, 10) for number in numbers]


def test_staves_that_the_body_has_at_free_places_are_found() -> None:
    body = _body(*range(10))
    found = lacking([_POLE, *_body(0, 1, 3, 4, 6, 9)], lambda p: np.any([fit.inside(p) for fit in body], axis=0))
    there = sorted(fit.centre.tolist() for fit in _body(2, 5, 7, 8))
    assert sorted(fit.centre.tolist() for fit in found) == [pytest.approx(place) for place in there]


def test_free_places_where_the_body_has_nothing_stay_free() -> None:
    body = _body(0, 1, 3, 4, 6, 9)
    assert lacking([_POLE, *body], lambda p: np.any([fit.inside(p) for fit in body], axis=0)) == []


def test_less_than_half_of_a_ring_tells_of_no_others() -> None:
    body = _body(*range(10))
    assert lacking([_POLE, *_body(0, 3, 4, 9)], lambda p: np.any([fit.inside(p) for fit in body], axis=0)) == []


def test_a_ring_that_is_all_there_lacks_nothing_unless_every_second_was_read() -> None:
    every, second = [_stave(k, 12) for k in range(12)], [_stave(k, 12) for k in range(0, 12, 2)]
    bodies = (
        lambda p: np.any([fit.inside(p) for fit in second], axis=0),
        lambda p: np.any([fit.inside(p) for fit in every], axis=0),
    )
    assert lacking([_POLE, *second], bodies[0]) == []
    assert sorted(fit.centre.tolist() for fit in lacking([_POLE, *second], bodies[1])) == [
        pytest.approx(fit.centre.tolist()) for fit in sorted(every[1::2], key=lambda fit: fit.centre.tolist())
    ]


def test_two_in_one_place_are_no_further_place() -> None:
    body = [_stave(0, 4), _stave(0, 4), _stave(2, 4), _stave(2, 4)]
    six = [_stave(k, 6) for k in range(6)]
    assert lacking([_POLE, *body], lambda p: np.any([fit.inside(p) for fit in six], axis=0)) == []
