"""What parts are called."""

from __future__ import annotations

import numpy as np
import pytest

from grammars.learning.shapes.naming import distinct, free, label_of, looks, middle_of, of_sets, placed_labels

WORDS = {
    "seat": (-0.5, 0.4, -0.5, 0.5, 0.45, 0.5),
    "leg": (0.4, 0.0, 0.4, 0.5, 0.4, 0.5),
    "back": (-0.5, 0.45, -0.5, 0.5, 1.0, -0.4),
    "arm": (0.4, 0.5, -0.3, 0.5, 0.7, 0.4),
    "rail": (-0.4, 0.2, 0.4, 0.4, 0.25, 0.45),
}


@pytest.mark.parametrize("word", WORDS)
def test_a_part_without_a_name_is_called_by_its_place_and_proportions(word: str) -> None:
    assert looks(np.array(WORDS[word])) == word
    assert label_of({}, np.array(WORDS[word])) == word
    assert label_of({"strut": 1, "brace": 2}, np.array(WORDS[word])) == "brace"


def test_parts_of_one_label_are_told_apart_by_where_they_stand() -> None:
    low, high, middle = (0.0, -0.4, 0.3), (0.0, 0.4, 0.3), (0.0, 0.1, 0.3)
    rear = (0.0, -0.4, -0.3)
    assert placed_labels(["rail", "rail", "leg", "rail"], np.array([low, high, low, middle])) == [
        "lower_rail", "upper_rail", "leg", "rail"
    ]  # fmt: skip
    assert placed_labels(["rail", "rail"], np.array([low, rear])) == ["front_rail", "rear_rail"]
    assert placed_labels(["rail", "rail", "rail"], np.array([low, rear, high])) == [
        "front_lower_rail", "rear_lower_rail", "upper_rail"
    ]  # fmt: skip
    assert placed_labels(["rail", "rail", "rail"], np.array([low, low, high])) == [
        "lower_rail", "lower_rail", "upper_rail"
    ]  # fmt: skip
    assert placed_labels(["rail"], np.array([low])) == ["rail"]


def test_what_is_mirrored_stands_on_neither_side() -> None:
    faces = np.array([0.4, 0.0, 0.4, 0.5, 0.4, 0.5])
    assert middle_of(faces, {" NoneType": 3, "x NoneType": 1}) == pytest.approx([0.45, -0.3, 0.45])
    assert middle_of(faces, {" NoneType": 1, "x NoneType": 3}) == pytest.approx([0.0, -0.3, 0.45])
    assert middle_of(faces, {"xz Row": 3}) == pytest.approx([0.0, -0.3, 0.0])


def test_numbers_are_not_put_behind_numbers() -> None:
    assert distinct(["leg", "leg", "leg_2", "seat", "leg"]) == ["leg", "leg_2", "leg_3", "seat", "leg_4"]
    assert free("body_4_2", {"body"}) == "body_4_2" and free("body_4", {"body_4", "body_2"}) == "body_3"


def test_sets_that_begin_alike_are_told_apart_by_what_one_alone_has() -> None:
    sets = [["leg", "rail"], ["leg", "foot"], ["leg"], [], ["base", "rail"]]
    assert of_sets(sets) == ["leg_and_rail", "leg_and_foot", "leg", "all", "base"]
    assert of_sets([["leg"], ["leg"]]) == ["leg", "leg_2"]
