from __future__ import annotations

import numpy as np
import pytest

from benchmarks.infer.matching import Counts, connection_scores, connections, part_scores, surfaces_within
from shapelang.metrics.triangles import triangles
from tests.benchmarks.boxes import box

SEAT = box((0, 1, 0), (1, 1.1, 1))
LEG = box((0, 0, 0), (0.1, 1, 0.1))


def test_parts_in_another_order_are_all_found():
    found = part_scores([SEAT, LEG], [LEG, SEAT])
    assert found.matched == ((0, 1), (1, 0))
    assert found.counts == Counts(2, 2, 2)
    assert found.counts.f1 == 1.0


def test_the_iou_of_shifted_boxes_is_that_of_their_overlap():
    # Half in common: 1/2 over 3/2. Cell centres of the joint box of 3/2 fall on 96 · 2/3 = 64 cells exactly.
    found = part_scores([box((0, 0, 0), (1, 1, 1))], [box((0.5, 0, 0), (1.5, 1, 1))])
    assert found.iou[0, 0] == pytest.approx(1 / 3, abs=1e-12)
    assert found.counts == Counts(1, 1, 0)


def test_a_board_thinner_than_a_cell_of_the_whole_is_seen():
    board = box((0, 0, 0), (1, 0.0005, 1))
    assert part_scores([board], [board]).counts.f1 == 1.0


def test_one_prediction_serves_one_part_only():
    # Both halves are half of the whole: 0.5 is a match, but only for one of them.
    halves = [box((0, 0, 0), (1, 1, 1)), box((1, 0, 0), (2, 1, 1))]
    found = part_scores(halves, [box((0, 0, 0), (2, 1, 1))])
    assert found.counts == Counts(2, 1, 1)
    assert found.counts.f1 == pytest.approx(2 / 3)


def test_the_matching_takes_the_best_sum_and_not_the_best_first():
    # The prediction of x ∈ [0, 1.2] fits A by 1/1.2 and B's [0.4, 1.4] by 0.8/1.4; that of [-0.3, 1] fits only A.
    a, b = box((0, 0, 0), (1, 1, 1)), box((0.4, 0, 0), (1.4, 1, 1))
    found = part_scores([a, b], [box((0, 0, 0), (1.2, 1, 1)), box((-0.3, 0, 0), (1, 1, 1))])
    assert found.matched == ((0, 1), (1, 0))


def test_nothing_said_is_nothing_found():
    assert part_scores([SEAT], []).counts == Counts(1, 0, 0)
    assert Counts(1, 0, 0).f1 == 0.0
    assert Counts(0, 0, 0).f1 == 1.0


@pytest.mark.parametrize(("gap", "near"), [(0.0, True), (0.0099, True), (0.0103, False), (-0.05, True)])
def test_surfaces_are_near_by_their_gap(gap: float, near: bool):
    assert surfaces_within(box((0, 0, 0), (1, 1, 1)), box((1 + gap, 0.2, 0.2), (2, 0.8, 0.8)), 0.01) == near


def test_edges_that_cross_are_near_without_a_corner_near():
    # Two blades crossing at the origin at a distance of 0.004, their corners a metre away.
    first = triangles([(-1, 0, 0), (1, 0, 0), (0, 0, -5)], [(0, 1, 2)])
    second = triangles([(0, -1, 0.004), (0, 1, 0.004), (0, 0, 5)], [(0, 1, 2)])
    assert surfaces_within(first, second, 0.005)
    assert not surfaces_within(first, second, 0.003)


def test_a_box_deep_inside_another_does_not_touch_it():
    assert not surfaces_within(box((0, 0, 0), (1, 1, 1)), box((0.4, 0.4, 0.4), (0.6, 0.6, 0.6)), 0.01)


def test_connections_are_between_those_that_touch():
    parts = {3: SEAT, 5: LEG, 7: box((5, 5, 5), (6, 6, 6))}
    assert connections(parts, 0.005) == {(3, 5)}


def test_a_lost_part_costs_its_connections_only_where_all_count():
    # True: 0–1 and 1–2. Part 2 is lost; 0 and 1 are found and touch.
    said = [SEAT, LEG]
    found = connection_scores(frozenset({(0, 1), (1, 2)}), said, [(0, 0), (1, 1)], 0.005)
    assert found.among_matched == Counts(1, 1, 1)
    assert found.of_all == Counts(2, 1, 1)


def test_counts_of_shapes_add_up():
    assert Counts(1, 2, 1) + Counts(3, 2, 1) == Counts(4, 4, 2)
    assert np.isclose((Counts(1, 2, 1) + Counts(3, 2, 1)).f1, 0.5)
