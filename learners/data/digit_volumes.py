"""MNIST3D: handwritten digits of 14 cells, extruded 4 deep, turned and moved in a volume of 30³ cells.

After D. Rezende et al., "Unsupervised Learning of 3D Structure from Images", NIPS 2016, section 3; the sizes are ours.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Final, final

import torch
from torch import Tensor

from learners.bounds import Seed
from learners.chance import generator
from learners.data.digits import CLASSES, Digits, digit_grids, digits
from learners.data.digits import SIDE as DIGIT_SIDE
from learners.data.examples import ENDLESS
from learners.data.motion import SIDE, drawn_motion, uniform
from learners.tensors import Grids, Indices
from shapelang.diagnostics import UsageError

TEST: Final = 2000
"""Volumes of the test set at most, each of another digit that is held out, whatever the seed."""
ACROSS: Final = 14
"""Cells along each side of a picture."""
DEEP: Final = 4

_DARK: Final = 2
"""Of the four cells of the full picture that make one, so many are inside where it is."""


@final
@dataclass(frozen=True, slots=True)
class DigitSolids:
    """Volumes with a digit each, drawn when they are asked for. seed: of those to learn from."""

    digits: Digits
    seed: Seed


@final
@dataclass(frozen=True, slots=True, eq=False)
class DigitVolumes:
    """Volumes of one series of draws. pictures: (n, 14, 14) of the digits, row from the top; which: (n,) they are."""

    pictures: Tensor
    which: Indices
    series: str
    seed: int
    count: int

    @property
    def resolution(self) -> int:
        """30."""
        return SIDE

    @property
    def axes(self) -> int:
        """Volumes have three: x, y, z."""
        return 3

    @property
    def classes(self) -> int:
        """Ten."""
        return CLASSES

    def __len__(self) -> int:
        return self.count

    def grids(self, indices: Indices) -> Grids:
        """(b, 30, 30, 30)."""
        return torch.stack([self._volume(index) for index in indices.tolist()])

    def labels(self, indices: Indices) -> Indices:
        """Which digit each is."""
        return self.which[[self._digit(index) for index in indices.tolist()]]

    def _digit(self, index: int) -> int:
        """Its number among the pictures: evenly spaced where there are pictures for all volumes, else at random."""
        if self.count <= len(self.pictures):
            return index * len(self.pictures) // self.count
        return int(uniform(generator(self.seed, "digit", self.series, index), 1)[0] * len(self.pictures))

    def _volume(self, index: int) -> Tensor:
        motion = drawn_motion(generator(self.seed, "digit motion", self.series, index))
        return extruded(self.pictures[self._digit(index)], motion.local())


def digit_solids(file: Path, seed: int) -> DigitSolids:
    """The set of a file of digits. Raises UsageError, or MeshError with a code, where it holds none."""
    return DigitSolids(digits(file), seed)


def digit_volumes(config: DigitSolids, held_out: bool) -> DigitVolumes:
    """Those to learn from, which do not end, or the test set, of digits of its own. Raises UsageError."""
    found = digit_grids(config.digits, held_out)
    everyone = torch.arange(len(found))
    pictures = halved(found.grids(everyone))
    if not bool(pictures.flatten(1).any(dim=1).all()):
        raise UsageError(f"{config.digits.file}: a digit has no ink that {ACROSS} cells across could show")
    which = found.labels(everyone)
    if held_out:
        return DigitVolumes(pictures, which, "test", 0, min(TEST, len(found)))
    return DigitVolumes(pictures, which, "training", config.seed, ENDLESS)


def halved(pictures: Grids) -> Grids:
    """(n, 14, 14) of (n, 32, 32): the 28 x 28 in the middle, four cells becoming one."""
    border = (DIGIT_SIDE - 2 * ACROSS) // 2
    middle = pictures[:, border : border + 2 * ACROSS, border : border + 2 * ACROSS]
    return middle.unflatten(1, (ACROSS, 2)).unflatten(3, (ACROSS, 2)).sum(dim=(2, 4)) >= _DARK


def extruded(picture: Tensor, local: tuple[Tensor, Tensor, Tensor]) -> Tensor:
    """Which places are in the digit: its columns go along u, its rows along -v, its depth along w."""
    u, v, w = local
    half = 0.5 * ACROSS
    column, row = (u + half).floor(), (half - v).floor()
    on = (column >= 0) & (column < ACROSS) & (row >= 0) & (row < ACROSS) & (w.abs() <= 0.5 * DEEP)
    cell = row.clamp(0, ACROSS - 1).long() * ACROSS + column.clamp(0, ACROSS - 1).long()
    return on & picture.flatten()[cell]
