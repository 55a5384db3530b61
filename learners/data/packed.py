"""Many grids in memory, a bit a cell."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import final

import numpy as np
import torch

from learners.tensors import Grids, Indices
from shapelang.arrays import AnyArray, OccupancyArray
from shapelang.diagnostics import UsageError


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
