"""Samples of a region of a body: its own points, free space, and the rest of the body, which may be covered at will."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, final

import numpy as np

from shapelang.inference.sampling.cells import Cells

OTHERS: Final = 0.3
"""What covering a unit of another material costs, against a unit of free space."""

_MARGIN: Final = 0.08
"""Samples reach this part of the extents beyond the region."""

_NEAR: Final = 0.06
"""Of its extents: how near the middle of a region is to that of its corners."""


@final
@dataclass(frozen=True, slots=True, eq=False)
class Samples:
    """Points (n, 3) in a frame, evenly spread over a box; each stands for `volume`.

    `gain` (n,) is +1 for points of the region, −1 for free space, 0 for other regions of the body: they are somebody
    else's to explain, and covering them twice does no harm; those of another material, −OTHERS.
    """

    frame: np.ndarray
    points: np.ndarray
    gain: np.ndarray
    volume: float

    @property
    def own(self) -> np.ndarray:
        """(m, 3) the points of the region."""
        return self.points[self.gain > 0]

    def score(self, covered: np.ndarray) -> tuple[float, float]:
        """(intersection over union, volume of the difference) of the region and the covered points."""
        own = self.gain > 0
        hit, false = int((own & covered).sum()), int(((self.gain == -1) & covered).sum())
        total = int(own.sum())
        return hit / max(total + false, 1), (total - hit + false) * self.volume


def sequence(count: int) -> np.ndarray:
    """(count, 3) low-discrepancy points of the unit cube: Roberts' R3 sequence (2018), from the root of x⁴ = x + 1."""
    root = 1.2207440846057596
    steps = np.array([1.0 / root, 1.0 / root**2, 1.0 / root**3])
    return (0.5 + np.arange(1, count + 1)[:, None] * steps) % 1.0


def samples_of(cells: Cells, region: np.ndarray, frame: np.ndarray, count: int) -> Samples:
    """Samples about a region, given by its cells (flat mask), in a frame."""
    low, high = region_bounds(cells, region, frame)
    margin = _MARGIN * (high - low) + 1e-3 * (high - low).max()
    low, high = low - margin, high + margin
    points = low + sequence(count) * (high - low)
    world = points @ frame.T
    full = cells.inside(world)
    cell = cells.cell_of(world @ cells.frame)
    foreign = cells.group.reshape(-1)[cell] != cells.group.reshape(-1)[int(region.argmax())]
    gain = np.where(full, np.where(region[cell], 1.0, np.where(foreign, -OTHERS, 0.0)), -1.0)
    return Samples(frame, points, gain, float(np.prod(high - low)) / count)


def whole_samples(cells: Cells, count: int, frame: np.ndarray | None = None) -> Samples:
    """Samples about a whole body in a frame, that of its cells unless another is given, as exact as can be."""
    frame = cells.frame if frame is None else frame
    corners = cells.shell.positions @ frame
    low, high = corners.min(axis=0), corners.max(axis=0)
    margin = _MARGIN * (high - low)
    low, high = low - margin, high + margin
    points = low + sequence(count) * (high - low)
    gain = np.where(cells.inside_exactly(points @ frame.T), 1.0, -1.0)
    return Samples(frame, points, gain, float(np.prod(high - low)) / count)


def region_bounds(cells: Cells, region: np.ndarray, frame: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """(3,) lowest and highest coordinates of a region in a frame: of its cells, or by its moments if they say less."""
    points, weight = cell_points(cells, region)
    local = points @ (cells.frame.T @ frame)
    same = np.abs(cells.frame.T @ frame)
    if np.allclose(same, np.eye(3), atol=1e-6):
        i, j, k = np.nonzero(region.reshape(cells.full.shape))
        low = np.array([cells.planes[a][n.min()] for a, n in enumerate((i, j, k))])
        high = np.array([cells.planes[a][n.max() + 1] for a, n in enumerate((i, j, k))])
        return low, high
    mean = (local * weight[:, None]).sum(axis=0) / weight.sum()
    spread = np.sqrt(((local - mean) ** 2 * weight[:, None]).sum(axis=0) / weight.sum())
    half = 0.5 * np.array([s.max() for s in cells.steps])
    low = np.maximum(local.min(axis=0) - half, mean - 3.2 * spread - half)
    high = np.minimum(local.max(axis=0) + half, mean + 3.2 * spread + half)
    return low, high


def cell_points(cells: Cells, region: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """(m, 3) centres of a region's cells in the cells' frame, and their volumes (m,)."""
    i, j, k = np.nonzero(region.reshape(cells.full.shape))
    (x, y, z), (dx, dy, dz) = cells.middles, cells.steps
    return np.stack([x[i], y[j], z[k]], axis=1), dx[i] * dy[j] * dz[k]


def middle_of(cells: Cells, region: np.ndarray, samples: Samples) -> np.ndarray:
    """(3,) the middle of the mesh's corners where it is near the centre of the samples: these are uneven."""
    mean = samples.own.mean(axis=0)
    faces = cells.shell.faces[region[cells.face_cell]]
    if len(faces) == 0:
        return mean
    corners = cells.shell.positions[np.unique(faces)] @ samples.frame
    middle, size = 0.5 * (corners.min(axis=0) + corners.max(axis=0)), np.ptp(samples.own, axis=0)
    return np.where(np.abs(middle - mean) < _NEAR * size, middle, mean)
