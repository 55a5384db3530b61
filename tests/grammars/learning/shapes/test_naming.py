"""What parts are called."""

from __future__ import annotations

import numpy as np
import pytest

from grammars.learning.shapes.naming import distinct, free, label_of, looks, placed_labels

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
    low, high = np.array([-0.4, 0.1, 0.4, 0.4, 0.15, 0.45]), np.array([-0.4, 0.8, 0.4, 0.4, 0.85, 0.45])
    rear, middle = low - np.array([0.0, 0.0, 0.85, 0.0, 0.0, 0.85]), np.array([-0.4, 0.45, 0.4, 0.4, 0.55, 0.45])
    assert placed_labels(["rail", "rail", "leg", "rail"], [low, high, low, middle]) == [
        "lower_rail", "upper_rail", "leg", "rail"
    ]  # fmt: skip
    assert placed_labels(["rail", "rail"], [low, rear]) == ["front_rail", "rear_rail"]
    assert placed_labels(["rail"], [low]) == ["rail"]


def test_numbers_are_not_put_behind_numbers() -> None:
    assert distinct(["leg", "leg", "leg_2", "seat", "leg"]) == ["leg", "leg_2", "leg_3", "seat", "leg_4"]
    assert free("body_4_2", {"body"}) == "body_4_2" and free("body_4", {"body_4", "body_2"}) == "body_3"
