"""The letter that wanders: one letter A of 29 x 27 cells at every place of a picture of 64 x 64.

The toy of IM-NET (Z. Chen, H. Zhang, "Learning Implicit Fields for Generative Shape Modeling", CVPR 2019): a net that
has understood the set moves the letter when the code moves; one that has not fades from one place into the other.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final, final

import torch
from torch import Tensor

from learners.tensors import Grids, Indices

SIDE: Final = 64
HEIGHT: Final = 29
WIDTH: Final = 27
ROWS: Final = SIDE - HEIGHT
"""35: the letter's top row is one of the first 35, so that the last row of the picture stays empty."""
COLUMNS: Final = SIDE - WIDTH
HELD_OUT: Final = range(ROWS // 2 - 2, ROWS // 2 + 2)
"""The four rows of places in the middle."""

_STROKE: Final = 5.0
_BAR: Final = range(17, 21)


@final
@dataclass(frozen=True, slots=True)
class Letters:
    """The letter at places of the picture. rows, columns: of the letter's upper left cell, one pair an example."""

    rows: tuple[int, ...]
    columns: tuple[int, ...]

    @property
    def resolution(self) -> int:
        """64."""
        return SIDE

    @property
    def axes(self) -> int:
        """Pictures have two: row and column."""
        return 2

    @property
    def classes(self) -> int:
        """One: it is always the same letter."""
        return 1

    def __len__(self) -> int:
        return len(self.rows)

    def grids(self, indices: Indices) -> Grids:
        """(b, 64, 64) pictures."""
        pictures = torch.zeros(len(indices), SIDE, SIDE, dtype=torch.bool)
        letter = glyph()
        for picture, index in zip(pictures, indices.tolist(), strict=True):
            row, column = self.rows[index], self.columns[index]
            picture[row : row + HEIGHT, column : column + WIDTH] = letter
        return pictures

    def labels(self, indices: Indices) -> Indices:
        """All 0."""
        return torch.zeros_like(indices)


def training_letters() -> Letters:
    """All places but those of the four middle rows: 31 x 37."""
    return _at(row for row in range(ROWS) if row not in HELD_OUT)


def held_out_letters() -> Letters:
    """The places of the four middle rows."""
    return _at(HELD_OUT)


def all_letters() -> Letters:
    """All 1,295 places."""
    return _at(range(ROWS))


def glyph() -> Tensor:
    """(29, 27) cells of the letter A: two strokes that meet at the top, and a bar."""
    row = torch.arange(HEIGHT, dtype=torch.float32)[:, None] + 0.5
    column = torch.arange(WIDTH, dtype=torch.float32)[None, :] + 0.5
    lean = (0.5 * WIDTH - 0.5 * _STROKE) / HEIGHT
    away = (column - 0.5 * WIDTH).abs()
    outer = away <= lean * row + 0.5 * _STROKE
    inner = away < lean * row - 0.5 * _STROKE
    bar = (row >= _BAR.start) & (row < _BAR.stop)
    return outer & (~inner | bar)


def _at(rows: Iterable[int]) -> Letters:
    places = [(row, column) for row in rows for column in range(COLUMNS)]
    return Letters(tuple(row for row, _ in places), tuple(column for _, column in places))
