"""Oriented boxes: by hand, against a search for a common point, and lanes against floats."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from shapelang.geometry.box import Box, centred
from shapelang.geometry.oriented import Posed, inside, oriented, overlaps, supported, touches
from shapelang.geometry.pose import IDENTITY, Pose
from shapelang.numbers import FLOAT, NUMPY

YAW = (0.6, 0.0, 0.8, 0.0, 1.0, 0.0, -0.8, 0.0, 0.6)
PITCH = (1.0, 0.0, 0.0, 0.0, 0.6, -0.8, 0.0, 0.8, 0.6)
ROLL = (0.28, -0.96, 0.0, 0.96, 0.28, 0.0, 0.0, 0.0, 1.0)
MIRROR = (-1.0, 0.0, 0.0, 0.0, 1.0, 0.0, 0.0, 0.0, 1.0)
UNIT = centred((1.0, 1.0, 1.0))


def cube(x: float, y: float = 0.0, z: float = 0.0, rotation: object = None, scale: float = 1.0) -> Posed:
    return Pose(rotation, scale, (x, y, z), rotation is MIRROR), UNIT  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("other", "overlap", "touch"),
    [
        (cube(0.5), True, True),
        (cube(1.0), False, True),
        (cube(1.0 - 2e-4), True, True),
        (cube(1.0 - 5e-5), False, True),
        (cube(1.0 + 5e-5), False, True),
        (cube(1.0 + 2e-4), False, False),
        (cube(1.0, 1.0, 1.0), False, True),
        # A cube turned by 53 degrees reaches 0.7 along x: the corner stands in the face.
        (cube(1.15, rotation=YAW), True, True),
        (cube(1.2 + 5e-5, rotation=YAW), False, True),
        (cube(1.25, rotation=YAW), False, False),
        # Beside an edge: axis-aligned boxes of the two overlap, the boxes do not.
        (cube(0.95, 0.0, 1.15, rotation=YAW), False, False),
        (cube(0.0, rotation=MIRROR), True, True),
        (cube(2.4, scale=4.0), True, True),
        (cube(2.6, scale=4.0), False, False),
    ],
)
def test_pairs_by_hand(other: Posed, overlap: bool, touch: bool) -> None:
    assert overlaps(FLOAT, cube(0.0), other) is overlap
    assert overlaps(FLOAT, other, cube(0.0)) is overlap
    assert touches(FLOAT, cube(0.0), other) is touch
    assert touches(FLOAT, other, cube(0.0)) is touch


def test_crossed_edges_are_told_apart_by_an_axis_across_both() -> None:
    # Two rods turned by 45 degrees about their own lengths, crossed: only the edges' common normal separates them.
    r = 0.5**0.5
    along_x = (1.0, 0.0, 0.0, 0.0, r, -r, 0.0, r, r)
    along_z = (r, -r, 0.0, r, r, 0.0, 0.0, 0.0, 1.0)
    a = (Pose(along_x), centred((9.0, 1.0, 1.0)))
    for height, expected in ((2**0.5 - 1e-3, True), (2**0.5 + 1e-3, False)):
        b = (Pose(along_z, offset=(0.0, height, 0.0)), centred((1.0, 1.0, 9.0)))
        assert touches(FLOAT, a, b) is expected
        assert overlaps(FLOAT, a, b) is expected


rotations = st.sampled_from([None, YAW, PITCH, ROLL, MIRROR])
boxes = st.builds(
    lambda r, s, o, size: (Pose(r, s, o, r is MIRROR), centred(size)),
    rotations,
    st.sampled_from([1.0, 0.5, 2.0]),
    st.tuples(*[st.floats(-1.5, 1.5)] * 3),
    st.tuples(*[st.floats(0.1, 2.0)] * 3),
)


def nearest_approach(a: Posed, b: Posed) -> float:
    """The distance of two boxes, by alternating projection onto the one and the other (Dykstra needs no more here)."""
    first, second = oriented(a), oriented(b)

    def onto(box: object, point: np.ndarray) -> np.ndarray:
        axes, half = np.array(box.axes), np.array(box.half)  # type: ignore[attr-defined]
        centre = np.array(box.centre)  # type: ignore[attr-defined]
        local = np.clip((axes * (point - centre)).sum(axis=1), -half, half)
        return centre + (local[:, None] * axes).sum(axis=0)

    point = other = np.array(first.centre)
    for _ in range(400):
        other = onto(second, point)
        point = onto(first, other)
    return float(np.sqrt(((point - other) ** 2).sum()))


@settings(max_examples=60)
@given(boxes, boxes)
def test_boxes_touch_exactly_when_they_come_near(a: Posed, b: Posed) -> None:
    distance = nearest_approach(a, b)
    # Projections close in slowly on a shared corner: leave the band between out.
    if distance > 0.01:
        assert not overlaps(FLOAT, a, b)
        assert not touches(FLOAT, a, b, 1e-3)
    if distance < 1e-4:
        assert touches(FLOAT, a, b, 1e-3)


@settings(max_examples=60)
@given(boxes, boxes, boxes)
def test_lanes_agree_with_floats(a: Posed, b: Posed, c: Posed) -> None:
    def lanes(one: Posed, two: Posed) -> Posed:
        def pair(x: float, y: float) -> np.ndarray:
            return np.array([x, y])

        p, q = one[0], two[0]
        offset = tuple(map(pair, p.offset, q.offset))
        box = Box(tuple(map(pair, one[1].low, two[1].low)), tuple(map(pair, one[1].high, two[1].high)))  # type: ignore[arg-type]
        return Pose(p.rotation, pair(p.scale, q.scale), offset, p.mirrored), box  # type: ignore[arg-type]

    moved = (Pose(b[0].rotation, c[0].scale, c[0].offset, b[0].mirrored), c[1])
    for test in (overlaps, touches, inside, lambda n, x, y: supported(n, x, [y])):
        expected = [bool(test(FLOAT, a, b)), bool(test(FLOAT, a, moved))]
        found = test(NUMPY, lanes(a, a), lanes(b, moved))
        assert np.broadcast_to(found, 2).tolist() == expected


@settings(max_examples=60)
@given(boxes, boxes)
def test_inside_is_a_question_of_corners(a: Posed, b: Posed) -> None:
    second = oriented(b)
    axes, half = np.array(second.axes), np.array(second.half)
    corners = [a[0].apply(a[1].point(u, v, w)) for u in (-1.0, 1.0) for v in (-1.0, 1.0) for w in (-1.0, 1.0)]
    local = np.abs((np.array(corners) - second.centre) @ axes.T)
    worst = float((local - half).max())
    if abs(worst - 1e-4) > 1e-9:
        assert inside(FLOAT, a, b) is (worst < 1e-4)
    assert inside(FLOAT, a, a)
    if inside(FLOAT, a, b, 0.0) and min(oriented(a).half) > 1e-3:
        assert overlaps(FLOAT, a, b)


def test_a_part_stands_on_the_ground_or_on_another() -> None:
    table = (IDENTITY, Box((-1.0, 0.9, -1.0), (1.0, 1.0, 1.0)))
    assert supported(FLOAT, cube(0.0, 0.5), [])
    assert not supported(FLOAT, cube(0.0, 0.6), [])
    assert not supported(FLOAT, table, [cube(3.0, 0.5)])
    assert supported(FLOAT, cube(0.0, 1.5), [cube(9.0), table])
    assert supported(FLOAT, cube(0.0, 1.5 + 9e-5), [table])
    assert not supported(FLOAT, cube(0.0, 1.5 + 2e-4), [table])
    assert not supported(FLOAT, cube(0.0, 1.4), [table])
    # Beside the table, with no more than an edge in common.
    assert not supported(FLOAT, cube(1.5, 1.5), [table])
    # On a corner: a turned cube's lowest level is 0.7 below its centre.
    assert supported(FLOAT, cube(0.0, 1.0 + 0.7, 0.0, rotation=PITCH), [table])
    assert not supported(FLOAT, cube(0.0, 1.5, 0.0, rotation=PITCH), [table])
