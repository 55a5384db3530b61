"""Which parts stand together, from the bodies that they stand in; and copies as what repeats one of them."""

from __future__ import annotations

import math

import numpy as np

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
