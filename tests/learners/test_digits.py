"""Digits from a file."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import torch

from learners.data.digits import Digits, digit_grids, digits
from learners.data.sets import Split, examples
from shapelang.diagnostics import UsageError


def _write(file: Path, images: np.ndarray, labels: np.ndarray) -> Path:
    np.savez(file, images=images, labels=labels)
    return file


@pytest.fixture
def file(tmp_path: Path) -> Path:
    images = np.zeros((6, 28, 28), np.uint8)
    for k in range(6):
        images[k, 0, 27] = images[k, k, 0] = 128
        images[k, 27, :] = 127
    return _write(tmp_path / "digits.npz", images, np.arange(6, dtype=np.uint8))


def test_dark_ink_is_inside_in_the_middle_of_32_cells(file: Path) -> None:
    away = digit_grids(digits(file), held_out=True)
    assert away.labels(torch.arange(3)).tolist() == [1, 3, 5], "every second one, from the first on, is learned from"
    grid = away.grids(torch.tensor([1]))[0]
    assert sorted(map(tuple, grid.nonzero().tolist())) == [(2, 29), (5, 2)], "digit 3 has its ink in row 3"


def test_halves_are_apart(file: Path) -> None:
    config = digits(file)
    assert [len(examples(config, split)) for split in Split] == [3, 3]
    assert isinstance(config, Digits)


def test_a_file_that_changed_is_told(file: Path) -> None:
    config = digits(file)
    _write(file, np.ones((6, 28, 28), np.uint8), np.zeros(6, np.uint8))
    with pytest.raises(UsageError, match="not the digits that the run began with"):
        digit_grids(config, held_out=False)


@pytest.mark.parametrize(
    ("images", "labels", "told"),
    [
        (np.zeros((4, 28, 27), np.uint8), np.zeros(4, np.uint8), r"\(4, 28, 27\)"),
        (np.zeros((4, 28, 28), np.uint8), np.zeros(3, np.uint8), r"`labels` \(3,\)"),
        (np.zeros((4, 28, 28), np.float32), np.zeros(4, np.uint8), "of uint8"),
        (np.zeros((4, 28, 28), np.uint8), np.uint8(3), r"`labels` \(\)"),
        (np.zeros((4, 28, 28), np.uint8), np.full(4, 10, np.uint8), "labels 0 to 9"),
    ],
)
def test_what_is_no_digits_is_refused(images: np.ndarray, labels: np.ndarray, told: str, tmp_path: Path) -> None:
    with pytest.raises(UsageError, match=told):
        digits(_write(tmp_path / "other.npz", images, labels))


def test_an_archive_without_labels_is_refused(tmp_path: Path) -> None:
    np.savez(tmp_path / "other.npz", images=np.zeros((4, 28, 28), np.uint8))
    with pytest.raises(UsageError, match="has no 'labels'"):
        digits(tmp_path / "other.npz")
