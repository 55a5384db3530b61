"""The letter that wanders."""

from __future__ import annotations

import torch

from learners.data.letters import HEIGHT, WIDTH, all_letters, glyph, held_out_letters, training_letters


def test_places_are_those_of_the_paper() -> None:
    places = all_letters()
    assert len(places) == 1295 == 35 * 37
    assert (min(places.rows), max(places.rows), min(places.columns), max(places.columns)) == (0, 34, 0, 36)


def test_four_middle_rows_are_held_out() -> None:
    training, kept = training_letters(), held_out_letters()
    assert set(kept.rows) == {15, 16, 17, 18}
    assert len(kept) == 4 * 37
    both = set(zip(training.rows, training.columns, strict=True)) | set(zip(kept.rows, kept.columns, strict=True))
    assert len(both) == len(training) + len(kept) == 1295


def test_the_letter_fills_its_box_is_a_mirror_image_of_itself_and_has_a_hole() -> None:
    letter = glyph()
    assert letter.shape == (HEIGHT, WIDTH) == (29, 27)
    assert bool((letter == letter.flip(1)).all())
    assert bool(letter[0].any() and letter[-1].any() and letter[:, 0].any() and letter[:, -1].any())
    assert not letter[14, 13] and letter[18, 13] and not letter[25, 13], "hole, bar, and nothing between the feet"


def test_a_picture_is_the_letter_at_its_place() -> None:
    places = all_letters()
    index = 37 * 20 + 5
    picture = places.grids(torch.tensor([index]))[0]
    assert int(picture.sum()) == int(glyph().sum())
    assert bool((picture[20:49, 5:32] == glyph()).all())
