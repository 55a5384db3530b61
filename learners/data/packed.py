"""Many grids in memory, a bit a cell, and on the disk under the digest of what they were made from."""

from __future__ import annotations

import io
import os
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import Final, final

import numpy as np
import torch

from learners.tensors import Grids, Indices
from shapelang.arrays import AnyArray, OccupancyArray
from shapelang.diagnostics import UsageError
from shapelang.io.atomic import write_atomic

MAKING: Final = 1
"""Raised when the same program would give other cells: what was kept before is then made anew."""


@final
@dataclass(frozen=True, slots=True, eq=False)
class PackedGrids:
    """Grids of one resolution. bits: (n, cells / 8) uint8, the cells of each in order, eight a byte."""

    bits: AnyArray
    resolution: int
    axes: int

    @property
    def classes(self) -> int:
        """One: what the shapes are called is not kept."""
        return 1

    def __len__(self) -> int:
        return len(self.bits)

    def grids(self, indices: Indices) -> Grids:
        """(b, *cells)."""
        cells = np.unpackbits(self.bits[indices.numpy()], axis=1, count=self.resolution**self.axes)
        return torch.from_numpy(cells.astype(np.bool_)).reshape(-1, *(self.resolution,) * self.axes)

    def labels(self, indices: Indices) -> Indices:
        """All 0."""
        return torch.zeros_like(indices)


def packed(grids: Iterable[OccupancyArray | None], resolution: int) -> PackedGrids:
    """Grids (r, r, r), one after the other, those that are None left out. Raises UsageError where none is left."""
    rows = [np.packbits(grid.reshape(-1)) for grid in grids if grid is not None]
    if not rows:
        raise UsageError(f"every shape is thinner than a cell: nothing is inside at {resolution} cells")
    return PackedGrids(np.stack(rows), resolution, 3)


def kept(made_from: str, resolution: int, make: Callable[[], PackedGrids]) -> PackedGrids:
    """Grids that are made once: those on the disk where they are there and whole, else what `make` gives.

    made_from: all that decides the grids, as text; its digest is the file's name.
    """
    key = sha256(f"{MAKING}\n{resolution}\n{made_from}".encode()).hexdigest()[:32]
    folder = Path(os.environ.get("XDG_CACHE_HOME", Path.home() / ".cache")) / "shapelang" / "grids"
    file = folder / f"{key}.npy"
    bits = _read(file, resolution)
    if bits is not None:
        return PackedGrids(bits, resolution, 3)
    made = make()
    content = io.BytesIO()
    np.save(content, made.bits, allow_pickle=False)
    folder.mkdir(parents=True, exist_ok=True)
    write_atomic(file, content.getvalue())
    return made


def _read(file: Path, resolution: int) -> AnyArray | None:
    """What was kept; None where nothing was, or what is there is no grids of this resolution."""
    try:
        bits = np.load(file, allow_pickle=False)
    except (OSError, ValueError, EOFError):
        return None
    return bits if bits.dtype == np.uint8 and bits.shape[1:] == (-(-(resolution**3) // 8),) else None
