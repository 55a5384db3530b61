from __future__ import annotations

import numpy as np
import pytest

from shapelang.diagnostics import UsageError
from shapelang.rendering.camera import Camera
from shapelang.rendering.caption import fits, line
from shapelang.rendering.picture import Picture, render
from shapelang.rendering.sheet import GAP, PAPER, contact_sheet, turntable
from tests.rendering.models import block


def plain(width: int, height: int, value: int, note: str = "") -> Picture:
    return Picture(np.full((height, width, 3), value, np.uint8), "software", note)


def test_pictures_stand_row_by_row() -> None:
    sheet = contact_sheet([plain(40, 30, value) for value in (10, 20, 30)], ["", "", ""], 2).rgb
    assert sheet.shape == (2 * 30 + 3 * GAP, 2 * 40 + 3 * GAP, 3)
    assert sheet[GAP, GAP, 0] == 10 and sheet[GAP, 2 * GAP + 40, 0] == 20 and sheet[2 * GAP + 30, GAP, 0] == 30
    assert sheet[-1, -1, 0] == PAPER and sheet[2 * GAP + 30, 2 * GAP + 40, 0] == PAPER


def test_captions_are_written_below() -> None:
    sheet = contact_sheet([plain(120, 30, 100)], ["seed 7"], 4).rgb
    assert sheet[GAP + 30 :].min() < 120
    assert (sheet[:GAP] == PAPER).all()


def test_smaller_pictures_stand_in_the_middle() -> None:
    sheet = contact_sheet([plain(40, 30, 10), plain(20, 10, 20)], ["", ""], 2).rgb
    assert sheet[GAP + 10, 2 * GAP + 40 + 10, 0] == 20 and sheet[GAP + 9, 2 * GAP + 40 + 10, 0] == PAPER


def test_notes_are_kept_once() -> None:
    assert contact_sheet([plain(4, 4, 0, "a"), plain(4, 4, 0, "a"), plain(4, 4, 0)], ["", "", ""], 3).note == "a"


def test_wrong_numbers_are_told() -> None:
    with pytest.raises(UsageError, match="1 captions for 2 pictures"):
        contact_sheet([plain(4, 4, 0)] * 2, ["x"], 2)
    with pytest.raises(UsageError, match="needs a picture"):
        contact_sheet([], [], 2)


def test_long_lines_are_cut_and_strange_letters_shown() -> None:
    assert line("W" * 200, 150).shape[1] <= 150
    assert line("", 100).shape[1] == 0
    np.testing.assert_array_equal(line("\u65e5", 100), line("?", 100))
    np.testing.assert_array_equal(line("2 × 3", 100), line("2 x 3", 100))


def test_long_lines_keep_both_ends() -> None:
    """The last digits of seeds tell them apart."""
    first, second = line("seed 12345678901234567", 100), line("seed 12345678901234568", 100)
    assert first.shape[1] <= 100
    assert fits("seed 1", 100) and not fits("seed 12345678901234567", 100)
    assert first.shape != second.shape or (first != second).any()


def test_what_has_no_colour_stands_out() -> None:
    """Of a block without a colour, seen from the front, and the studio behind it."""
    drawn = render([block((1.0, 1.0, 1.0))], size=(60, 60), camera=Camera(), backend="software").rgb.astype(int)
    assert abs(drawn[30, 30].mean() - drawn[2, 2].mean()) > 30


def test_a_turntable_keeps_its_distance_and_its_light() -> None:
    # A block of equal sides looks the same after each quarter.
    frames = list(turntable([block((1.0, 1.0, 1.0))], 4, size=(80, 60), backend="software"))
    assert len(frames) == 4
    for frame in frames[1:]:
        # Sines of 90° more are the same but for rounding, which moves samples at edges.
        assert np.abs(frame.rgb.astype(int) - frames[0].rgb).mean() < 0.5
