"""Connected parts of a region of cells."""

from __future__ import annotations

import numpy as np

from shapelang.inference.sampling.cells import Cells


def components(cells: Cells, region: np.ndarray, crumb: float) -> list[np.ndarray]:
    """The connected parts of a region (flat masks) that are larger than a volume."""
    number, count = labelled(region.reshape(cells.full.shape))
    volume = np.bincount(number.reshape(-1), weights=volumes(cells).reshape(-1), minlength=count + 1)
    return [(number == k).reshape(-1) for k in range(1, count + 1) if volume[k] > crumb]


def labelled(mask: np.ndarray) -> tuple[np.ndarray, int]:
    """The number of its connected part for each set cell (0 elsewhere), and the count of parts."""
    from scipy.ndimage import label

    number = np.zeros(mask.shape, np.int32)
    count = label(mask, output=number)
    assert isinstance(count, int), "with an output given, only the count comes back"
    return number, count


def volumes(cells: Cells) -> np.ndarray:
    """(i, j, k) the volume of each cell, cubic units."""
    dx, dy, dz = cells.steps
    return dx[:, None, None] * dy[None, :, None] * dz[None, None, :]
