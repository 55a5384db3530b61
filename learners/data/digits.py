"""Handwritten digits as shapes: pictures of 28 x 28 in the middle of 32 x 32 cells, inside where the ink is dark.

Read from an archive of NumPy with `images` (n, 28, 28) and `labels` (n,), uint8, as MNIST is commonly packed.
"""

from __future__ import annotations

from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import Final, final

import numpy as np
import torch

from learners.data.packed import PackedGrids
from learners.data.voxels import read_whole
from learners.tensors import Grids, Indices
from shapelang.arrays import AnyArray
from shapelang.diagnostics import UsageError
from shapelang.io.limits import Limits
from shapelang.io.read.archive import Archive
from shapelang.io.read.npy import stored_array
from shapelang.io.read.source import MeshSource

SIDE: Final = 32
"""Cells along an axis: the least that can be halved to 4 and holds a picture."""
CLASSES: Final = 10
DARK: Final = 128
"""Ink from here on is inside."""

_PICTURE: Final = 28


@final
@dataclass(frozen=True, slots=True)
class Digits:
    """The digits of a file: every second one to learn from, the others held out: files may be sorted.

    sha256: of the file, so that a run goes on with nothing else.
    """

    file: str
    sha256: str


@final
@dataclass(frozen=True, slots=True, eq=False)
class DigitGrids:
    """Digits and which they are. which: (n,) int64, 0 to 9."""

    packed: PackedGrids
    which: Indices

    @property
    def resolution(self) -> int:
        """32."""
        return SIDE

    @property
    def axes(self) -> int:
        """Pictures have two: row, from the top, and column."""
        return 2

    @property
    def classes(self) -> int:
        """Ten."""
        return CLASSES

    def __len__(self) -> int:
        return len(self.packed)

    def grids(self, indices: Indices) -> Grids:
        """(b, 32, 32)."""
        return self.packed.grids(indices)

    def labels(self, indices: Indices) -> Indices:
        """Which digit each is."""
        return self.which[indices]


def digits(file: Path) -> Digits:
    """The set of a file. Raises UsageError, or MeshError with a code, where it holds no digits."""
    content = read_whole(file)
    _arrays(file, content)
    return Digits(str(file), sha256(content).hexdigest())


def digit_grids(config: Digits, held_out: bool) -> DigitGrids:
    """The digits to learn from, or those held out. Raises UsageError where the file has changed."""
    content = read_whole(Path(config.file))
    if sha256(content).hexdigest() != config.sha256:
        raise UsageError(f"{config.file}: not the digits that the run began with")
    pictures, labels = _arrays(Path(config.file), content)
    chosen = slice(int(held_out), None, 2)
    border = (SIDE - _PICTURE) // 2
    cells = np.pad(pictures[chosen] >= DARK, ((0, 0), (border, border), (border, border)))
    packed = np.packbits(cells.reshape(len(cells), -1), axis=1)
    return DigitGrids(PackedGrids(packed, SIDE, 2), torch.from_numpy(labels[chosen].astype(np.int64)))


def _arrays(file: Path, content: bytes) -> tuple[AnyArray, AnyArray]:
    """Pictures and labels, of the right shapes."""
    source = MeshSource(str(file), content, Limits())
    archive = Archive(source, source.limits.array_ratio)
    found = {name: archive.read(f"{name}.npy") for name in ("images", "labels")}
    missing = [name for name, data in found.items() if data is None]
    if missing:
        raise UsageError(f"{file}: has no '{missing[0]}', and digits are `images` (n, 28, 28) and `labels` (n,), uint8")
    pictures, labels = (stored_array(source, data, name) for name, data in found.items() if data is not None)
    n = labels.size
    if pictures.shape != (n, _PICTURE, _PICTURE) or labels.shape != (n,) or n < 2:
        raise UsageError(f"{file}: `images` {pictures.shape} and `labels` {labels.shape}, not (n, 28, 28) and (n,)")
    if pictures.dtype != np.uint8 or labels.dtype != np.uint8 or int(labels.max()) >= CLASSES:
        raise UsageError(f"{file}: `images` and `labels` are of uint8, labels 0 to 9")
    return pictures, labels
