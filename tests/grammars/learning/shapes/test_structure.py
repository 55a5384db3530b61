"""Which parts stand together, from the bodies that they stand in; and copies as what repeats one of them."""

from __future__ import annotations

import math

import numpy as np

from grammars.learning.shapes.bearing import Bearing
from grammars.learning.shapes.bodies import Ring, Row
from grammars.learning.shapes.copies import gathered
from grammars.learning.shapes.structure import choosing, most_specific, structure_of

ALL = frozenset(range(24))
EYE = np.eye(3)


def test_parts_that_exclude_one_another_are_one_choice() -> None:
    legs, pillar = frozenset(range(16)), frozenset(range(16, 24))
    root = structure_of([ALL, legs, pillar], ALL)
    assert root.parts == [0]
    (choice,) = root.choices
    assert [a.parts for a in choice.alternatives] == [[1], [2]]
    assert choice.none == frozenset()


def test_parts_that_come_together_are_one_alternative() -> None:
    some = frozenset(range(0, 24, 2))
    (choice,) = structure_of([ALL, some, some], ALL).choices
    assert [a.parts for a in choice.alternatives] == [[1, 2]]
    assert choice.none == ALL - some


def test_a_part_that_never_stands_without_another_is_chosen_within_it() -> None:
    arms, pads = frozenset(range(12)), frozenset(range(0, 12, 2))
    (choice,) = structure_of([ALL, arms, pads], ALL).choices
    (outer,) = choice.alternatives
    assert outer.parts == [1]
    assert [a.parts for inner in outer.choices for a in inner.alternatives] == [[2]]


def test_independent_parts_are_choices_of_their_own() -> None:
    a = frozenset(k for k in range(24) if k % 2)
    b = frozenset(k for k in range(24) if k % 4 < 2)
    assert len(structure_of([ALL, a, b], ALL).choices) == 2
    (choice,) = most_specific([ALL, a, b], ALL).choices
    assert sorted(map(sorted, (x.parts for x in choice.alternatives))) == [[1], [1, 2], [2]]


def test_bits_of_a_choice_are_those_of_polyas_urn() -> None:
    # Two of one and one of another, weights unknown: 1/2 · 2/3 · 1/4 in this order.
    assert math.isclose(choosing([2, 1]), -math.log2(1 / 2 * 2 / 3 * 1 / 4))


def test_copies_are_mirrors_rows_and_rings() -> None:
    size = np.array([1.0, 1.0, 1.0])
    corners = np.array([(x, 0.0, z) for x in (-0.4, 0.4) for z in (-0.4, 0.4)])
    ((planes, repeats, members),) = gathered(corners, [EYE] * 4, size)
    assert (planes, repeats, len(members)) == ("xz", None, 4)
    row = np.array([(x, 0.2, 0.0) for x in (0.3, -0.3, -0.1, 0.1)])
    ((planes, repeats, members),) = gathered(row, [EYE] * 4, size)
    assert planes == "" and isinstance(repeats, Row) and repeats.count == 4
    assert repeats.span.tolist() == [0.6, 0.0, 0.0] or abs(repeats.span[0] - 0.6) < 1e-9
    angles = np.radians([0.0, 72.0, 144.0, 216.0, 288.0])
    star = 0.4 * np.stack([np.cos(angles), 0.0 * angles, -np.sin(angles)], axis=1)
    frames = [np.array([[np.cos(a), 0, np.sin(a)], [0, 1, 0], [-np.sin(a), 0, np.cos(a)]]) for a in angles]
    ((planes, repeats, members),) = gathered(star, frames, size)
    assert planes == "" and isinstance(repeats, Ring) and repeats.count == 5
    apart = gathered(np.array([(0.1, 0.0, 0.2), (0.3, 0.4, -0.1)]), [EYE] * 2, size)
    assert [members for _, _, members in apart] == [(0,), (1,)]


def test_what_bears_is_chosen_in_sets_that_were_seen() -> None:
    # Front and rear legs, or a column: without what is borne by, each is frequent enough for a choice of its own.
    seat, front, rear, column = ALL, frozenset(range(17)), frozenset(range(17)), frozenset(range(15, 24))
    bearing = Bearing(frozenset({1, 2, 3}), ALL)
    root = structure_of([seat, front, rear, column], ALL, [None, 0, 0, 0], bearing)
    (choice,) = root.choices
    assert root.parts == [0]
    assert [(a.parts, len(a.there)) for a in choice.alternatives] == [([1, 2], 15), ([3], 7), ([1, 2, 3], 2)]
    assert choice.none == frozenset()


def test_what_bears_is_chosen_after_what_it_hangs_on() -> None:
    seat, bench = frozenset(range(18)), frozenset(range(18, 24))
    legs, pedestal, sides = frozenset(range(10)), frozenset(range(10, 18)), bench
    arms = frozenset(range(0, 24, 2))
    root = structure_of(
        [seat, bench, legs, pedestal, sides, arms],
        ALL,
        [None, None, 0, 0, 1, None],
        Bearing(frozenset({2, 3, 4}), ALL),
    )
    whole, with_arms = root.choices
    assert [a.parts for a in whole.alternatives] == [[0], [1, 4]]
    assert [a.parts for inner in whole.alternatives[0].choices for a in inner.alternatives] == [[2], [3]]
    assert [a.parts for a in with_arms.alternatives] == [[5]]


def test_a_part_on_what_stands_in_two_sets_is_chosen_in_both() -> None:
    legs, stretcher, rail = frozenset(range(20)), frozenset(range(0, 20, 2)), frozenset(range(10, 24))
    needs = [None, 0, 1, 0]
    root = structure_of([ALL, legs, stretcher, rail], ALL, needs, Bearing(frozenset({1, 3}), ALL))
    (choice,) = root.choices
    assert [a.parts for a in choice.alternatives] == [[1], [1, 3], [3]]
    within = [[a.parts for c in alternative.choices for a in c.alternatives] for alternative in choice.alternatives]
    assert within == [[[2]], [[2]], []]


def test_of_many_bodies_none_stands_on_nothing_or_on_what_is_not_told() -> None:
    many = frozenset(range(40))
    legs, column, told = frozenset(range(20)), frozenset(range(20, 36)), many - {0}
    root = structure_of([many, legs, column], many, [None, 0, 0], Bearing(frozenset({1, 2}), told))
    (choice,) = root.choices
    assert [(a.parts, a.there) for a in choice.alternatives] == [([1], legs - {0}), ([2], column)]
    assert choice.none == frozenset()
